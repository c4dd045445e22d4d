"""Rules about what holds from one segment to the next: states, the time of day, the place."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from storyboard.rules.rule import Told, rule
from storyboard.rules.words import shown, word_set, words_of
from storyboard.story.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyboard.rules.facts import Facts, SegmentFacts

_SMALL = word_set(
    """
    the a an and or of in on at to with by for from is are was were be been has have had holds hold it its his
    her their he she they still now then very just both one this that there into out up down not no as while
    wears wearing carries holding
    """
)
_COLOURS = word_set(
    """
    red blue green yellow white black grey gray brown orange pink purple violet golden silver turquoise beige
    navy
    """
)
_OPPOSITES = [
    ("open", "closed", "shut"), ("lit", "dark", "out", "unlit"), ("full", "empty"), ("wet", "dry"),
    ("standing", "sitting", "lying", "kneeling", "seated"), ("broken", "whole", "intact"), ("left", "right"),
    ("inside", "outside"), ("asleep", "awake"), ("on", "off"), ("raised", "lowered"), ("clean", "dirty"),
    ("alone", "together"), ("barefoot", "shod"), ("day", "night"),
]  # fmt: skip
_STATES = {word: n for n, words in enumerate(_OPPOSITES) for word in words}


@rule(
    "state-jump",
    Severity.WARNING,
    "A segment that does not begin where the one before it ended.",
    explanation="""
    A clip goes on from the last frames of the one before: what the picture shows then is what the next segment
    begins with. Where state: start says something else than the state: end before it, such as another coat or a
    door that was shut, the model has to jump. A start that has nothing in common with the end before it is an
    info.
    """,
    bad="""
    scenes:
      - segments:
          - action: the clerk closes the suitcase, lays both hands on it and sighs
            state: {end: the suitcase is shut on the desk}
          - action: a crab climbs over the edge and sidles across the desk
            state: {start: the suitcase is open on the desk}
    """,
    good="""
    scenes:
      - segments:
          - action: the clerk closes the suitcase, lays both hands on it and sighs
            state: {end: the suitcase is shut on the desk}
          - action: the lid lifts by itself, and a crab climbs over the edge
            state: {start: the suitcase is shut on the desk}
    """,
    source="vita-epfl/Stable-Video-Infinity issue 51: a clip starts in the state in which the one before ended",
)
def state_jump(facts: Facts) -> Iterator[Told]:
    """A state's start against the end of the segment before it, in the same reel and scene."""
    for before, segment in pairwise(facts.segments):
        state, last = segment.segment.state, before.segment.state
        if state is None or last is None or not state.start or not last.end or segment.opens_reel:
            continue
        if segment.scene != before.scene and facts.scene_of(segment).transition:
            continue
        where = (*segment.where[:-1], "state", "start")
        ends, starts = words_of(last.end), words_of(state.start)
        against = _against(ends, starts)
        if against:
            yield Told(
                f"The segment before ends with “{shown(last.end)}”, and this one starts with {against}.",
                "Begin where it ended, or tell the change in an action.",
                where,
            )
        elif not (set(ends) & set(starts)) - _SMALL and facts.is_english(segment):
            yield Told(
                f"This start has nothing of how the segment before ended: “{shown(last.end)}”.",
                "Begin with what the last picture shows, or leave the start out: the end is carried on by itself.",
                where,
                severity=Severity.INFO,
            )


def _against(ends: list[str], starts: list[str]) -> str:
    """What of a start contradicts an end: an opposite, or another colour, of the same thing; empty for nothing."""
    things = (set(ends) & set(starts)) - _SMALL - _STATES.keys() - _COLOURS
    if not things:
        return ""
    for word in starts:
        kind = _STATES.get(word)
        others = {each for each in ends if _STATES.get(each) == kind} if kind is not None else set()
        if others and word not in others and not {"closed", "shut"} >= {word, *others}:
            return f"“{word}”"
    for thing in things:
        was, now = _colour_of(thing, ends), _colour_of(thing, starts)
        if was and now and was != now:
            return f"“{now} {thing}”"
    return ""


def _colour_of(thing: str, words: list[str]) -> str:
    at = words.index(thing)
    return next((word for word in words[max(0, at - 2) : at] if word in _COLOURS), "")


_DAY = word_set(
    """
    noon midday daylight sunlit sunlight sunny sunshine morning afternoon daytime midmorning
    """
)
_NIGHT = word_set(
    """
    midnight moonlit moonlight moonlight's starlit starlight nighttime night-time night tonight
    """
)
_BETWEEN = word_set(
    """
    dusk dawn sunset sunrise twilight evening nightfall daybreak darkness darkens darkening brightens fades fade
    sets rises later time-lapse timelapse
    """
)
_BEFORE_NIGHT = word_set(
    """
    at by the a all into rainy blue dark starry late summer winter cold warm quiet deep same clear still
    """
)
_AFTER_NIGHT = word_set(
    """
    watchman nurse shift guard train bus market shirt light lights stand table before school watch ferry owl cap
    """
)
_TIMES = _DAY | _NIGHT


