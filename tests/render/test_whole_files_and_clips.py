"""Files that are whole or not there, and clips that are told as they are."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import pytest
from still_clip import make_clip

from storyboard.files import copy_whole, sha256_of, whole_path, write_whole
from storyboard.generation.take import ClipUnreadableError, differences, inspect_clip

Clips = Callable[..., Path]


@pytest.fixture
def clip(tmp_path: Path) -> Clips:
    """Makes small clips of 2 s."""

    def make(name: str, **shape: int) -> Path:
        return make_clip(tmp_path / name, **{"width": 128, "height": 96, "frames": 32, "seed": 0} | shape)

    return make


class TestWholeFiles:
    def test_a_file_that_is_not_finished_is_not_there(self, tmp_path: Path) -> None:
        def half() -> None:
            with whole_path(tmp_path / "new" / "file.txt") as part:
                part.write_text("half")
                raise ValueError("half way")

        with pytest.raises(ValueError, match="half way"):
            half()
        assert list((tmp_path / "new").iterdir()) == []

    def test_a_file_that_is_written_anew_is_the_old_one_until_it_is_whole(self, tmp_path: Path) -> None:
        path = tmp_path / "file.txt"
        write_whole(path, b"old")
        with whole_path(path) as part:
            part.write_text("new")
            assert path.read_text() == "old"
        assert path.read_text() == "new"

    def test_the_part_has_the_ending_of_the_file_and_is_hidden(self, tmp_path: Path) -> None:
        with whole_path(tmp_path / "clip.mp4") as part:
            part.write_bytes(b"")
            assert (part.suffix, part.name[0], part.parent) == (".mp4", ".", tmp_path)

    def test_two_that_write_one_file_at_once_have_a_part_each(self, tmp_path: Path) -> None:
        with whole_path(tmp_path / "file") as one, whole_path(tmp_path / "file") as two:
            one.write_text("one")
            two.write_text("two")
        assert (tmp_path / "file").read_text() == "one"

    def test_a_copy_has_the_same_hash(self, tmp_path: Path) -> None:
        write_whole(tmp_path / "one", b"bytes")
        copy_whole(tmp_path / "one", tmp_path / "below" / "two")
        assert sha256_of(tmp_path / "one") == sha256_of(tmp_path / "below" / "two")


class TestInspection:
    def test_a_clip_is_told_as_it_is(self, clip: Clips) -> None:
        facts = inspect_clip(clip("one.mp4"))
        assert (facts.width, facts.height, facts.fps, facts.frames, facts.seconds) == (128, 96, Fraction(16), 32, 2.0)
        assert (facts.codec, facts.pixel_format) == ("h264", "yuv420p")

    @pytest.mark.parametrize("share", [0.01, 0.3, 0.6, 0.999])
    def test_a_clip_that_is_cut_off_does_not_pass_for_a_shorter_one(self, clip: Clips, share: float) -> None:
        path = clip("one.mp4")
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * share)])
        with pytest.raises(ClipUnreadableError, match=r"cut off|does not decode"):
            inspect_clip(path)

    def test_what_follows_a_clip_s_own_parts_does_no_harm(self, clip: Clips) -> None:
        path = clip("one.mp4")
        path.write_bytes(path.read_bytes() + (12).to_bytes(4) + b"free....")
        assert inspect_clip(path).frames == 32

    def test_sound_alone_is_no_clip(self, tmp_path: Path) -> None:
        path = tmp_path / "sound.mp4"
        with av.open(str(path), "w") as output:
            stream = output.add_stream("aac", rate=48000)
            for number in range(4):
                frame = av.AudioFrame(format="fltp", layout="stereo", samples=1024)
                frame.sample_rate, frame.pts = 48000, 1024 * number
                for plane in frame.planes:
                    plane.update(bytes(plane.buffer_size))
                output.mux(stream.encode(frame))
            output.mux(stream.encode(None))
        with pytest.raises(ClipUnreadableError, match="It holds no picture"):
            inspect_clip(path)

    def test_every_difference_is_told_at_once(self, clip: Clips) -> None:
        facts = inspect_clip(clip("one.mp4"))
        found = differences(facts, width=64, height=96, fps=24, seconds=Fraction(18), slack=Fraction(9, 4))
        assert found == [
            "it is 128x96 and not 64x96",
            "it has 16 frames a second and not 24",
            "it is 2 seconds long and not 18",
        ]

    def test_a_length_within_the_slack_is_no_difference(self, clip: Clips) -> None:
        facts = inspect_clip(clip("one.mp4"))
        assert differences(facts, width=128, height=96, fps=16, seconds=Fraction(4), slack=Fraction(2)) == []
