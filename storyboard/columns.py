"""How wide a text is where every letter stands in a cell of its own: on a terminal, and in a subtitle's line."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_JOINER = "\u200d"
NO_BREAK = ("\u00a0", "\u2007", "\u202f")
"""Spaces that keep words together; on a picture all are written as the first, which every font has."""
_BREAKS = re.compile(rf"[^\S{''.join(NO_BREAK)}]+")
_NO_COLUMN = {"Mn", "Me", "Cf"}


def columns(text: str) -> int:
    """How many cells a text fills: the letters of East Asia two each, marks on a letter none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.category(c) in _NO_COLUMN else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def words_of(text: str) -> list[str]:
    """A text in parts that may stand on lines of their own: what a no-break space joins is one."""
    return [word for word in _BREAKS.split(text) if word]


def clusters(text: str) -> Iterator[str]:
    """What a reader takes for letters: each with the marks on it, and pictographs as they are joined."""
    cluster = ""
    for letter in text:
        if cluster and (columns(letter) == 0 or cluster.endswith(_JOINER) or _goes_with(letter, cluster)):
            cluster += letter
            continue
        if cluster:
            yield cluster
        cluster = letter
    if cluster:
        yield cluster


def _goes_with(letter: str, cluster: str) -> bool:
    """Whether it is the tone of a skin, or the second half of a flag."""
    is_half = len(cluster) == 1 and "\U0001f1e6" <= cluster <= "\U0001f1ff" and "\U0001f1e6" <= letter <= "\U0001f1ff"
    return is_half or "\U0001f3fb" <= letter <= "\U0001f3ff"
