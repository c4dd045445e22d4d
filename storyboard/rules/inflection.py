"""English verbs in the forms that prompts use."""

from __future__ import annotations

_VOWELS = frozenset("aeiou")


def third_person(verb: str) -> str:
    """``carries`` for ``carry``."""
    if verb.endswith(("s", "sh", "ch", "x", "z", "o")):
        return verb + "es"
    if verb.endswith("y") and verb[-2:-1] not in _VOWELS:
        return verb[:-1] + "ies"
    return verb + "s"


def progressive(verb: str) -> str:
    """``running`` for ``run``."""
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return verb[:-1] + "ing"
    return _doubled(verb) + "ing"


def past(verb: str) -> str:
    """``stopped`` for ``stop``; verbs that go their own way are listed with their pasts."""
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2:-1] not in _VOWELS:
        return verb[:-1] + "ied"
    return _doubled(verb) + "ed"


def _doubled(verb: str) -> str:
    """With its last letter doubled, where a short verb ends in one vowel and one consonant."""
    closed = len(verb) > 2 and verb[-1] not in _VOWELS and verb[-1] not in "wxy" and verb[-2] in _VOWELS
    return verb + verb[-1] if closed and _is_short(verb) else verb


def _is_short(verb: str) -> bool:
    return sum(char in _VOWELS for char in verb) == 1 or verb in {"begin", "unplug", "unzip", "unwrap", "unpin"}
