"""The sound of films: with its picture over the whole length, in one encode, from all that is heard."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from coded import make_clip
from cutting_room import CuttingRoom, ffmpeg_says

from storyboard.assembly.loudness import LoudnessMeter
from storyboard.cutting.reach import Reach

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["assembly_fixtures"]

RATE = 48000
FPS = 16
SIZE = (128, 96)
TOGETHER = 0.020
"""Seconds by which a click may be beside its flash: what nobody notices (EBU R37 allows 40 ms early, 60 ms late)."""


def clapper(path: Path, frames: int, claps: list[int], *, fps: int = FPS, keys: int = 16) -> Path:
    """A dark clip with a white flash and a click at some of its frames."""
    sound = np.zeros(frames * RATE // fps, np.float32)
    for clap in claps:
        start = clap * RATE // fps
        sound[start : start + 480] = 0.8 * np.sin(np.arange(480) * 2 * np.pi * 2000 / RATE)
    with av.open(str(path), "w") as container:
        video: Any = container.add_stream("libx264", rate=fps, options={"crf": "15", "g": str(keys)})
        video.width, video.height, video.pix_fmt = *SIZE, "yuv420p"
        audio: Any = container.add_stream("aac", rate=RATE, layout="mono")
        for number in range(frames):
            grey = 235 if number in claps else 30
            frame = av.VideoFrame.from_ndarray(np.full((SIZE[1], SIZE[0], 3), grey, np.uint8), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, fps)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        for start in range(0, len(sound), 1024):
            heard = av.AudioFrame.from_ndarray(sound[None, start : start + 1024], format="fltp", layout="mono")
            heard.sample_rate, heard.pts, heard.time_base = RATE, start, Fraction(1, RATE)
            container.mux(audio.encode(heard))
        container.mux(audio.encode(None))
    return path


def flashes(film: Path) -> list[float]:
    """When the picture is white, in seconds."""
    with av.open(str(film)) as container:
        frames = [
            (float(f.time or 0), f.reformat(format="gray").to_ndarray().mean()) for f in container.decode(video=0)
        ]
    return [time for time, light in frames if light > 130]


def heard(film: Path) -> np.ndarray[Any, np.dtype[np.float32]]:
    """All samples of the first channel, from the film's first moment."""
    with av.open(str(film)) as container:
        stream = container.streams.audio[0]
        parts = [
            (frame.pts or 0, np.asarray(frame.to_ndarray(), np.float32)[0]) for frame in container.decode(stream)
        ]
        base = float(stream.time_base or 1)
    samples = np.zeros(round(parts[-1][0] * base * RATE) + len(parts[-1][1]), np.float32)
    for pts, part in parts:
        start = round(pts * base * RATE)
        samples[max(start, 0) : start + len(part)] = part[max(-start, 0) :]
    return samples


def clicks(film: Path) -> list[float]:
    """When a click begins, in seconds."""
    loud = np.flatnonzero(np.abs(heard(film)) > 0.1) / RATE
    return [float(time) for place, time in enumerate(loud) if not place or time - loud[place - 1] > 0.05]


def _together(film: Path, count: int) -> None:
    seen, told = flashes(film), clicks(film)
    assert len(seen) == len(told) == count
    assert max(abs(one - two) for one, two in zip(seen, told, strict=True)) <= TOGETHER


@pytest.fixture
def claps(room: CuttingRoom) -> CuttingRoom:
    clapper(room.folder / "one.mp4", 160, [16, 60, 120])
    clapper(room.folder / "two.mp4", 160, [30, 90, 150], keys=250)
    clapper(room.folder / "thirty.mp4", 150, [45, 105], fps=30)
    return room


