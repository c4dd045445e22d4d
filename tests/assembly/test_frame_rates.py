"""Other frame rates than the clip's own: frames are repeated, or computed from the motion between two."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from coded import codes, make_clip
from cutting_room import ffmpeg_says, times
from likeness import frames_of

from storyboard.cutting.reach import Reach

if TYPE_CHECKING:
    from pathlib import Path

    from cutting_room import CuttingRoom
    from likeness import Luma

pytest_plugins = ["assembly_fixtures"]

FRAMES, STEP = 24, 4
"""Of the bar: how many frames it has, and by how many pixels it goes on in each."""
START, WIDE = 8, 12
"""Where its left edge is in the first, and how wide it is, in pixels."""
RATES = [24, 25, 30]


def _bar(path: Path, frames: int = FRAMES, step: int = STEP) -> None:
    """A bright bar that goes to the right, evenly, over a ground with some grain."""
    grain = np.random.default_rng(3).integers(40, 60, (96, 128, 3), dtype=np.uint8)
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libx264", rate=16, options={"crf": "8", "g": "16"})
        stream.width, stream.height, stream.pix_fmt = 128, 96, "yuv420p"
        for number in range(frames):
            drawn = grain.copy()
            left = START + number * step
            drawn[24:72, left : left + WIDE] = 220
            frame = av.VideoFrame.from_ndarray(drawn, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 16)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _middle(frame: Luma) -> float:
    """Where the middle of the bar is, in pixels from the left edge of the frame."""
    light = np.clip(frame[30:66].mean(0) - 70, 0, None)
    return float((light * (np.arange(len(light)) + 0.5)).sum() / light.sum())


def _place_at(moment: float, frames: int = FRAMES, step: int = STEP) -> float:
    """Where it has to be at a moment of the clip, in seconds; it stands where it ends."""
    return START + WIDE / 2 + step * min(moment * 16, frames - 1)


def _output(fps: int, how: str) -> str:
    return f"\noutput: {{fps: {fps}, interpolation: {how}}}"


@pytest.mark.parametrize("how", ["duplicate", "motion"])
@pytest.mark.parametrize("fps", RATES)
def test_a_film_at_another_rate_keeps_its_length_and_its_frames_come_evenly(
    room: CuttingRoom, fps: int, how: str
) -> None:
    film = room.film("timeline: [{clip: a.mp4, out: 1}, {clip: b.mp4, out: 2}]" + _output(fps, how))
    assert ffmpeg_says(film) == ""
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        base = Fraction(stream.time_base or 1)
        assert (stream.frames, stream.average_rate) == (3 * fps, Fraction(fps))
        assert (stream.duration or 0) * base == 3
    shown = sorted(moment for moment, _ in times(film))
    assert {(after - before) * base for before, after in pairwise(shown)} == {Fraction(1, fps)}


@pytest.mark.parametrize("fps", RATES)
def test_repeated_frames_are_those_of_the_clip_each_at_its_moment(room: CuttingRoom, fps: int) -> None:
    film = room.film("timeline: [{clip: a.mp4, in: 1, out: 3}, {clip: b.mp4, out: 1}]" + _output(fps, "duplicate"))
    # What a player has on its screen in the middle of the frame; of two that change then, the earlier.
    shown = [ceil(Fraction(2 * number + 1, 2 * fps) * 16) - 1 for number in range(2 * fps)]
    assert codes(film) == [(1, 16 + each) for each in shown] + [(2, each) for each in shown[:fps]]


@pytest.mark.parametrize(
    ("rate", "fps", "frames"),
    [(Fraction(30000, 1001), 30, 1001), (Fraction(25), 24, 200), (Fraction(24), 25, 200), (Fraction(30), 16, 200)],
)
def test_a_clip_of_another_rate_is_neither_early_nor_late(
    room: CuttingRoom, rate: Fraction, fps: int, frames: int
) -> None:
    make_clip(room.folder / "other.mp4", 5, frames, fps=rate)
    film = room.film("timeline: [{clip: other.mp4}]" + _output(fps, "duplicate"))
    off = [
        (each + Fraction(1, 2)) / rate - (number + Fraction(1, 2)) / fps
        for number, (_, each) in enumerate(codes(film))
    ]
    assert max(map(abs, off)) <= 1 / rate / 2 + Fraction(1, 1000)
    assert abs(float(sum(off))) / len(off) < 0.004


@pytest.mark.parametrize("fps", RATES)
def test_computed_frames_show_what_moves_where_it_is_at_their_moment(room: CuttingRoom, fps: int) -> None:
    _bar(room.folder / "bar.mp4")
    shown = frames_of(room.film("timeline: [{clip: bar.mp4}]" + _output(fps, "motion")))
    places = [_middle(frame) for frame in shown]
    assert len(shown) == round(Fraction(FRAMES * fps, 16))
    off = [abs(place - _place_at(number / fps)) for number, place in enumerate(places)]
    assert max(off) < STEP / 4
    between = [place for place in places if min(abs(place - _place_at(n / 16)) for n in range(FRAMES)) > STEP / 8]
    assert len(between) > len(places) / 3


@pytest.mark.parametrize(("speed", "fps"), [(0.5, 16), (0.25, 16), (0.5, 24)])
def test_slow_motion_shows_what_moves_where_it_is_at_each_moment(room: CuttingRoom, speed: float, fps: int) -> None:
    _bar(room.folder / "bar.mp4")
    shown = frames_of(room.film(f"timeline: [{{clip: bar.mp4, speed: {speed}}}]" + _output(fps, "motion")))
    places = [_middle(frame) for frame in shown]
    assert len(shown) == round(FRAMES * fps / 16 / speed)
    off = [abs(place - _place_at(number / fps * speed)) for number, place in enumerate(places)]
    assert max(off) < STEP / 4


@pytest.mark.parametrize("fps", RATES)
@pytest.mark.parametrize("start", [0.3125, 0.4375, 0.5])
def test_computed_frames_are_at_their_moment_wherever_a_clip_is_entered(
    room: CuttingRoom, fps: int, start: float
) -> None:
    _bar(room.folder / "bar.mp4")
    shown = frames_of(room.film(f"timeline: [{{clip: bar.mp4, in: {start}}}]" + _output(fps, "motion")))
    off = [abs(_middle(frame) - _place_at(start + number / fps)) for number, frame in enumerate(shown)]
    assert max(off) < STEP / 4


@pytest.mark.parametrize("fps", RATES)
@pytest.mark.parametrize("speed", [1, 0.5])
def test_nothing_that_lies_before_or_after_what_is_shown_gets_into_computed_frames(
    room: CuttingRoom, fps: int, speed: float
) -> None:
    with av.open(str(room.folder / "scenes.mp4"), "w") as container:
        stream: Any = container.add_stream("libx264", rate=16, options={"crf": "4", "g": "250", "sc_threshold": "0"})
        stream.width, stream.height, stream.pix_fmt = 128, 96, "yuv420p"
        for number in range(48):
            grey = 100 if number < 15 else 108 if number < 32 else 116
            frame = av.VideoFrame.from_ndarray(np.full((144, 128), grey, np.uint8), format="yuv420p")
            frame.planes[1].update(bytes([128]) * (64 * 48))
            frame.planes[2].update(bytes([128]) * (64 * 48))
            frame.pts, frame.time_base = number, Fraction(1, 16)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    item = f"{{clip: scenes.mp4, in: 0.9375, out: 2, speed: {speed}}}"
    shown = frames_of(room.film(f"timeline: [{item}, {{black: 0.5}}]" + _output(fps, "motion")))
    means = [float(frame.mean()) for frame in shown[: -fps // 2]]
    assert max(means) - min(means) < 1


def test_a_clip_at_twice_its_speed_has_every_second_of_its_frames(room: CuttingRoom) -> None:
    film = room.film("timeline: [{clip: a.mp4, speed: 2, out: 2}]" + _output(16, "motion"))
    assert codes(film) == [(1, number * 2) for number in range(16)]


def test_the_last_frame_of_a_clip_is_seen_where_frames_are_computed(room: CuttingRoom) -> None:
    _bar(room.folder / "bar.mp4")
    film = room.film("timeline: [{clip: bar.mp4}, {clip: a.mp4, out: 1}]" + _output(24, "motion"))
    last = frames_of(film)[FRAMES * 24 // 16 - 1]
    assert _middle(last) == pytest.approx(_place_at(FRAMES / 16), abs=0.5)


def test_computed_frames_go_on_evenly_where_one_composed_piece_ends_and_the_next_begins(room: CuttingRoom) -> None:
    _bar(room.folder / "bar.mp4", 80, 1)
    cut = "timeline: [{clip: bar.mp4}]" + _output(30, "motion")
    pieces = room.read(cut).plan.pieces.pieces
    assert [piece.frames for piece in pieces] == [75, 75]
    off = [_middle(frame) - _place_at(number / 30, 80, 1) for number, frame in enumerate(frames_of(room.film(cut)))]
    assert max(map(abs, off)) < 0.5


def test_a_preview_shows_every_frame_as_the_film_does(room: CuttingRoom) -> None:
    make_clip(room.folder / "deep.mp4", 6, 80, keys=80, size=(256, 192), options={"bf": "3"})
    film = room.film("timeline: [{clip: deep.mp4}]", Reach(preview=True))
    with av.open(str(film)) as container:
        shown = [frame.to_ndarray(format="gray").astype(int) for frame in container.decode(video=0)]
    assert len(shown) == 80
    assert all(np.abs(one - other).max() > 4 for one, other in pairwise(shown))
