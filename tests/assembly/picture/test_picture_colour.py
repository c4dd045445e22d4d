"""Matching a reel's colour to the one before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from helpers import ROOT
from PIL import Image

from storyboard.assembly.picture.colour import NOTHING, match_colour

if TYPE_CHECKING:
    from storyboard.assembly.picture.frames import Frame


def picture(name: str) -> Frame:
    with Image.open(ROOT / "examples" / "images" / f"{name}.jpg") as image:
        return np.array(image.convert("RGB").resize((96, 64)))


def cast(frame: Frame, gain: tuple[float, float, float], shift: tuple[float, float, float]) -> Frame:
    drifted = np.clip(frame * np.array(gain) + np.array(shift), 0, 255)
    return np.asarray(np.rint(drifted), np.uint8)


@pytest.mark.parametrize(
    ("gain", "shift"),
    [((0.92, 0.97, 1.08), (6, -3, 5)), ((1.1, 1.1, 1.1), (-12, -12, -12)), ((0.9, 1, 1), (0, 0, 9))],
)
def test_a_drifted_reel_comes_within_two_levels_of_the_one_before(
    gain: tuple[float, float, float], shift: tuple[float, float, float]
) -> None:
    before = picture("kitten")
    after = cast(before, gain, shift)
    correction = match_colour(before, after)
    corrected = correction.apply(after)
    assert correction.changes
    assert np.abs(corrected.mean((0, 1)) - before.mean((0, 1))).max() < 2
    assert np.abs(corrected.std((0, 1)) - before.std((0, 1))).max() < 2
    assert corrected.dtype == np.uint8
    assert corrected.flags.c_contiguous


def test_a_reel_that_matches_already_is_left_as_it_is() -> None:
    frame = picture("kitten")
    noisy = np.clip(frame + np.random.default_rng(1).normal(0, 2, frame.shape), 0, 255).astype(np.uint8)
    assert match_colour(frame, frame.copy()) is NOTHING
    assert NOTHING.apply(frame) is frame
    assert np.abs(match_colour(frame, noisy).apply(noisy).mean() - frame.mean()) < 1


def test_another_picture_keeps_its_own_colour() -> None:
    correction = match_colour(picture("kitten"), picture("bee"))
    assert not correction.changes
    assert "different pictures" in correction.reason


def test_no_more_is_changed_than_a_drift_would_need() -> None:
    frame = picture("kitten")
    night = cast(frame, (0.3, 0.3, 0.3), (0, 0, 0))
    changed = match_colour(frame, night).apply(night).astype(int) - night
    assert 20 < changed.mean() <= 29


def test_a_flat_picture_has_no_contrast_to_match() -> None:
    grey = np.full((64, 96, 3), 100, np.uint8)
    corrected = match_colour(grey + np.uint8(8), grey).apply(grey)
    assert (corrected == 108).all()


def test_what_is_written_over_one_side_or_has_moved_does_not_count() -> None:
    before = picture("kitten")
    after = cast(before, (0.92, 0.97, 1.08), (6, -3, 5))
    written = after.copy()
    written[44:, 8:88] = 12  # a panel of a quarter of the frame
    written[8:20, 60:80] = before[30:42, 10:30]
    corrected = match_colour(before, written).apply(after)
    assert np.abs(corrected.astype(int) - before).mean() < 2


def test_a_panel_over_a_picture_that_has_not_drifted_changes_nothing() -> None:
    before = picture("kitten")
    written = before.copy()
    written[44:, 8:88] = 12
    assert match_colour(before, written) is NOTHING


def test_what_has_moved_loses_no_contrast() -> None:
    with Image.open(ROOT / "examples" / "images" / "kitten.jpg") as image:
        whole = np.array(image.convert("RGB").resize((840, 560)))
    before, after = whole[:, :800].copy(), whole[:, 40:].copy()
    corrected = match_colour(before, after).apply(after)
    assert np.abs(corrected.std((0, 1)) / after.std((0, 1)) - 1).max() < 0.04
