"""Whether a text tells of something that happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.rules.verbs import MAYBE_MOTION, PAST_MOTION, STATIC_VERBS, SURE_MOTION
from storyboard.rules.words import word_set

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

# After one of these stands a thing, or what a thing is like, and no verb that tells what somebody does.
_BEFORE_THINGS = word_set(
    """
    a an the this that these those his her its their my your our some any no every each both all several many
    few more most other another one two three four five six seven eight nine ten twelve hundred dozens hundreds
    of in on at with by from through across along behind beside between under over above below near against
    among beneath around inside outside past without like into onto upon and or nor but is are was were be as
    red green blue yellow white black grey gray brown golden gold silver orange pink purple pale dark bright
    light old young new small tiny little big large huge tall short long wide narrow high low deep thin thick
    heavy empty full open closed broken wet dry warm cold hot cool soft hard smooth rough sharp clean dirty
    dusty muddy rusty wooden stone glass metal iron brass steel copper brick paper plastic leather concrete
    quiet silent calm still lonely distant far faint dim dense lush bare snowy rainy foggy misty sunny cloudy
    stormy sunlit moonlit candlelit abandoned weathered worn painted crowded busy sleepy ancient modern simple
    ornate single double beautiful lovely pretty gentle wild green-eyed grassy sandy rocky mossy leafy
    """
)
_BEFORE_DEEDS = word_set(
    """
    to and then they we you i people children men women geese mice sheep fish will can both suddenly slowly who
    """
)
_BEFORE_PASTS = word_set("he she it they we i you who and then slowly suddenly quickly finally")
_TURNED = word_set(
    """
    look looks looking looked gaze gazes gazing stare stares staring hold holds holding hang hangs
    """
)
_SETTLING = word_set("sits stands lies")  # at the end of a text: what somebody does, and not how they are
_LIKENESSES = word_set("dry warm cool calm clear clean empty smooth level thin slow open steady steep bare dim ready")
_BEFORE_OBJECTS = word_set("the a an his her their its him them it me us you")
_ACTORS = word_set("he she it they")
_FLIGHTS = word_set("drone flyover fly-over flythrough fly-through hyperlapse timelapse time-lapse")
_HAVING = word_set("have has having had")
_DOINGS = word_set(
    """
    party picnic fight race dance meal breakfast lunch dinner drink laugh chat conversation argument quarrel duel
    wrestle swim nap bath shower feast celebration
    """
)
_WAYS = word_set(
    """
    up down back around out over away left right toward towards into aside off round in from straight
    """
)


def moves(words: Sequence[str], bag: AbstractSet[str]) -> bool:
    """Whether an English text tells of something that happens, or may well do so.

    A word that is not known and looks like a verb is taken for one that does.

    Args:
        words: Its words, in order.
        bag: The same, without order.
    """
    if not bag.isdisjoint(SURE_MOTION) or not bag.isdisjoint(_FLIGHTS):
        return True
    if not bag.isdisjoint(_HAVING) and not bag.isdisjoint(_DOINGS) and _has_a_doing(words):
        return True
    before = ""
    for word, after in zip(words, [*words[1:], ""], strict=True):
        if _is_deed(before, word, after):
            return True
        before = word
    return False


def _has_a_doing(words: Sequence[str]) -> bool:
    """Whether somebody has what is done and not owned: “they have a big party”."""
    return any(word in _HAVING and not _DOINGS.isdisjoint(words[at + 1 : at + 4]) for at, word in enumerate(words))


def _is_deed(before: str, word: str, after: str) -> bool:
    if word in MAYBE_MOTION:
        if word.endswith(("s", "ing")) and not word.endswith("ss"):
            return bool(before) and (before == "and" or before not in _BEFORE_THINGS)
        after_several = before.endswith("s") and not before.endswith("ss")
        on_something = bool(before) and after in _BEFORE_OBJECTS  # “the three ride the dragon”
        if word in _LIKENESSES:
            return on_something or before == "to"
        return after_several or on_something or before in _BEFORE_DEEDS or before.startswith("{")
    if word in PAST_MOTION:
        on_something = before not in _BEFORE_THINGS and after in _BEFORE_OBJECTS  # “a wave lifted it”
        return on_something or before in _BEFORE_PASTS or before.startswith("{")
    if word in STATIC_VERBS:
        if word in {"look", "looks"} and after == "at" and (before in _ACTORS or before.startswith("{")):
            return True  # “she looks at the clock” is a small act; “they sit and look at the sea” is none
        return (word in _TURNED and after in _WAYS) or (word in _SETTLING and not after)
    if not before or before in _BEFORE_THINGS or before.endswith("ed") or word.startswith("{"):
        return False
    if word.endswith("s"):
        return len(word) > 3 and not word.endswith(("ss", "us", "is", "'s", "ous"))
    return word.endswith("ing") and len(word) > 5
