"""Rules about one segment's action: how long it is, and whether something happens in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from storyboard.rules.inflection import progressive, third_person
from storyboard.rules.motion import moves
from storyboard.rules.rule import Told, rule
from storyboard.rules.unfilmable import asks_for_letters
from storyboard.rules.words import clauses_of, shown, word_set, words_of
from storyboard.story.findings import Severity
from storyboard.story.pattern import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyboard.rules.facts import Facts, SegmentFacts

MOST_WORDS = 100
"""What Wan's own prompt writer keeps a prompt to (``wan/utils/system_prompt.py``)."""
FEWEST_WORDS = 5
"""Fewer hardly tell who does what and how it ends; the authors' captions have 10 to 25. A choice of ours."""
FEWEST_FOR_MOTION = 4
"""Fewer words are too few to tell whether something moves."""


@rule(
    "too-many-words",
    Severity.WARNING,
    "A segment of more than 100 words.",
    explanation="""
    A segment fills 4.5 seconds, and the whole prompt shares what the text encoder reads. The model's authors
    write captions of 10 to 25 words; Wan's own prompt writer stops at 100. Keep what moves, and leave out the
    rest, or make several segments of it.
    """,
    bad="""
    scenes:
      - segments:
          - >-
            the old clockmaker leans over the bench, lifts the brass lid of the clock with two fingers,
            blows the dust out of the works, takes the smallest screwdriver from the rack behind him,
            loosens the three screws of the balance, lays them one by one on a square of green felt,
            holds the wheel against the lamp, turns it slowly, finds the bent tooth, straightens it with
            the pliers, breathes on it, polishes it with his sleeve, sets it back in its place, tightens
            the three screws again, winds the spring with nine turns of the key, listens, smiles, closes
            the lid, wipes the glass, and pushes the clock to the front of the bench
    """,
    good="""
    scenes:
      - segments:
          - the old clockmaker lifts the lid of the clock, blows out the dust and looks in
          - the clockmaker straightens a bent tooth with the pliers and pushes the clock away
    """,
    source="Wan 2.2, wan/utils/system_prompt.py; the sample streams of SVI's authors",
)
def too_many_words(facts: Facts) -> Iterator[Told]:
    """A segment of more than 100 words."""
    for segment in facts.segments:
        count = len(segment.words)
        if count > MOST_WORDS:
            yield Told(
                f"This segment has {count} words; a video model follows {MOST_WORDS} at the most, and 10 to 25 best.",
                "Keep what moves and how it ends, or make several segments of it.",
                segment.where,
            )


@rule(
    "too-few-words",
    Severity.INFO,
    "A segment of fewer than five words.",
    explanation="""
    A few words leave the model to invent the rest of 4.5 seconds, and it does so by holding the pose it began
    with. Say who does what, and how it ends: several consecutive actions are what keeps motion from slowing
    down.
    """,
    bad="""
    scenes:
      - segments:
          - a fox runs
    """,
    good="""
    scenes:
      - segments:
          - a fox runs up to the fence, stops and sniffs the air
    """,
    source="the vendor's listing: slow motion is cured by more consecutive actions in a segment",
)
def too_few_words(facts: Facts) -> Iterator[Told]:
    """A segment of fewer than five words, in a language that puts spaces between them."""
    short = [
        segment
        for segment in facts.segments
        if len(segment.words) < FEWEST_WORDS
        and segment.action.isascii()
        and not _is_still(facts, segment)
        and not asks_for_letters(facts, segment)
    ]
    for segment in short:
        count = len(segment.words)
        yield Told(
            f"{'A single word says' if count == 1 else f'{count} words say'} little about "
            f"{facts.seconds_of(segment):g} seconds of film.",
            "Say who does what, in a few consecutive actions, and how it ends.",
            segment.where,
        )


def _is_still(facts: Facts, segment: SegmentFacts) -> bool:
    """Whether an English segment has no verb that tells of something happening."""
    words, bag = segment.words, segment.bag
    return len(words) >= FEWEST_FOR_MOTION and not moves(words, bag) and facts.is_english(segment)


@rule(
    "no-motion",
    Severity.WARNING,
    "A segment in which nothing happens.",
    explanation="""
    A prompt that describes a state gives the model nothing to move: it keeps the pose of the first frame. Say
    what changes. English only; where the rule does not know a verb it keeps quiet.
    """,
    bad="""
    scenes:
      - segments:
          - an old man in a grey coat is on a bench beside the harbour wall
    """,
    good="""
    scenes:
      - segments:
          - an old man in a grey coat gets up from the bench, folds his newspaper and walks off
    """,
    source="Wan 2.2, wan/utils/system_prompt.py; SVI's authors: a weak prompt keeps the pose of the first frame",
)
def no_motion(facts: Facts) -> Iterator[Told]:
    """An English segment without a verb that tells of something happening."""
    for segment in facts.segments:
        if _is_still(facts, segment):
            yield Told(
                "Nothing happens in this segment: it tells how things are, not what changes.",
                "Say what moves: somebody turns, a door swings open, leaves blow past.",
                segment.where,
            )


