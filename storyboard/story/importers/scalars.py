"""A text as a YAML value the way a person would write it: plain, in double quotes, or folded over several lines."""

from __future__ import annotations

import re

import yaml

WIDTH = 98
"""Columns of a line, as in the templates of a series."""

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 ,.;’()/!?…–—-]*\Z")
_NOT_TEXT = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"}
_ONE_LINE = 2**31


def inline(text: str) -> str:
    """A text on one line: plain where nobody could read it as anything else, or in quotes."""
    if _PLAIN.match(text) and not text.endswith(" ") and text.casefold() not in _NOT_TEXT:
        return text
    dumped: str = yaml.safe_dump(text, allow_unicode=True, width=_ONE_LINE)
    if not dumped.startswith(("'", '"')) and "\n" not in dumped.removesuffix("\n").removesuffix("\n..."):
        return dumped.removesuffix("\n").removesuffix("\n...")
    if '"' in text and "'" not in text and dumped.startswith("'") and dumped.count("\n") == 1:
        return dumped.rstrip("\n")
    dumped = yaml.safe_dump(text, default_style='"', allow_unicode=True, width=_ONE_LINE)
    return dumped.rstrip("\n")


def value_lines(start: str, text: str, indent: int, comment: str = "") -> list[str]:
    """The lines of a value behind ``start``, such as ``- action: ``.

    Args:
        start: What stands before the value, with its indentation and a space at the end.
        text: The value.
        indent: Columns before the text's own lines where it takes several.
        comment: What stands beside it; where there is no room for it, above.
    """
    beside = f" # {comment}" if comment else ""
    lines = text.split("\n")
    if len(lines) > 1 and all(map(_fits_a_block, lines)):
        return [f"{start}|-{beside}", *(" " * indent + line for line in lines)]
    may_fold = " " in text and _fits_a_block(text)
    whole = "" if may_fold and len(start + text) > WIDTH else start + inline(text)
    if whole and len(whole + beside) <= WIDTH:
        return [whole + beside]
    if may_fold and (not whole or len(whole) > WIDTH):
        return [f"{start}>-{beside}", *folded(text, indent)]
    if comment and not start.lstrip().startswith("- "):
        return [f"{' ' * (len(start) - len(start.lstrip()))}# {comment}", whole]
    return [whole + beside]


def folded(text: str, indent: int, mark: str = "") -> list[str]:
    """A text with single spaces, broken at them into lines that fit; ``mark`` stands before each."""
    lines: list[str] = []
    room = WIDTH - indent - len(mark)
    current = ""
    for word in text.split(" "):
        if current and len(current) + 1 + len(word) > room:
            lines.append(current)
            current = word
        else:
            current = f"{current} {word}" if current else word
    return [" " * indent + mark + line for line in [*lines, current]]


def _fits_a_block(line: str) -> bool:
    """Whether a line can stand in a block without a mark: visible, no spaces at its ends, none doubled."""
    return bool(line) and line.isprintable() and line == line.strip() and "  " not in line
