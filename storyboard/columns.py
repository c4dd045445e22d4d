"""How wide a text is where every letter stands in a cell of its own: on a terminal, and in a subtitle's line."""

from __future__ import annotations

import unicodedata

_NO_COLUMN = {"Mn", "Me", "Cf"}


def columns(text: str) -> int:
    """How many cells a text fills: the letters of East Asia two each, marks on a letter none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.category(c) in _NO_COLUMN else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )
