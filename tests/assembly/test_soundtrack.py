"""When things are heard: in time over the whole length, from the exact sample, and without a click of their own."""

from __future__ import annotations

import threading
import tracemalloc
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from sounds import RATE, clicks, cue, level, onsets, read, render, speech, tone, write

from storyboard.assembly.soundtrack import SoundCue, SoundStoppedError, Soundtrack, render_soundtrack

if TYPE_CHECKING:
    from pathlib import Path

WITHIN = 0.002  # seconds


@pytest.fixture(scope="module")
def clicking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten seconds, with a click at each whole second but the first, as AAC."""
    return write(tmp_path_factory.mktemp("sounds") / "clicks.m4a", clicks(10, range(1, 10)), codec="aac")


@pytest.fixture(scope="module")
def ticking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, every sample kept, with a little noise throughout."""
    return write(tmp_path_factory.mktemp("sounds") / "clicks.wav", clicks(10, range(1, 10), noise=0.01))


@pytest.fixture(scope="module")
def humming(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("sounds") / "tone.wav", tone(6))


def test_clicks_come_out_on_time_also_at_the_end_of_ten_minutes(clicking: Path, tmp_path: Path) -> None:
    places = (0, 60, 301.37, 588)
    cues = [cue(clicking, at=at, start=0.5, length=10) for at in places]
    sound, _ = render(tmp_path / "out.m4a", 600, *cues, codec="aac")
    wanted = [at + second - 0.5 for at in places for second in range(1, 10)]
    assert onsets(sound) == pytest.approx(wanted, abs=WITHIN)
    assert abs(len(sound) - 600 * RATE) <= 1024


def test_many_cuts_of_whole_frames_do_not_add_up_to_a_drift(clicking: Path, tmp_path: Path) -> None:
    place, cues, wanted = Fraction(0), [], []
    for number in range(40):
        start, length = Fraction(number * 23 % 100, 24), Fraction(1001 * (30 + number), 24000)
        cues.append(SoundCue(clicking, place, start, length))
        heard = (second - start for second in range(1, 10))
        wanted += [float(place + second) for second in heard if Fraction(1, 50) < second < length - Fraction(1, 50)]
        place += length
    sound, _ = render(tmp_path / "out.m4a", float(place), *cues, codec="aac")
    assert len(wanted) > 50
    assert onsets(sound) == pytest.approx(wanted, abs=WITHIN)


@pytest.mark.parametrize(("name", "codec"), [("out.webm", "opus"), ("out.mka", "flac"), ("out.mov", "pcm_s16le")])
def test_clicks_come_out_on_time_in_other_formats(clicking: Path, tmp_path: Path, name: str, codec: str) -> None:
    sound, facts = render(tmp_path / name, 9.7, cue(clicking, length=9.7), codec=codec)
    assert onsets(sound) == pytest.approx(range(1, 10), abs=WITHIN)
    assert abs(len(sound) - facts.samples) <= 960


