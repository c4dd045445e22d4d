from __future__ import annotations

import threading
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat
from sandbox_client import red_and_blue

from storyboard.drawing.ffmpeg import ClipStoppedError
from storyboard.drawing.lettering import MOST_LINES, escape_ass, fit, plain
from storyboard.drawing.scenery import draw_scenery, seed_of
from storyboard.generation.sandbox.camera import Camera
from storyboard.generation.sandbox.clip import ClipOrder, make_clip
from storyboard.generation.sandbox.pictures import decode_picture

if TYPE_CHECKING:
    from pathlib import Path

SIZE = (480, 832)
PROMPT = (
    """Style: film
[0-4.5 s] مريم تشعل المصباح 😀
[4.5-13.5 s] {\\b1}she\\N cups \\{the} flame\\
[13.5-18 s] """
    + "and waits " * 60
)


class Taken:
    """A decoded clip: what its stream says, and its frames."""

    def __init__(self, path: Path) -> None:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            self.codec = stream.codec_context.name
            self.format = stream.codec_context.pix_fmt
            self.size = (stream.width, stream.height)
            self.rate = stream.average_rate
            self.sounds = len(container.streams.audio)
            self.frames: list[Image.Image] = []
            self.keys: list[int] = []
            for number, frame in enumerate(container.decode(stream)):
                self.frames.append(frame.to_image())  # type: ignore[no-untyped-call]  # PyAV leaves it untyped
                if frame.key_frame:
                    self.keys.append(number)


@pytest.fixture(scope="module")
def picture() -> Image.Image:
    return decode_picture(red_and_blue(), SIZE)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory, picture: Image.Image) -> Path:
    target = tmp_path_factory.mktemp("clip") / "take.mp4"
    make_clip(ClipOrder(PROMPT, *SIZE, Fraction(18), picture), target)
    return target


@pytest.fixture(scope="module")
def taken(path: Path) -> Taken:
    return Taken(path)


def difference(first: Image.Image, second: Image.Image) -> float:
    return sum(ImageStat.Stat(ImageChops.difference(first, second)).mean) / 3


def lower_third(frame: Image.Image) -> Image.Image:
    return frame.crop((0, frame.height * 2 // 3, frame.width, frame.height))


def test_a_clip_is_what_was_ordered_to_the_frame(taken: Taken) -> None:
    assert (taken.codec, taken.format, taken.size, taken.rate) == ("h264", "yuv420p", SIZE, Fraction(16))
    assert (len(taken.frames), taken.sounds) == (288, 0)


def test_every_slot_begins_with_a_key_frame(taken: Taken) -> None:
    assert taken.keys == [0, 72, 144, 216]


def test_the_index_stands_before_the_frames(path: Path) -> None:
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def letters(frame: Image.Image) -> Image.Image:
    """Only what is as bright as the caption's letters, in the lower third."""
    return lower_third(frame).convert("RGB").getchannel("G").point(lambda value: 255 if value > 180 else 0)


def test_each_segment_shows_its_own_words(taken: Taken) -> None:
    early, late = letters(taken.frames[90]), letters(taken.frames[200])
    others = [letters(taken.frames[number]) for number in (40, 260)]
    within = ImageStat.Stat(ImageChops.difference(early, late)).mean[0]
    assert all(ImageStat.Stat(ImageChops.difference(early, other)).mean[0] > 4 * within + 1 for other in others)


def test_the_first_frame_is_the_picture_and_the_last_is_free_of_words(taken: Taken, picture: Image.Image) -> None:
    plain_part = (0, SIZE[1] // 4, SIZE[0], SIZE[1] // 2)
    assert difference(taken.frames[0].crop(plain_part), picture.resize(SIZE).crop(plain_part)) < 6
    assert letters(taken.frames[270]).getbbox()
    assert not letters(taken.frames[287]).getbbox()


def test_the_picture_moves_in_every_frame(taken: Taken) -> None:
    upper = [frame.crop((60, 150, 420, 500)) for frame in taken.frames]
    assert all(ImageChops.difference(upper[at], upper[at + 12]).getbbox() for at in range(0, 276, 12))


def test_a_clip_that_is_stopped_leaves_nothing_behind(tmp_path: Path) -> None:
    stop = threading.Event()
    order = ClipOrder("a", 832, 480, Fraction(243, 2))
    with pytest.raises(ClipStoppedError):
        make_clip(order, tmp_path / "take.mp4", on_progress=lambda share: stop.set(), stop=stop)
    assert list(tmp_path.iterdir()) == []


def test_a_prompt_of_more_lines_than_frames_still_makes_a_clip(tmp_path: Path) -> None:
    shares: list[float] = []
    target = tmp_path / "take.mp4"
    make_clip(ClipOrder("x\n" * 400, 208, 120, Fraction(18)), target, on_progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    with av.open(str(target)) as container:
        assert container.streams.video[0].frames == 288


@given(st.lists(st.floats(0.05, 40), min_size=1, max_size=40), st.integers())
def test_the_camera_never_jumps_or_leaves_the_picture(lengths: list[float], seed: int) -> None:
    boundaries = [0.0]
    for length in lengths:
        boundaries.append(boundaries[-1] + length)
    camera = Camera(boundaries, seed)
    end = boundaries[-1]
    poses = [camera.pose(end * step / 400).box(832, 480) for step in range(401)]
    assert poses[0] == (0, 0, 832, 480)
    assert all(-0.01 <= left < right <= 832.01 for left, _, right, _ in poses)
    assert all(-0.01 <= top < bottom <= 480.01 for _, top, _, bottom in poses)
    fastest = 130 * max(end / 400, 0.02) if end > 3 else 832
    assert all(abs(a - b) < fastest for before, after in pairwise(poses) for a, b in zip(before, after, strict=True))


@given(st.text())
def test_any_text_fits_the_panel_in_a_few_lines(text: str) -> None:
    lines = fit(plain(text), 400, 24, 15)
    assert 1 <= len(lines.lines) <= MOST_LINES
    assert 15 <= lines.size <= 24


@given(st.text(alphabet="\\{}Nnhb1 a"))
def test_no_text_can_command_the_lettering(text: str) -> None:
    written = escape_ass(plain(text))
    assert "\\N" not in written
    assert "\\n" not in written
    assert "\\h" not in written
    assert all(written[at - 1] == "\\" for at, letter in enumerate(written) if letter in "{}")


def test_a_long_text_ends_with_an_ellipsis() -> None:
    assert fit("very " * 200, 300, 24, 15).lines[-1].endswith("…")


def test_each_prompt_has_its_own_scenery_and_always_the_same() -> None:
    first, again, other = (draw_scenery(seed_of(text), (208, 120)) for text in ("a", "a", "b"))
    assert first.tobytes() == again.tobytes()
    assert difference(first, other) > 2
