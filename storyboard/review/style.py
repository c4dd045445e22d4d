"""Colour for a terminal, by ANSI codes; switched on only where the output is one and wants it.

The commands that have to start fast print a few styled words, and rich takes longer to import than they run.
"""

from __future__ import annotations

import os
from typing import TextIO

from storyboard.review.direction import isolated

_CODES = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "magenta": "35",
    "cyan": "36",
}
_enabled = False
_terminal = False


def use_colour(stream: TextIO) -> None:
    """Switch colour on if ``stream`` is a terminal that can show it, or ``FORCE_COLOR`` is set; ``NO_COLOR`` wins."""
    global _enabled, _terminal
    _terminal = stream.isatty()
    forced = os.environ.get("FORCE_COLOR", "0") not in {"", "0", "false"}
    able = _terminal and os.environ.get("TERM") != "dumb"
    _enabled = not os.environ.get("NO_COLOR") and (forced or able)


def placed(line: str) -> str:
    """A line as it is printed: on a terminal, words that run from right to left move nothing that is beside them."""
    return isolated(line) if _terminal else line


def paint(text: str, *styles: str) -> str:
    """The text in these styles, or as it is."""
    if not _enabled or not text:
        return text
    return f"\x1b[{';'.join(_CODES[style] for style in styles)}m{text}\x1b[0m"
