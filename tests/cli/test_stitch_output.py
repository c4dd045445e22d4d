"""Where ``storyboard stitch`` writes its film, and what it never writes over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import av
import pytest
from coded import codes

from storyboard.assembly.mux import join

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cutting_room import CuttingRoom
    from helpers import Ran

    Command = Callable[..., Ran]

pytest_plugins = ["assembly_fixtures"]

CUT = "storyboard: 1\ntitle: T\ncut: {timeline: [{clip: a.mp4, out: 1}, {clip: b.mp4, out: 1}]}\n"


@pytest.fixture
def folder(room: CuttingRoom, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a cut that only copies; the command runs in it."""
    (room.folder / "cut.yaml").write_text(CUT)
    monkeypatch.chdir(room.folder)
    return room.folder


@pytest.mark.parametrize(
    ("given", "film", "manifest"),
    [
        ("other.mp4", "other.mp4", "other.manifest.json"),
        ("deep/down/other.mov", "deep/down/other.mov", "deep/down/other.mov.manifest.json"),
        ("films", "films/cut.mp4", "films/cut.manifest.json"),
        ("films/", "films/cut.mp4", "films/cut.manifest.json"),
    ],
)
def test_a_film_goes_to_the_file_or_the_folder_that_is_named_and_folders_are_made(
    folder: Path, storyboard: Command, given: str, film: str, manifest: str
) -> None:
    ran = storyboard("stitch", "cut.yaml", "--output", given)
    assert (ran.code, ran.out) == (0, f"{film}\n")
    assert len(codes(folder / film)) == 32
    assert (folder / manifest).exists()
    assert not (folder / "renders").exists()


def test_a_folder_whose_name_has_a_dot_is_a_folder_where_it_is_there(folder: Path, storyboard: Command) -> None:
    (folder / "v1.2").mkdir()
    assert storyboard("stitch", "cut.yaml", "--output", "v1.2").out == "v1.2/cut.mp4\n"


def test_a_folder_that_cannot_be_made_is_told_with_what_to_do(folder: Path, storyboard: Command) -> None:
    (folder / "file").write_text("in the way")
    ran = storyboard("stitch", "cut.yaml", "--output", "file/film.mp4")
    assert (ran.code, ran.out) == (1, "")
    assert "file/film.mp4 could not be written" in ran.err
    assert "--output" in ran.err
    assert (folder / "file").read_text() == "in the way"


def test_a_film_that_this_program_made_is_replaced(folder: Path, storyboard: Command) -> None:
    storyboard("stitch", "cut.yaml")
    (folder / "cut.yaml").write_text(CUT.replace("b.mp4, out: 1", "b.mp4, out: 2"))
    assert storyboard("stitch", "cut.yaml").code == 0
    assert len(codes(folder / "renders/cut.mp4")) == 48


@pytest.mark.parametrize("there", ["a.mp4", "notes.mp4"])
def test_a_file_of_somebody_else_stays_as_it_is(folder: Path, storyboard: Command, there: str) -> None:
    (folder / "notes.mp4").write_bytes(b"not a film of this program")
    before = (folder / there).read_bytes()
    ran = storyboard("stitch", "cut.yaml", "--output", there)
    assert ran.code == 2
    assert f"{there} is there already and was not made by this program, so it stays as it is." in ran.err
    assert (folder / there).read_bytes() == before


def test_the_film_of_another_story_stays_as_it_is(folder: Path, storyboard: Command) -> None:
    storyboard("stitch", "cut.yaml")
    before = (folder / "renders/cut.mp4").read_bytes()
    for other, more in (("other.yaml", ("--output", "renders/cut.mp4")), ("cut.yml", ())):
        (folder / other).write_text(CUT.replace("out: 1", "out: 2"))
        ran = storyboard("stitch", other, *more)
        assert ran.code == 2
        assert "renders/cut.mp4 is the film of cut.yaml, so it stays as it is." in ran.err
    assert (folder / "renders/cut.mp4").read_bytes() == before


def test_a_preview_of_another_story_is_written_over(folder: Path, storyboard: Command) -> None:
    (folder / "other.yaml").write_text(CUT.replace("out: 1", "out: 2"))
    assert storyboard("stitch", "cut.yaml", "--preview", "--output", "look.mp4").code == 0
    assert storyboard("stitch", "other.yaml", "--preview", "--output", "look.mp4").code == 0


def test_a_film_without_a_manifest_is_what_a_process_left_that_was_killed(folder: Path, storyboard: Command) -> None:
    storyboard("stitch", "cut.yaml")
    (folder / "renders/cut.manifest.json").unlink()
    assert storyboard("stitch", "cut.yaml").code == 0
    assert (folder / "renders/cut.manifest.json").exists()


