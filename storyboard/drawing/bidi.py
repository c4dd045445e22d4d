"""Which way a text is read: from the left, or from the right (Unicode Standard Annex 9)."""

from __future__ import annotations

import unicodedata

_LEFT_TO_RIGHT, _RIGHT_TO_LEFT = "\u200e", "\u200f"
_MARKS = {"L": _LEFT_TO_RIGHT, "R": _RIGHT_TO_LEFT, "AL": _RIGHT_TO_LEFT}


def led_as(line: str, paragraph: str) -> str:
    """A line of a broken paragraph, read the way the whole of it is: whoever draws it sees the line alone.

    A paragraph goes the way of its first letter that goes any (rules P2 and P3). A line that begins with another is
    led by an invisible mark.

    Args:
        line: The line.
        paragraph: All of the text that it is of.
    """
    whole = _mark_of(paragraph)
    return f"{whole}{line}" if whole and _mark_of(line) not in {whole, ""} else line


def _mark_of(text: str) -> str:
    return next((_MARKS[kind] for kind in map(unicodedata.bidirectional, text) if kind in _MARKS), "")
