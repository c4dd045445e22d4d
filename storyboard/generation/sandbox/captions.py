"""What a clip should show when: the prompt's lines, laid over its length."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from storyboard.profile import SVI_2_0_PRO

_NUMBER = r"(\d{1,6}(?:\.\d{1,6})?)"
_TIME = re.compile(rf"^\[\s*{_NUMBER}\s*[-–]\s*{_NUMBER}\s*s\s*\]\s*")
_LENGTH = re.compile(rf"\s*\(\s*{_NUMBER}\s*(?:s|sec|seconds?)\s*\)\s*\.?\s*$")


class Caption(NamedTuple):
    """One line of the prompt and when it holds, in seconds from the start of the clip."""

    start: Fraction
    end: Fraction
    text: str


class _Line(NamedTuple):
    text: str
    start: Fraction | None
    seconds: Fraction


def captions(prompt: str, duration: Fraction) -> list[Caption]:
    """Lay the lines of a prompt over a clip.

    The prompt templates that ship write one line a segment, after an optional first line that begins
    ``Style: ``. A line ``[13.5-22.5 s] text`` gives its own time, ``text (9 seconds)`` its length, and any
    other holds one slot. Where that adds up to the clip exactly, it is used; otherwise, as with a template
    of the author's own, the lines share the clip in equal parts.

    Args:
        prompt: The prompt of the order.
        duration: Seconds, above zero.

    Returns:
        At least one caption, in order, from 0 to ``duration`` without a gap; the time marks are left out.
    """
    written = [line.strip() for line in prompt.splitlines() if line.strip()]
    if len(written) > 1 and written[0].startswith("Style: "):
        written = written[1:]
    lines = [_read(line) for line in written] or [_Line("", None, duration)]
    ends = _ends(lines)
    if ends[-1] != duration or any(
        line.start not in (None, end - line.seconds) or line.seconds <= 0
        for line, end in zip(lines, ends, strict=True)
    ):
        ends = [duration * (number + 1) / len(lines) for number in range(len(lines))]
    starts = [Fraction(0), *ends[:-1]]
    return [Caption(start, end, line.text) for start, end, line in zip(starts, ends, lines, strict=True)]


def _read(line: str) -> _Line:
    if timed := _TIME.match(line):
        start, end = Fraction(timed[1]), Fraction(timed[2])
        return _Line(line[timed.end() :].strip(), start, end - start)
    if measured := _LENGTH.search(line):
        return _Line(line[: measured.start()].strip(), None, Fraction(measured[1]))
    return _Line(line, None, SVI_2_0_PRO.slot_seconds)


def _ends(lines: list[_Line]) -> list[Fraction]:
    total = Fraction(0)
    ends = []
    for line in lines:
        total += line.seconds
        ends.append(total)
    return ends
