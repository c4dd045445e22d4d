"""What a film's file is: its codec, its container, its size, and how many bits it takes."""

from __future__ import annotations

import subprocess
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import imageio_ffmpeg
import numpy as np
import pytest
from coded import codes, make_clip, read
from cutting_room import ffmpeg_says
from likeness import frames_of, ssim
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cutting_room import CuttingRoom
    from helpers import Ran

pytest_plugins = ["assembly_fixtures"]

JOINED = "timeline: [{clip: loud.mp4}, {clip: b.mp4, out: 2, transition: crossfade 0.5}]\n"
FORMS = {
    "h264": (".mp4", "h264", "avc1", "yuv420p", "aac"),
    "hevc": (".mp4", "hevc", "hvc1", "yuv420p", "aac"),
    "prores": (".mov", "prores", "apch", "yuv422p10le", "pcm_s16le"),
    "vp9": (".webm", "vp9", "", "yuv420p", "opus"),
}
"""Of each codec: the file's ending, the picture's codec, how the container names it, its pixels, the sound's codec.

HEVC that is named hev1 instead is opened by no player of Apple's.
"""
MOST_OFF = 0.25
"""By how much a bit rate may be missed: a piece is encoded by itself, in one pass, and is eight seconds at most."""


@pytest.fixture
def loud(room: CuttingRoom) -> CuttingRoom:
    """The room, with a clip that has sound."""
    tone = 0.3 * np.sin(np.arange(2 * 48000) * 2 * np.pi * 440 / 48000)
    make_clip(room.folder / "loud.mp4", 4, 32, sound=tone.astype(np.float32))
    return room


def complaints(path: Path) -> str:
    """What ffmpeg's own program cannot do with a film; nothing where it decodes to its end."""
    words = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-xerror", "-i", str(path), "-f", "null", "-"]
    ran = subprocess.run(words, capture_output=True, text=True, check=False)
    return ran.stderr or ("" if ran.returncode == 0 else f"It ended with {ran.returncode}.")


