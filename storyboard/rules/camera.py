"""Rules about the camera: one move at a time, and one that ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.compiler.camera_moves import Kind, camera_in_action, camera_moves, moves_at_once
from storyboard.rules.rule import Told, rule
from storyboard.rules.words import shown, word_set, words_of
from storyboard.story.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyboard.rules.facts import Facts

Where = tuple[str | int, ...]


def _cameras(facts: Facts) -> Iterator[tuple[Where, str]]:
    """Every text about a camera that moves, once, with what the action beside it says of the camera."""
    for i, scene in enumerate(facts.story.scenes):
        if scene.camera and moves_at_once(scene.camera):
            yield ("scenes", i, "camera"), scene.camera
    for segment in facts.segments:
        own = segment.segment.camera
        said = camera_in_action(segment.action) if "camera" in segment.bag else ""
        if said:
            yield segment.where, f"{own}, {said}" if own else said
        elif own and moves_at_once(own):
            yield (*segment.where[:-1], "camera"), own


@rule(
    "several-camera-moves",
    Severity.WARNING,
    "More than one camera move in a segment.",
    explanation="""
    Two camera moves in 4.5 seconds pull the picture two ways, and it jitters. Give each segment one move, and a
    second one the next segment.
    """,
    bad="""
    scenes:
      - segments:
          - action: the captain climbs the ladder, reaches the deck and turns to the sea
            camera: pan left, then crane up
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
    for where, text in _cameras(facts):
        moves = moves_at_once(text)
        if len(moves) > 1:
            named = ", ".join(move.label for move in moves)
            yield Told(
                f"The camera is given {_number(len(moves))} moves at once: {named}.",
                "Keep one, and give another segment the other.",
                where,
            )


def _number(count: int) -> str:
    return {2: "two", 3: "three", 4: "four"}.get(count, str(count))


@rule(
    "camera-contradiction",
    Severity.WARNING,
    "A camera that is fixed and moves.",
    explanation="""
    “Fixed camera” and a move cannot both be followed. Which of the two the model keeps is chance.
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
    for where, text in _cameras(facts):
        moves = moves_at_once(text)
        if moves and any(move.kind is Kind.FIXED for move in camera_moves(text)):
            yield Told(f"The camera is fixed and moves ({moves[0].label}).", "Keep one of the two.", where)


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
    for where, text in _cameras(facts):
        turning = next((move for move in moves_at_once(text) if move.kind in _TURNING), None)
        if turning and _ENDS.isdisjoint(words_of(text)) and not any(char.isdigit() for char in text):
            yield Told(
                f"“{shown(turning.words)}” has no end: such a camera loops, or speeds up.",
                "Say how far it goes, such as: a quarter turn to her left side.",
                where,
            )
