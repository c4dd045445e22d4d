"""The camera over a still: one slow move a segment, joined so that nothing jerks where they meet."""

from __future__ import annotations

import random
from itertools import pairwise

from storyboard.drawing.pose import Curve, Pose

_SLOWEST_STEP = 3.0
_LONGEST_STEP = 9.0

# Zoom and place (the share of the room left of and above the view) that the moves end at, near and far
# by turns, so that a push is followed by a pull or a pan and never by more of the same.
_NEAR = ((1.22, 0.30, 0.40), (1.24, 0.72, 0.35), (1.26, 0.45, 0.62), (1.20, 0.62, 0.58), (1.25, 0.22, 0.55))
_FAR = ((1.08, 0.80, 0.50), (1.10, 0.15, 0.45), (1.12, 0.55, 0.10), (1.09, 0.35, 0.80), (1.11, 0.90, 0.30))


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
        self._zoom = Curve(self._times, [pose.zoom for pose in poses])
        self._across = Curve(self._times, [pose.across for pose in poses])
        self._down = Curve(self._times, [pose.down for pose in poses])

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
