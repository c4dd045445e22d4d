"""The camera words of an author, read: which moves they ask for, which way, how fast, and how near the shot is.

Authors write the camera in words of their own (“slow push in, then arcs around her”). Who draws a preview, and who
looks for moves that fight each other, need to know what that asks for. Nothing here changes the text that is sent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from storyboard.compiler.camera_vocabulary import (
    BY_ITSELF,
    CHUNK,
    DIRECTIONS,
    FAST,
    FRAMINGS,
    GENERIC,
    MOVES,
    NEGATION,
    NO_MOVE,
    OF_ANYTHING,
    RIG,
    SLOW,
    SOMEBODY,
    SPAN,
    THERE,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


class Kind(StrEnum):
    """What the camera does."""

    DOLLY = "dolly"
    ZOOM = "zoom"
    PAN = "pan"
    TILT = "tilt"
    CRANE = "crane"
    TRACK = "track"
    ORBIT = "orbit"
    ROLL = "roll"
    HANDHELD = "handheld"
    FIXED = "fixed"
    FOCUS = "focus"


class Toward(StrEnum):
    """Which way it goes."""

    IN = "in"
    OUT = "out"
    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"


class Pace(StrEnum):
    """How fast, as far as the words say."""

    SLOW = "slow"
    NORMAL = "normal"
    FAST = "fast"


class Framing(StrEnum):
    """How near the subject is, from the nearest to the farthest."""

    EXTREME_CLOSE_UP = "extreme close-up"
    CLOSE_UP = "close-up"
    MEDIUM_CLOSE = "medium close-up"
    MEDIUM = "medium shot"
    WIDE = "wide shot"
    EXTREME_WIDE = "extreme wide shot"


@dataclass(frozen=True)
class CameraMove:
    """One thing that the camera is asked to do.

    Attributes:
        kind: What it does.
        toward: Which way; None where the words leave it open.
        pace: How fast.
        words: The author's words that say so.
    """

    kind: Kind
    toward: Toward | None = None
    pace: Pace = Pace.NORMAL
    words: str = ""

    @property
    def travels(self) -> bool:
        """Whether the view itself goes somewhere: two such moves at once are what a model does badly."""
        return self.kind not in {Kind.HANDHELD, Kind.FIXED, Kind.FOCUS}

    @property
    def label(self) -> str:
        """What people on a set call it, such as ``push in``."""
        named = {
            (Kind.DOLLY, Toward.IN): "push in",
            (Kind.DOLLY, Toward.OUT): "pull out",
            (Kind.FIXED, None): "fixed camera",
            (Kind.FOCUS, None): "rack focus",
        }
        return named.get((self.kind, self.toward)) or f"{self.kind} {self.toward or ''}".strip()


_BY_KIND: dict[Kind, frozenset[Toward]] = {
    Kind.DOLLY: frozenset({Toward.IN, Toward.OUT}),
    Kind.ZOOM: frozenset({Toward.IN, Toward.OUT}),
    Kind.PAN: frozenset({Toward.LEFT, Toward.RIGHT}),
    Kind.TILT: frozenset({Toward.UP, Toward.DOWN}),
    Kind.CRANE: frozenset({Toward.UP, Toward.DOWN}),
    Kind.TRACK: frozenset({Toward.LEFT, Toward.RIGHT}),
    Kind.ORBIT: frozenset({Toward.LEFT, Toward.RIGHT}),
    Kind.ROLL: frozenset({Toward.LEFT, Toward.RIGHT}),
}
_NEAR = 40  # characters before a word that decide whose it is
_SIDEWAYS = frozenset({Toward.LEFT, Toward.RIGHT})
_UPRIGHT = frozenset({Toward.UP, Toward.DOWN})
_DEPTH = frozenset({Toward.IN, Toward.OUT})
# What a word means where it names no direction; the others leave it open.
_USUALLY = {Kind.DOLLY: Toward.IN, Kind.ZOOM: Toward.IN, Kind.CRANE: Toward.UP}


@lru_cache(maxsize=1024)  # a series says the same of its camera again and again
def camera_moves(text: str) -> tuple[CameraMove, ...]:
    """The moves that camera words ask for, in the order in which they stand, each once.

    Args:
        text: Such as ``slow push in, handheld``; empty asks for nothing.
    """
    told = [
        each for chunk in CHUNK.split(text.lower().replace("’", "'")) for each in _in_chunk(" ".join(chunk.split()))
    ]
    is_plain = any(move.travels and not is_vague for move, is_vague in told)
    found: dict[tuple[Kind, Toward | None], CameraMove] = {}
    for move, is_vague in told:
        if not (is_vague and is_plain):  # “gimbal, moving forward” is one move
            found.setdefault((move.kind, move.toward), move)
    return tuple(found.values())


def camera_in_action(action: str) -> str:
    """What an action says that the camera does, as camera words; empty where it does nothing.

    “Waddles toward the camera” is about the subject, and so is “the camera falls, and she follows it”.
    """
    if "camera" not in action.lower():
        return ""
    return ", ".join(said for found in SPAN.finditer(action) if _begins_with_a_move(said := found["rest"].strip()))


def moves_in_action(action: str) -> tuple[CameraMove, ...]:
    """The moves that an action's text asks for, where it speaks of the camera (“the camera arcs around her”)."""
    return camera_moves(camera_in_action(action))


