"""The camera over a still: one slow move a segment, joined so that nothing jerks where they meet."""

from __future__ import annotations

import bisect
import random
from dataclasses import dataclass
from itertools import pairwise

_SLOWEST_STEP = 3.0
_LONGEST_STEP = 9.0

# Zoom and place (the share of the room left of and above the view) that the moves end at, near and far
# by turns, so that a push is followed by a pull or a pan and never by more of the same.
_NEAR = ((1.22, 0.30, 0.40), (1.24, 0.72, 0.35), (1.26, 0.45, 0.62), (1.20, 0.62, 0.58), (1.25, 0.22, 0.55))
_FAR = ((1.08, 0.80, 0.50), (1.10, 0.15, 0.45), (1.12, 0.55, 0.10), (1.09, 0.35, 0.80), (1.11, 0.90, 0.30))


@dataclass(frozen=True)
class Pose:
    """Where the camera looks.

    Attributes:
        zoom: 1.0 shows the whole picture.
        across: 0.0 is the left edge of what can be seen at this zoom, 1.0 the right.
        down: 0.0 is the top, 1.0 the bottom.
    """

    zoom: float
    across: float
    down: float

    def box(self, width: float, height: float) -> tuple[float, float, float, float]:
        """The part of a picture of this size that is in view: left, top, right, bottom, not rounded."""
        seen_width, seen_height = width / self.zoom, height / self.zoom
        left, top = (width - seen_width) * self.across, (height - seen_height) * self.down
        return left, top, left + seen_width, top + seen_height


class Camera:
    """A continuous move, with a new direction at each segment, the same for the same seed.

    It begins on the whole picture, so that the first frame of a clip is its first frame image.

    Args:
        boundaries: Seconds at which segments begin and end, rising, from 0 to the end of the clip.
        seed: Anything; another seed gives another order of moves.
    """

    def __init__(self, boundaries: list[float], seed: int) -> None:
        self._times = _calm(boundaries)
        poses = [Pose(1.0, 0.5, 0.5), *_targets(len(self._times) - 1, seed)]
        self._zoom = _Curve(self._times, [pose.zoom for pose in poses])
        self._across = _Curve(self._times, [pose.across for pose in poses])
        self._down = _Curve(self._times, [pose.down for pose in poses])

    def pose(self, seconds: float) -> Pose:
        """Where the camera looks at this time of the clip."""
        return Pose(self._zoom.at(seconds), self._across.at(seconds), self._down.at(seconds))


def _calm(boundaries: list[float]) -> list[float]:
    """Leave out turns that come too soon after the last, and add some where one move would last too long."""
    end = boundaries[-1]
    kept = [boundaries[0]]
    for time in boundaries[1:-1]:
        if time - kept[-1] >= _SLOWEST_STEP and end - time >= _SLOWEST_STEP:
            kept.append(time)
    kept.append(end)
    times = [kept[0]]
    for before, after in pairwise(kept):
        parts = max(1, round((after - before) / _LONGEST_STEP))
        times += [before + (after - before) * part / parts for part in range(1, parts + 1)]
    return times


def _targets(count: int, seed: int) -> list[Pose]:
    chance = random.Random(seed)  # noqa: S311  the order of camera moves, nothing secret
    near = chance.sample(_NEAR, len(_NEAR))
    far = chance.sample(_FAR, len(_FAR))
    turns = [spot for pair in zip(near, far, strict=True) for spot in pair]
    return [Pose(*turns[number % len(turns)]) for number in range(count)]


class _Curve:
    """A smooth curve through points that never swings past them (monotone cubic, Fritsch and Carlson 1980)."""

    def __init__(self, times: list[float], values: list[float]) -> None:
        self._times = times
        self._values = values
        slopes = [(values[n + 1] - values[n]) / (times[n + 1] - times[n]) for n in range(len(times) - 1)]
        inner = [
            0.0 if before * after <= 0 else 2 * before * after / (before + after)
            for before, after in pairwise(slopes)
        ]
        # The camera is already on its way in the first frame: the model never begins from a standstill.
        self._tangents = [slopes[0], *inner, slopes[-1] / 2]

    def at(self, time: float) -> float:
        span = min(max(bisect.bisect_right(self._times, time) - 1, 0), len(self._times) - 2)
        length = self._times[span + 1] - self._times[span]
        part = min(max((time - self._times[span]) / length, 0.0), 1.0)
        rest = 1 - part
        return (
            self._values[span] * (1 + 2 * part) * rest * rest
            + self._values[span + 1] * part * part * (3 - 2 * part)
            + length * part * rest * (self._tangents[span] * rest - self._tangents[span + 1] * part)
        )
