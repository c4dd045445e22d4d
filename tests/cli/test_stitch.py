"""``storyboard stitch``: a film put together from the command line, whole, in part, small, or only planned."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import av
import pytest
from coded import codes, make_clip
from cutting_room import ffmpeg_says
from helpers import ROOT
from likeness import frames_of, ssim

from storyboard.columns import columns

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cutting_room import CuttingRoom
    from helpers import Ran

    Command = Callable[..., Ran]

pytest_plugins = ["assembly_fixtures"]

CUT = """\
storyboard: 1
title: The season so far
cut:
  timeline:
    - clip: a.mp4
    - clip: b.mp4
      transition: crossfade 0.5
    - clip: wide.mp4
"""
LENGTH = 64 + 56 + 16
TOLD = {
    "title", "storyboard", "episode", "manifest", "subtitles", "seconds", "frames", "fps", "width", "height", "codec",
    "has_sound", "is_whole", "copied_frames", "composed_frames", "sources", "notes",
}  # fmt: skip
PLANNED = TOLD - {"episode", "manifest", "subtitles"}
PIECES = {"composed_pieces", "kept_pieces"}


@pytest.fixture
def folder(room: CuttingRoom, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a cut of two clips that go together and one that does not; the command runs in it."""
    make_clip(room.folder / "wide.mp4", 4, 25, size=(160, 64), fps=25)
    (room.folder / "cut.yaml").write_text(CUT)
    monkeypatch.chdir(room.folder)
    return room.folder


def _files(*folders: Path) -> dict[Path, int]:
    """Every file below some folders, and when it was changed."""
    return {file: file.stat().st_mtime_ns for folder in folders for file in folder.rglob("*") if file.is_file()}


def test_it_prints_where_the_film_is_and_nothing_else(folder: Path, storyboard: Command) -> None:
    ran = storyboard("stitch", "cut.yaml")
    assert (ran.code, ran.out, ran.err) == (0, "renders/cut.mp4\n", "")
    assert {path.name for path in (folder / "renders").iterdir()} == {"cut.mp4", "cut.manifest.json"}
    shown = codes(folder / "renders/cut.mp4")
    assert len(shown) == LENGTH
    assert shown[:56] + shown[64:120] == [(1, n) for n in range(56)] + [(2, n) for n in range(8, 64)]


def test_as_json_it_prints_one_object_that_tells_what_came_of_what(folder: Path, storyboard: Command) -> None:
    told = storyboard("stitch", "cut.yaml", "--json").json
    assert set(told) == TOLD
    assert (told["episode"], told["manifest"]) == ("renders/cut.mp4", "renders/cut.manifest.json")
    assert (told["title"], told["storyboard"], told["notes"]) == ("The season so far", "cut.yaml", [])
    assert (told["frames"], told["fps"], told["seconds"]) == (LENGTH, 16, 8.5)
    assert (told["width"], told["height"], told["codec"], told["has_sound"]) == (128, 96, "h264", False)
    assert told["copied_frames"] + told["composed_frames"] == LENGTH
    assert [(each["file"], each["composed_because"]) for each in told["sources"]] == [
        ("a.mp4", None), ("b.mp4", None), ("wide.mp4", "it is 160x64, not 128x96"),
    ]  # fmt: skip


def test_everything_that_is_told_as_json_stands_in_the_documentation(folder: Path, storyboard: Command) -> None:
    told = storyboard("stitch", "cut.yaml", "--plan", "--json").json
    said = set(re.findall(r"`(\w+)(?:\[\])?`", (ROOT / "docs" / "cutting.md").read_text(encoding="utf-8")))
    assert set(told) == PLANNED | PIECES
    assert (TOLD | set(told) | set(told["sources"][0])) - said == set()


def test_a_plan_tells_as_json_how_many_pieces_are_kept_from_before(folder: Path, storyboard: Command) -> None:
    for kept in (0, 2):
        told = storyboard("stitch", "cut.yaml", "--plan", "--json").json
        assert (told["composed_pieces"], told["kept_pieces"]) == (2, kept)
        storyboard("stitch", "cut.yaml")


