"""What sound may come from: other rates and layouts, clips with pictures, and files that cannot be used."""

from __future__ import annotations

import errno
import signal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from av.stream import Disposition
from sounds import RATE, clicks, cue, encode, level, onsets, read, render, speech, tone, write

from storyboard.assembly.soundtrack import Soundtrack, has_sound, render_soundtrack, sound_length
from storyboard.errors import SoundError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sounds import Sound


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sources")


@pytest.fixture(scope="module")
def silent_clip(folder: Path) -> Path:
    return clip(folder / "silent.mp4", None)


@pytest.fixture(scope="module")
def spoken_clip(folder: Path) -> Path:
    return clip(folder / "spoken.mp4", clicks(3, [1, 2], noise=0.01))


def clip(path: Path, sound: Sound | None, *, sound_late: float = 0, picture_late: int = 0) -> Path:
    """Three seconds of picture at 24 frames a second, and sound; each may begin late."""
    with av.open(str(path), "w") as output:
        picture: Any = output.add_stream("libx264", rate=24, options={"preset": "ultrafast", "bf": "2"})
        picture.width, picture.height, picture.pix_fmt = 96, 64, "yuv420p"
        heard: Any = output.add_stream("aac", rate=RATE) if sound is not None else None
        if heard:
            heard.layout = "stereo"
        for number in range(72):
            frame = av.VideoFrame.from_ndarray(np.full((96, 96), number, np.uint8), format="yuv420p")
            frame.pts, frame.time_base = number + picture_late, Fraction(1, 24)
            output.mux(picture.encode(frame))
        output.mux(picture.encode(None))
        if sound is not None:
            encode(output, heard, sound, late=sound_late)
    return path


@pytest.mark.parametrize("rate", [8000, 22050, 24000, 44100, 96000])
def test_another_rate_is_resampled_in_time(tmp_path: Path, rate: int) -> None:
    source = write(tmp_path / "in.wav", clicks(4, [1, 2, 3], rate=rate, length=0.005), rate=rate)
    sound, _ = render(tmp_path / "out.wav", 3, cue(source, start=0.5, length=3))
    assert onsets(sound) == pytest.approx([0.5, 1.5, 2.5], abs=0.0005)


def test_mono_is_heard_on_both_sides_as_loud_as_it_is(tmp_path: Path) -> None:
    source = write(tmp_path / "in.wav", tone(2)[:, :1], layout="mono")
    sound, _ = render(tmp_path / "out.wav", 1, cue(source))
    assert np.array_equal(sound[:, 0], sound[:, 1])
    assert level(sound, 0.1, 0.9) == pytest.approx(-9.03, abs=0.01)


def test_surround_is_mixed_down_to_two_sides(tmp_path: Path) -> None:
    waves = [tone(1, hertz=hertz, level=0.2)[:, 0] for hertz in (300, 400, 500, 50, 600, 700)]
    source = write(tmp_path / "in.mka", np.stack(waves, axis=1), layout="5.1", codec="flac")
    sound, _ = render(tmp_path / "out.wav", 1, cue(source))
    spectrum = np.abs(np.fft.rfft(sound, axis=0)) / RATE * 2 / 0.2
    for hertz, left, right in ((300, 1, 0), (400, 0, 1), (500, 0.707, 0.707), (600, 0.707, 0), (700, 0, 0.707)):
        assert spectrum[hertz] == pytest.approx([left, right], abs=0.02)


def test_the_sound_of_a_clip_is_in_time_with_its_picture(spoken_clip: Path, tmp_path: Path) -> None:
    sound, _ = render(tmp_path / "out.wav", 3, cue(spoken_clip, length=3))
    assert onsets(sound) == pytest.approx([1, 2], abs=0.002)


@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts"])
@pytest.mark.parametrize(("sound_late", "picture_late"), [(0.3, 0), (0, 6)])
def test_sound_that_begins_before_or_after_the_picture_is_in_time_with_it(
    tmp_path: Path, ending: str, sound_late: float, picture_late: int
) -> None:
    source = clip(tmp_path / f"in.{ending}", clicks(3, [1, 2]), sound_late=sound_late, picture_late=picture_late)
    sound, _ = render(tmp_path / "out.wav", 3, cue(source, length=3))
    wanted = np.array([1, 2]) + sound_late - picture_late / 24
    assert onsets(sound) == pytest.approx(wanted, abs=0.003)


