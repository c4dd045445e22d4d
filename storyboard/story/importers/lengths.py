"""Lengths as people write them in a shot list, and as whole slots of 4.5 seconds."""

from __future__ import annotations

import re
from fractions import Fraction

SLOT = Fraction(9, 2)
"""Seconds of a slot, the video model's own step."""
LONGEST = 18_000
"""The longest segment, in seconds."""

_NUMBER = r"\d{1,9}(?:[.,]\d{1,6})?"
_SECONDS = re.compile(rf"[~≈]?({_NUMBER})\s*(?:s|secs?|seconds?|″|”|\"|'')?\.?\Z", re.IGNORECASE)
_MINUTES = re.compile(
    rf"[~≈]?({_NUMBER})\s*(?:m|mins?|minutes?|′|’|')\.?\s*(?:({_NUMBER})\s*(?:s|secs?|seconds?|″|”|\"|'')?\.?)?\Z",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{1,2}(?:[.,]\d{1,6})?)\Z")
_TIMECODE = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})[:;](\d{2,3})\Z")


def seconds_of(text: str, unit: str = "") -> Fraction | None:
    """A length in seconds: ``4.5``, ``4,5 s``, ``0:04``, ``1:02:03``, ``1 min 5 s``, ``00:00:04:12``.

    The frames of a time code are left out: how many make a second is not told.

    Args:
        text: As it stands in the list.
        unit: ``minutes`` where the column's title says so; it counts for bare numbers.

    Returns:
        None where it is no length, or none that a segment can have.
    """
    found = _seconds(" ".join(text.split()), unit)
    return found if found is not None and 0 < found <= LONGEST else None


def slots_of(seconds: Fraction) -> int:
    """The nearest whole number of slots, at least one; half of one counts as a whole one."""
    return max(1, int(seconds / SLOT + Fraction(1, 2)))


def clock(seconds: Fraction) -> str:
    """A time for a person: ``22.5 s``, ``2 min 15 s``."""
    minutes, rest = divmod(seconds, 60)
    shown = f"{float(rest):.6g} s"
    return f"{int(minutes)} min {shown}" if minutes and rest else f"{int(minutes)} min" if minutes else shown


def _seconds(text: str, unit: str) -> Fraction | None:
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