_PICTURE = word_set("image picture photo photograph frame")
_OF_THE_PICTURE = pattern(
    r"\b(?:in|from|of) (?:the|this) (?:(?:first|start|starting|opening|given|input|reference|source) )?(?:image|photo"
    r"|photograph|picture)\b|\b(?:first|starting|input|reference|source) (?:frame|image|photo|picture)\b"
    r"|\b(?:image|picture|photo) shows\b",
    re.IGNORECASE,
)
_SENTENCES = pattern(r"[.;]\s+")


@rule(
    "describes-first-frame",
    Severity.INFO,
    "A reel that begins by describing what its first frame shows already.",
    explanation="""
    The model sees the first frame. Words that describe it again take room from the words that say what moves,
    and hold the picture still. Tell what happens from here on.
    """,
    bad="""
    image: images/hall.png # a picture of 832x480
    scenes:
      - segments:
          - A tall woman in a blue coat is standing in an empty hall. She turns and walks to the door.
    """,
    good="""
    image: images/hall.png # a picture of 832x480
    scenes:
      - segments:
          - the woman turns on her heel, walks to the door and pushes it open
    """,
    source="Wan 2.2, wan/utils/system_prompt.py: leave out the static description of what the first frame shows",
)
def describes_first_frame(facts: Facts) -> Iterator[Told]:
    """A reel with a first frame, where the first sentence only describes, or speaks of the picture."""
    for segment in facts.segments:
        if not segment.opens_reel or not facts.is_english(segment) or segment.reel >= len(facts.reels):
            continue
        if facts.reels[segment.reel].start.image is None:
            continue
        if not segment.bag.isdisjoint(_PICTURE) and (match := _OF_THE_PICTURE.search(segment.action)):
            yield Told(
                f"“{shown(match.group())}”: the model sees its first frame, and need not be told of it.",
                "Say only what happens from here on.",
                segment.where,
                offset=match.start(),
            )
            continue
        first, *rest = _SENTENCES.split(segment.action, maxsplit=1)
        words = words_of(first)
        if rest and len(words) >= 6 and not moves(words, frozenset(words)):
            yield Told(
                f"“{shown(first)}” describes what the first frame shows already.",
                "Begin with what happens.",
                segment.where,
            )


_ON_AND_ON = word_set(
    "walk run fly swim drive ride row sail spin circle rotate drift float wander dance march gallop trot crawl glide "
    "roam hover cycle skate jog stroll whirl orbit pace swirl flow paddle"
)
_BARE = frozenset(_ON_AND_ON)
_GOING_ON = frozenset(form for verb in _ON_AND_ON for form in (third_person(verb), progressive(verb)))
_IN_SOMETHING = [[word] for word in ("the", "a", "an", "his", "her", "their", "its", "circles")]
_SEVERAL = word_set("they we people children men women geese horses two three four five both")
_ENDS = word_set(
    """
    to into onto until till toward towards up down out off away past over across back once twice before reach
    reaches reaching stop stops stopping ends and then as while when after home inside ashore aboard round
    around behind through along
    """
)


@rule(
    "movement-without-end",
    Severity.INFO,
    "A movement that has no end.",
    explanation="""
    “She walks” can go on for ever, and in a model's hands it does: over two slots or more the movement loops, or
    slows down. Say where it ends, or what comes after it. A path (“through the gate”) is an end too, and within
    4.5 seconds no end is needed.
    """,
    bad="""
    scenes:
      - segments:
          - action: a woman in a red scarf walks in the snow
            seconds: 18
    """,
    good="""
    scenes:
      - segments:
          - action: a woman in a red scarf walks up to the oak and looks behind her
            seconds: 18
    """,
    source="Qwen's and Kling's prompt guides: give a movement an end, or it loops",
)
def movement_without_end(facts: Facts) -> Iterator[Told]:
    """An English clause of two slots or more, with one verb of going on and on, and no word for where that leads."""
    slot = float(facts.profile.slot_seconds)
    for segment in facts.segments:
        bag = segment.bag
        if (
            (bag.isdisjoint(_GOING_ON) and bag.isdisjoint(_BARE))
            or not bag.isdisjoint(_ENDS)
            or facts.seconds_of(segment) <= slot
            or not facts.is_english(segment)
        ):
            continue
        if len(segment.words) < FEWEST_WORDS or len(clauses_of(segment.action)) > 1:
            continue
        words = segment.words
        at = next((n for n, word in enumerate(words) if _goes_on(word, words[n - 1] if n else "")), None)
        if at is None:
            continue
        verb = words[at]
        if words[at + 1 : at + 2] == ["in"] and words[at + 2 : at + 3] not in _IN_SOMETHING:
            continue  # “walks in” is an entrance, “walks in the rain” is none
        yield Told(
            f"“{verb}” has no end here: such a movement loops, or slows down.",
            "Say where it leads or what follows: walks to the window, pauses, turns.",
            segment.where,
        )


def _goes_on(word: str, before: str) -> bool:
    """Whether a word is a verb of going on and on; its bare form is one only after several."""
    several = before in _SEVERAL or (before.endswith("s") and not before.endswith("ss"))
    return word in _GOING_ON or (word in _BARE and several)
