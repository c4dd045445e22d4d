"""Where a camera over a still is at each moment: the author's camera words, as moves.

A still has no depth, so a move is told by what it does to the view: a push or a zoom makes it nearer, a pan or a
track carries it sideways, a crane or a tilt upright, an orbit turns it like a card that is walked around.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from storyboard.compiler.camera_moves import CameraMove, Framing, Kind, Pace, Toward, camera_moves, framing
from storyboard.drawing.pose import Pose

if TYPE_CHECKING:
    from collections.abc import Sequence

WHOLE = Pose(1.0, 0.5, 0.5)
"""The whole picture."""

_NEAREST = 2.2
FRAMED = {
    Framing.EXTREME_CLOSE_UP: 2.0,
    Framing.CLOSE_UP: 1.6,
    Framing.MEDIUM_CLOSE: 1.4,
    Framing.MEDIUM: 1.25,
    Framing.WIDE: 1.0,
    Framing.EXTREME_WIDE: 1.0,
}
"""How much nearer than the whole picture each framing is."""
_NEARER_BY = 0.04  # steps in which a beginning is looked for
_PACE = {Pace.SLOW: 0.6, Pace.NORMAL: 1.0, Pace.FAST: 1.25}
_SLOT = 4.5
_DRIFT = 1.035
_NEARER = math.log(1.34)  # a push of usual speed in 4.5 s, as the logarithm of its zoom
_SHIFT = 0.24  # a pan of usual speed in 4.5 s, in widths of the frame
_TURN = 0.08
_LEAN = 5.0
_FASTEST = 0.7  # seconds that a whip or a snap takes
_ROOM = {Kind.PAN: 1.36, Kind.TRACK: 1.42, Kind.TILT: 1.36, Kind.CRANE: 1.36, Kind.ORBIT: 1.2, Kind.ROLL: 1.25}
_LONGEST = 16 / 9
"""The most that one side of a frame is to the other. A longer one shows a corner of black where the camera leans."""
_ON_RAILS = frozenset({Kind.TRACK, Kind.ORBIT})
_SIGN = {
    Toward.IN: 1.0, Toward.OUT: -1.0, Toward.LEFT: -1.0, Toward.RIGHT: 1.0, Toward.UP: -1.0, Toward.DOWN: 1.0,
}  # fmt: skip
_OPEN = {Kind.TILT: -1.0, Kind.CRANE: -1.0}  # up, where the words leave it open; all others to the right, or nearer


@dataclass(frozen=True)
class _Leg:
    """One stretch of a shot: from one view to another.

    Attributes:
        begins: Share of the shot at which it begins.
        ends: Share of the shot at which it ends.
        start: The view it begins at.
        end: The view it ends at.
        even: Whether it goes at one speed, as on rails, or gathers way and slows down again.
        defocuses: Whether it loses focus in its middle and finds it again.
    """

    begins: float
    ends: float
    start: Pose
    end: Pose
    even: bool = False
    defocuses: bool = False


@dataclass(frozen=True)
class ShotPath:
    """The camera's way through one shot.

    Attributes:
        legs: Its stretches, in order.
        seconds: How long the shot is.
        shakes: Whether a hand holds the camera.
    """

    legs: tuple[_Leg, ...]
    seconds: float
    shakes: bool

    @property
    def end(self) -> Pose:
        """The view at the end of the shot, shaking left out."""
        return self.legs[-1].end

    @property
    def stands(self) -> Pose | None:
        """The view of a camera that stands upright and still; None where it moves, leans, or loses focus."""
        views = {pose for leg in self.legs for pose in (leg.start, leg.end)}
        first = self.legs[0].start
        is_still = len(views) == 1 and not self.shakes and not any(leg.defocuses for leg in self.legs)
        return first if is_still and not (first.roll or first.yaw) else None

    def at(self, seconds: float) -> Pose:
        """The view at a time from the start of the shot; after its end the camera stands."""
        share = min(max(seconds / self.seconds, 0.0), 1.0)
        leg = next((leg for leg in self.legs if share < leg.ends), self.legs[-1])
        part = min(max((share - leg.begins) / (leg.ends - leg.begins), 0.0), 1.0)
        pose = _between(leg.start, leg.end, part if leg.even else part * part * (3 - 2 * part))
        if leg.defocuses:
            pose = replace(pose, blur=math.sin(math.pi * part) ** 4)
        return _inside(_shaken(pose, seconds) if self.shakes else pose)


def path_over(camera: str, seconds: float) -> ShotPath:
    """The camera's way over a picture that stands by itself.

    Args:
        camera: The author's words, such as ``slow push in``.
        seconds: How long the picture stands, above 0.
    """
    near = framing(camera)
    start = Pose(FRAMED[near] if near else 1.0, 0.5, 0.45)
    return path_through(camera, camera_moves(camera), seconds, start, start)


def path_through(camera: str, moves: Sequence[CameraMove], seconds: float, start: Pose, fresh: Pose) -> ShotPath:
    """The camera's way through one shot.

    Args:
        camera: The author's words.
        moves: What they ask for.
        seconds: How long the shot is, above 0.
        start: The view to begin at, where the moves have room there.
        fresh: The view to begin anew from, where they have none.
    """
    travels = [move for move in moves if move.travels]
    kinds = {move.kind for move in moves}
    shakes = Kind.HANDHELD in kinds
    if shakes:
        start = replace(start, zoom=max(start.zoom, 1.07))
    if not travels:
        stands = bool(kinds & {Kind.FIXED, Kind.FOCUS})
        leg = _Leg(0.0, 1.0, start, start if stands else _drifted(start), even=True, defocuses=Kind.FOCUS in kinds)
        return ShotPath((leg,), seconds, shakes)
    apart = bool(re.search(r"\bthen\b", camera.lower())) or len({move.kind for move in travels}) < len(travels)
    groups = [[move] for move in travels] if apart else [travels]
    legs: list[_Leg] = []
    each = seconds / len(groups)
    at = _with_room_for_all(start, groups, each)
    for number, group in enumerate(groups):
        at = _inside(_with_room(at, fresh, group, each))
        if legs:  # no cut within a shot: the move before ends where this one can begin
            legs[-1] = replace(legs[-1], end=at)
        target = _inside(_moved(at, group, each))
        begins, ends = number / len(groups), (number + 1) / len(groups)
        if any(move.pace is Pace.FAST for move in group) and each > 2 * _FASTEST:
            arrives = begins + _FASTEST / seconds
            legs += [_Leg(begins, arrives, at, target), _Leg(arrives, ends, target, _drifted(target), even=True)]
        else:
            legs.append(_Leg(begins, ends, at, target, even=all(move.kind in _ON_RAILS for move in group)))
        at = legs[-1].end
    return ShotPath(tuple(legs), seconds, shakes)


def _drifted(pose: Pose) -> Pose:
    """The next view of a camera that nobody told anything: it is never quite still."""
    nearer = pose.zoom * _DRIFT if pose.zoom < 1.06 else pose.zoom / _DRIFT
    return replace(pose, zoom=max(nearer, 1.0), yaw=0.0, roll=0.0)


def _length(move: CameraMove, seconds: float) -> float:
    """How far a move goes, as a share of what it usually does in one slot."""
    return _PACE[move.pace] * min(math.pow(seconds / _SLOT, 0.6), 1.7)


def _sign(move: CameraMove) -> float:
    return _SIGN[move.toward] if move.toward else _OPEN.get(move.kind, 1.0)


def _with_room_for_all(start: Pose, groups: Sequence[Sequence[CameraMove]], seconds: float) -> Pose:
    """The view to begin at so that moves that follow each other all have room; as it is where there is none."""
    for step in range(round((_NEAREST - start.zoom) / _NEARER_BY) + 1 if len(groups) > 1 else 0):
        pose = first = replace(start, zoom=start.zoom + step * _NEARER_BY)
        for group in groups:
            if not _has_room(pose, group, seconds):
                break
            pose = _moved(pose, group, seconds)
        else:
            return first
    return start


def _with_room(start: Pose, fresh: Pose, moves: Sequence[CameraMove], seconds: float) -> Pose:
    """The view to begin moves at: the one the camera is at, or where they have no room there, a better one."""
    if _has_room(start, moves, seconds):
        return start
    pose = replace(fresh, yaw=0.0, roll=0.0)
    for move in moves:
        length, sign = _length(move, seconds), _sign(move)
        if move.kind in {Kind.DOLLY, Kind.ZOOM}:
            back = math.exp(_NEARER * length) if sign < 0 else 1.0
            pose = replace(pose, zoom=min(pose.zoom * back, _NEAREST))
        else:
            pose = replace(pose, zoom=max(pose.zoom, _ROOM[move.kind]))
    for move in moves:
        length, sign = _length(move, seconds), _sign(move)
        half = _SHIFT * length / 2
        if move.kind in {Kind.PAN, Kind.TRACK}:
            pose = replace(pose, across=_clamped(0.5 - sign * half / _spare(pose.zoom)))
        elif move.kind in {Kind.TILT, Kind.CRANE}:
            pose = replace(pose, down=_clamped(0.5 - sign * half / _spare(pose.zoom)))
        elif move.kind is Kind.ORBIT:
            pose = replace(pose, across=_clamped(0.5 - sign * 0.3), yaw=-sign * _TURN * length)
        elif move.kind is Kind.ROLL:
            pose = replace(pose, roll=-sign * _LEAN * length / 2)
    return pose


def _has_room(start: Pose, moves: Sequence[CameraMove], seconds: float) -> bool:
    for move in moves:
        length, sign = _length(move, seconds), _sign(move)
        if move.kind in {Kind.DOLLY, Kind.ZOOM}:
            zoom = start.zoom * math.exp(sign * _NEARER * length)
            if not 1.0 <= zoom <= _NEAREST:
                return False
        elif move.kind in {Kind.ORBIT, Kind.ROLL} or start.zoom < _ROOM[move.kind] - 0.12:
            return False
        else:
            way = start.across if move.kind in {Kind.PAN, Kind.TRACK} else start.down
            if not 0.0 <= way + sign * _SHIFT * length / _spare(start.zoom) <= 1.0:
                return False
    return True


def _moved(start: Pose, moves: Sequence[CameraMove], seconds: float) -> Pose:
    """The view after moves that are made at the same time."""
    pose = replace(start, yaw=0.0, roll=0.0)
    for move in moves:
        length, sign = _length(move, seconds), _sign(move)
        if move.kind in {Kind.DOLLY, Kind.ZOOM}:
            pose = replace(pose, zoom=min(max(start.zoom * math.exp(sign * _NEARER * length), 1.0), _NEAREST))
    for move in moves:
        length, sign = _length(move, seconds), _sign(move)
        shift = sign * _SHIFT * length / _spare(pose.zoom)
        if move.kind in {Kind.PAN, Kind.TRACK}:
            pose = replace(pose, across=_clamped(pose.across + shift))
        elif move.kind is Kind.TILT:
            pose = replace(pose, down=_clamped(pose.down + shift))
        elif move.kind is Kind.CRANE:
            # A crane also comes a little nearer to what it rises above: that tells it from a tilt.
            pose = replace(pose, down=_clamped(pose.down + shift), zoom=max(pose.zoom * (1 - 0.06 * sign), 1.0))
        elif move.kind is Kind.ORBIT:
            pose = replace(pose, across=_clamped(0.5 + sign * 0.3), yaw=sign * _TURN * length)
        elif move.kind is Kind.ROLL:
            pose = replace(pose, roll=sign * _LEAN * length / 2)
    return pose


def _inside(pose: Pose) -> Pose:
    """The view, as near and as far from the edges as it has to be to show nothing beside the picture."""
    turn = math.radians(abs(pose.roll))
    # A view that leans is as wide and as high as the upright one around it; one that is turned is higher at one edge.
    needed = (math.cos(turn) + _LONGEST * math.sin(turn)) * (1 + abs(pose.yaw) - pose.less)
    zoom = max(pose.zoom, needed)
    if not pose.roll and not pose.yaw:
        return pose if zoom == pose.zoom else replace(pose, zoom=zoom)
    edge = (needed - 1) / 2 / zoom  # what has to be left to either side, in widths of the picture
    room = (1 - 1 / zoom) or 1.0
    least, most = min(edge / room, 0.5), max(1 - edge / room, 0.5)
    return replace(pose, zoom=zoom, across=min(max(pose.across, least), most), down=min(max(pose.down, least), most))


def _spare(zoom: float) -> float:
    """How far the view can be moved at this zoom, in widths of the frame as it is shown."""
    return max(zoom - 1.0, 0.05)


def _clamped(value: float) -> float:
    return min(max(value, 0.0), 1.0)


def _between(first: Pose, second: Pose, share: float) -> Pose:
    if first == second:
        return first  # to the last bit: a camera that stands is drawn once
    rest = 1 - share
    return Pose(
        math.exp(math.log(first.zoom) * rest + math.log(second.zoom) * share),  # a steady approach looks steady
        first.across * rest + second.across * share,
        first.down * rest + second.down * share,
        first.yaw * rest + second.yaw * share,
        first.roll * rest + second.roll * share,
    )


def _shaken(pose: Pose, seconds: float) -> Pose:
    """A hand's breath and step: slow sways that never repeat, and never leave the picture."""
    turn = math.tau * seconds
    spare = _spare(pose.zoom)
    sway = 0.007 * math.sin(0.61 * turn) + 0.004 * math.sin(1.37 * turn + 1) + 0.0015 * math.sin(3.1 * turn + 2)
    heave = 0.006 * math.sin(0.83 * turn + 0.5) + 0.004 * math.sin(1.71 * turn + 3) + 0.0015 * math.sin(3.7 * turn)
    return replace(pose, across=_clamped(pose.across + sway / spare), down=_clamped(pose.down + heave / spare))