def test_subtitles_that_are_not_this_films_are_neither_taken_away_nor_written_over(
    folder: Path, storyboard: Command
) -> None:
    (folder / "renders").mkdir()
    for name in ("cut.srt", "cut.vtt"):
        (folder / "renders" / name).write_text("mine")
    assert storyboard("stitch", "cut.yaml").code == 0
    assert {path.read_text() for path in folder.glob("renders/cut.*t") if path.suffix != ".mp4"} == {"mine"}


def test_a_name_that_no_file_can_have_is_told(folder: Path, storyboard: Command) -> None:
    ran = storyboard("stitch", "cut.yaml", "--output", f"{'a' * 300}.mp4")
    assert ran.code == 2
    assert "cannot be a file: File name too long." in ran.err


@pytest.mark.parametrize("named", [(), ("--output", "renders/cut.mp4"), ("--output", "./renders/../renders/cut.mp4")])
def test_a_film_is_never_written_over_a_clip_that_it_is_made_of(
    folder: Path, storyboard: Command, named: tuple[str, ...]
) -> None:
    """Not even over one that this program made: it would be another film each time."""
    storyboard("stitch", "cut.yaml")
    before = (folder / "renders/cut.mp4").read_bytes()
    (folder / "cut.yaml").write_text(CUT.replace("{clip: a.mp4, out: 1}", "{clip: renders/cut.mp4}"))
    ran = storyboard("stitch", "cut.yaml", *named)
    assert (ran.code, ran.out) == (2, "")
    assert "renders/cut.mp4 is one of the files that this film is made of, so it stays as it is." in ran.err
    assert (folder / "renders/cut.mp4").read_bytes() == before
    assert storyboard("stitch", "cut.yaml", "--output", "longer.mp4").code == 0
    assert len(codes(folder / "longer.mp4")) == 48


def test_a_film_that_is_verified_is_decoded_to_its_end(folder: Path, storyboard: Command) -> None:
    """What is copied is not decoded: only this finds damage inside a clip."""
    clip = folder / "b.mp4"
    with av.open(str(clip)) as container:
        packet = list(container.demux(video=0))[32]
        assert packet.pos
        place = packet.pos + packet.size // 2
    data = bytearray(clip.read_bytes())
    data[place : place + 200] = b"\x55" * 200
    clip.write_bytes(data)
    (folder / "cut.yaml").write_text(CUT.replace("{clip: b.mp4, out: 1}", "{clip: b.mp4}"))
    ran = storyboard("stitch", "cut.yaml", "--verify")
    assert (ran.code, ran.out) == (1, "")
    assert "b.mp4 is damaged at 2.00 s, and would be copied into the film as it is." in ran.err
    assert not (folder / "renders/cut.mp4").exists()
    assert not list(folder.rglob(".*part*"))


def test_what_stops_it_is_told_as_data_too(folder: Path, storyboard: Command) -> None:
    (folder / "cut.yaml").write_text(CUT.replace("b.mp4", "none.mp4"))
    ran = storyboard("stitch", "cut.yaml", "--json")
    assert ran.code == 1
    assert [finding["code"] for finding in ran.json["findings"]] == ["file-missing"]
    assert ran.json["error"]["message"] == "cut.yaml has an error."


def test_a_film_is_not_written_to_standard_output(folder: Path, storyboard: Command) -> None:
    ran = storyboard("stitch", "cut.yaml", "--output", "-")
    assert (ran.code, ran.out) == (2, "")
    assert "A film is not written to standard output." in ran.err
    assert not (folder / "-").exists()


def test_films_of_one_name_and_two_endings_have_a_manifest_each(folder: Path, storyboard: Command) -> None:
    for name in ("film.mp4", "film.mkv"):
        assert storyboard("stitch", "cut.yaml", "--output", name).code == 0
    assert {path.name for path in folder.glob("*.json")} == {"film.manifest.json", "film.mkv.manifest.json"}


def test_a_film_that_another_storyboard_wrote_there_meanwhile_is_not_written_over(
    folder: Path, storyboard: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "other.yaml").write_text((folder / "cut.yaml").read_text())
    assert storyboard("stitch", "other.yaml", "--output", "theirs.mp4").code == 0

    def others_first(*arguments: Any, **named: Any) -> None:
        join(*arguments, **named)
        for name in ("theirs.mp4", "theirs.manifest.json"):
            (folder / name).rename(folder / name.replace("theirs", "film"))

    monkeypatch.setattr("storyboard.assembly.film.join", others_first)
    ran = storyboard("stitch", "cut.yaml", "--output", "film.mp4")
    assert ran.code == 2
    assert "film.mp4 is the film of other.yaml" in ran.err
