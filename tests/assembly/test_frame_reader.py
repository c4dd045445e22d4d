"""Reading the frames of a clip: whatever moment is asked for next, the frame is the one that is shown then."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from coded import make_clip, read
from cutting_room import ffmpeg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storyboard.assembly.frame_reader import FrameReader
from storyboard.assembly.media import examine

if TYPE_CHECKING:
    from pathlib import Path

FRAMES, KEYS, FPS = 640, 40, 16
FORMS = {
    "mp4": ("-c", "copy"),
    "mkv": ("-c", "copy"),
    "ts": ("-c", "copy"),
    "webm": ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-g", "50"),
    "hevc.mp4": ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error:keyint=60:open-gop=1"),
    "varying.mkv": ("-vf", "select='not(eq(mod(n,7),3))'", "-fps_mode", "vfr", "-g", "40"),
    "avi": ("-c:v", "mpeg4", "-q:v", "2", "-g", "48"),
}


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("clips")
    clip = make_clip(folder / "clip.mp4", 1, FRAMES, keys=KEYS)
    made = {form: folder / f"made.{form}" for form in FORMS}
    for form, path in made.items():
        ffmpeg("-i", clip, *FORMS[form], path)
    return made


def _number(reader: FrameReader, frame: int) -> int:
    picture = reader.at(Fraction(frame, FPS)).to_ndarray(format="rgb24")
    return read(np.asarray(picture, np.uint8))[1]


@pytest.mark.parametrize("form", FORMS)
@given(wanted=st.lists(st.integers(0, FRAMES - 1), min_size=1, max_size=8))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_the_frame_is_the_one_of_its_moment_forwards_and_backwards(
    clips: dict[str, Path], form: str, wanted: list[int]
) -> None:
    left_out = (lambda number: number % 7 == 3) if form == "varying.mkv" else (lambda _: False)
    with FrameReader(examine(clips[form])) as reader:
        assert [_number(reader, frame) for frame in wanted] == [
            frame - 1 if left_out(frame) else frame for frame in wanted
        ]


@pytest.mark.parametrize("form", FORMS)
def test_what_lies_between_two_moments_that_are_far_apart_is_not_decoded(
    clips: dict[str, Path], form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded = 0
    each = FrameReader._decoded

    def counted(reader: FrameReader) -> object:
        nonlocal decoded
        for found in each(reader):
            decoded += 1
            yield found

    monkeypatch.setattr(FrameReader, "_decoded", counted)
    with FrameReader(examine(clips[form])) as reader:
        _number(reader, 0)
        _number(reader, FRAMES - 10)
    assert decoded < FRAMES / 4
