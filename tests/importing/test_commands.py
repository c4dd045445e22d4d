"""``storyboard import`` and ``storyboard export``: what they print, write and refuse."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from helpers import environment, write_story, write_tree

from storyboard.scaffold.new_series import make_series

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from helpers import Ran

    Command = Callable[..., Ran]

STREAM = 'prompts = ["a {fox} runs", "it stops", "it turns", "it rests"]\n'
SCREENPLAY = "INT. OFFICE - NIGHT\n\nInes and Tom walk in.\n\nINES\nHello.\n\nTOM\nHi.\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    return write_tree(tmp_path, {"stream.txt": STREAM})


def test_it_prints_a_storyboard_that_passes_a_check_and_tells_the_rest_on_standard_error(
    storyboard: Command, here: Path
) -> None:
    ran = storyboard("import", "stream.txt")
    assert ran.code == 0
    assert ran.out.startswith("# yaml-language-server: $schema=")
    assert ran.err == (
        "A prompt stream: 1 scene, 4 segments, 18 s.\n"
        "  - 1 text has braces, which are doubled: a single one would name a character.\n"
    )
    (here / "story.yaml").write_text(ran.out, encoding="utf-8")
    assert storyboard("check", "--strict", "story.yaml").code == 0


def test_json_has_the_yaml_the_format_and_the_notes_and_nothing_beside(storyboard: Command, here: Path) -> None:
    ran = storyboard("import", "stream.txt", "--json")
    assert (ran.code, ran.err) == (0, "")
    assert list(ran.json) == ["yaml", "format", "notes"]
    assert ran.json["yaml"] == storyboard("import", "stream.txt").out
    assert ran.json["format"] == "svi"
    assert ran.json["notes"][0] == "A prompt stream: 1 scene, 4 segments, 18 s."


def test_it_writes_to_a_file_and_never_over_one_unless_it_is_asked_to(storyboard: Command, here: Path) -> None:
    ran = storyboard("import", "stream.txt", "-o", "my story.yaml")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.endswith("Written to 'my story.yaml'. Next:\n  storyboard preview 'my story.yaml'\n")
    again = storyboard("import", "stream.txt", "-o", "my story.yaml", "--title", "Other")
    assert (again.code, "is there already, and stays as it is" in again.err) == (2, True)
    assert "title: Stream" in (here / "my story.yaml").read_text(encoding="utf-8")
    assert storyboard("import", "stream.txt", "-o", "my story.yaml", "--title", "Other", "--force").code == 0
    assert "title: Other\n" in (here / "my story.yaml").read_text(encoding="utf-8")
    assert sorted(each.name for each in here.iterdir()) == ["my story.yaml", "stream.txt"]


def test_a_file_that_cannot_be_imported_leaves_nothing_behind(storyboard: Command, here: Path) -> None:
    write_tree(here, {"code.txt": 'prompts = [f"{x}"]'})
    ran = storyboard("import", "code.txt", "-o", "story.yaml")
    assert (ran.code, ran.out) == (1, "")
    assert "error: Line 1 has a format string, which is code: nothing of a stream is run.\n" in ran.err
    assert not (here / "story.yaml").exists()


@pytest.mark.parametrize("target", ["no/such/story.yaml", ".", "stream.txt"])
def test_a_place_that_cannot_be_written_to_is_wrong_usage(storyboard: Command, here: Path, target: str) -> None:
    ran = storyboard("import", "stream.txt", "-o", target, "--force")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: ")
    assert (here / "stream.txt").read_text(encoding="utf-8") == STREAM


@pytest.mark.parametrize(
    ("content", "code", "told"),
    [
        (b"", 1, "is empty"),
        (b"\xef\xbb\xbf \r\n", 1, "is empty"),
        (b"\x89PNG\r\n\x1a\n1234", 1, "This is a picture, and no text."),
        (b"%PDF-1.7 ...", 1, "This is a PDF file, and no text."),
        (bytes(range(256)) * 4, 1, "is neither UTF-8 nor Windows-1252"),
        ("é\n".encode() + "é\n".encode("cp1252"), 1, "Line 2 is not UTF-8, and other parts of the file are"),
        (b"a\n" * 150_000, 1, "The file has 150,000 lines; at most 100,000 are read."),
        (b"x" * (5 * 2**20), 1, "The file has 5,242,880 bytes"),
        (b"storyboard: 1\ntitle: T\n", 2, "This is a storyboard already"),
        (b"series: 1\ntitle: T\n", 2, "This is a series"),
        (b'{"prompts": []}', 2, "This is a JSON object"),
        (b"<html><body>", 2, "This is a web page, or XML"),
        (b'<?xml version="1.0"?><FinalDraft>', 2, "This is a Final Draft script"),
        (b"a;b\nc;d\ne;f\n", 2, "It cannot be told what this is: every line is divided by semicolons"),
        (b'a;b\n"c\nstill c";d\n', 2, "It cannot be told what this is: every line is divided by semicolons"),
    ],
)
def test_a_file_that_holds_no_story_is_told_what_it_is(
    storyboard: Command, here: Path, content: bytes, code: int, told: str
) -> None:
    write_tree(here, {"file": content})
    ran = storyboard("import", "file")
    assert (ran.code, ran.out) == (code, "")
    assert told in " ".join(ran.err.split())


def test_a_huge_file_is_refused_before_it_is_read(storyboard: Command, here: Path) -> None:
    with (here / "huge").open("wb") as file:
        os.truncate(file.fileno(), 200 * 2**20)
    ran = storyboard("import", "huge")
    assert (ran.code, "huge has 200 MB; a file of at most 16 MB is read." in ran.err) == (1, True)


def test_a_folder_a_pipe_and_a_missing_file_are_wrong_usage(storyboard: Command, here: Path) -> None:
    os.mkfifo(here / "pipe")
    for name in (".", "pipe", "nowhere", "a\0b"):
        assert storyboard("import", name).code == 2


def test_from_decides_what_a_file_is_read_as(storyboard: Command, here: Path) -> None:
    write_tree(here, {"a": "INT. SHED\n\na fox runs\n"})
    assert storyboard("import", "a", "--json").json["format"] == "fountain"
    assert storyboard("import", "a", "--json", "--from", "text").json["format"] == "text"
    assert storyboard("import", "a", "--from", "svi").code == 1
    assert storyboard("import", "a", "--from", "word").code == 2


def test_in_a_series_it_names_the_schema_and_takes_the_characters_and_places_that_are_there(
    storyboard: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_series(tmp_path / "series").folder
    monkeypatch.chdir(folder)
    write_tree(folder, {"a.fountain": SCREENPLAY})
    ran = storyboard("import", "a.fountain", "-o", "episodes/03-a.yaml")
    text = (folder / "episodes" / "03-a.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=../schemas/storyboard.schema.json\nstoryboard: 1\n")
    assert "characters:\n  tom: Tom\n" in text
    assert "places:" not in text
    assert "ines and office stand in the series" in ran.err
    assert storyboard("check", "episodes/03-a.yaml").code == 0


def test_what_the_series_has_as_the_other_kind_gets_another_name(storyboard: Command, here: Path) -> None:
    write_tree(
        here,
        {
            "series.yaml": "series: 1\ntitle: T\nepisodes: '*.yaml'\n"
            "characters: {office: The Office}\nplaces: {ines: Ines}\n",
            "a.fountain": SCREENPLAY,
        },
    )
    assert storyboard("import", "a.fountain", "-o", "a.yaml").code == 0
    text = (here / "a.yaml").read_text(encoding="utf-8")
    assert '"{ines_2} and {tom} walk in."' in text
    assert "place: office_2\n" in text
    assert storyboard("check", "a.yaml").code == 0


def test_what_is_exported_is_the_stream_and_goes_to_a_file_too(storyboard: Command, here: Path) -> None:
    storyboard("import", "stream.txt", "-o", "story.yaml")
    ran = storyboard("export", "story.yaml", "--to", "svi")
    assert ran.out == ('prompts = [\n    "a {fox} runs",\n    "it stops",\n    "it turns",\n    "it rests",\n]\n')
    assert (ran.code, ran.err) == (0, "A prompt stream: 4 prompts, one for each segment.\n")
    told = storyboard("export", "story.yaml", "--to", "svi", "--json")
    assert told.json == {"text": ran.out, "format": "svi", "notes": [ran.err.strip()]}
    assert storyboard("export", "story.yaml", "--to", "svi", "-o", "new.txt").err.endswith("Written to new.txt.\n")
    assert (here / "new.txt").read_text(encoding="utf-8") == ran.out
    assert storyboard("export", "story.yaml", "--to", "svi", "-o", "stream.txt").code == 2


def test_a_story_with_errors_is_not_exported(storyboard: Command, tmp_path: Path) -> None:
    ran = storyboard("export", write_story(tmp_path, "storyboard: 1\ntitle: T\n"), "--to", "svi")
    assert (ran.code, ran.out) == (1, "")
    assert "no-content" in ran.err


def test_a_format_that_is_none_is_wrong_usage(storyboard: Command, tmp_path: Path) -> None:
    assert storyboard("export", write_story(tmp_path), "--to", "film").code == 2
    assert storyboard("export", write_story(tmp_path)).code == 2


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "cp1252"])
def test_what_is_printed_is_utf_8_whatever_the_terminal_is_set_to(here: Path, encoding: str) -> None:
    write_tree(here, {"fox.txt": "der Fuchs läuft über die Brücke\n"})
    ran = subprocess.run(
        [sys.executable, "-m", "storyboard", "import", "fox.txt"],
        env=environment(PYTHONIOENCODING=encoding),
        cwd=here,
        capture_output=True,
        check=True,
    )
    assert "der Fuchs läuft über die Brücke\n" in ran.stdout.decode()


@pytest.mark.parametrize("verb", ["import", "export"])
def test_the_help_has_an_example_and_fits_eighty_columns(storyboard: Command, here: Path, verb: str) -> None:
    ran = storyboard(verb, "--help")
    assert ran.code == 0
    assert f"storyboard {verb} " in ran.out.partition("Example")[2]
    assert max(map(len, ran.out.splitlines())) <= 80