def test_a_plan_says_what_is_copied_what_is_composed_and_why_and_writes_nothing(
    folder: Path, storyboard: Command, tmp_path: Path
) -> None:
    before = _files(tmp_path)
    ran = storyboard("stitch", "cut.yaml", "--plan")
    assert (ran.code, ran.err) == (0, "")
    head, *lines = ran.out.splitlines()
    assert head == "The season so far: 0:08.50, 136 frames at 16 a second, 128x96, H.264"
    assert [" ".join(line.split()) for line in lines[:4]] == [
        "0:00.00 53 copied the beginning of a.mp4",
        "0:03.31 19 composed the end of a.mp4, crossfade into b.mp4",
        "0:04.50 48 copied the end of b.mp4",
        "0:07.50 16 composed wide.mp4",
    ]
    rest = " ".join(" ".join(lines[4:]).split())
    assert "101 frames are copied, 35 are composed in 2 pieces, of which 0 are kept from before." in rest
    assert "wide.mp4 cannot be copied, because it is 160x64, not 128x96." in rest
    assert all(columns(line) <= 80 for line in ran.out.splitlines())
    assert _files(tmp_path) == before


def test_a_plan_says_which_clip_is_composed_for_its_speed(folder: Path, storyboard: Command) -> None:
    (folder / "cut.yaml").write_text(CUT.replace("    - clip: wide.mp4", "    - {clip: a.mp4, speed: 2}"))
    told = storyboard("stitch", "cut.yaml", "--plan").out
    assert told.count("cannot be copied") == 1
    assert "a.mp4 cannot be copied where it is shown at 2 times its speed." in told


def test_a_plan_says_why_a_part_of_a_clip_is_composed(folder: Path, storyboard: Command) -> None:
    make_clip(folder / "long.mp4", 3, 64, keys=250)
    (folder / "cut.yaml").write_text(CUT.replace("    - clip: wide.mp4", "    - {clip: long.mp4, in: 0.5, out: 3}"))
    told = " ".join(storyboard("stitch", "cut.yaml", "--plan").out.split())
    why = "no frame that is shown can be decoded without those before it"
    assert f"long.mp4 cannot be copied where {why}." in told
    sources = json.loads(storyboard("stitch", "cut.yaml", "--plan", "--json").out)["sources"]
    assert [each["composed_because"] for each in sources] == [None, None, why]


def test_a_plan_as_json_tells_the_same_as_the_film_will(folder: Path, storyboard: Command) -> None:
    planned = storyboard("stitch", "cut.yaml", "--plan", "--json").json
    made = storyboard("stitch", "cut.yaml", "--json").json
    assert set(planned) == PLANNED | PIECES
    assert {name: planned[name] for name in PLANNED} == {name: made[name] for name in PLANNED}


def test_a_plan_after_the_film_says_that_nothing_has_to_be_made(folder: Path, storyboard: Command) -> None:
    storyboard("stitch", "cut.yaml")
    told = " ".join(storyboard("stitch", "cut.yaml", "--plan").out.split())
    assert "composed in 2 pieces, of which 2 are kept from before" in told
    assert told.endswith("Nothing has to be made: the film is put together at once.")


def test_a_second_run_encodes_nothing_and_makes_the_same_film(
    folder: Path, storyboard: Command, tmp_path: Path
) -> None:
    """Whatever is encoded is kept, and what is kept is never written twice under one name."""
    storyboard("stitch", "cut.yaml")
    film = (folder / "renders/cut.mp4").read_bytes()
    pieces = {path: (path.stat().st_ino, path.stat().st_size) for path in _files(tmp_path / "cache")}
    assert pieces
    again = storyboard("stitch", "cut.yaml", "--verify")
    assert again.code == 0
    assert "The whole film was decoded, and nothing in it is damaged." in again.err
    assert (folder / "renders/cut.mp4").read_bytes() == film
    assert {path: (path.stat().st_ino, path.stat().st_size) for path in _files(tmp_path / "cache")} == pieces


@pytest.mark.parametrize(
    ("given", "first", "last"),
    [
        ("1-2", 16, 32),
        ("0:01.25-00:00:02.5", 20, 40),
        ("3.5-5", 56, 80),
        ("4-", 64, LENGTH),
        ("-0.5", 0, 8),
        ("7-99", 112, LENGTH),
    ],
)
def test_a_range_has_the_very_frames_of_that_part_of_the_film(
    folder: Path, storyboard: Command, given: str, first: int, last: int
) -> None:
    assert storyboard("stitch", "cut.yaml").code == 0
    ran = storyboard("stitch", "cut.yaml", f"--range={given}")
    assert (ran.code, ran.out) == (0, "renders/cut.part.mp4\n")
    part = folder / "renders/cut.part.mp4"
    assert ffmpeg_says(part) == ""
    whole, shown = frames_of(folder / "renders/cut.mp4"), frames_of(part)
    assert len(shown) == last - first
    assert codes(part) == codes(folder / "renders/cut.mp4")[first:last]
    assert min(map(ssim, shown, whole[first:last])) > 0.97


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("2-1", "“2-1” ends before it begins."),
        ("1:30-90", "“1:30-90” ends where it begins."),
        ("one-two", "“one-two” is no part of a film."),
        ("5", "“5” is no part of a film."),
        ("-", "“-” is no part of a film."),
        ("", "“” is no part of a film."),
        ("1:2:3:4-5", "“1:2:3:4-5” is no part of a film."),
        ("-1-2", "“-1-2” is no part of a film."),
        ("1e3-2e3", "“1e3-2e3” is no part of a film."),
        ("1\x1b[31m-2", "“1�[31m-2” is no part of a film."),
    ],
)
def test_a_range_that_is_none_is_wrong_usage_and_says_how_one_is_written(
    folder: Path, storyboard: Command, given: str, message: str
) -> None:
    ran = storyboard("stitch", "cut.yaml", f"--range={given}")
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert "30-45" in ran.err
    assert not (folder / "renders").exists()