@pytest.mark.parametrize("codec", FORMS)
def test_a_codec_makes_the_file_that_is_promised_and_shows_the_same_film(loud: CuttingRoom, codec: str) -> None:
    suffix, picture, tag, pixels, sound = FORMS[codec]
    plain = frames_of(loud.film(JOINED, name="plain.mp4"))
    film = loud.film(f"{JOINED}output: {{codec: {codec}}}", name=f"film{suffix}")
    assert complaints(film) == ""
    with av.open(str(film)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        context = video.codec_context
        assert (context.name, context.pix_fmt, audio.codec_context.name) == (picture, pixels, sound)
        assert context.codec_tag.strip("\0") == tag
        assert (context.width, context.height, video.average_rate) == (128, 96, Fraction(16))
    shown = frames_of(film)
    assert len(shown) == len(plain) == 56
    assert min(map(ssim, shown, plain)) > 0.97
    assert codes(film)[:24] + codes(film)[-24:] == [(4, n) for n in range(24)] + [(2, n) for n in range(8, 32)]


def test_only_h264_is_copied_and_the_reason_says_so(loud: CuttingRoom) -> None:
    pieces = loud.read(f"{JOINED}output: {{codec: hevc}}").plan.pieces
    assert pieces.composed == pieces.frames
    assert set(pieces.reasons.values()) == {"only H.264 is copied"}


@pytest.mark.parametrize(
    ("codec", "endings"),
    [
        ("h264", ".mp4 .mov .mkv"),
        ("hevc", ".mp4 .mov .mkv"),
        ("prores", ".mov"),
        ("vp9", ".webm .mp4 .mkv"),
    ],
)
def test_a_film_takes_any_name_whose_container_can_hold_it_and_is_refused_any_other_before_it_is_made(
    loud: CuttingRoom, storyboard: Callable[..., Ran], codec: str, endings: str
) -> None:
    cut = loud.folder / "cut.yaml"
    cut.write_text(
        "storyboard: 1\ntitle: T\ncut: {timeline: [{clip: loud.mp4}, {clip: b.mp4, transition: crossfade 0.5}], "
        f"output: {{codec: {codec}}}}}\n"
    )
    for ending in (".mp4", ".mov", ".mkv", ".webm"):
        film = loud.folder / f"named{ending}"
        ran = storyboard("stitch", cut, "--output", film, "--verify")
        if ending in endings.split():
            assert ran.code == 0, ran.err
            assert complaints(film) == ""
            assert len(frames_of(film)) == 88
        else:
            assert (ran.code, film.exists()) == (2, False)
            assert "is no name for a film of" in ran.err
            assert all(good in ran.err for good in endings.split())


@pytest.mark.parametrize("fps", [16, 24, 30])
@pytest.mark.parametrize(
    ("codec", "suffix"), [("h264", ".mkv"), ("h264", ".mov"), ("hevc", ".mkv"), ("prores", ".mov"), ("vp9", ".mkv")]
)
def test_a_film_with_sound_begins_at_once_and_no_program_has_anything_to_say_of_it(
    loud: CuttingRoom, codec: str, suffix: str, fps: int
) -> None:
    film = loud.film(f"{JOINED}output: {{codec: {codec}, fps: {fps}}}", name=f"film{suffix}")
    assert ffmpeg_says(film) == ""
    with av.open(str(film)) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        assert sound.layout.name == "stereo"
        times = [packet.pts for packet in container.demux(picture) if packet.pts is not None]
    assert min(times) == 0


def test_a_size_scales_the_whole_film(room: CuttingRoom) -> None:
    film = room.film("timeline: [{clip: a.mp4}, {clip: b.mp4, transition: wipe 0.5}]\noutput: {size: 256x192}")
    assert complaints(film) == ""
    with av.open(str(film)) as container:
        drawn = [np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in container.decode(video=0)]
    assert {frame.shape for frame in drawn} == {(192, 256, 3)}
    assert [read(frame[::2, ::2]) for frame in drawn][:56] == [(1, n) for n in range(56)]
    assert len(drawn) == 120


@pytest.fixture(scope="module")
def noisy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip of eight seconds that no encoder makes small without a loss."""
    path = tmp_path_factory.mktemp("noisy") / "noisy.mp4"
    noise = np.random.default_rng(1)
    across = np.arange(96)[None, :, None]
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libx264", rate=16, options={"crf": "12", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for number in range(128):
            wave = 128 + 60 * np.sin((across + 3 * number) / 9)
            drawn = (wave + noise.normal(0, 14, (64, 96, 3))).clip(0, 255).astype(np.uint8)
            frame = av.VideoFrame.from_ndarray(drawn, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 16)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _bits_a_second(film: Path) -> float:
    with av.open(str(film)) as container:
        sizes = [packet.size for packet in container.demux(video=0) if packet.size]
    return sum(sizes) * 8 * 16 / len(sizes)


@pytest.mark.parametrize(("codec", "suffix"), [("h264", ".mp4"), ("hevc", ".mp4"), ("vp9", ".webm")])
def test_a_bit_rate_is_kept_and_a_crf_makes_files_smaller_as_it_grows(
    room: CuttingRoom, noisy: Path, codec: str, suffix: str
) -> None:
    (room.folder / "noisy.mp4").write_bytes(noisy.read_bytes())
    took = {
        (how, asked): _bits_a_second(
            room.film(
                f"timeline: [{{clip: noisy.mp4, out: {seconds}}}]\n"
                f"output: {{size: 94x62, codec: {codec}, {how}: {asked}}}",
                name=f"film{suffix}",
                verify=False,
            )
        )
        for how, asked, seconds in (("bitrate", "150k", 8), ("bitrate", "0.3M", 8), ("crf", 24, 2), ("crf", 40, 2))
    }
    assert took["bitrate", "150k"] == pytest.approx(150_000, rel=MOST_OFF)
    assert took["bitrate", "0.3M"] == pytest.approx(300_000, rel=MOST_OFF)
    assert took["crf", 40] < took["crf", 24] / 2


def test_a_bit_rate_is_a_reason_to_copy_nothing(room: CuttingRoom) -> None:
    pieces = room.read("timeline: [{clip: a.mp4}]\noutput: {bitrate: 300k}").plan.pieces
    assert (pieces.composed, *pieces.reasons.values()) == (64, "a bit rate was asked for")


def _boxes(film: Path) -> list[bytes]:
    """The kinds of an MP4's outermost boxes, in order (ISO/IEC 14496-12, 4.2)."""
    data, place, kinds = film.read_bytes(), 0, list[bytes]()
    while place < len(data):
        kinds.append(data[place + 4 : place + 8])
        place += int.from_bytes(data[place : place + 4])
    return kinds


@pytest.mark.parametrize("name", ["film.mp4", "film.mov"])
def test_the_index_comes_first_unless_that_is_switched_off(room: CuttingRoom, name: str) -> None:
    cut = "timeline: [{clip: a.mp4}, {clip: b.mp4}]\n"
    first = _boxes(room.film(cut, name=name))
    assert first.index(b"moov") < first.index(b"mdat")
    last = _boxes(room.film(f"{cut}output: {{faststart: false}}", name=name))
    assert last.index(b"moov") > last.index(b"mdat")


@pytest.mark.parametrize("size", [(208, 120), (720, 480), (1000, 500)])
@pytest.mark.parametrize(("codec", "suffix"), [("prores", ".mov"), ("h264", ".mp4")])
def test_a_picture_of_one_colour_is_of_one_colour_to_its_edges(
    room: CuttingRoom, codec: str, suffix: str, size: tuple[int, int]
) -> None:
    Image.new("RGB", (1000, 1000), (200, 100, 40)).save(room.folder / "flat.png")
    output = f"{{codec: {codec}, size: {size[0]}x{size[1]}}}"
    film = room.film(f"timeline: [{{image: flat.png, seconds: 1}}]\noutput: {output}\n", name=f"film{suffix}")
    with av.open(str(film)) as container:
        for frame in container.decode(video=0):
            kind = np.dtype(np.uint16 if codec == "prores" else np.uint8)
            for plane in frame.planes:
                lines = np.frombuffer(bytes(plane), kind).reshape(plane.height, -1)[:, : plane.width]
                assert np.ptp(lines) <= 4 * kind.itemsize


def test_clips_without_frames_that_wait_go_together_with_composed_ones_in_matroska(room: CuttingRoom) -> None:
    """Which stores no decoding times: what libavformat guesses them to be is no matter of the film's."""
    make_clip(room.folder / "plain.mp4", 5, 96, options={"bf": "0"})
    cut = "timeline: [{clip: plain.mp4}, {clip: plain.mp4, transition: crossfade 0.5}]\n"
    film = room.film(cut, name="film.mkv")
    assert ffmpeg_says(film) == ""
    assert [number for _, number in codes(film)][:88] == list(range(88))
