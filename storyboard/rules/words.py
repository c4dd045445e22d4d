"""Texts as words, quickly: the rules read every action of every episode."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from storyboard.story.pattern import pattern

if TYPE_CHECKING:
    from collections.abc import Sequence


def word_set(text: str) -> frozenset[str]:
    """The words of a list that is written as a text, because that can be read and sorted."""
    return frozenset(text.split())


_STOPS: dict[int, int | str] = {code: code for code in range(128)}  # translating is slow where a letter is missing
_STOPS |= {ord(c): " " for c in '.,;:!?…()[]"“”„«»‹›—–/*|'} | {ord("’"): "'", ord("‘"): "'"}

# Words that stand in almost every English sentence of this kind, and in few sentences of other languages.
_ENGLISH = word_set(
    """
    the and of with to from into onto out up down over under through across toward towards at by for on off is
    are his her its their she he it they them as while then until who which that this these those behind beside
    between around against along above below near one two three slowly back away again no not but
    """
)
# German, Dutch, French, Spanish, Portuguese, Italian, Polish, Scandinavian, Turkish; none that is English too.
_OTHER = word_set(
    """
    der das den dem des ein eine einen einer eines und mit auf von zu im am ist sich nach durch über het een en
    van met op naar le la les un une et dans avec sur vers du au aux est qui se sa ses el los las una y con por
    para del al su sus que o os da dos na nos nas com uma um em il lo gli di della nel sul che si e w z się
    przez och ett på som med det är og jeg til fra ve bir ile için
    """
)


def words_of(text: str) -> list[str]:
    """The words of a text, in small letters, in order; a name in braces keeps them, an apostrophe is straight."""
    return text.lower().translate(_STOPS).split()


def words_of_each(texts: Sequence[str]) -> list[list[str]]:
    """The words of many texts, as ``words_of`` gives them; several times as fast as one by one."""
    whole = "\x00".join(texts).lower().translate(_STOPS).split("\x00")
    if len(whole) != len(texts):
        return [words_of(text) for text in texts]
    return [text.split() for text in whole]


Unsure = TypeVar("Unsure", bool, bool | None)


def is_english(bag: frozenset[str], text: str, *, otherwise: Unsure) -> bool | Unsure:
    """Whether a text is English, by its small words.

    Args:
        bag: Its words.
        text: The text itself.
        otherwise: What to say where its words do not tell.
    """
    english = len(bag & _ENGLISH)
    if english >= 3 and text.isascii():
        return True
    other = len(bag & _OTHER)
    if english != other:
        return english > other
    if not text.isascii() and sum(char > "\u024f" and char.isalpha() for char in text) * 5 > len(text):
        return False  # another script
    return otherwise


_BREAK = pattern(r"[;.!?…]+(?:\s|$)|,\s")


def clauses_of(text: str) -> list[str]:
    """What stands between commas, semicolons and full stops."""
    return [clause for part in _BREAK.split(text) if (clause := part.strip())]


def shown(text: str, most: int = 60) -> str:
    """A text as it can stand in a message, on one line."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
