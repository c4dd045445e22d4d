"""Findings an author may switch off, or take more or less seriously, under ``rules:``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from storyboard.story.findings import Remark, Severity, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

RULES = {
    "cfg-between-bands": "A pinned cfg between the loose and the literal band.",
    "cut-without-effect": "A cut, which is checked and does not shape the episode yet.",
    "episode-elsewhere": "A file that a series names as its episode, and that belongs to another folder's.",
    "first-frame-shape": "A first frame of another shape than the clip, of which much is cut away.",
    "mixed-adherence": "A scene that shares a job, and so its cfg, with more of the other adherence.",
    "negative-not-there": "A word to remove that the model's negative prompt does not hold.",
    "negative-without-effect": "A negative prompt at cfg 1.0, which cancels it.",
    "no-episodes": "A pattern of a series that matches no file.",
    "several-reels": "An episode that takes more jobs than its author asked for.",
    "stretched": "A story shorter than the model's shortest clip.",
}
"""Every finding that is not an error, with what it is about. Errors cannot be switched off."""


def apply_rules(remarks: Iterable[Remark], settings: Mapping[str, str]) -> list[Remark]:
    """The remarks as the author wants to be told of them."""
    told: list[Remark] = []
    for remark in remarks:
        setting = settings.get(remark.code) if remark.code in RULES else None
        if setting == "off":
            continue
        told.append(replace(remark, severity=Severity(setting)) if setting else remark)
    told += [
        Remark(
            "unknown-rule",
            Severity.WARNING,
            f"There is no rule “{code}”.",
            did_you_mean(code, RULES),
            ("rules", code),
            at_key=True,
        )
        for code in settings
        if code not in RULES
    ]
    return told
