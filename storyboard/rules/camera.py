"""Rules about the camera: one move at a time, and one that ends."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from storyboard.rules.rule import Told, rule
from storyboard.rules.words import word_set, words_of
from storyboard.story.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyboard.rules.facts import Facts, SegmentFacts

Where = tuple[str | int, ...]

# Each kind of move, by the words that name it. Two kinds at once are two moves; so are two directions of one kind.
_KINDS = {
    "zoom": "zoom zooms zooming zoomed",
    "pan": "pan pans panning panned whip-pan",
    "tilt": "tilt tilts tilting tilted",
    "crane": "crane cranes craning boom booms booming jib pedestal pedestals ped",
    "dolly": "dolly dollies dollying push pushes pushing pull pulls pulling push-in pull-back pull-out dolly-in",
    "orbit": "orbit orbits orbiting arc arcs arcing circle circles circling encircles",
    "track": "track tracks tracking truck trucks trucking follow follows following",
    "roll": "roll rolls rolling",
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_MOVES = frozenset(_KIND_OF)
_WAYS = {"in": "in", "out": "out", "back": "out", "left": "left", "right": "right", "up": "up", "down": "down"}
_WAYS |= {"forward": "in", "forwards": "in", "backward": "out", "backwards": "out"}
_FIXED = word_set("fixed static locked locked-off stationary tripod motionless unmoving")
_TRAVELS = word_set(
    """
    move moves moving glide glides gliding travel travels travelling fly flies flying drift drifting
    """
)
_NO_MOVE_BEFORE = frozenset({"no", "without", "not", "never"})


@lru_cache(maxsize=1024)
def moves_in(text: str) -> tuple[str, ...]:
    """The camera moves that a text about the camera names, each once: a kind, and a direction where it has one."""
    words = words_of(text)
    found: dict[str, None] = {}
    for n, word in enumerate(words):
        kind = _KIND_OF.get(word)
        if kind is None and word in _TRAVELS and words[n + 1 : n + 2] and words[n + 1] in _WAYS:
            kind = "move"
        if kind is None or (n and words[n - 1] in _NO_MOVE_BEFORE):
            continue
        following = words[n + 1 : n + 4]
        if following[:1] in (["focus"], ["zoom"]):  # to pull focus moves nothing, and a dolly zoom is one move
            continue
        way = next((_WAYS[each] for each in following if each in _WAYS), "")
        if kind in {"orbit", "track"}:
            way = ""
        found[f"{kind} {way}".strip()] = None
    kinds = {move.split()[0] for move in found}
    bare = [move for move in found if " " not in move]
    if bare and len(kinds) < len(found):  # “push in … the push” is one move, told twice
        found = {move: None for move in found if " " in move or sum(m.split()[0] == move for m in found) == 1}
    return tuple(found)


@lru_cache(maxsize=1024)
def _words(text: str) -> tuple[str, ...]:
    return tuple(words_of(text))


_CAMERA_DOES = re.compile(
    r"\bcamera,? (?:then |slowly |gently |smoothly |quickly |now )*(?=[a-z])([^.;]*)", re.IGNORECASE
)


def _told_in_action(segment: SegmentFacts) -> str:
    """What an action says that the camera does; empty where the camera is only something to look at."""
    if "camera" not in segment.bag:
        return ""
    match = _CAMERA_DOES.search(segment.action)
    if match is None:
        return ""
    said = match.group(1)
    first = words_of(said)[:1]
    return said if first and first[0] in _MOVES else ""


def _cameras(facts: Facts) -> Iterator[tuple[Where, str]]:
    """Every text about the camera, once, with what the action beside it says of the camera."""
    for i, scene in enumerate(facts.story.scenes):
        if scene.camera:
            yield ("scenes", i, "camera"), scene.camera
    for segment in facts.segments:
        said = _told_in_action(segment)
        own = segment.segment.camera
        if said:
            yield segment.where, f"{own}, {said}" if own else said
        elif own:
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
        found = moves_in(text)
        if len(found) > 1:
            yield Told(
                f"The camera is given {_number(len(found))} moves at once: {', '.join(found)}.",
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
        found = moves_in(text)
        if found and not _FIXED.isdisjoint(_words(text)):
            yield Told(f"The camera is fixed and moves ({found[0]}).", "Keep one of the two.", where)


_TURNING = word_set(
    """
    orbit orbits orbiting arc arcs arcing circle circles circling roll rolls rolling spin spins spinning rotate
    rotates rotating
    """
)
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
        words = _words(text)
        turning = next((word for word in words if word in _TURNING), None)
        if turning and _ENDS.isdisjoint(words) and not any(char.isdigit() for char in text):
            yield Told(
                f"“{turning}” has no end: such a camera loops, or speeds up.",
                "Say how far it goes, such as: a quarter turn to her left side.",
                where,
            )
