"""Matching a reel's colour to the one before it, where the model has drifted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from storyboard.assembly.picture.frames import Frame

    Colours = NDArray[np.float64]

_MOST_CONTRAST = 1.25  # a channel's contrast is changed by no more than this factor, or its inverse
_MOST_SHIFT = 28.0  # nor its mean by more than so many of 255 levels
_ALIKE_SHIFT, _ALIKE_CONTRAST = 0.75, 0.015  # what nobody sees, and noise alone can make
_THUMB = (48, 32)
_SAME_PICTURE = 0.5
_NOISE, _SPREAD = 2.0, 4.0  # so many levels, or so many times the usual distance, and a place shows something else
_ROUNDS = 6


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
_DIFFERENT = Correction(_SAME, "the two sides of the join show different pictures")


def match_colour(reference: Frame, frame: Frame) -> Correction:
    """Find what brings a frame, and all that follow it, to the colour of another that shows the same.

    Each channel's mean and contrast are matched, in gamma-coded values, whose steps look about even to the eye, over
    those places that show the same: what moved, or is written over one of them, is left out. What is changed is
    bounded: a drift is mended, another light is left to the story. Where the two sides of the join show different
    pictures, nothing is changed: their colours differ because what they show does.

    Args:
        reference: The last frame of the reel before.
        frame: The first of the reel to be corrected, of any size.
    """
    if _likeness(reference, frame) < _SAME_PICTURE:
        return _DIFFERENT
    wanted, given = _small(reference), _small(frame)
    alike = np.ones(len(given), bool)
    contrast, offset = np.ones(3), np.median(wanted - given, axis=0)
    for _ in range(_ROUNDS):
        away = np.abs(given * contrast + offset - wanted).max(axis=1)
        alike = away <= max(_NOISE, _SPREAD * float(np.median(away)))
        contrast, offset = _fitted(given[alike], wanted[alike])
    mean = given[alike].mean(axis=0)
    shift = np.clip(mean * contrast + offset - mean, -_MOST_SHIFT, _MOST_SHIFT)
    if np.all(np.abs(shift) < _ALIKE_SHIFT) and np.all(np.abs(contrast - 1) < _ALIKE_CONTRAST):
        return NOTHING
    levels = np.arange(256.0)
    table: list[int] = []
    for channel in range(3):
        moved = (levels - mean[channel]) * contrast[channel] + mean[channel] + shift[channel]
        table += np.rint(np.clip(moved, 0, 255)).astype(int).tolist()
    told = ", ".join(f"{name} {change:+.0f}" for name, change in zip(("red", "green", "blue"), shift, strict=True))
    return Correction(tuple(table), f"{told} levels, contrast times {float(contrast.mean()):.2f}")


def _small(frame: Frame) -> Colours:
    """The colours of a frame's places, each the mean of what is there: shape (places, 3)."""
    small = Image.fromarray(frame).resize(_THUMB, Image.Resampling.BOX)
    return np.asarray(small, np.float64).reshape(-1, 3)


def _fitted(given: Colours, wanted: Colours) -> tuple[Colours, Colours]:
    """For each channel the factor and the offset that bring mean and spread of one to the other's, within bounds.

    Least squares would make the factor smaller wherever something has moved.
    """
    spread = given.std(axis=0)
    contrast = np.clip(wanted.std(axis=0) / np.maximum(spread, 1.0), 1 / _MOST_CONTRAST, _MOST_CONTRAST)
    contrast = np.where(spread < 1.0, 1.0, contrast)  # a flat picture has none that could be matched
    return contrast, wanted.mean(axis=0) - given.mean(axis=0) * contrast


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
