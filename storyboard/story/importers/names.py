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
_LAST_WORD = re.compile(r"([^\W\d_]{2,})[ ]\Z")
_FIRST_WORD = re.compile(r"[ ]([^\W\d_]{2,})")
_MOST_LOOKED_FOR = 200  # characters whose mentions are looked for: a pattern of more is slow and helps nobody


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


def as_told(name: str, texts: Iterable[str]) -> str:
    """A name as the actions write it: cues are all capitals, and only the actions tell the small letters.

    A name of more than two letters that no action mentions in small letters gets a capital for each word.
    """
    pattern = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
    for text in texts:
        for match in pattern.finditer(text):
            found = match.group()
            if found != found.upper() and all(word[:1] == word[:1].upper() for word in found.split()):
                return found
    return capitalised(name) if len(name) > 2 else name


class Mentions:
    """Finds the characters that an action names, as they are called or in capitals."""

    def __init__(self, characters: dict[str, str]) -> None:
        self._keys: dict[str, str] = {}
        for key, name in characters.items():
            for spelling in (name, name.upper()):
                self._keys.setdefault(spelling, key)
        spellings = sorted(self._keys, key=len, reverse=True)[: 2 * _MOST_LOOKED_FOR]
        one_of = "|".join(map(re.escape, spellings))
        self._pattern = re.compile(rf"(?<!\w)(?:{one_of})(?!\w)") if spellings else None

    def in_text(self, text: str) -> Words:
        """The text, with each character it names as a mention."""
        if self._pattern is None:
            return (text,)
        parts: list[str | Mention] = []
        end = 0
        for match in self._pattern.finditer(text):
            if _is_part_of_a_longer_name(text, match):
                continue
            if match.start() > end:
                parts.append(text[end : match.start()])
            parts.append(Mention(self._keys[match.group()]))
            end = match.end()
        if end < len(text) or not parts:
            parts.append(text[end:])
        return tuple(parts)


def _is_part_of_a_longer_name(text: str, match: re.Match[str]) -> bool:
    """Whether a name in capitals stands beside another word in capitals: ``STEEL`` in ``DICK STEEL``."""
    if not match.group().isupper():
        return False
    before = _LAST_WORD.search(text, max(0, match.start() - _LONGEST_KEY), match.start())
    after = _FIRST_WORD.match(text, match.end())
    return any(word is not None and word[1].isupper() for word in (before, after))