@pytest.mark.parametrize(
    ("timeline", "count"),
    [
        ("{clip: one.mp4}, {clip: two.mp4}, {clip: one.mp4}", 9),
        ("{clip: one.mp4, in: 2, out: 9}, {clip: two.mp4, in: 1.5}", 5),
        ("{clip: one.mp4}, {clip: two.mp4, transition: crossfade 0.5}, {clip: one.mp4, transition: wipe 0.5}", 9),
        ("{clip: one.mp4}, {clip: a.mp4}, {black: 1.3}, {clip: two.mp4}", 6),
        ("{clip: one.mp4}, {clip: thirty.mp4, transition: dip 0.5}, {clip: two.mp4}", 8),
        ("{clip: one.mp4}, {clip: two.mp4, transition: fade through black 1}", 6),
        (", ".join(["{clip: one.mp4, in: 0.3, out: 8.2}", "{clip: two.mp4, in: 1.1}"] * 8), 48),
    ],
    ids=["hard cuts", "in and out", "transitions", "silence between", "another rate", "fades", "two minutes"],
)
def test_each_click_comes_with_its_flash(claps: CuttingRoom, timeline: str, count: int) -> None:
    film = claps.film(f"{{timeline: [{timeline}], output: {{loudness: null}}}}")
    _together(film, count)
    assert ffmpeg_says(film) == ""


@pytest.mark.parametrize(("codec", "name"), [("h264", "film.mkv"), ("h264", "film.mov"), ("vp9", "film.mkv")])
def test_so_it_does_in_other_containers(claps: CuttingRoom, codec: str, name: str) -> None:
    cut = f"{{timeline: [{{clip: one.mp4}}, {{clip: two.mp4}}], output: {{codec: {codec}, loudness: null}}}}"
    _together(claps.film(cut, name=name), 6)


def test_the_sound_is_one_stream_as_long_as_the_picture(claps: CuttingRoom) -> None:
    film = claps.film("timeline: [{clip: one.mp4}, {clip: a.mp4}, {clip: two.mp4}]")
    with av.open(str(film)) as container:
        assert len(container.streams.audio) == 1
        times = [packet.pts for packet in container.demux(container.streams.audio[0]) if packet.pts is not None]
        assert {after - before for before, after in itertools.pairwise(times)} == {1024}
    assert abs(len(heard(film)) / RATE - 24) <= 1024 / RATE


def test_a_film_of_clips_without_sound_has_none(room: CuttingRoom) -> None:
    with av.open(str(room.film("timeline: [{clip: a.mp4}, {clip: b.mp4}]"))) as container:
        assert len(container.streams.audio) == 0


def test_a_part_in_which_nothing_is_heard_of_a_film_with_sound_has_a_silent_one(claps: CuttingRoom) -> None:
    cut = "timeline: [{clip: one.mp4, out: 2}, {clip: a.mp4}]"
    samples = heard(claps.film(cut, Reach(Fraction(3), Fraction(5))))
    assert (len(samples) >= 2 * RATE, float(np.abs(samples).max())) == (True, 0.0)


@pytest.mark.parametrize("speed", [0.4, 0.5, 0.8, 1, 2])
def test_nothing_is_heard_of_what_comes_after_the_part_that_is_shown(claps: CuttingRoom, speed: float) -> None:
    """The click is at 1 s, where the part ends."""
    cut = f"{{timeline: [{{clip: one.mp4, out: 1, speed: {speed}}}, {{black: 1}}], output: {{loudness: null}}}}"
    assert float(np.abs(heard(claps.film(cut))).max()) < 0.05  # an encoder smears a little of it


def test_music_and_narration_are_heard_where_they_are_put(claps: CuttingRoom) -> None:
    film = claps.film(
        """
        timeline: [{clip: a.mp4}, {clip: b.mp4}]
        narration: {file: one.mp4, at: 2}
        output: {loudness: null}
        """
    )
    assert clicks(film) == pytest.approx([3, 5.75], abs=TOGETHER)


def test_music_that_is_shorter_than_the_film_is_told(claps: CuttingRoom) -> None:
    made = claps.read("{timeline: [{clip: one.mp4}, {clip: two.mp4}], music: {file: two.mp4}}")
    assert ": there is none after that" in " ".join(made.notes)


def test_a_film_is_as_loud_as_it_was_asked_to_be(claps: CuttingRoom) -> None:
    rng = np.random.default_rng(1)
    noise = (0.02 * rng.standard_normal(10 * RATE)).astype(np.float32)
    make_clip(claps.folder / "noise.mp4", 7, 160, sound=noise)
    samples = heard(claps.film("timeline: [{clip: noise.mp4}]"))
    meter = LoudnessMeter(RATE)
    for start in range(0, len(samples), RATE):
        part = samples[start : start + RATE]
        meter.hear(np.stack([part, part], 1))
    assert meter.measured()[0] == pytest.approx(-16, abs=1.5)
