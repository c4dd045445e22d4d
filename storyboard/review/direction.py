"""Text that is written from right to left, beside text that is not, on a terminal."""

from __future__ import annotations

import re
import unicodedata

_BEGIN, _END = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_STEER = re.compile(r"\x1b\[[0-9;]*m")


def isolated(line: str) -> str:
    """The line with each run of right-to-left words kept to itself.

    A terminal that turns such words around would else turn the numbers and signs beside them too, and
    ``file:3:5`` would be read as another place. What stands between two such words belongs to the run.
    """
    if line.isascii():
        return line
    return "".join(piece if index % 2 else _isolated(piece) for index, piece in enumerate(_split(line)))


def _split(line: str) -> list[str]:
    """Text and colour codes in turn, text first."""
    pieces, last = [], 0
    for code in _STEER.finditer(line):
        pieces += [line[last : code.start()], code[0]]
        last = code.end()
    return [*pieces, line[last:]]


def _isolated(text: str) -> str:
    runs: list[tuple[int, int]] = []
    inside = False
    for index, character in enumerate(text):
        match unicodedata.bidirectional(character):
            case "R" | "AL":
                runs.append((runs.pop()[0] if inside else index, index + 1))
                inside = True
            case "NSM" if inside and runs[-1][1] == index:  # a point or an accent of the letter before it
                runs[-1] = (runs[-1][0], index + 1)
            case "L":
                inside = False
    for start, end in reversed(runs):
        text = f"{text[:start]}{_BEGIN}{text[start:end]}{_END}{text[end:]}"
    return text