@lru_cache(maxsize=1024)
def moves_at_once(text: str) -> tuple[CameraMove, ...]:
    """The moves in camera words that go somewhere, each once; more than one pull the picture two ways.

    A kind that is told with a way and without one is one move, told twice.
    """
    going = [move for move in camera_moves(text) if move.travels]
    with_a_way = {move.kind for move in going if move.toward}
    return tuple(move for move in going if move.toward or move.kind not in with_a_way)


def framing(text: str) -> Framing | None:
    """How near the shot begins; None where the words do not say.

    “Push in to a close-up” ends there and does not begin there, so it says nothing.
    """
    written = text.lower().replace("’", "'")
    for name, pattern in FRAMINGS:
        for found in pattern.finditer(written):
            if not THERE.search(written[: found.start()]):
                return Framing(name)
    return None


def _begins_with_a_move(said: str) -> bool:
    first = next((chunk for part in CHUNK.split(said) if (chunk := part.strip())), "")
    return bool(camera_moves(first))


def _in_chunk(chunk: str) -> Iterator[tuple[CameraMove, bool]]:
    """The moves in a part of a text that has no comma or the like, and whether each is vague.

    Vague is what says that the camera goes, and not where: it counts only where nothing else says more.
    """
    pace = _pace(chunk)
    if NO_MOVE.search(chunk):
        yield CameraMove(Kind.FIXED, None, Pace.NORMAL, chunk), False
        return
    hits = list(_hits(chunk))
    for number, (start, end, word, _) in enumerate(hits):
        right_before = chunk[max(0, start - _NEAR) : start]
        if NEGATION.search(right_before) or _is_of_another(chunk[start:end], right_before):
            continue
        before = chunk[hits[number - 1][1] if number else 0 : start]
        after = chunk[end : hits[number + 1][0] if number + 1 < len(hits) else len(chunk)]
        move = _read(word, chunk[start:end], before, after)
        if move is not None:
            is_vague = word in {GENERIC, RIG} and move == (Kind.TRACK, None)
            yield CameraMove(move[0], move[1], pace, chunk), is_vague


def _is_of_another(word: str, right_before: str) -> bool:
    """Whether a word that could be the camera's is said of somebody or something else."""
    if SOMEBODY.search(right_before):
        return True
    return OF_ANYTHING.fullmatch(word) is not None and not BY_ITSELF.search(right_before)


def _hits(chunk: str) -> Iterator[tuple[int, int, str, int]]:
    """Where words of the vocabulary stand, none within another; where two begin together, the longer counts."""
    every = [
        (found.start(), found.end(), word, rank)
        for rank, (word, pattern) in enumerate(MOVES)
        for found in pattern.finditer(chunk)
    ]
    reached = 0
    for start, end, word, rank in sorted(every, key=lambda hit: (hit[0], -hit[1], hit[3])):
        if start >= reached:
            reached = end
            yield start, end, word, rank


def _read(word: str, own: str, before: str, after: str) -> tuple[Kind, Toward | None] | None:
    if word in {"handheld", "fixed", "focus"}:
        return Kind(word), None
    ways = [*_ways(own), *_ways(after), *reversed(_ways(before, last=3))]
    if word == GENERIC:
        return _generic(ways, own + after)
    if word == RIG:
        return Kind.TRACK, None
    kind = Kind(word)
    if kind is Kind.PAN and not _first(ways, _SIDEWAYS) and (upright := _first(ways, _UPRIGHT)):
        return Kind.TILT, upright
    if kind is Kind.DOLLY and not _first(ways, _DEPTH) and (sideways := _first(ways, _SIDEWAYS)):
        return Kind.TRACK, sideways
    if kind is Kind.TRACK and not _first(ways, _SIDEWAYS) and (depth := _first(ways, _DEPTH)):
        return Kind.DOLLY, depth
    toward = _first(ways, _BY_KIND[kind])
    if kind is Kind.DOLLY and toward is None and own.startswith(("pull", "retreat", "back")):
        return kind, Toward.OUT
    return kind, toward or _usually(kind, own)


def _usually(kind: Kind, own: str) -> Toward | None:
    if kind is Kind.CRANE and own.startswith(("descend", "lower", "sink")):
        return Toward.DOWN
    return _USUALLY.get(kind)


def _generic(ways: list[Toward], text: str) -> tuple[Kind, Toward | None] | None:
    """A plain verb of going, such as “glides”: what it asks for hangs on where it goes."""
    if re.search(r"\b(?:a?round|encircl\w+)\b", text):
        return Kind.ORBIT, _first(ways, _SIDEWAYS)
    for way in ways:
        if way in _DEPTH:
            return Kind.DOLLY, way
        return (Kind.TRACK if way in _SIDEWAYS else Kind.CRANE), way
    if re.search(r"\b(?:through|into)\b", text):
        return Kind.DOLLY, Toward.IN
    return Kind.TRACK, None


def _ways(text: str, *, last: int = 0) -> list[Toward]:
    """The directions that a text names, in order; of its last words only, where told so."""
    if last:
        text = " ".join(text.split()[-last:])
    hits = [(found.start(), Toward(name)) for name, pattern in DIRECTIONS for found in pattern.finditer(text)]
    return [way for _, way in sorted(hits)]


def _first(ways: list[Toward], allowed: frozenset[Toward]) -> Toward | None:
    return next((way for way in ways if way in allowed), None)


def _pace(chunk: str) -> Pace:
    if FAST.search(chunk):
        return Pace.FAST
    return Pace.SLOW if SLOW.search(chunk) else Pace.NORMAL
