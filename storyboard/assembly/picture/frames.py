"""What a frame is, and the arithmetic that all of its drawing shares."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Frame = NDArray[np.uint8]
"""Height, width, 3: red, green and blue, 0 to 255, C-contiguous."""
Wide = NDArray[np.uint16]
"""The same with room for a sum of two products of a value and a weight."""
Weights = NDArray[np.uint16]
"""How much of something there is, 0 to ``FULL``."""

FULL = 256
"""A weight of one. A value times it fits 16 bits, and dividing by it is a shift."""
_HALF = np.uint16(FULL // 2)


def weight(share: float) -> int:
    """A share, 0.0 to 1.0, as a weight; what lies outside is taken for the nearer end."""
    return round(min(max(share, 0.0), 1.0) * FULL)


def rounded(wide: Wide, out: Frame) -> Frame:
    """Turn sums of values times weights into values, into ``out``; ``wide`` is used up."""
    np.add(wide, _HALF, out=wide)
    return np.right_shift(wide, 8, out=out, casting="unsafe")


def plain(size: tuple[int, int], colour: tuple[int, int, int] = (0, 0, 0)) -> Frame:
    """A frame of one colour.

    Args:
        size: Width and height, in pixels.
        colour: Red, green and blue, 0 to 255.
    """
    frame = np.empty((size[1], size[0], 3), np.uint8)
    frame[:] = colour
    return frame


class Mixer:
    """Weighted sums of two frames, in memory that is taken once.

    Args:
        size: Width and height of the largest frames, in pixels.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        shape = (size[1], size[0], 3)
        self._first = np.empty(shape, np.uint16)
        self._second = np.empty(shape, np.uint16)

    def mix(self, first: Frame, second: Frame, of_first: int | Weights, of_second: int | Weights) -> Frame:
        """The sum of two frames, each times its weight; the weights of a pixel are at most ``FULL`` together."""
        height, width = first.shape[:2]
        one, two = self._first[:height, :width], self._second[:height, :width]
        np.multiply(first, _wide(of_first), out=one)
        np.multiply(second, _wide(of_second), out=two)
        np.add(one, two, out=one)
        return rounded(one, np.empty(first.shape, np.uint8))

    def dim(self, frame: Frame, of_frame: int, add: tuple[int, int, int] = (0, 0, 0)) -> Frame:
        """A frame times its weight, and what is left of ``FULL`` of a colour."""
        np.multiply(frame, np.uint16(of_frame), out=self._first)
        if any(add):
            colour = np.array(add, np.uint16) * np.uint16(FULL - of_frame)
            np.add(self._first, colour if len(set(add)) > 1 else colour[0], out=self._first)
        return rounded(self._first, np.empty_like(frame))


def _wide(weights: int | Weights) -> np.uint16 | Weights:
    return np.uint16(weights) if isinstance(weights, int) else weights  # a plain int would be of a frame's 8 bits