@rule(
    "day-night-jump",
    Severity.WARNING,
    "A day that turns to night, or night to day, without a transition.",
    explanation="""
    In one reel the light goes on from the last frame of the clip before. Where the story jumps from day to
    night without a word of how, the light flickers between the two. Write a transition, or let the light change
    in an action.
    """,
    bad="""
    scenes:
      - segments:
          - children chase a kite over the meadow in bright sunlight and fall into the grass
      - segments:
          - a hedgehog crosses the same meadow by moonlight and stops at the torn kite
    """,
    good="""
    scenes:
      - segments:
          - children chase a kite over the meadow in bright sunlight and fall into the grass
      - transition: the sun sinks, the meadow turns blue, and the moon comes up
        segments:
          - a hedgehog crosses the meadow by moonlight and stops at the torn kite
    """,
    source="SVI's authors: every window goes on from the last frames; scene changes are told in the caption",
)
def day_night_jump(facts: Facts) -> Iterator[Told]:
    """Words of day and words of night in the same reel, with nothing between them that changes the light."""
    last = ""
    scene_before = -1
    for segment in facts.segments:
        if segment.opens_reel:
            last = ""
        enters = segment.scene != scene_before
        scene_before = segment.scene
        now, between = _time_of_action(segment), not segment.bag.isdisjoint(_BETWEEN)
        if enters:
            scene = facts.scene_of(segment)
            place = facts.story.places.get(scene.place) if scene.place else None
            setting = " ".join(text for text in (scene.mood, scene.style, place.look if place else None) if text)
            words = words_of(setting)
            now = now or _time_in(words)
            between = between or scene.transition is not None or not _BETWEEN.isdisjoint(words)
        if between:
            last = now
        elif now:
            if last and last != now:
                told = "day, and here it is night" if now == "night" else "night, and here it is day"
                yield Told(
                    f"It was {told}, with no word of how the light changed.",
                    "Give the scene a “transition”, or let the light change in an action.",
                    segment.where,
                )
            last = now


def _time_of_action(segment: SegmentFacts) -> str:
    return "" if segment.bag.isdisjoint(_TIMES) else _time_in(segment.words)


def _time_in(words: list[str]) -> str:
    for n, word in enumerate(words):
        if word in _DAY:
            return "day"
        if word == "night":
            before, after = words[n - 1] if n else "", words[n + 1] if n + 1 < len(words) else ""
            said_alone = n == 0 and after in {"", "a", "an", "the"}  # “Night. A thief climbs …”
            if (said_alone or before in _BEFORE_NIGHT) and after not in _AFTER_NIGHT:
                return "night"
        elif word in _NIGHT:
            return "night"
    return ""


@rule(
    "place-changes",
    Severity.WARNING,
    "A scene in another place, in a reel whose first frame shows the first one.",
    explanation="""
    The first frame anchors every clip of its reel: the model comes back to it again and again, so that a scene
    in another place fights it. Give that scene an image of its own, and it becomes a reel of its own.
    """,
    bad="""
    image: images/harbour.png # a picture of 832x480
    places: {harbour: a small harbour, attic: an attic full of trunks}
    scenes:
      - place: harbour
        segments:
          - a gull lands on the mooring post, folds its wings and screams
      - place: attic
        segments:
          - a boy lifts the lid of a trunk, coughs and waves the dust away
    """,
    good="""
    image: images/harbour.png # a picture of 832x480
    places: {harbour: a small harbour, attic: an attic full of trunks}
    scenes:
      - place: harbour
        segments:
          - a gull lands on the mooring post, folds its wings and screams
      - place: attic
        image: images/attic.png # a picture of 832x480
        segments:
          - a boy lifts the lid of a trunk, coughs and waves the dust away
    """,
    source="SVI's authors, svi_2.0_pro.md; Wan2GP issues 1288 and 1469",
)
def place_changes(facts: Facts) -> Iterator[Told]:
    """A scene whose declared place is not the one that its reel began in, where that began from an image."""
    anchor: str | None = None
    scene_before = -1
    for segment in facts.segments:
        scene = facts.scene_of(segment)
        if segment.opens_reel:
            reel = facts.reels[segment.reel] if segment.reel < len(facts.reels) else None
            anchor = scene.place if reel is not None and reel.start.image is not None else None
        elif segment.scene != scene_before and anchor and scene.place and scene.place != anchor:
            yield Told(
                f"This scene is at “{scene.place}”, and its reel's first frame shows “{anchor}”: the model comes "
                "back to that frame in every clip.",
                "Give the scene an “image” of its own; it then gets a reel of its own.",
                ("scenes", segment.scene, "place"),
            )
        scene_before = segment.scene
