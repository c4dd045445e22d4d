"""A clip's picture of another shape, brought into the frame."""

from __future__ import annotations

import subprocess
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import av
import imageio_ffmpeg
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from storyboard.assembly.frame_reader import FrameReader
from storyboard.assembly.media import examine
from storyboard.assembly.picture.fit import Fit, Fitter, Shape

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.assembly.picture.frames import Frame

SIZE = (96, 64)


def disc(width: int, height: int, across: float = 1.0) -> av.VideoFrame:
    """A white disc on dark grey, in the middle, a third as high as the picture."""
    y, x = np.mgrid[0:height, 0:width]
    inside = np.hypot((x - width / 2 + 0.5) * across, y - height / 2 + 0.5) < height / 6
    return av.VideoFrame.from_ndarray(np.repeat((np.where(inside, 255, 60))[:, :, None], 3, 2).astype(np.uint8))


def spread(frame: Frame) -> tuple[int, int]:
    """How wide and how high the bright part of a frame is."""
    bright = frame[:, :, 0] > 150
    return int(bright.any(axis=0).sum()), int(bright.any(axis=1).sum())


@pytest.mark.parametrize("fit", ["contain", "cover", "blur"])
@pytest.mark.parametrize("stored", [(96, 64), (192, 128), (128, 72), (64, 96), (50, 50), (400, 60), (900, 20)])
def test_a_picture_keeps_its_shape(fit: str, stored: tuple[int, int]) -> None:
    frame = Fitter(SIZE, fit).fitted(disc(*stored))  # type: ignore[arg-type]  # a Fit
    assert frame.shape == (64, 96, 3)
    assert frame.dtype == np.uint8
    assert frame.flags.c_contiguous
    width, height = spread(frame)
    assert abs(min(width, 96) - height) <= 3


@given(
    size=st.tuples(st.integers(8, 200), st.integers(8, 200)).map(lambda size: (size[0] * 2, size[1] * 2)),
    stored=st.tuples(st.integers(1, 300), st.integers(1, 300)),
    fit=st.sampled_from(["contain", "cover", "blur"]),
    turn=st.sampled_from([0, 90, 180, 270]),
)
@settings(max_examples=150, deadline=None)
def test_every_shape_fits_every_frame(size: tuple[int, int], stored: tuple[int, int], fit: Fit, turn: int) -> None:
    picture = av.VideoFrame.from_ndarray(np.full((stored[1] * 2, stored[0] * 2, 3), 200, np.uint8))
    frame = Fitter(size, fit, Shape(turn=turn)).fitted(picture)
    assert frame.shape == (size[1], size[0], 3)
    if fit == "blur":
        assert frame.min() > 60  # half as light beside it, and nowhere black


def test_contain_shows_all_of_a_picture_between_black_bars() -> None:
    frame = Fitter(SIZE, "contain").fitted(disc(64, 128))
    assert frame[:, :32].max() == frame[:, -32:].max() == 0
    assert frame[:, 32:64].min() > 40


def test_cover_fills_the_frame() -> None:
    assert Fitter(SIZE, "cover").fitted(disc(64, 128)).min() > 20  # black would be a bar


def test_blur_lies_over_a_darker_and_softer_one_of_itself() -> None:
    frame = Fitter(SIZE, "blur").fitted(disc(64, 128))
    assert frame[:, 32:64].min() > 40
    for beside in (frame[:, :32], frame[:, -32:]):
        assert 10 < beside.mean() < 130
        assert np.abs(np.diff(beside[:, :, 0].astype(int), axis=1)).max() < 30


def test_a_shape_that_is_all_but_the_frame_s_has_no_bars() -> None:
    size = (832, 480)
    assert Fitter(size, "contain").fitted(disc(1280, 720)).min() > 40
    assert Fitter(size, "contain").fitted(disc(640, 480)).min() == 0


