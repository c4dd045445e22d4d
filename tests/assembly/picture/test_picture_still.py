"""A still picture, and the camera that moves over it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from helpers import ROOT
from PIL import Image, ImageOps

from storyboard.assembly.picture.still import Still
from storyboard.errors import ImageError

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.assembly.picture.frames import Frame

SIZE = (192, 112)
BEE = ROOT / "examples" / "images" / "bee.jpg"


@pytest.fixture(scope="module")
def texture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture with something to follow everywhere."""
    rng = np.random.default_rng(5)
    soft = Image.fromarray(rng.integers(0, 256, (32, 56, 3), np.uint8)).resize((672, 384), Image.Resampling.BICUBIC)
    path = tmp_path_factory.mktemp("still") / "texture.png"
    soft.save(path)
    return path


def motion(first: Frame, second: Frame) -> tuple[float, float, float]:
    """How the picture moved: right, down, and larger, by least squares on its gradients."""
    one, two = (each.astype(float).mean(axis=2) for each in (first, second))
    down, right = np.gradient((one + two) / 2)
    y, x = np.mgrid[0 : one.shape[0], 0 : one.shape[1]] - np.array(one.shape)[:, None, None] / 2
    ways = np.stack([right.ravel(), down.ravel(), (right * x + down * y).ravel()], axis=1)
    moved, *_ = np.linalg.lstsq(ways, (one - two).ravel(), rcond=None)
    return float(moved[0]), float(moved[1]), float(moved[2])


def total(path: Path, camera: str, frames: int = 24) -> tuple[float, float, float]:
    still = Still(path, SIZE, "cover", camera, frames)
    moves = [motion(still.frame(n), still.frame(n + 1)) for n in range(frames - 1)]
    return sum(m[0] for m in moves), sum(m[1] for m in moves), sum(m[2] for m in moves)


@pytest.mark.parametrize(
    ("camera", "axis", "sign"),
    [
        ("slow push in", 2, 1), ("pull out", 2, -1), ("pan left", 0, 1), ("pan right", 0, -1),
        ("tilt up", 1, 1), ("tilt down", 1, -1),
    ],
)  # fmt: skip
def test_the_picture_moves_the_way_the_words_say(texture: Path, camera: str, axis: int, sign: int) -> None:
    across, down, larger = total(texture, camera)
    moved = (across, down, larger * SIZE[0] / 2)
    assert moved[axis] * sign > 8
    assert moved[axis] * sign > 3 * max(abs(each) for number, each in enumerate(moved) if number != axis)


@pytest.mark.parametrize(("camera", "axis"), [("slow push in", 2), ("slow pan left", 0), ("slow tilt up", 1)])
def test_a_move_is_smooth_to_a_small_part_of_a_pixel(texture: Path, camera: str, axis: int) -> None:
    frames = 96  # slow: some of its steps are far smaller than a pixel
    still = Still(texture, SIZE, "cover", camera, frames)
    scale = SIZE[0] / 2 if axis == 2 else 1.0
    steps = [motion(still.frame(n), still.frame(n + 1))[axis] * scale for n in range(frames - 1)]
    assert max(abs(each) for each in steps) < 1.0
    assert max(abs(after - before) for before, after in pairwise(steps)) < 0.04


def test_without_camera_words_a_picture_stands_still() -> None:
    for words in (None, "", "  "):
        still = Still(BEE, SIZE, "cover", words, 10)
        assert all((still.frame(number) == still.frame(0)).all() for number in range(10))


@pytest.mark.parametrize("camera", ["orbit left", "roll right", "handheld", "rack focus", "crane up", "whip pan"])
def test_every_move_gives_whole_frames_without_empty_corners(tmp_path: Path, camera: str) -> None:
    Image.new("RGB", (400, 240), (200, 150, 100)).save(tmp_path / "plain.png")
    still = Still(tmp_path / "plain.png", SIZE, "cover", camera, 16)
    for number in range(0, 20, 3):
        frame = still.frame(number)
        assert frame.shape == (SIZE[1], SIZE[0], 3)
        assert frame.dtype == np.uint8
        assert frame.flags.c_contiguous
        assert np.abs(frame.astype(int) - (200, 150, 100)).max() <= 1


def test_a_picture_is_turned_as_its_metadata_say(tmp_path: Path) -> None:
    picture = Image.new("RGB", (120, 200), "black")
    picture.paste("white", (0, 0, 120, 100))
    exif = Image.Exif()
    exif[0x0112] = 6  # its top is at the right
    picture.save(tmp_path / "turned.png", exif=exif)
    frame = Still(tmp_path / "turned.png", SIZE, "cover").frame(0)
    assert frame[:, :60].max() < 5
    assert frame[:, -60:].min() > 250


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "bmp", "tiff"])
def test_the_usual_formats_are_read(tmp_path: Path, suffix: str) -> None:
    Image.new("RGB", (96, 64), (10, 200, 30)).save(tmp_path / f"picture.{suffix}")
    frame = Still(tmp_path / f"picture.{suffix}", SIZE).frame(0)
    assert np.abs(frame.astype(int) - (10, 200, 30)).max() <= 6


@pytest.mark.parametrize("fit", ["contain", "blur"])
def test_a_picture_of_another_shape_is_shown_whole(tmp_path: Path, fit: str) -> None:
    Image.new("RGB", (100, 200), (250, 250, 250)).save(tmp_path / "tall.png")
    frame = Still(tmp_path / "tall.png", SIZE, fit).frame(0)  # type: ignore[arg-type]  # a Fit
    bright = (frame[:, :, 0] > 240).all(axis=0)
    assert bright.sum() == 56
    assert frame[:, 0].max() == (0 if fit == "contain" else frame[:, 0].min())
    assert (frame[:, 0].min() > 60) == (fit == "blur")


def test_what_is_no_picture_is_told_as_a_picture(tmp_path: Path) -> None:
    (tmp_path / "page.png").write_text("<html></html>")
    with pytest.raises(ImageError, match=r"The picture .*page\.png is a web page"):
        Still(tmp_path / "page.png", SIZE)
    with pytest.raises(ImageError, match=r"The picture .*none\.png does not exist"):
        Still(tmp_path / "none.png", SIZE)


def test_a_picture_under_a_camera_that_stands_is_as_sharp_as_one_without() -> None:
    plain = Still(BEE, SIZE).frame(0)
    assert (Still(BEE, SIZE, camera="fixed", frames=24).frame(12) == plain).all()


def test_so_is_a_close_up() -> None:
    close = Still(BEE, SIZE, camera="close-up, fixed camera", frames=24).frame(12).astype(float)
    with Image.open(BEE) as picture:
        size = round(SIZE[0] * 1.6), round(SIZE[1] * 1.6)
        whole = ImageOps.fit(picture.convert("RGB"), size, Image.Resampling.LANCZOS)
    left, top = round((whole.width - SIZE[0]) * 0.5), round((whole.height - SIZE[1]) * 0.45)
    wanted = np.asarray(whole.crop((left, top, left + SIZE[0], top + SIZE[1])), float)
    assert np.abs(close - wanted).mean() < 1
