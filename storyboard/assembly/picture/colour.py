"""Matching a reel's colour to the one before it, where the model has drifted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from storyboard.assembly.picture.frames import Frame

_MOST_CONTRAST = 1.25  # a channel's contrast is changed by no more than this factor, or its inverse
_MOST_SHIFT = 28.0  # nor its mean by more than so many of 255 levels
_ALIKE_SHIFT, _ALIKE_CONTRAST = 0.75, 0.015  # what nobody sees, and noise alone can make
_THUMB = (48, 32)
_SAME_PICTURE = 0.5


@dataclass(frozen=True)
class Correction:
    """What brings a reel's colour to that of the one before.

    Attributes:
        table: For each channel, what each of its 256 values becomes: three times 256, red first.
        reason: In plain words, what is done, or why nothing is.
    """

    table: tuple[int, ...]
    reason: str

    @property
    def changes(self) -> bool:
        """Whether it does anything."""
        return self.table != _SAME

    def apply(self, frame: Frame) -> Frame:
        """The corrected frame; where there is nothing to correct, the same one."""
        return np.array(Image.fromarray(frame).point(self.table)) if self.changes else frame


_SAME = tuple(range(256)) * 3
NOTHING = Correction(_SAME, "the colour matches already")
"""Changes nothing."""


def match_colour(reference: Sequence[Frame], frames: Sequence[Frame]) -> Correction:
    """Find what brings frames to the colour of others that show the same.

    Each channel's mean and contrast (standard deviation) are matched, in gamma-coded values, whose steps look about
    even to the eye. What is changed is bounded: a drift is mended, another light is left to the story. Where the two
    sides of the join show different pictures, nothing is changed: their colours differ because what they show does.

    Args:
        reference: The last few frames of the reel before, of any one size.
        frames: The first few of the reel to be corrected.

    Raises:
        ValueError: One of the sides has no frame.
    """
    if not len(reference) or not len(frames):
        raise ValueError("Colour is matched between frames on both sides of a join; one side has none.")
    if _likeness(reference[-1], frames[0]) < _SAME_PICTURE:
        return Correction(_SAME, "the two sides of the join show different pictures")
    (wanted_mean, wanted_spread), (mean, spread) = _measured(reference), _measured(frames)
    contrast = np.clip(
        wanted_spread / np.maximum(spread, 1.0), 1 / _MOST_CONTRAST, _MOST_CONTRAST
    )  # a flat picture has none that could be matched
    contrast = np.where(spread < 1.0, 1.0, contrast)
    shift = np.clip(wanted_mean - mean, -_MOST_SHIFT, _MOST_SHIFT)
    if np.all(np.abs(shift) < _ALIKE_SHIFT) and np.all(np.abs(contrast - 1) < _ALIKE_CONTRAST):
        return NOTHING
    levels = np.arange(256.0)
    table: list[int] = []
    for channel in range(3):
        moved = (levels - mean[channel]) * contrast[channel] + mean[channel] + shift[channel]
        table += np.rint(np.clip(moved, 0, 255)).astype(int).tolist()
    told = ", ".join(f"{name} {change:+.0f}" for name, change in zip(("red", "green", "blue"), shift, strict=True))
    return Correction(tuple(table), f"{told} levels, contrast times {float(contrast.mean()):.2f}")


def _measured(frames: Sequence[Frame]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and standard deviation of each channel over all frames: every fourth pixel is enough."""
    values = np.concatenate([frame[::2, ::2].reshape(-1, 3) for frame in frames]).astype(np.float64)
    return values.mean(axis=0), values.std(axis=0)


def _likeness(first: Frame, second: Frame) -> float:
    """How much two frames show the same, whatever their colour: the correlation of their small grey pictures.

    1.0 is the same, 0.0 nothing in common. Flat pictures are taken for the same.
    """
    one, two = (
        np.asarray(Image.fromarray(frame).convert("L").resize(_THUMB, Image.Resampling.BOX), float)
        for frame in (first, second)
    )
    one, two = one - one.mean(), two - two.mean()
    length = float(np.sqrt((one * one).sum() * (two * two).sum()))
    return float((one * two).sum()) / length if length > 1.0 else 1.0
