"""Messages in the lines of a terminal: folded between words, with a command to paste in one piece."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from storyboard.columns import columns

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAINT = re.compile(r"\x1b\[[0-9;]*m")
_COMMAND = "storyboard"
_ENDS_COMMAND = tuple(",.;:")


def folded(line: str, width: int) -> list[str]:
    """A message in lines of at most ``width`` columns, as far as no single piece of it is longer.

    Args:
        line: May begin with spaces, which the lines that follow get too, and hold colours.
        width: Columns.
    """
    if _columns(line) <= width:
        return [line]
    indent = line[: len(line) - len(line.lstrip(" "))]
    lines, current = [], indent
    for piece in _pieces(line):
        if current != indent and _columns(current) + 1 + _columns(piece) > width:
            lines.append(current)
            current = indent
        current += piece if current == indent else f" {piece}"
    return [*lines, current]


def _pieces(line: str) -> Iterator[str]:
    """The words, those of a command as one: from the program's name up to a comma, a stop, or two spaces."""
    command: list[str] = []
    for words in line.strip(" ").split("  "):
        for word in words.split(" "):
            if command or word == _COMMAND:
                command.append(word)
                if word.endswith(_ENDS_COMMAND):
                    yield " ".join(command)
                    command = []
            else:
                yield word
        if command:
            yield " ".join(command)
            command = []


def _columns(text: str) -> int:
    return columns(_PAINT.sub("", text))
