"""Findings an author may switch off, or take more or less seriously, under ``rules:``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from storyboard.rules.registry import RULES
from storyboard.story.findings import Remark, Severity, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


def apply_rules(remarks: Iterable[Remark], settings: Mapping[str, str]) -> list[Remark]:
    """The remarks as the author wants to be told of them."""
    if not settings:
        return list(remarks)
    told: list[Remark] = []
    for remark in (*remarks, *_unknown(settings)):
        setting = settings.get(remark.code) if remark.code in RULES else None
        if setting == "off":
            continue
        told.append(replace(remark, severity=Severity(setting)) if setting else remark)
    return told


def _unknown(settings: Mapping[str, str]) -> Iterator[Remark]:
    for code in settings:
        if code not in RULES:
            hint = did_you_mean(code, RULES)
            message = f"There is no rule “{code}”."
            yield Remark("unknown-rule", Severity.WARNING, message, hint, ("rules", code), at_key=True)
