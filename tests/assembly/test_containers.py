"""Clips in other containers than ours, trimmed or damaged: every frame of theirs once, or a clear word."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import av
import pytest
from coded import codes, make_clip
from cutting_room import ffmpeg

from storyboard.assembly.media import examine
from storyboard.errors import StoryError
from storyboard.generation.take import is_cut_off

if TYPE_CHECKING:
    from pathlib import Path

    from cutting_room import CuttingRoom

pytest_plugins = ["assembly_fixtures"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("stream.ts", ("-c", "copy")),
        ("stream.flv", ("-c", "copy")),
        ("stream.mkv", ("-c", "copy")),
        ("stream.mov", ("-c", "copy", "-movflags", "+frag_keyframe+empty_moov")),
        ("stream.avi", ("-c:v", "mjpeg", "-q:v", 2)),
        ("reordered.avi", ("-c", "copy")),
        ("bare.h264", ("-c", "copy")),
        ("late.mkv", ("-c", "copy", "-output_ts_offset", 5)),
    ],
)
@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_every_frame_of_a_clip_is_shown_once_whatever_it_is_kept_in(
    room: CuttingRoom, name: str, words: tuple[object, ...], codec: str
) -> None:
    clip = make_clip(room.folder / "whole.mp4", 6, 80, keys=32, options={"bf": "3"})
    ffmpeg("-i", clip, *words, room.folder / name)
    film = room.film(f"timeline: [{{clip: {name}}}]\noutput: {{codec: {codec}}}\n")
    assert codes(film) == [(6, number) for number in range(80)]


def test_a_part_of_a_transport_stream_is_the_part_that_was_asked_for(room: CuttingRoom) -> None:
    clip = make_clip(room.folder / "whole.mp4", 6, 80, keys=16, options={"bf": "3"})
    ffmpeg("-i", clip, "-c", "copy", room.folder / "stream.ts")
    film = room.film("timeline: [{clip: stream.ts, in: 2.5, out: 3}, {clip: stream.ts, in: 0, out: 0.5}]")
    assert codes(film) == [(6, number) for number in (*range(40, 48), *range(8))]


def test_a_clip_whose_clock_does_not_begin_with_its_first_frame_loses_none(room: CuttingRoom) -> None:
    clip = make_clip(room.folder / "whole.mp4", 6, 32)
    ffmpeg("-i", clip, "-c:v", "mpeg4", "-bf", 2, "-q:v", 2, room.folder / "old.avi")
    film = room.film("timeline: [{clip: old.avi}]")
    assert codes(film) == [(6, number) for number in range(32)]


@pytest.mark.parametrize("name", ["reordered.avi", "bare.h264"])
def test_a_part_of_a_clip_that_tells_no_times_is_the_part_that_was_asked_for(room: CuttingRoom, name: str) -> None:
    clip = make_clip(room.folder / "whole.mp4", 6, 80, keys=16, options={"bf": "3"})
    ffmpeg("-i", clip, "-c", "copy", room.folder / name)
    film = room.film(f"timeline: [{{clip: {name}, in: 2.5, out: 3}}, {{clip: {name}, in: 1, out: 2, speed: 2}}]")
    assert codes(film) == [(6, number) for number in (*range(40, 48), *range(16, 32, 2))]


@pytest.mark.parametrize("codec", ["mpeg4", "libx264"])
def test_an_avi_that_repeats_a_picture_by_an_empty_place_stays_in_time(room: CuttingRoom, codec: str) -> None:
    clip = make_clip(room.folder / "whole.mp4", 6, 48)
    gap = ("-vf", "select='not(between(n,11,20))'", "-fps_mode", "vfr")
    ffmpeg("-i", clip, *gap, "-c:v", codec, "-bf", 2, "-qscale:v", 2, room.folder / "gap.avi")
    seen = codes(room.film("timeline: [{clip: gap.avi}]"))
    assert len(seen) == 48
    assert [number for _, number in seen[:10]] == list(range(10))
    assert [number for _, number in seen[24:47]] == list(range(24, 47))


@pytest.mark.parametrize(("rate", "frames"), [(12, 24), ("25/2", 25), (30, 60)])
def test_a_bare_stream_has_the_rate_that_its_encoder_wrote_into_it(
    tmp_path: Path, rate: int | str, frames: int
) -> None:
    source = ("-f", "lavfi", "-i", f"testsrc2=s=128x96:r={rate}:d=2")
    ffmpeg(*source, "-c:v", "libx264", "-bf", 2, tmp_path / "bare.h264")
    found = examine(tmp_path / "bare.h264")
    assert (found.fps, found.frames) == (Fraction(rate), frames)
    assert found.seconds == 2


def test_a_transport_stream_of_one_slow_clock_is_no_stream_that_jumps(tmp_path: Path) -> None:
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=128x96:r=1/12:d=60", "-c:v", "libx264", tmp_path / "slow.ts")
    assert examine(tmp_path / "slow.ts").frames == 5


@pytest.mark.parametrize("seconds", [1, 5])
def test_transport_streams_put_together_by_cat_are_refused_with_the_command_that_mends_them(
    room: CuttingRoom, seconds: int
) -> None:
    clip = make_clip(room.folder / "whole.mp4", 6, 16 * seconds, options={"bf": "3"})
    ffmpeg("-i", clip, "-c", "copy", room.folder / "one.ts")
    (room.folder / "two.ts").write_bytes((room.folder / "one.ts").read_bytes() * 2)
    with pytest.raises(StoryError) as told:
        room.read("timeline:\n  - clip: two.ts\n")
    (finding,) = told.value.findings
    assert f"two.ts has a clock that jumps after {seconds - 1 / 16:.1f} s" in finding.message
    assert finding.line == 5
    command, output = finding.hint.split("ffmpeg ")[1].rsplit(" ", 1)
    assert command.startswith("-i two.ts ")
    ffmpeg(*command.replace("two.ts", str(room.folder / "two.ts")).split(), room.folder / output)
    film = room.film(f"timeline: [{{clip: {output}}}]")
    assert codes(film) == [(6, number) for number in range(16 * seconds)] * 2


@pytest.mark.parametrize("name", ["open.mp4", "open.ts"])
def test_a_clip_that_can_be_entered_where_not_all_is_told_is_no_damaged_one(room: CuttingRoom, name: str) -> None:
    options = {"bf": "3", "x264-params": "open-gop=1:keyint=16:min-keyint=16:ref=4:scenecut=0"}
    clip = make_clip(room.folder / "whole.mp4", 6, 160, keys=16, options=options)
    ffmpeg("-i", clip, "-c", "copy", room.folder / name)
    film = room.film(
        f"timeline: [{{clip: {name}, in: 1}}, {{clip: {name}, in: 6, out: 7}}]\noutput: {{codec: hevc}}\n"
    )
    assert codes(film) == [(6, number) for number in (*range(16, 160), *range(96, 112))]


class TestAnEditList:
    """What a phone writes where its owner trims a clip: the frames are there, and are not to be shown."""

    @pytest.fixture
    def trimmed(self, room: CuttingRoom) -> Path:
        """Frames 21 to 95."""
        clip = make_clip(room.folder / "whole.mp4", 6, 96, keys=96, options={"bf": "3"})
        ffmpeg("-ss", 1.3, "-i", clip, "-c", "copy", room.folder / "trimmed.mp4")
        return room.folder / "trimmed.mp4"

    @pytest.mark.parametrize("codec", ["h264", "hevc"])
    def test_hides_frames_from_the_film_as_well(self, room: CuttingRoom, trimmed: Path, codec: str) -> None:
        film = room.film(f"timeline: [{{clip: {trimmed.name}}}]\noutput: {{codec: {codec}}}\n")
        assert codes(film) == [(6, number) for number in range(21, 96)]

    def test_counts_for_in_and_out(self, room: CuttingRoom, trimmed: Path) -> None:
        film = room.film(f"timeline: [{{clip: {trimmed.name}, in: 1, out: 2}}, {{clip: {trimmed.name}, out: 1}}]")
        assert codes(film) == [(6, number) for number in (*range(37, 53), *range(21, 37))]

    def test_is_why_a_clip_is_not_copied(self, room: CuttingRoom, trimmed: Path) -> None:
        (reason,) = room.read(f"timeline: [{{clip: {trimmed.name}}}]").plan.pieces.reasons.values()
        assert reason == "it has an edit list that hides some of its frames"


class TestDamage:
    """A few bytes of the picture overwritten, long after the headers."""

    @pytest.fixture
    def damaged(self, room: CuttingRoom) -> Path:
        """Damaged in its last third."""
        clip = make_clip(room.folder / "damaged.mp4", 6, 96, keys=32, options={"bf": "0", "crf": "4"})
        data = bytearray(clip.read_bytes())
        middle = data.index(b"mdat") + (len(data) - data.index(b"mdat")) * 5 // 6
        data[middle : middle + 400] = b"\xa5" * 400
        clip.write_bytes(data)
        return clip

    @pytest.mark.parametrize(
        ("output", "message"),
        [("{codec: hevc}", "damaged.mp4 does not decode at "), ("{codec: h264}", "damaged.mp4 is damaged at ")],
    )
    def test_is_told_at_the_line_of_the_clip(
        self, room: CuttingRoom, damaged: Path, output: str, message: str
    ) -> None:
        with pytest.raises(StoryError) as told:
            room.film(f"timeline:\n  - clip: a.mp4\n  - clip: {damaged.name}\noutput: {output}\n")
        (finding,) = told.value.findings
        assert finding.message.startswith(message)
        assert 4 <= float(finding.message.split(" at ")[1].split(" s")[0]) < 6
        assert finding.line == 6
        assert not (room.folder / "film.mp4").exists()

    def test_is_no_matter_where_it_is_not_shown(self, room: CuttingRoom, damaged: Path) -> None:
        film = room.film(f"timeline: [{{clip: {damaged.name}, out: 3}}]\noutput: {{codec: hevc}}\n")
        assert codes(film) == [(6, number) for number in range(48)]

    def test_of_a_stream_that_ends_too_early_is_told(self, room: CuttingRoom) -> None:
        clip = make_clip(room.folder / "whole.mp4", 6, 80, options={"crf": "2"})
        ffmpeg("-i", clip, "-c", "copy", room.folder / "stream.ts")
        data = (room.folder / "stream.ts").read_bytes()
        (room.folder / "stream.ts").write_bytes(data[: len(data) * 2 // 3])
        with pytest.raises(StoryError, match="cannot be cut") as told:
            room.film("timeline: [{clip: stream.ts}]")
        assert "stream.ts does not decode at " in told.value.findings[0].message


@pytest.mark.parametrize("name", ["whole.mkv", "whole.webm"])
def test_matroska_that_is_cut_off_is_known_by_its_headers(tmp_path: Path, name: str) -> None:
    clip = make_clip(tmp_path / "whole.mp4", 6, 32)
    ffmpeg("-i", clip, *(("-c:v", "libvpx-vp9") if name.endswith("webm") else ("-c", "copy")), tmp_path / name)
    data = (tmp_path / name).read_bytes()
    assert not is_cut_off(tmp_path / name)
    for left in (len(data) - 1, len(data) // 2, 100):
        (tmp_path / name).write_bytes(data[:left])
        assert is_cut_off(tmp_path / name)


def test_matroska_with_room_left_before_its_segment_is_known_to_be_cut_off_as_well(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "whole.mp4", 6, 32)
    ffmpeg("-i", clip, "-c", "copy", tmp_path / "whole.mkv")
    data = (tmp_path / "whole.mkv").read_bytes()
    segment = data.index(b"\x18\x53\x80\x67")
    whole = data[:segment] + b"\xec\x40\xfa" + bytes(250) + data[segment:]  # a void of 250 bytes
    (tmp_path / "void.mkv").write_bytes(whole)
    assert not is_cut_off(tmp_path / "void.mkv")
    (tmp_path / "void.mkv").write_bytes(whole[:-1])
    assert is_cut_off(tmp_path / "void.mkv")


def test_matroska_whose_length_nobody_knew_is_not_called_cut_off(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "whole.mp4", 6, 32)
    ffmpeg("-i", clip, "-c", "copy", "-live", 1, tmp_path / "live.mkv")
    assert not is_cut_off(tmp_path / "live.mkv")
    (tmp_path / "live.mkv").write_bytes((tmp_path / "live.mkv").read_bytes()[:40])
    assert not is_cut_off(tmp_path / "live.mkv")


def test_a_programme_stream_that_cannot_be_wound_forward_is_read_from_its_beginning(room: CuttingRoom) -> None:
    white = "drawbox=c=white:t=fill:enable='gte(t,0.52)*lt(mod(t-0.52+1e-6,1),0.1)'"
    picture = ("-f", "lavfi", "-i", f"color=c=black:s=160x90:r=25:d=12,{white}")
    sound = ("-f", "lavfi", "-i", "sine=1000:d=12", "-c:a", "ac3")
    codec = ("-c:v", "mpeg2video", "-g", "12", "-bf", "2", "-b:v", "1M")
    ffmpeg(*picture, *sound, *codec, room.folder / "v.vob")
    film = room.film("timeline: [{clip: v.vob}]\noutput: {fps: 25}\n")
    with av.open(str(film)) as container:
        light = [frame.reformat(format="gray").to_ndarray().mean() > 100 for frame in container.decode(video=0)]
    begins = [number for number, (before, after) in enumerate(pairwise(light), start=1) if after and not before]
    assert len(light) == 300
    assert begins == [13 + 25 * second for second in range(12)]


def test_a_clip_that_was_cut_out_of_an_open_group_is_read_from_its_first_shown_frame(room: CuttingRoom) -> None:
    whole = room.folder / "whole.mp4"
    words = ("-c:v", "libx264", "-x264opts", "open_gop=1:keyint=25", "-pix_fmt", "yuv420p")
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=128x96:r=25:d=6", *words, whole)
    ffmpeg("-ss", 1.3, "-i", whole, "-c", "copy", room.folder / "cut.mp4")
    film = room.film("timeline: [{clip: cut.mp4, out: 2}]\noutput: {fps: 25, size: 128x96}\n")
    with av.open(str(film)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 50
