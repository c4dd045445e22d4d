"""A picture's numbers under another matrix and another range, against exact arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from storyboard.assembly.picture.colour_space import ColourSpaceChange

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEIGHTS = {1: (0.2126, 0.0722), 6: (0.299, 0.114), 9: (0.2627, 0.0593)}
"""What red and blue weigh in luma: ITU-R BT.709, BT.601 and BT.2020."""


def _to_rgb(matrix: int) -> NDArray[np.float64]:
    red, blue = WEIGHTS[matrix]
    green = 1 - red - blue
    luma = np.array([red, green, blue])
    from_rgb = np.stack(
        [luma, (np.array([0, 0, 1]) - luma) / (2 * (1 - blue)), (np.array([1, 0, 0]) - luma) / (2 * (1 - red))]
    )
    return np.linalg.inv(from_rgb)


@pytest.mark.parametrize("matrices", [(1, 6), (6, 1), (9, 1), (5, 9)])
@pytest.mark.parametrize("full_ranges", [(False, False), (True, False), (False, True)])
def test_every_number_is_what_exact_arithmetic_gives_to_within_one(
    matrices: tuple[int, int], full_ranges: tuple[bool, bool]
) -> None:
    given = np.random.default_rng(5).integers(60, 180, (3, 8, 8)).astype(float)  # of colours that there are
    given = np.repeat(np.repeat(given[:, ::2, ::2], 2, 1), 2, 2)  # a colour for four pixels, as it is stored
    scales = [(np.array([255, 255, 255]), 0) if full else (np.array([219, 224, 224]), 16) for full in full_ranges]
    zero = [np.array([low, 128, 128])[:, None, None] for _, low in scales]
    numbers = (given - zero[0]) / scales[0][0][:, None, None]
    whole = np.linalg.inv(_to_rgb(matrices[1])) @ _to_rgb(6 if matrices[0] == 5 else matrices[0])
    wanted = np.einsum("ij,jkl->ikl", whole, numbers) * scales[1][0][:, None, None] + zero[1]

    planar = np.concatenate([given[0].ravel(), given[1, ::2, ::2].ravel(), given[2, ::2, ::2].ravel()])
    frame = av.VideoFrame.from_ndarray(planar.astype(np.uint8).reshape(12, 8), format="yuv420p")
    frame.colorspace = matrices[0]
    change = ColourSpaceChange(8, 8, "yuv420p", matrices=matrices, full_ranges=full_ranges)
    made = change.changed(frame).to_ndarray().ravel()
    assert np.abs(made[:64].reshape(8, 8) - np.clip(wanted[0], 0, 255)).max() <= 1
    for number, plane in enumerate((made[64:80], made[80:]), start=1):
        assert np.abs(plane.reshape(4, 4) - np.clip(wanted[number, ::2, ::2], 0, 255)).max() <= 1
