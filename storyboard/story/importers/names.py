"""Names in braces for what a script calls its characters and places, and where its actions mention them."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from storyboard.story.braces import is_name
from storyboard.story.importers.draft import Mention
from storyboard.story.importers.headings import capitalised

if TYPE_CHECKING:
    from collections.abc import Iterable

    from storyboard.story.importers.draft import Words

_LONGEST_KEY = 40
_LONGEST_WORD = 40
_WORD = re.compile(r"\w+")
_LAST_WORD = re.compile(r"([^\W\d_]{2,})[ ]\Z")
_FIRST_WORD = re.compile(r"[ ]([^\W\d_]{2,})")


class Keys:
    """Gives names in braces, each only once."""

    def __init__(self) -> None:
        self._given: set[str] = set()
        self._last: dict[str, int] = {}

    def key_for(self, name: str, otherwise: str) -> str:
        """A name in braces that nothing else has: ``DR. O'NEIL`` is ``dr_oneil``.

        Args:
            name: What the script says.
            otherwise: What to call it where the script's name has no letter.
        """
        free = key = _key(name) or otherwise
        while free in self._given:
            self._last[key] = self._last.get(key, 1) + 1
            free = f"{key}_{self._last[key]}"
        self._given.add(free)
        return free


def _key(name: str) -> str:
    """A script's name in small letters, digits and ``_``; empty where it has no letter."""
    words = re.findall(r"[^\W_]+", re.sub(r"['’]", "", unicodedata.normalize("NFC", name).lower()))
    key = "_".join(words)[:_LONGEST_KEY].strip("_")
    if key[:1].isdigit():
        key = f"_{key}"
    return key if is_name(key) else ""


class Spellings:
    """How the actions of a script write its words: cues are all capitals, and only actions tell the small letters."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._found: dict[str, str] = {}
        for text in texts:
            for match in _WORD.finditer(text):
                word = match.group()
                if word[0].isupper() and not word.isupper() and len(word) <= _LONGEST_WORD:
                    self._found.setdefault(word.casefold(), word)

    def of(self, name: str) -> str:
        """A name as the actions write it, else with a capital for each word; two letters (``TV``) stay as told."""
        if len(name) <= 2:
            return name
        plain = capitalised(name)
        return _WORD.sub(lambda word: self._found.get(word.group().casefold(), word.group()), plain)


class Mentions:
    """Finds the characters that an action names, as they are called or in capitals."""

    def __init__(self, characters: dict[str, str]) -> None:
        self._spellings: dict[str, dict[str, str]] = {}
        for key, name in characters.items():
            for spelling in (name, name.upper()):
                if (first := _WORD.match(spelling)) is not None:
                    self._spellings.setdefault(first.group(), {}).setdefault(spelling, key)

    def in_text(self, text: str) -> Words:
        """The text, with each character it names as a mention."""
        parts: list[str | Mention] = []
        end = 0
        for word in _WORD.finditer(text):
            if word.start() < end or word.group() not in self._spellings:
                continue
            named = self._named_at(text, word)
            if named is None:
                continue
            key, stop = named
            parts += [text[end : word.start()]] if word.start() > end else []
            parts.append(Mention(key))
            end = stop
        if end < len(text) or not parts:
            parts.append(text[end:])
        return tuple(parts)

    def _named_at(self, text: str, word: re.Match[str]) -> tuple[str, int] | None:
        """The character whose name begins with that word, and where the name ends; the longest name counts."""
        fitting = [
            (spelling, key)
            for spelling, key in self._spellings[word.group()].items()
            if text.startswith(spelling, word.start()) and not _WORD.match(text, word.start() + len(spelling))
        ]
        if not fitting:
            return None
        spelling, key = max(fitting, key=lambda each: len(each[0]))
        stop = word.start() + len(spelling)
        return None if _is_part_of_a_longer_name(text, word.start(), stop) else (key, stop)


def _is_part_of_a_longer_name(text: str, start: int, stop: int) -> bool:
    """Whether a name in capitals stands beside another word in capitals: ``STEEL`` in ``DICK STEEL``."""
    if not text[start:stop].isupper():
        return False
    before = _LAST_WORD.search(text, max(0, start - _LONGEST_WORD), start)
    after = _FIRST_WORD.match(text, stop)
    return any(word is not None and word[1].isupper() for word in (before, after))