def test_a_hole_in_a_file_is_silence_and_what_follows_is_in_time(tmp_path: Path) -> None:
    source = tmp_path / "in.mkv"
    with av.open(str(source), "w") as output:
        stream: Any = output.add_stream("pcm_s16le", rate=RATE)
        stream.layout = "stereo"
        for begin in (0, 2):
            block = np.ascontiguousarray(clicks(1, [0.5]).reshape(1, -1) * 32767).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(block, format="s16", layout="stereo")
            frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), begin * RATE
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    sound, _ = render(tmp_path / "out.wav", 3, cue(source, length=3))
    assert onsets(sound) == pytest.approx([0.5, 2.5], abs=0.002)


@pytest.mark.parametrize("share", [0.998, 0.9995, 1.0005, 1.002])
def test_a_clock_that_leaves_the_samples_is_followed_without_a_click(tmp_path: Path, share: float) -> None:
    wave, times = tone(40, level=0.2), [5, 15, 25, 35]
    for time in times:
        begin = round(time / share * RATE)
        wave[begin : begin + RATE // 10] = tone(0.1, level=0.6)
    source = tmp_path / "in.mkv"
    with av.open(str(source), "w") as output:
        stream: Any = output.add_stream("pcm_f32le", rate=RATE)
        stream.layout = "stereo"
        for begin in range(0, len(wave), 1024):
            frame = av.AudioFrame.from_ndarray(
                wave[begin : begin + 1024].reshape(1, -1), format="flt", layout="stereo"
            )
            frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), begin
            for packet in stream.encode(frame):
                packet.pts = packet.dts = round(begin * share)
                output.mux(packet)
    sound, _ = render(tmp_path / "out.wav", 38, cue(source, length=38))
    assert onsets(sound, 0.4) == pytest.approx(times, abs=0.012)
    quiet = sound[6 * RATE : 14 * RATE, 0]
    assert np.abs(np.diff(quiet)).max() < 1.02 * 0.2 * 2 * np.pi * 440 / RATE


@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_a_sample_that_is_no_finite_number_is_told_with_its_place(tmp_path: Path, odd: float) -> None:
    wave = tone(3)
    wave[round(1.5 * RATE), 1] = odd
    source = write(tmp_path / "theme.wav", wave)
    with pytest.raises(SoundError, match=r"theme\.wav is damaged: a sample of its sound at 1\.50 s is not a finite"):
        render(tmp_path / "out.wav", 2, cue(source, start=1, length=2))


def test_a_file_tells_whether_it_has_sound(silent_clip: Path, spoken_clip: Path) -> None:
    assert has_sound(spoken_clip)
    assert not has_sound(silent_clip)


@pytest.mark.parametrize(
    ("ending", "codec"),
    [("wav", "pcm_s16le"), ("m4a", "aac"), ("mp3", "libmp3lame"), ("webm", "libopus"), ("aac", "aac")],
)
def test_a_file_tells_how_long_it_sounds(tmp_path: Path, ending: str, codec: str) -> None:
    source = write(tmp_path / f"in.{ending}", tone(2.5), codec=codec)
    assert float(sound_length(source)) == pytest.approx(2.5, abs=0.05)


def test_a_clip_without_sound_cannot_be_heard(silent_clip: Path, tmp_path: Path) -> None:
    with pytest.raises(SoundError, match=r"silent\.mp4 holds no sound") as told:
        render(tmp_path / "out.wav", 1, cue(silent_clip))
    assert told.value.path == silent_clip
    assert not list(tmp_path.iterdir())
    with pytest.raises(SoundError, match="holds no sound"):
        sound_length(silent_clip)


def test_a_missing_file_is_told_before_anything_is_mixed(spoken_clip: Path, tmp_path: Path) -> None:
    told: list[float] = []
    cues = cue(spoken_clip, length=3), cue(tmp_path / "theme.ogg", at=2)
    with pytest.raises(SoundError, match=r"theme\.ogg is not there"):
        render_soundtrack(Soundtrack(Fraction(3), cues), tmp_path / "out.m4a", on_progress=told.append)
    assert not told
    with pytest.raises(SoundError, match="is not there"):
        has_sound(tmp_path / "theme.ogg")


def test_what_is_no_file_of_sound_is_refused(tmp_path: Path) -> None:
    (tmp_path / "theme.mp3").write_text("It was a dark and stormy night. " * 200)
    with pytest.raises(SoundError, match=r"theme\.mp3 (cannot be read as sound|holds)"):
        render(tmp_path / "out.wav", 1, cue(tmp_path / "theme.mp3"))


