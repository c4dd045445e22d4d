"""How alike two pictures are, and what a film would be if nothing of it were ever encoded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import av
import numpy as np

from storyboard.assembly.composer import composed_frames
from storyboard.assembly.piece_planning import strips_of
from storyboard.assembly.pieces import Compose

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.cutting.stitch import Stitch

Luma = np.ndarray[Any, np.dtype[np.float64]]
_WINDOW = 8


def luma(frame: av.VideoFrame) -> Luma:
    """The luma of a frame, as it is stored."""
    return np.asarray(frame.reformat(format="gray").to_ndarray(), np.float64)


def ssim(one: Luma, two: Luma) -> float:
    """The structural similarity of two pictures (Wang et al., 2004), over windows of 8x8; 1.0 is the same."""

    def windows(picture: Luma) -> Luma:
        height, width = (length // _WINDOW * _WINDOW for length in picture.shape)
        cut = picture[:height, :width].reshape(height // _WINDOW, _WINDOW, width // _WINDOW, _WINDOW)
        return cut.transpose(0, 2, 1, 3).reshape(-1, _WINDOW * _WINDOW)

    first, second = windows(one), windows(two)
    mean_one, mean_two = first.mean(1), second.mean(1)
    spread_one, spread_two = first.var(1), second.var(1)
    together = ((first - mean_one[:, None]) * (second - mean_two[:, None])).mean(1)
    small, smaller = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    alike = (2 * mean_one * mean_two + small) * (2 * together + smaller)
    return float((alike / ((mean_one**2 + mean_two**2 + small) * (spread_one + spread_two + smaller))).mean())


def composed_without_loss(made: Stitch) -> list[Luma]:
    """Every frame of a film, drawn and never encoded."""
    whole = Compose(0, tuple(strips_of(made.picture.edit)))
    with composed_frames(whole, made.plan.pieces.format) as frames:
        return [luma(frame) for frame in frames]


def frames_of(film: Path) -> list[Luma]:
    """Every frame of a film, as it plays."""
    with av.open(str(film)) as container:
        return [luma(frame) for frame in container.decode(video=0)]