@pytest.mark.parametrize("start", [0, 0.25, 1.999, 4.321, 8.7654])
def test_a_cue_begins_at_the_exact_sample(ticking: Path, tmp_path: Path, start: float) -> None:
    sound, _ = render(tmp_path / "out.wav", 1, cue(ticking, start=start))
    source = read(ticking)[round(start * RATE) :][: len(sound)]
    inside = slice(RATE // 200, -RATE // 200)  # what neither begins nor ends softly
    assert np.array_equal(sound[inside], source[inside])


@pytest.mark.parametrize("codec", ["aac", "libmp3lame", "libopus", "flac"])
def test_a_point_far_into_a_compressed_file_is_found(tmp_path: Path, codec: str) -> None:
    ending = {"aac": "m4a", "libmp3lame": "mp3", "libopus": "webm", "flac": "flac"}[codec]
    source = write(tmp_path / f"in.{ending}", clicks(20, range(1, 20)), codec=codec)
    sound, _ = render(tmp_path / "out.wav", 5, cue(source, start=14.5, length=5))
    assert onsets(sound) == pytest.approx([0.5, 1.5, 2.5, 3.5, 4.5], abs=WITHIN)


@pytest.mark.parametrize("speed", [0.5, 0.8, 1.01, 1.25, 1.5, 2, 3])
def test_another_speed_keeps_time(tmp_path: Path, speed: float) -> None:
    source = write(tmp_path / "in.wav", clicks(10, range(1, 10), noise=0.01, length=0.04))
    length = 9.5 / speed
    sound, _ = render(tmp_path / "out.wav", length, cue(source, speed=speed, length=length))
    assert onsets(sound) == pytest.approx([second / speed for second in range(1, 10)], abs=0.02)
    assert len(sound) == round(length * RATE)


@pytest.mark.parametrize("speed", [0.5, 1.3, 2])
def test_another_speed_neither_drifts_nor_ends_early(tmp_path: Path, speed: float) -> None:
    source = write(tmp_path / "in.flac", clicks(40, [39], noise=0.01, length=0.04), codec="flac")
    length = 38.5 / speed
    sound, _ = render(tmp_path / "out.wav", length, cue(source, start=1, speed=speed, length=length))
    assert onsets(sound) == pytest.approx([38 / speed], abs=0.02)
    assert level(sound, length - 0.2, length - 0.01) == pytest.approx(-40, abs=2)


def test_another_speed_keeps_the_pitch_and_the_level(humming: Path, tmp_path: Path) -> None:
    sound, _ = render(tmp_path / "out.wav", 2.5, cue(humming, speed=2, length=2.5))
    part = sound[RATE // 2 : RATE // 2 + RATE, 0]
    assert np.argmax(np.abs(np.fft.rfft(part))) == pytest.approx(440, abs=2)
    assert level(sound, 0.5, 2) == pytest.approx(level(read(humming), 0.5, 2), abs=0.3)


def test_no_click_where_two_cues_meet(humming: Path, tmp_path: Path) -> None:
    sound, _ = render(
        tmp_path / "out.wav", 2, cue(humming, start=0.3003), cue(humming, at=1, start=2.7771), cue(humming, at=0.5)
    )
    steepest = np.abs(np.diff(tone(1)[:, 0])).max()
    assert np.abs(np.diff(sound[:, 0])).max() < 2.2 * steepest  # two of them sound at once


def test_a_sound_that_goes_on_in_the_next_cue_goes_on_without_a_dip(clicking: Path, tmp_path: Path) -> None:
    whole, _ = render(tmp_path / "whole.wav", 8, cue(clicking, start=0.7, length=8))
    parts = [cue(clicking, at=2 * n, start=0.7 + 2 * n, length=2) for n in range(4)]
    sound, _ = render(tmp_path / "out.wav", 8, *parts)
    np.testing.assert_allclose(sound, whole, atol=1e-4)


def test_a_source_that_is_shorter_than_its_cue_ends_softly_and_then_is_silent(humming: Path, tmp_path: Path) -> None:
    sound, _ = render(tmp_path / "out.wav", 9, cue(humming, length=9, role="music"))
    assert np.abs(np.diff(np.concatenate(([0], sound[:, 0])))).max() < 1.2 * np.abs(np.diff(tone(1)[:, 0])).max()
    assert level(sound, 5, 5.99) == pytest.approx(-9.03, abs=0.1)
    assert not sound[6 * RATE :].any()


def test_where_nothing_sounds_is_silence(humming: Path, tmp_path: Path) -> None:
    sound, _ = render(tmp_path / "out.wav", 4, cue(humming, at=1), cue(humming, at=2.5, length=0.5))
    for begin, end in ((0, 1), (2, 2.5), (3, 4)):
        assert not sound[round(begin * RATE) : round(end * RATE)].any()


def test_no_cue_at_all_is_silence_of_the_length(tmp_path: Path) -> None:
    sound, facts = render(tmp_path / "out.m4a", 3.21, codec="aac", loudness=-16)
    assert not sound.any()
    assert abs(len(sound) - 3.21 * RATE) <= 1024
    assert (facts.gain, facts.loudness_before) == (0, -np.inf)


def test_what_lasts_beyond_the_end_is_not_heard(humming: Path, tmp_path: Path) -> None:
    sound, _ = render(tmp_path / "out.wav", 1.5, cue(humming, at=1, length=4), cue(humming, at=7))
    assert len(sound) == 1.5 * RATE


def test_progress_goes_from_nothing_to_all(humming: Path, tmp_path: Path) -> None:
    told: list[float] = []
    soundtrack = Soundtrack(Fraction(6), (cue(humming, length=6),))
    render_soundtrack(soundtrack, tmp_path / "out.m4a", on_progress=told.append)
    assert told == sorted(told)
    assert len(told) == 12
    assert told[-1] == 1


def test_a_stop_leaves_the_old_file_and_nothing_else(humming: Path, tmp_path: Path) -> None:
    stop = threading.Event()
    (tmp_path / "out.m4a").write_text("as it was")
    soundtrack = Soundtrack(Fraction(6), (cue(humming, length=6),))
    with pytest.raises(SoundStoppedError):
        render_soundtrack(soundtrack, tmp_path / "out.m4a", on_progress=lambda _: stop.set(), stop=stop)
    assert [path.name for path in tmp_path.iterdir()] == ["out.m4a"]
    assert (tmp_path / "out.m4a").read_text() == "as it was"


@pytest.mark.parametrize("wrong", [{"length": 0}, {"speed": 0}, {"at": -1}, {"fade_in": -1}])
def test_a_cue_that_makes_no_sense_is_refused(humming: Path, wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"cue|fade"):
        cue(humming, **wrong)


def test_a_longer_cut_takes_no_more_memory(humming: Path, tmp_path: Path) -> None:
    peaks = []
    for minutes in (1, 4):
        cues = [cue(humming, at=10 * n, length=5) for n in range(6 * minutes)]
        cues += [cue(humming, at=60 * n, length=6, role="music") for n in range(minutes)]
        tracemalloc.start()
        soundtrack = Soundtrack(Fraction(60 * minutes), tuple(cues))
        render_soundtrack(soundtrack, tmp_path / "out.wav", codec="pcm_s16le")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.1 * peaks[0]
    assert peaks[1] < 20_000_000


@pytest.mark.parametrize(
    ("begins", "ends"),
    [(0, 3), (0.5, 4), (2.875, 5.25), (4.1, 6), (6.5, 9), (7.25, 12)],
    ids=["the head", "after the head", "in a crossfade", "in speech", "while music comes back", "to the end"],
)
def test_a_part_sounds_as_that_part_of_the_whole_does(tmp_path: Path, begins: float, ends: float) -> None:
    one = write(tmp_path / "one.wav", speech(5, seed=2))
    two = write(tmp_path / "two.wav", tone(12, level=0.02))
    song, voice = (
        write(tmp_path / "song.wav", tone(12, hertz=200, level=0.3)),
        write(tmp_path / "voice.wav", speech(2)),
    )
    cues = (
        cue(one, length=4, fade_in=1, fade_out=2),
        cue(two, at=2, length=10, start=1, fade_in=2, volume=-6),
        cue(song, length=12, fade_in=1, fade_out=1, role="music"),
        cue(voice, at=4.5, length=2, role="narration"),
    )
    whole, _ = render(tmp_path / "whole.wav", 12, *cues)
    first, last = Fraction(str(begins)), Fraction(str(ends))
    part = Soundtrack(last - first, cues, None, begins=first)
    render_soundtrack(part, tmp_path / "part.wav", codec="pcm_f32le")
    heard, meant = read(tmp_path / "part.wav"), whole[round(first * RATE) : round(last * RATE)]
    soft = RATE // 200
    assert len(heard) == len(meant)
    assert np.abs(heard - meant)[soft:-soft].max() < 1e-4
    assert np.abs(heard).max(axis=1)[0] < 0.002 or begins == 0


def test_two_sides_that_are_each_others_opposite_are_as_loud_at_another_speed(tmp_path: Path) -> None:
    wave = speech(6)
    wave[:, 1] *= -1
    sound, _ = render(tmp_path / "out.wav", 4, cue(write(tmp_path / "in.wav", wave), length=4, speed=1.25))
    alike, _ = render(tmp_path / "two.wav", 4, cue(write(tmp_path / "mono.wav", speech(6)), length=4, speed=1.25))
    assert level(sound, 0.5, 3.5) == pytest.approx(level(alike, 0.5, 3.5), abs=0.1)
    assert np.array_equal(sound[:, 0], -sound[:, 1])


def test_a_file_is_open_only_while_it_sounds(tmp_path: Path) -> None:
    source = write(tmp_path / "in.wav", speech(0.2))
    open_files: list[int] = []
    folder = tmp_path.__class__("/proc/self/fd")
    if not folder.is_dir():
        pytest.skip("this system does not list the files that are open")

    def look(_: float) -> None:
        names = [str(each.readlink()) for each in folder.iterdir() if each.is_symlink()]
        open_files.append(names.count(str(source)))

    cues: list[SoundCue] = [cue(source, at=at, length=0.5) for at in range(20)]
    render_soundtrack(
        Soundtrack(Fraction(20), tuple(cues), None), tmp_path / "out.wav", codec="pcm_s16le", on_progress=look
    )
    open_files = open_files[:20]  # the rest was told while what had been mixed was encoded
    assert max(open_files) <= 1
