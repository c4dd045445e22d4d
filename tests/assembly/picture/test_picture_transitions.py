"""How one picture gives way to the next."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from storyboard.assembly.edit_list import FADES, OVERLAPPING
from storyboard.assembly.picture.frames import plain
from storyboard.assembly.picture.pictures import read_matte
from storyboard.assembly.picture.transitions import (
    Blend,
    Direction,
    Fade,
    blend_for,
    fade_amount,
    progress,
)
from storyboard.errors import ImageError
from storyboard.story.cut import TRANSITIONS

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.assembly.picture.frames import Frame

SIZE = (96, 64)
DIRECTIONS: tuple[Direction, ...] = ("left", "right", "up", "down")
DARK, LIGHT = plain(SIZE, (10, 20, 30)), plain(SIZE, (240, 230, 220))
MATTE = np.tile(np.linspace(0, 255, SIZE[0]).astype(np.uint8), (SIZE[1], 1))
ALL = [
    (kind, direction)
    for kind in OVERLAPPING
    for direction in (DIRECTIONS if kind in {"wipe", "slide"} else ("left",))
]


def noise(seed: int) -> Frame:
    return np.random.default_rng(seed).integers(0, 256, (SIZE[1], SIZE[0], 3), np.uint8)


def drawn(kind: str, direction: str = "left") -> Blend:
    return blend_for(kind, direction, MATTE, size=SIZE)  # type: ignore[arg-type]  # one of DIRECTIONS


def far(frame: Frame, other: Frame) -> float:
    return float(np.abs(frame.astype(int) - other).mean())


def test_there_is_a_picture_for_every_transition_that_can_be_written() -> None:
    assert {"cut", *OVERLAPPING, *FADES} == set(TRANSITIONS)


@pytest.mark.parametrize(("kind", "direction"), ALL)
def test_a_transition_begins_near_the_one_picture_and_ends_near_the_other(kind: str, direction: str) -> None:
    a, b = noise(1), noise(2)
    blend = drawn(kind, direction)
    assert far(blend(a, b, progress(0, 99)), a) < far(a, b) / 8
    assert far(blend(a, b, progress(98, 99)), b) < far(a, b) / 8


@pytest.mark.parametrize(("kind", "direction"), [each for each in ALL if each[0] != "dip"])
def test_a_transition_never_goes_back_from_the_other_picture(kind: str, direction: str) -> None:
    blend = drawn(kind, direction)
    left = [far(blend(DARK, LIGHT, progress(number, 15)), LIGHT) for number in range(15)]
    assert all(before >= after for before, after in pairwise(left))
    assert all(before > after for before, after in pairwise(left[::4]))


@pytest.mark.parametrize(("kind", "direction"), ALL)
def test_a_transition_gives_whole_frames_of_its_own_and_leaves_its_pictures_alone(kind: str, direction: str) -> None:
    a, b = noise(3), noise(4)
    kept = a.copy(), b.copy()
    blend = drawn(kind, direction)
    first, second = blend(a, b, 0.3), blend(a, b, 0.7)
    assert first.dtype == np.uint8
    assert first.shape == a.shape
    assert first.flags.c_contiguous
    assert not np.shares_memory(first, second)
    assert (a == kept[0]).all()
    assert (b == kept[1]).all()


@pytest.mark.parametrize(("kind", "direction"), ALL)
@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255)])
def test_two_pictures_that_are_the_same_stay_what_they_are(
    kind: str, direction: str, colour: tuple[int, int, int]
) -> None:
    if kind == "dip":
        return
    frame = plain(SIZE, colour)
    for at in (0.01, 0.25, 0.5, 0.75, 0.99):
        assert (drawn(kind, direction)(frame, frame, at) == frame).all()


@given(st.floats(0.0, 1.0))
def test_a_crossfade_is_what_exact_arithmetic_gives_to_within_a_level(at: float) -> None:
    a, b = noise(5), noise(6)
    exact = a * (1 - at) + b * at
    assert np.abs(drawn("crossfade")(a, b, at) - exact).max() <= 1


@given(st.floats(0.0, 1.0))
def test_a_dip_is_a_crossfade_under_a_light_that_goes_down_and_up(at: float) -> None:
    a, b = noise(5), noise(6)
    exact = (a * (1 - at) + b * at) * np.cos(np.pi * at) ** 2
    assert np.abs(drawn("dip")(a, b, at) - exact).max() <= 1.5


@given(st.floats(0.0, 1.0))
def test_a_matte_wipe_is_what_exact_arithmetic_gives_to_within_a_level_and_a_half(at: float) -> None:
    a, b = noise(7), noise(8)
    there = np.clip((at * (255 + 32) - MATTE.astype(float)) / 32, 0, 1)[:, :, None]
    assert np.abs(drawn("luma")(a, b, at) - (a * (1 - there) + b * there)).max() <= 1.5


def test_a_dip_is_black_in_its_middle() -> None:
    assert drawn("dip")(noise(1), LIGHT, 0.5).max() == 0


@pytest.mark.parametrize(
    ("direction", "first", "last"),
    [
        ("left", (slice(None), -1), (slice(None), 0)),
        ("right", (slice(None), 0), (slice(None), -1)),
        ("up", (-1, slice(None)), (0, slice(None))),
        ("down", (0, slice(None)), (-1, slice(None))),
    ],
)
def test_a_wipe_goes_where_it_says_and_so_begins_at_the_other_side(
    direction: str, first: tuple[slice | int, ...], last: tuple[slice | int, ...]
) -> None:
    half = drawn("wipe", direction)(DARK, LIGHT, 0.5)
    assert (half[first] == LIGHT[first]).all()
    assert (half[last] == DARK[last]).all()


def test_a_wipe_has_a_soft_edge_and_leaves_both_pictures_where_they_are() -> None:
    half = drawn("wipe")(DARK, LIGHT, 0.5)[0, :, 0].astype(int)
    assert (np.diff(half) >= 0).all()
    assert 4 < len({*half} - {10, 240}) < SIZE[0] / 4
    a, b = noise(1), noise(2)
    half_of_noise = drawn("wipe")(a, b, 0.5)
    assert (half_of_noise[:, :30] == a[:, :30]).all()
    assert (half_of_noise[:, -30:] == b[:, -30:]).all()


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_slide_moves_both_pictures_whole(direction: str) -> None:
    a, b = noise(1), noise(2)
    frame = drawn("slide", direction)(a, b, 0.5)
    strip = {
        "left": np.concatenate((a, b), 1)[:, 48:144], "right": np.concatenate((b, a), 1)[:, 48:144],
        "up": np.concatenate((a, b), 0)[32:96], "down": np.concatenate((b, a), 0)[32:96],
    }[direction]  # fmt: skip
    assert (frame == strip).all()


def test_a_zoom_comes_nearer_and_loses_focus() -> None:
    size = (384, 256)
    a = plain(size)
    a[96:160, 160:224] = 255
    blend = blend_for("zoom", size=size)
    rows = [blend(a, plain(size), at)[128, :, 0].astype(int) for at in (0.05, 0.4, 0.7)]
    widths = [int((row > row.max() / 2).sum()) for row in rows]
    steepest = [np.abs(np.diff(row)).max() / row.max() for row in rows]
    assert widths == sorted(widths)
    assert widths[-1] > 1.3 * widths[0]
    assert steepest[-1] < steepest[0] / 2


def test_a_matte_changes_its_dark_parts_first() -> None:
    half = drawn("luma")(DARK, LIGHT, 0.5)
    assert (half[:, :30] == LIGHT[:, :30]).all()
    assert (half[:, -30:] == DARK[:, -30:]).all()


def test_a_matte_is_cut_to_the_frame_and_uses_the_whole_time(tmp_path: Path) -> None:
    Image.fromarray(np.tile(np.linspace(90, 140, 64).astype(np.uint8), (100, 1))).save(tmp_path / "matte.png")
    matte = read_matte(tmp_path / "matte.png", SIZE)
    assert matte.shape == (64, 96)
    assert (int(matte.min()), int(matte.max())) == (0, 255)


def test_a_matte_that_is_no_picture_is_told_as_a_matte(tmp_path: Path) -> None:
    (tmp_path / "matte.png").write_bytes(b"GIF89a")
    with pytest.raises(ImageError, match=r"The matte .*matte\.png is a GIF, which this program does not read"):
        read_matte(tmp_path / "matte.png", SIZE)


@pytest.mark.parametrize("name", FADES)
def test_a_fade_covers_the_one_picture_wholly_before_it_uncovers_the_other(name: str) -> None:
    fade = Fade(SIZE, FADES[name])
    amounts = [fade_amount(progress(number, 9)) for number in range(9)]
    assert amounts[:5] == sorted(amounts[:5])
    assert amounts[4:] == sorted(amounts[4:], reverse=True)
    assert (fade(noise(1), amounts[4]) == plain(SIZE, FADES[name])).all()


@given(st.floats(0.0, 1.0), st.sampled_from([(0, 0, 0), (255, 255, 255), (200, 30, 90)]))
def test_a_fade_is_what_exact_arithmetic_gives_to_within_a_level(amount: float, colour: tuple[int, int, int]) -> None:
    frame = noise(9)
    exact = frame * (1 - amount) + np.array(colour) * amount
    assert np.abs(Fade(SIZE, colour)(frame, amount) - exact).max() <= 1


def test_what_is_no_transition_of_two_pictures_is_refused() -> None:
    with pytest.raises(ValueError, match="“iris” is no transition of two pictures; it can be crossfade"):
        blend_for("iris", size=SIZE)
    with pytest.raises(ValueError, match="“sideways” is no direction"):
        drawn("wipe", "sideways")
    with pytest.raises(ValueError, match="needs a matte of 96 by 64 pixels"):
        blend_for("luma", matte=MATTE[:10], size=SIZE)
