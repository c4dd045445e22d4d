"""The beginning of a text, as a message quotes it."""

from __future__ import annotations


def excerpt(text: str, most: int = 40) -> str:
    """A text on one line, and no longer than so many characters: where it was longer, it ends in “…”."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
