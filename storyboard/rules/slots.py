"""Rules about time: words that ask for more of it than a segment has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from storyboard.rules.rule import Told, rule
from storyboard.rules.words import shown, word_set, words_of
from storyboard.story.findings import Severity
from storyboard.story.pattern import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyboard.rules.facts import Facts

_UNITS = {
    "second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800, "month": 2_592_000, "season": 7_776_000,
    "year": 31_536_000, "decade": 315_360_000, "century": 3_153_600_000, "centurie": 3_153_600_000,
}  # fmt: skip
_TIME_WORDS = (
    frozenset(_UNITS) | {f"{unit}s" for unit in _UNITS} | word_set("night morning afternoon evening summer winter")
)
_NUMBERS = {
    "half": 0.5, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30,
    "forty": 40, "fifty": 50, "sixty": 60, "hundred": 100, "several": 3, "many": 5,
}  # fmt: skip
_LASTING = pattern(
    r"\b(?:for|over|during|within|takes?|lasts?|lasting|after)\s+"
    r"(?:about |almost |nearly |at least |the next |the course of |the )*(?P<count>\d+(?:\.\d+)?|"
    + "|".join(_NUMBERS)
    + r")?(?: an?\b)?[ -]?(?:whole |full |long |entire )*"
    r"(?P<unit>second|minute|hour|day|week|month|season|year|decade|century|centurie)(?P<plural>s?)\b",
    re.IGNORECASE,
)
_WHOLE = pattern(
    r"\b(?:all|throughout the|the (?:whole|entire)|through the (?:whole|entire))\s+"
    r"(?P<unit>day|night|morning|afternoon|evening|week|summer|winter|year)\b",
    re.IGNORECASE,
)
_TOLD_OF_THE_PAST = word_set("has have had been was were since ago last not")
_LAPSE = word_set("timelapse time-lapse hyperlapse lapse")
_TOLERATED = 1.3


@rule(
    "time-against-slot",
    Severity.WARNING,
    "Words that ask for more time than the segment has.",
    explanation="""
    A segment lasts 4.5 seconds, or as long as its seconds or slots say, and what its text says of time is read
    as part of the picture: “for ten seconds” in 4.5, or “slowly over an hour”, makes the motion slow. Give the
    segment the time, or say what is seen of it; a time-lapse is called by that name.
    """,
    bad="""
    scenes:
      - segments:
          - the candle burns down over an hour and goes out
    """,
    good="""
    scenes:
      - segments:
          - time-lapse, the candle burns down over an hour and goes out
    """,
    source="the vendor's listing (a step of 4.5 s); Seedance 2.0's guide: order is obeyed better than seconds",
)
def time_against_slot(facts: Facts) -> Iterator[Told]:
    """A length in the words of a segment that is more than the segment's own."""
    for segment in facts.segments:
        if not segment.bag.isdisjoint(_TIME_WORDS) and segment.bag.isdisjoint(_LAPSE):
            found = _longest(segment.action)
            if found is None:
                continue
            seconds, said, offset = found
            lasts = facts.seconds_of(segment)
            if seconds > lasts * _TOLERATED:
                yield Told(
                    f"“{shown(said)}” cannot be: the segment lasts {lasts:g} seconds.",
                    _hint(seconds, facts),
                    segment.where,
                    offset=offset,
                )


def _hint(seconds: float, facts: Facts) -> str:
    slot = float(facts.profile.slot_seconds)
    if seconds <= slot * 4:
        return f"Give it “seconds: {-(-seconds // slot) * slot:g}”, or leave the time out."
    return "Leave the time out and say what is seen of it, or call it a time-lapse."


def _longest(text: str) -> tuple[float, str, int] | None:
    """The longest time that a text asks for: seconds, its words, and where they stand."""
    found: list[tuple[float, str, int]] = []
    for match in _LASTING.finditer(text):
        count = (match["count"] or "").lower()
        if not count and not match["plural"]:
            continue
        number = float(count) if count[:1].isdigit() else _NUMBERS.get(count, 2)
        if _of_the_past(text, match.start()):
            continue
        found.append((number * _UNITS[match["unit"].lower()], match.group(), match.start()))
    found += [
        (10_000.0, match.group(), match.start())
        for match in _WHOLE.finditer(text)
        if not _of_the_past(text, match.start())
    ]
    return max(found, default=None)


def _of_the_past(text: str, at: int) -> bool:
    """Whether the time is told of something that was: “a door that has been shut for years”."""
    return not _TOLD_OF_THE_PAST.isdisjoint(words_of(re.split(r"[,;.]", text[:at])[-1]))
