"""Rules about the camera: one move at a time, and one that ends."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from storyboard.compiler.camera_moves import Kind, camera_in_action, camera_moves, moves_at_once
from storyboard.rules.rule import Told, rule
from storyboard.rules.words import shown, word_set, words_of
from storyboard.story.findings import Severity
from storyboard.story.pattern import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from storyboard.compiler.camera_moves import CameraMove
    from storyboard.rules.facts import Facts

Where = tuple[str | int, ...]


class _Camera(NamedTuple):
    """A text about the camera, where it stands, and how long it has to follow it."""

    where: Where
    text: str
    seconds: float


_AFTER = pattern(r"\b(?:(?:and )?then|before|after (?:that|which)|afterwards?|followed by)\b|;", re.IGNORECASE)
_MARKS = ("then", "before", "after", "followed", ";")


@lru_cache(maxsize=1024)  # a series says the same of its camera again and again
def _in_turn(text: str) -> tuple[str, ...]:
    """The parts of a text about the camera of which each begins where the one before has ended."""
    low = text.lower()
    return tuple(_AFTER.split(text)) if any(mark in low for mark in _MARKS) else (text,)


def _cameras(facts: Facts) -> Iterator[_Camera]:
    """Every text about a camera that moves, once, with what the action beside it says of the camera."""
    slot = float(facts.profile.slot_seconds)
    for i, scene in enumerate(facts.story.scenes):
        if scene.camera and moves_at_once(scene.camera):
            yield _Camera(("scenes", i, "camera"), scene.camera, slot)
    for segment in facts.segments:
        own = segment.segment.camera
        said = camera_in_action(segment.action) if "camera" in segment.bag else ""
        if said:
            yield _Camera(segment.where, f"{own}, {said}" if own else said, facts.seconds_of(segment))
        elif own and moves_at_once(own):
            yield _Camera((*segment.where[:-1], "camera"), own, facts.seconds_of(segment))


@rule(
    "several-camera-moves",
    Severity.WARNING,
    "More than one camera move in a segment.",
    explanation="""
    Two camera moves at once pull the picture two ways, and it jitters. Give each segment one move, and a second
    one the next segment. Moves one after the other (“pan left, then push in”) are fine; three of them in one slot
    of 4.5 seconds are an info.
    """,
    bad="""
    scenes:
      - segments:
          - action: the captain climbs the ladder, reaches the deck and turns to the sea
            camera: pan left, crane up
    """,
    good="""
    scenes:
      - segments:
          - action: the captain climbs the ladder, reaches the deck and turns to the sea
            camera: slow crane up
    """,
    source="Qwen's and Kling's prompt guides; the captions of SVI's authors have one move each",
)
def several_camera_moves(facts: Facts) -> Iterator[Told]:
    """A camera that is told to move in two ways."""
    for camera in _cameras(facts):
        parts = [moves_at_once(part) for part in _in_turn(camera.text)]
        crowded = max(parts, key=len)
        every = [move for moves in parts for move in moves]
        if len(crowded) > 1:
            yield Told(
                f"The camera is given {_number(len(crowded))} moves at once: {_labels(crowded)}.",
                "Keep one, and give another segment the other.",
                camera.where,
            )
        elif len(every) > _MOST_IN_A_SLOT and camera.seconds <= facts.profile.slot_seconds:
            yield Told(
                f"The camera is given {_number(len(every))} moves in {camera.seconds:g} seconds: {_labels(every)}.",
                "Keep one or two, give another segment the rest, or give this one more seconds.",
                camera.where,
                severity=Severity.INFO,
            )


_MOST_IN_A_SLOT = 2  # one after the other; a choice of ours


def _labels(moves: Iterable[CameraMove]) -> str:
    return ", ".join(move.label for move in moves)


def _number(count: int) -> str:
    return {2: "two", 3: "three", 4: "four"}.get(count, str(count))


@rule(
    "camera-contradiction",
    Severity.WARNING,
    "A camera that is fixed and moves.",
    explanation="""
    “Fixed camera” and a move cannot both be followed. Which of the two the model keeps is chance. “Fixed, then a
    slow push in” is one after the other, and no contradiction.
    """,
    bad="""
    scenes:
      - segments:
          - action: the captain lowers the telescope and shakes her head
            camera: static shot, slow push in
    """,
    good="""
    scenes:
      - segments:
          - action: the captain lowers the telescope and shakes her head
            camera: fixed camera, close-up
    """,
    source="Qwen's and Kling's prompt guides: “fixed camera” for a still one; two moves at once cause jitter",
)
def camera_contradiction(facts: Facts) -> Iterator[Told]:
    """A camera that is told to stay where it is and to move."""
    for camera in _cameras(facts):
        for part in _in_turn(camera.text):
            moves = moves_at_once(part)
            if moves and any(move.kind is Kind.FIXED for move in camera_moves(part)):
                told = f"The camera is fixed and moves ({moves[0].label})."
                yield Told(told, "Keep one of the two, or say which comes first and which then.", camera.where)
                break


_TURNING = frozenset({Kind.ORBIT, Kind.ROLL})
_ENDS = word_set(
    """
    to until toward towards half once twice quarter degrees degree ends end ending stops stop into from behind
    """
)


@rule(
    "camera-without-end",
    Severity.INFO,
    "A camera that circles without end.",
    explanation="""
    A camera that orbits or rolls has no place where it arrives by itself, and tends to speed up or to loop. Say
    how far it goes.
    """,
    bad="""
    scenes:
      - segments:
          - action: the dancer lifts both arms and turns her face to the light
            camera: orbiting shot
    """,
    good="""
    scenes:
      - segments:
          - action: the dancer lifts both arms and turns her face to the light
            camera: slow orbit, a quarter turn to her left side
    """,
    source="Qwen's and Kling's prompt guides: give a movement an end, or it loops",
)
def camera_without_end(facts: Facts) -> Iterator[Told]:
    """A camera that turns around something, without a word for how far."""
    for where, text, _ in _cameras(facts):
        turning = next((move for move in moves_at_once(text) if move.kind in _TURNING), None)
        if turning and _ENDS.isdisjoint(words_of(text)) and not any(char.isdigit() for char in text):
            yield Told(
                f"“{shown(turning.words)}” has no end: such a camera loops, or speeds up.",
                "Say how far it goes, such as: a quarter turn to her left side.",
                where,
            )
