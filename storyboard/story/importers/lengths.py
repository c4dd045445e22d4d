"""Lengths as people write them in a shot list, and as whole slots of 4.5 seconds."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise

SLOT = Fraction(9, 2)
"""Seconds of a slot, the video model's own step."""
LONGEST = 18_000
"""The longest segment, in seconds."""

_FEWEST_POINTS = 2

_NUMBER = r"\d{1,9}(?:[.,]\d{1,6})?"
_SECONDS = re.compile(rf"[~≈]?({_NUMBER})\s*(?:s|secs?|seconds?|″|”|\"|'')?\.?\Z", re.IGNORECASE)
_MINUTES = re.compile(
    rf"[~≈]?({_NUMBER})\s*(?:m|mins?|minutes?|′|’|')\.?\s*(?:({_NUMBER})\s*(?:s|secs?|seconds?|″|”|\"|'')?\.?)?\Z",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{1,2}(?:[.,]\d{1,6})?)\Z")
_RANGE = re.compile(r"([\d:.,]{3,20})\s*(?:[-–—]|to)\s*([\d:.,]{3,20})\Z", re.IGNORECASE)
_TIMECODE = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})[:;](\d{2,3})\Z")


def seconds_of(text: str, unit: str = "") -> Fraction | None:
    """A length in seconds: ``4.5``, ``4,5 s``, ``0:04``, ``1:02:03``, ``1 min 5 s``, ``00:00:04:12``.

    From one time to another (``0:05-0:12``) is what lies between them. The frames of a time code are left out: how
    many make a second is not told.

    Args:
        text: As it stands in the list.
        unit: ``minutes`` where the column's title says so; it counts for bare numbers.

    Returns:
        None where it is no length, or none that a segment can have.
    """
    found = _seconds(" ".join(text.split()), unit)
    return found if found is not None and 0 < found <= LONGEST else None


def lengths_between(texts: list[str]) -> list[str] | None:
    """Lengths where a column has points in time instead: times from 0:00 on, each later than the one before.

    Returns:
        As many texts, each what lies between its point and the next; empty for the last. None where they are none.
    """
    clocks = [" ".join(text.split()) for text in texts]
    if len(clocks) < _FEWEST_POINTS or not all(map(_is_clock, clocks)):
        return None
    points = [_seconds(each, "") or Fraction(0) for each in clocks]
    if points[0] != 0 or any(later <= earlier for earlier, later in pairwise(points)):
        return None
    return [*(f"{float(later - earlier):.6g} s" for earlier, later in pairwise(points)), ""]


def _is_clock(text: str) -> bool:
    return bool(_CLOCK.match(text) or _TIMECODE.match(text))


def slots_of(seconds: Fraction) -> int:
    """The nearest whole number of slots, at least one; half of one counts as a whole one."""
    return max(1, int(seconds / SLOT + Fraction(1, 2)))


def clock(seconds: Fraction) -> str:
    """A time for a person: ``22.5 s``, ``2 min 15 s``."""
    minutes, rest = divmod(seconds, 60)
    shown = f"{float(rest):.6g} s"
    return f"{int(minutes)} min {shown}" if minutes and rest else f"{int(minutes)} min" if minutes else shown


def _seconds(text: str, unit: str) -> Fraction | None:
    if (match := _RANGE.match(text)) and _is_clock(match[1]) and _is_clock(match[2]):
        begins, ends = _seconds(match[1], ""), _seconds(match[2], "")
        return None if begins is None or ends is None else ends - begins
    if match := _TIMECODE.match(text):
        return Fraction(int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3]))
    if match := _CLOCK.match(text):
        return int(match[1] or 0) * 3600 + int(match[2]) * 60 + _fraction(match[3])
    if match := _SECONDS.match(text):
        bare = text.strip("~≈ ").replace(",", ".").replace(".", "").isdigit()
        return _fraction(match[1]) * (60 if bare and unit == "minutes" else 1)
    if match := _MINUTES.match(text):
        return _fraction(match[1]) * 60 + _fraction(match[2] or "0")
    return None


def _fraction(text: str) -> Fraction:
    return Fraction(text.replace(",", "."))
