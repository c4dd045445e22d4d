"""Scene headings and transitions of a screenplay, in the words of a storyboard."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PREFIX = re.compile(r"(INT\.?/EXT\.?|EXT\.?/INT\.?|I\.?/E\.?|INT|EXT|EST)(?:\.\s*|\s+)(?=\S)", re.IGNORECASE)
_DASH = re.compile(r"\s+[-–—]+\s+|\s*[–—]\s*")
_TIME = re.compile(
    r"\b(?:day|night|dawn|dusk|morning|afternoon|evening|noon|midday|midnight|sunrise|sunset|twilight|daybreak|"
    r"nightfall|(?:golden|magic|blue) hour)\b",
    re.IGNORECASE,
)
_NO_TIME = re.compile(
    r"(?:continuous|later|(?:a )?moments? later|same(?: time)?|flashback|present|intercut|establishing)\W*\Z",
    re.IGNORECASE,
)
_SIDES = {"int": "interior", "ext": "exterior", "est": "exterior"}
_LONGEST_TIME = 40

PLAIN_CUTS = {"cut", "back"}
"""Transitions that say no more than that a new scene begins."""


@dataclass(frozen=True)
class Heading:
    """A scene heading.

    Attributes:
        text: The whole of it.
        place: Where; empty where it does not say.
        side: ``interior``, ``exterior``, or empty.
        time: The time of day, in small letters; empty where it does not say.
    """

    text: str
    place: str
    side: str
    time: str


def read_heading(text: str) -> Heading:
    """Take a heading such as ``EXT. HARBOUR - DUSK`` apart."""
    prefix = _PREFIX.match(text)
    side = _SIDES.get(prefix[1].casefold().strip("."), "") if prefix else ""
    parts = [part for part in _DASH.split(text[prefix.end() :] if prefix else text) if part]
    times: list[str] = []
    while len(parts) > 1 or (parts and not prefix and not times):
        last = parts[-1].strip(" .")
        if len(last) <= _LONGEST_TIME and _TIME.search(last) and len(parts) > 1:
            times.insert(0, last.casefold())
        elif not _NO_TIME.match(last):
            break
        parts.pop()
    return Heading(text, capitalised(" - ".join(parts).strip(" .")), side, ", ".join(times))


def capitalised(text: str) -> str:
    """Words in capitals as words with a capital each; others as they stand."""
    if text != text.upper():
        return text
    return re.sub(r"[^\W_]+(?:['’][^\W_]+)*", _capitalised_word, text)


def _capitalised_word(word: re.Match[str]) -> str:
    """``JOE'S`` is ``Joe's``, and ``O'NEIL`` is ``O'Neil``: one letter before an apostrophe begins a name."""
    first, *rest = re.split(r"(?<=['’])", word.group())
    short = len(first) == len("O'")
    return first.capitalize() + "".join(each.capitalize() if short else each.lower() for each in rest)


def transition_words(text: str) -> str:
    """A transition such as ``DISSOLVE TO:`` in words: ``dissolve``."""
    words = text.strip(" .:>").casefold()
    return words.removesuffix(" to")
