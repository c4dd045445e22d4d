"""``{name}`` in the author's text: the only thing in it that is not plain text.

A literal brace is doubled; anything else in braces is a mistake. Author text is never a template.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_REFERENCES = re.compile(r"\{([^\W\d][\w-]*)\}")
_BRACE = re.compile(r"[{}]")
_NAME = re.compile(r"[^\W\d][\w-]*\Z")


class Reference(NamedTuple):
    """A ``{name}`` in a text.

    Attributes:
        name: What stands between the braces.
        offset: Where the opening brace stands, in characters from the start of the text.
    """

    name: str
    offset: int


class Slip(NamedTuple):
    """A brace that is neither doubled nor part of a ``{name}``."""

    text: str
    offset: int


Part = str | Reference | Slip


def is_name(text: str) -> bool:
    """Whether a character or place may be called this: a letter first, then letters, digits, ``_``, ``-``."""
    return _NAME.match(text) is not None


@lru_cache(maxsize=4096)
def parse_braces(text: str) -> tuple[Part, ...]:
    """Split a text into literal pieces, references and slips, in order."""
    if "{" not in text and "}" not in text:
        return (text,)
    parts: list[Part] = []
    pieces = _REFERENCES.split(text)
    if not _BRACE.search("".join(pieces[::2])):  # as nearly every text is: names in braces, and no other brace
        offset = 0
        for number, piece in enumerate(pieces):
            if number % 2:
                parts.append(Reference(piece, offset))
                offset += 2
            elif piece:
                parts.append(piece)
            offset += len(piece)
        return tuple(parts)
    literal: list[str] = []
    end = 0
    for match in _TOKEN.finditer(text):
        literal.append(text[end : match.start()])
        end = match.end()
        token, name = match.group(0), match.group(1)
        if token in {"{{", "}}"}:
            literal.append(token[0])
            continue
        if any(literal):
            parts.append("".join(literal))
        literal = []
        if name is not None and is_name(name):
            parts.append(Reference(name, match.start()))
        else:
            parts.append(Slip(token, match.start()))
    literal.append(text[end:])
    if any(literal):
        parts.append("".join(literal))
    return tuple(parts)