def test_a_range_beyond_the_end_of_the_film_is_told_with_its_length(folder: Path, storyboard: Command) -> None:
    ran = storyboard("stitch", "cut.yaml", "--range", "9-10")
    assert ran.code == 2
    assert "The film is 8.5 s long, and nothing of it lies in that range." in ran.err
    assert not (folder / "renders").exists()


def test_a_preview_is_a_quarter_of_the_picture_under_a_name_of_its_own(folder: Path, storyboard: Command) -> None:
    ran = storyboard("stitch", "cut.yaml", "--preview")
    assert (ran.code, ran.out) == (0, "renders/cut.preview.mp4\n")
    preview = folder / "renders/cut.preview.mp4"
    assert not (folder / "renders/cut.mp4").exists()
    with av.open(str(preview)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height, stream.frames) == (64, 48, LENGTH)
    assert ffmpeg_says(preview) == ""


def test_a_preview_of_a_part_has_both_in_its_name_and_leaves_the_film_alone(
    folder: Path, storyboard: Command
) -> None:
    storyboard("stitch", "cut.yaml")
    before = (folder / "renders/cut.mp4").read_bytes()
    ran = storyboard("stitch", "cut.yaml", "--preview", "--range", "1-2")
    assert (ran.code, ran.out) == (0, "renders/cut.part.preview.mp4\n")
    assert len(frames_of(folder / "renders/cut.part.preview.mp4")) == 16
    assert (folder / "renders/cut.mp4").read_bytes() == before


@pytest.mark.parametrize(("less", "what"), [(["--preview"], "a preview"), (["--range", "1-2"], "a part")])
def test_less_than_a_film_does_not_take_the_place_of_one(
    folder: Path, storyboard: Command, less: list[str], what: str
) -> None:
    assert storyboard("stitch", "cut.yaml", "--output", "film.mp4").code == 0
    before = (folder / "film.mp4").read_bytes()
    ran = storyboard("stitch", "cut.yaml", *less, "--output", "film.mp4")
    assert (ran.code, (folder / "film.mp4").read_bytes()) == (2, before)
    assert f"film.mp4 is a whole film, and {what} is not written over it" in " ".join(ran.err.split())
    assert storyboard("stitch", "cut.yaml", *less, "--output", "less.mp4").code == 0
    assert storyboard("stitch", "cut.yaml", "--output", "less.mp4").code == 0


def test_a_preview_of_any_codec_is_quickly_made_h264(folder: Path, storyboard: Command) -> None:
    (folder / "cut.yaml").write_text(f"{CUT}  output: {{codec: prores, size: 256x192}}\n")
    assert storyboard("stitch", "cut.yaml", "--preview", "--range", "1-2").out == "renders/cut.part.preview.mp4\n"
    with av.open(str(folder / "renders/cut.part.preview.mp4")) as container:
        context = container.streams.video[0].codec_context
        assert (context.name, context.width, context.height) == ("h264", 128, 96)


def test_a_preview_under_a_name_for_another_codec_is_told_what_it_is(folder: Path, storyboard: Command) -> None:
    (folder / "cut.yaml").write_text(f"{CUT}  output: {{codec: vp9}}\n")
    ran = storyboard("stitch", "cut.yaml", "--preview", "--output", "film.webm")
    assert ran.code == 2
    assert "film.webm is no name for a preview, which is always H.264." in ran.err


def test_a_range_between_two_frames_is_told_as_that(folder: Path, storyboard: Command) -> None:
    ran = storyboard("stitch", "cut.yaml", "--range", "1.97-2.02")
    assert ran.code == 2
    assert "That range is shorter than a frame: the film has 16 a second." in ran.err
