"""Where a camera looks at a still, and how it gets from one view to the next without a jerk."""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass
from itertools import pairwise

_SMOOTH = 0.03


@dataclass(frozen=True)
class Pose:
    """Where the camera looks.

    Attributes:
        zoom: 1.0 shows the whole picture.
        across: 0.0 is the left edge of what can be seen at this zoom, 1.0 the right.
        down: 0.0 is the top, 1.0 the bottom.
        yaw: How far the picture is turned about its upright middle: its edges show ``1 - less - yaw`` and
            ``1 - less + yaw`` of its height. Above zero the left edge is the far one. Within -0.2 and 0.2.
        roll: How far the camera leans to its right, in degrees. What is seen of the corners needs zoom to spare.
        blur: 0.0 is sharp, 1.0 out of focus.
    """

    zoom: float
    across: float
    down: float
    yaw: float = 0.0
    roll: float = 0.0
    blur: float = 0.0

    @property
    def less(self) -> float:
        """The share of the picture that is not seen for its being turned: |yaw|, but without a corner at 0.

        There, an orbit would jerk as it comes to its middle.
        """
        return math.hypot(self.yaw, _SMOOTH) - _SMOOTH

    def box(self, width: float, height: float) -> tuple[float, float, float, float]:
        """The part of a picture of this size that is in view: left, top, right, bottom, not rounded."""
        seen_width, seen_height = width / self.zoom, height / self.zoom
        left, top = (width - seen_width) * self.across, (height - seen_height) * self.down
        return left, top, left + seen_width, top + seen_height


class Curve:
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
        """The value at a time; before the first point and after the last it is theirs."""
        span = min(max(bisect.bisect_right(self._times, time) - 1, 0), len(self._times) - 2)
        length = self._times[span + 1] - self._times[span]
        part = min(max((time - self._times[span]) / length, 0.0), 1.0)
        rest = 1 - part
        return (
            self._values[span] * (1 + 2 * part) * rest * rest
            + self._values[span + 1] * part * part * (3 - 2 * part)
            + length * part * rest * (self._tangents[span] * rest - self._tangents[span + 1] * part)
        )
