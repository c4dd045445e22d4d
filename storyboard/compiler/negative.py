"""What a clip should avoid: the model's own list, edited or replaced by the author."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from storyboard.story.findings import Remark, Severity, did_you_mean

if TYPE_CHECKING:
    from decimal import Decimal

    from storyboard.profile import ModelProfile
    from storyboard.story.model import Negative


def negative_prompt(negative: Negative, profile: ModelProfile) -> tuple[str, list[Remark]]:
    """The negative prompt of an episode, and what there is to tell about it.

    Words are compared without regard to case; added words come last, each once.
    """
    if negative.replace is not None:
        return " ".join(negative.replace.split()), []
    words = list(_own_words(profile.negative_prompt))
    remarks: list[Remark] = []
    for index, entry in enumerate(negative.remove):
        for word in split_words(entry):
            kept = [each for each in words if each.casefold() != word.casefold()]
            if kept == words:
                remarks.append(
                    Remark(
                        "negative-not-there",
                        Severity.WARNING,
                        f"“{word}” is not in the model's negative prompt, so there is nothing to remove.",
                        did_you_mean(word, words),
                        ("negative", "remove", index),
                    )
                )
            words = kept
    known = {word.casefold() for word in words} if negative.add else set[str]()
    for entry in negative.add:
        for word in split_words(entry):
            if word.casefold() not in known:
                known.add(word.casefold())
                words.append(word)
    return ", ".join(words), remarks


def effect_remarks(negative: Negative, cfgs: list[Decimal]) -> list[Remark]:
    """What there is to tell where the author edited a negative prompt that does nothing.

    With plain classifier-free guidance cfg 1.0 cancels it (Wan 2.2, ``wan/image2video.py``).
    """
    written = negative.replace or negative.add or negative.remove
    if not written or not cfgs or any(cfg != 1 for cfg in cfgs):
        return []
    return [
        Remark(
            "negative-without-effect",
            Severity.WARNING,
            "At cfg 1.0 the negative prompt has no effect.",
            "Pin a higher cfg, such as 1.1, if it matters.",
            ("negative",),
            at_key=True,
        )
    ]


@lru_cache(maxsize=8)
def _own_words(prompt: str) -> tuple[str, ...]:
    return tuple(split_words(prompt))


def split_words(text: str) -> list[str]:
    """The words of a negative prompt: what stands between its commas, trimmed, empty ones left out."""
    return [word for part in text.split(",") if (word := " ".join(part.split()))]
