"""Colour for a terminal, by ANSI codes; switched on only where the output is one and wants it.

The commands that have to start fast print a few styled words, and rich takes longer to import than they run.
"""

from __future__ import annotations

import os
from typing import TextIO

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


def use_colour(stream: TextIO) -> None:
    """Switch colour on if ``stream`` is a terminal and neither ``NO_COLOR`` nor a dumb terminal says no."""
    global _enabled
    wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    _enabled = wanted and stream.isatty()


def paint(text: str, *styles: str) -> str:
    """The text in these styles, or as it is."""
    if not _enabled or not text:
        return text
    return f"\x1b[{';'.join(_CODES[style] for style in styles)}m{text}\x1b[0m"