def test_pixels_that_are_not_square_are_shown_as_they_are_meant() -> None:
    width, height = spread(Fitter(SIZE, "contain", Shape(pixel=Fraction(2))).fitted(disc(48, 64, across=2.0)))
    assert abs(width - height) <= 2


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_a_turned_clip_stands_upright_as_players_show_it(tmp_path: Path, degrees: int) -> None:
    ffmpeg = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-y"]
    source = "testsrc=s=96x64:r=5:d=0.4,gblur=2"  # at hard edges of colour, ways to spread the chroma differ
    make = [*ffmpeg, "-f", "lavfi", "-i", source, "-pix_fmt", "yuv420p", "-qp", "0", "flat.mp4"]
    subprocess.run(make, check=True, cwd=tmp_path)
    turn = [*ffmpeg, "-display_rotation", str(degrees), "-i", "flat.mp4", "-c", "copy", "turned.mp4"]
    subprocess.run(turn, check=True, cwd=tmp_path)
    shown = [*ffmpeg, "-i", "turned.mp4", "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    raw = subprocess.run(shown, check=True, cwd=tmp_path, capture_output=True).stdout
    size = (64, 96) if degrees % 180 else (96, 64)
    media = examine(tmp_path / "turned.mp4")
    with FrameReader(media) as reader:
        fitted = Fitter(size, "cover", Shape(turn=media.turned)).fitted(reader.at(Fraction(0)))
    expected = np.frombuffer(raw, np.uint8).reshape(size[1], size[0], 3).astype(int)
    assert np.abs(fitted - expected).mean() < 3


def coded(luma: int, blue: int, red: int, *, high: int = 48) -> av.VideoFrame:
    frame = av.VideoFrame(64, high, "yuv420p")
    for plane, value in zip(frame.planes, (luma, blue, red), strict=True):
        plane.update(bytes([value]) * plane.buffer_size)
    return frame


@pytest.mark.parametrize(
    ("code", "shape"),
    [
        ((81, 90, 240), Shape(matrix="bt601", full_range=False)),
        ((63, 102, 240), Shape(matrix="bt709", full_range=False)),
        ((76, 85, 255), Shape(matrix="bt601", full_range=True)),
        ((54, 99, 255), Shape(matrix="bt709", full_range=True)),
        ((81, 90, 240), Shape()),
    ],
)
def test_red_is_red_in_whatever_way_it_was_coded(code: tuple[int, int, int], shape: Shape) -> None:
    frame = Fitter(SIZE, "cover", shape).fitted(coded(*code))
    assert np.abs(frame.astype(int) - (255, 0, 0)).max() <= 4


def test_a_frame_that_says_how_it_is_coded_is_believed() -> None:
    frame = coded(63, 102, 240)
    frame.colorspace = 1
    assert np.abs(Fitter(SIZE, "cover").fitted(frame).astype(int) - (255, 0, 0)).max() <= 4


def test_a_large_picture_that_does_not_say_is_taken_to_be_of_high_definition() -> None:
    big = av.VideoFrame(1280, 720, "yuv420p")
    for plane, value in zip(big.planes, (63, 102, 240), strict=True):
        plane.update(bytes([value]) * plane.buffer_size)
    assert np.abs(Fitter(SIZE, "cover").fitted(big).astype(int) - (255, 0, 0)).max() <= 4


def test_what_lies_behind_a_picture_does_not_boil() -> None:
    """It is soft: of leaves that pass, frame after frame, as much is seen in it as of their mean."""
    rng = np.random.default_rng(3)
    leaves = np.asarray(
        Image.fromarray(rng.integers(0, 256, (640, 480), np.uint8)).filter(ImageFilter.GaussianBlur(1.5))
    )
    leaves = np.clip((leaves.astype(float) - 128) * 4 + 128, 0, 255).astype(np.uint8)
    fitter = Fitter((320, 180), "blur")
    seen = []
    for step in range(12):
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(leaves[:, 3 * step : 3 * step + 360]), format="gray")
        seen.append(fitter.fitted(frame.reformat(format="yuv420p", threads=1))[:, :60].astype(float))
    assert max(np.abs(after - before).mean() for before, after in pairwise(seen)) < 1