@pytest.mark.parametrize("index_first", [True, False])
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, index_first: bool) -> None:
    options = {"movflags": "+faststart"} if index_first else {}
    with av.open(str(tmp_path / "whole.m4a"), "w", options=options) as output:
        stream: Any = output.add_stream("aac", rate=RATE)
        stream.layout = "stereo"
        encode(output, stream, speech(8))
    source = tmp_path / "theme.m4a"
    source.write_bytes((tmp_path / "whole.m4a").read_bytes()[: (tmp_path / "whole.m4a").stat().st_size // 2])
    reason = "is cut off: its sound ends at" if index_first else "cannot be read as sound"
    with pytest.raises(SoundError, match=rf"theme\.m4a {reason}"):
        render(tmp_path / "out.wav", 8, cue(source, length=8))


@pytest.mark.parametrize(("ending", "codec"), [("wav", "pcm_s16le"), ("flac", "flac"), ("webm", "libopus")])
def test_a_file_of_another_format_that_is_cut_off_is_refused(tmp_path: Path, ending: str, codec: str) -> None:
    source = write(tmp_path / f"theme.{ending}", speech(8), codec=codec)
    source.write_bytes(source.read_bytes()[: source.stat().st_size // 2])
    with pytest.raises(
        SoundError, match=rf"theme\.{ending} is (cut off: it|damaged: its sound does not decode at 3)"
    ):
        render(tmp_path / "out.wav", 8, cue(source, length=8))


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    source = write(tmp_path / "theme.m4a", speech(8), codec="aac")
    data = bytearray(source.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 4000] = b"\xff" * 4000
    source.write_bytes(data)
    with pytest.raises(SoundError, match=r"theme\.m4a is damaged: its sound does not decode at [345]\.\d s"):
        render(tmp_path / "out.wav", 8, cue(source, length=8))


def test_the_cover_of_an_album_is_no_picture_to_be_in_time_with(tmp_path: Path) -> None:
    source = tmp_path / "theme.mp3"
    with av.open(str(source), "w") as output:
        stream: Any = output.add_stream("libmp3lame", rate=RATE)
        stream.layout = "stereo"
        cover: Any = output.add_stream("png", rate=1)
        cover.width, cover.height, cover.pix_fmt, cover.disposition = 64, 64, "rgb24", Disposition.attached_pic
        for packet in cover.encode(av.VideoFrame(64, 64, "rgb24")) + cover.encode(None):
            output.mux(packet)
        encode(output, stream, clicks(3, [1, 2], length=0.003))
    sound, _ = render(tmp_path / "out.wav", 3, cue(source, length=3))
    assert onsets(sound) == pytest.approx([1, 2], abs=0.002)


def test_tags_at_the_end_of_an_mp3_are_no_damage(tmp_path: Path) -> None:
    source = write(tmp_path / "theme.mp3", tone(2), codec="libmp3lame")
    source.write_bytes(source.read_bytes() + b"APETAGEX" + b"\x00" * 300 + b"TAG" + b"theme".ljust(125))
    sound, _ = render(tmp_path / "out.wav", 2, cue(source, length=2))
    assert level(sound, 1, 1.9) == pytest.approx(-9.47, abs=0.1)  # the encoder takes off what it may overshoot by


@pytest.fixture
def little_room() -> Iterator[None]:
    """No file may grow beyond 100 kB: what a full disk is to a program, but for the number of the error."""
    resource = pytest.importorskip("resource", reason="this system has no such limit")
    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.usefixtures("little_room")
@pytest.mark.parametrize("loudness", [-16.0, None])
def test_a_disk_without_room_is_told_as_such_and_leaves_nothing(
    spoken_clip: Path, tmp_path: Path, loudness: float | None
) -> None:
    soundtrack = Soundtrack(Fraction(20), (cue(spoken_clip, length=3),), loudness)
    with pytest.raises(OSError, match=r"[Ff]ile too large") as told:
        render_soundtrack(soundtrack, tmp_path / "out.wav", codec="pcm_s16le")
    assert told.value.errno == errno.EFBIG
    assert not list(tmp_path.iterdir())


def test_a_cue_of_a_clip_at_loudness_is_one_stream_of_sound_alone(spoken_clip: Path, tmp_path: Path) -> None:
    render(tmp_path / "out.m4a", 3, cue(spoken_clip, length=3), loudness=-30, codec="aac")
    with av.open(str(tmp_path / "out.m4a")) as container:
        (stream,) = container.streams
        assert (stream.codec_context.name, stream.codec_context.sample_rate) == ("aac", RATE)  # type: ignore[attr-defined]  # PyAV tells only what all codecs have
        assert stream.start_time == 0
    assert onsets(read(tmp_path / "out.m4a")) == pytest.approx([1, 2], abs=0.002)
