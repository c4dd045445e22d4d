"""Where in a file sound is: the same to the sample, however the file is entered and whatever its clock is worth."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from cutting_room import ffmpeg
from sounds import RATE, clicks, onsets, render, tone, write

from storyboard.assembly.sound_source import SoundSource
from storyboard.assembly.soundtrack import SoundCue

if TYPE_CHECKING:
    from pathlib import Path

    from sounds import Sound

PICTURE = ("-f", "lavfi", "-i", "testsrc2=s=96x64:r=24:d=9")
FORMS = {
    "aac.mp4": ("-c:a", "aac"),
    "aac.mkv": ("-c:a", "aac"),
    "opus.webm": ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"),
    "flac.mkv": ("-c:a", "flac"),
    "pcm.mkv": ("-c:a", "pcm_s16le"),
    "ac3.mkv": ("-c:a", "ac3"),
    "mp3.mkv": ("-c:a", "libmp3lame"),
    "aac.ts": ("-c:a", "aac"),
    "mp2.mpg": ("-c:v", "mpeg2video", "-bf", "2", "-r", "25", "-c:a", "mp2"),
    "ac3.vob": ("-c:v", "mpeg2video", "-bf", "2", "-r", "25", "-c:a", "ac3", "-f", "vob"),
}


def bursts(seconds: float, times: list[float]) -> Sound:
    """Silence, with a fiftieth of a second of a tone at each time."""
    sound, burst = np.zeros((round(seconds * RATE), 2), np.float32), tone(0.02, hertz=1000)
    for time in times:
        sound[round(time * RATE) :][: len(burst)] += burst
    return sound


def _read(path: Path, start: Fraction, seconds: float, speed: Fraction = Fraction(1)) -> Sound:
    source = SoundSource(path, start=start, rate=RATE, speed=speed)
    try:
        return source.read(round(seconds * RATE))
    finally:
        source.close()


@pytest.mark.parametrize("form", FORMS)
def test_what_is_read_from_a_later_point_is_what_is_read_there_from_the_beginning(form: str, tmp_path: Path) -> None:
    sweep = tone(9, hertz=300) * tone(9, hertz=7.3)
    sound = write(tmp_path / "sound.wav", sweep.astype(np.float32))
    path = tmp_path / f"made.{form}"
    ffmpeg(*PICTURE, "-i", sound, *FORMS[form], path)
    whole = _read(path, Fraction(0), 8)
    for start in (Fraction(3), Fraction(97, 24), Fraction(131, 24)):
        part, place = _read(path, start, 1), round(start * RATE)
        np.testing.assert_allclose(part[RATE // 4 :], whole[place + RATE // 4 : place + RATE], atol=2e-3)


@pytest.mark.parametrize("rate", [44100, 48000])
@pytest.mark.parametrize("form", ["aac.mkv", "aac.mp4"])
def test_a_cut_that_goes_on_in_the_same_file_is_not_heard(form: str, rate: int, tmp_path: Path) -> None:
    sound, path = write(tmp_path / "sound.wav", tone(9, hertz=1000, rate=rate), rate=rate), tmp_path / form
    ffmpeg(*PICTURE, "-i", sound, "-c:a", "aac", "-b:a", "192k", path)
    edges = [Fraction(33, 24) * number for number in range(6)]
    cues = [SoundCue(path, begin, begin, end - begin) for begin, end in pairwise(edges)]
    heard, _ = render(tmp_path / "out.wav", 6, *cues)
    steps = np.abs(np.diff(heard[RATE // 2 : 6 * RATE, 0]))
    assert steps.max() < 1.1 * np.median(np.sort(steps)[-1000:])


@pytest.mark.parametrize(
    ("codec", "name"), [("ac3", "c.ac3"), ("eac3", "c.eac3"), ("dca", "c.dts"), ("aac", "c.aac")]
)
def test_frames_without_a_clock_are_heard_at_the_pace_of_their_samples(codec: str, name: str, tmp_path: Path) -> None:
    times = [2.0, 30.0, 58.0]
    sound = write(tmp_path / "clicks.wav", clicks(60, times, rate=44100), rate=44100)
    ffmpeg("-i", sound, "-c:a", codec, "-strict", "-2", tmp_path / name)
    heard = onsets(_read(tmp_path / name, Fraction(0), 60))
    assert np.ptp(np.array(heard) - times) < 0.002
    late = onsets(_read(tmp_path / name, Fraction(29), 2))
    assert late[0] + 29 == pytest.approx(heard[1], abs=0.002)


def test_a_track_that_holds_nothing_is_silent(tmp_path: Path) -> None:
    path = tmp_path / "empty.mkv"
    with av.open(str(path), "w") as output:
        picture = output.add_stream("libx264", rate=16)
        picture.width, picture.height, picture.pix_fmt = 96, 64, "yuv420p"
        output.add_stream("aac", rate=RATE)
        for number in range(16):
            frame = av.VideoFrame.from_ndarray(np.zeros((96, 96), np.uint8), format="yuv420p")
            frame.pts = number
            output.mux(picture.encode(frame))
        output.mux(picture.encode(None))
    assert len(_read(path, Fraction(0), 1)) == 0


@pytest.mark.parametrize("speed", ["0.1", "0.25", "0.4", "0.5", "0.75", "1.5", "2", "4"])
def test_at_another_speed_a_sound_begins_with_what_is_seen_of_it(speed: str, tmp_path: Path) -> None:
    times = [0.5 + 0.77 * number for number in range(10)]
    path = write(tmp_path / "bursts.wav", bursts(9, times))
    heard = onsets(_read(path, Fraction(0), 100, Fraction(speed)), 0.1)
    assert heard == pytest.approx([time / float(speed) for time in times], abs=0.012)
