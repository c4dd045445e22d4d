"""``storyboard check``: everything there is to tell, as text and as JSON."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from helpers import EXAMPLES, MINIMAL, environment, png, write_story, write_tree

from storyboard.columns import columns

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from helpers import Ran

    Command = Callable[..., Ran]

SCENES = "scenes: [{segments: [&a a fox runs up to the fence, *a]}, {segments: [*a, *a]}]\n"
GOOD = f"storyboard: 1\ntitle: T\n{SCENES}"
WRONG = GOOD.replace("title", "titel")


def test_a_good_story_is_good(storyboard: Command, tmp_path: Path) -> None:
    file = write_story(tmp_path, GOOD)
    ran = storyboard("check", file)
    assert (ran.code, ran.out, ran.err) == (0, f"{file}: good.\n", "")


def test_an_error_fails_the_check_and_shows_the_place(storyboard: Command, tmp_path: Path) -> None:
    file = write_story(tmp_path, WRONG)
    ran = storyboard("check", file)
    assert ran.code == 1
    assert ran.out.splitlines() == [
        f"{file}:1:1: error: missing-key",
        "  “title” is missing from a storyboard.",
        "  1 | storyboard: 1",
        "    | ^",
        "  title: What the episode is called.",
        "",
        f"{file}:2:1: error: unknown-key",
        "  “titel” is not a key of a storyboard.",
        "  2 | titel: T",
        "    | ^",
        "  Did you mean “title”?",
        "",
        "2 errors",
    ]


@pytest.mark.parametrize("size", [100, 3_000_000])
def test_a_picture_is_told_from_a_story_however_large_and_nothing_of_it_is_printed(
    size: int, storyboard: Command, tmp_path: Path
) -> None:
    picture = tmp_path / "cover.png"
    picture.write_bytes(png(8, 8) + bytes(size))
    ran = storyboard("check", picture)
    assert ran.out.splitlines()[:3] == [
        f"{picture}:1:1: error: not-a-storyboard",
        "  This is a picture or a video, and no storyboard.",
        "  Name a .yaml file.",
    ]


@pytest.mark.parametrize(
    ("text", "plain", "strict"),
    [
        (GOOD, 0, 0),
        (MINIMAL, 0, 0),  # an info: the story is stretched
        (GOOD + "cfg: 1.4\n", 0, 1),  # a warning
        (GOOD + "cfg: 1.4\nrules: {cfg-between-bands: off}\n", 0, 0),
        (GOOD + "cfg: 1.4\nrules: {cfg-between-bands: error}\n", 1, 1),
        (WRONG, 1, 1),
        ("", 1, 1),
    ],
)
def test_warnings_fail_a_strict_check_and_infos_none(
    storyboard: Command, tmp_path: Path, text: str, plain: int, strict: int
) -> None:
    file = write_story(tmp_path, text)
    assert storyboard("check", file).code == plain
    assert storyboard("check", "--strict", file).code == strict


def test_json_has_every_finding_with_its_place(storyboard: Command, tmp_path: Path) -> None:
    file = write_story(tmp_path, WRONG)
    ran = storyboard("check", "--json", file)
    assert ran.code == 1
    assert ran.err == ""
    assert ran.json["findings"][1] == {
        "code": "unknown-key",
        "severity": "error",
        "message": "“titel” is not a key of a storyboard.",
        "hint": "Did you mean “title”?",
        "path": str(file),
        "line": 2,
        "column": 1,
    }
    assert list(ran.json) == ["findings"]
    assert storyboard("check", "--json", write_story(tmp_path, GOOD)).json == {"findings": []}


def test_a_folder_is_all_its_stories_and_left_out_it_is_this_one(
    storyboard: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tree(tmp_path, {"a.yaml": WRONG, "b/c.yml": WRONG, "notes.yaml": "other: file\n"})
    monkeypatch.chdir(tmp_path)
    whole = storyboard("check", "--json").json["findings"]
    assert [each["path"] for each in whole] == ["a.yaml", "a.yaml", "b/c.yml", "b/c.yml"]
    assert len(storyboard("check", "--json", "b").json["findings"]) == 2


def test_a_folder_without_a_story_is_a_failed_check_that_says_so(storyboard: Command, tmp_path: Path) -> None:
    for options in ([], ["--json"]):
        ran = storyboard("check", *options, tmp_path)
        assert ran.code == 1
        assert ran.err == "There is no storyboard here: no .yaml file that begins with “storyboard: 1”.\n"


def test_a_file_that_is_not_there_is_a_finding(storyboard: Command, tmp_path: Path) -> None:
    for name in ("nowhere.yaml", "x" * 5000):
        ran = storyboard("check", "--json", tmp_path / name)
        assert ran.code == 1
        assert ran.json["findings"][0]["code"] in {"file-missing", "file-unreadable"}


def test_an_unknown_option_is_wrong_usage(storyboard: Command) -> None:
    assert storyboard("check", "--nothing").code == 2


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_passes(storyboard: Command, example: Path) -> None:
    ran = storyboard("check", "--json", example)
    assert ran.code == 0
    assert {each["severity"] for each in ran.json["findings"]} <= {"info"}


# Pictures and paths of strangers.

GREAT = png(50_000, 50_000, rows=1)
PICTURES: list[tuple[str, str, bytes, str, str]] = [
    ("another format", "a.png", b"GIF89a" + b"\0" * 20, "image-unusable", "a GIF"),
    ("cut short", "a.png", png()[:-40], "image-unusable", "damaged"),
    ("more pixels than memory", "a.png", GREAT, "image-unusable", "far too many pixels"),
    ("a thumbnail", "a.png", png(32, 32), "image-unusable", "shorter side"),
    ("an empty file", "a.png", b"", "image-unusable", "empty"),
    ("a folder", ".", b"", "image-unusable", "folder"),
    ("the folder above", "../a.png", png(), "outside-folder", "outside"),
    ("an absolute path", "/etc/passwd", b"", "outside-folder", "outside"),
    ("a link that leads out", "link.png", b"", "outside-folder", "outside"),
    ("a path through a link", "up/a.png", b"", "outside-folder", "outside"),
]


@pytest.mark.parametrize(("name", "data", "code", "said"), [p[1:] for p in PICTURES], ids=[p[0] for p in PICTURES])
def test_a_first_frame_that_cannot_be_used_is_an_error_at_its_name(
    storyboard: Command, tmp_path: Path, name: str, data: bytes, code: str, said: str
) -> None:
    root = tmp_path / "story"
    write_tree(
        root,
        {"story.yaml": f"storyboard: 1\ntitle: T\nimage: {name}\n{SCENES}"},
    )
    if data:
        write_tree(root, {name: data})
    (root / "link.png").symlink_to("/etc/passwd")
    (root / "up").symlink_to(tmp_path)
    if name == "a.png" and not data:
        (root / name).touch()
    ran = storyboard("check", "--json", root / "story.yaml")
    assert ran.code == 1
    (found,) = ran.json["findings"]
    assert (found["line"], found["column"], found["code"]) == (3, 8, code)
    assert said in found["message"]


def test_a_link_that_stays_inside_and_a_picture_under_another_ending_are_fine(
    storyboard: Command, tmp_path: Path
) -> None:
    text = f"storyboard: 1\ntitle: T\nimage: link.jpg\n{SCENES}"
    write_tree(tmp_path, {"images/a.png": png(), "story.yaml": text})
    (tmp_path / "link.jpg").symlink_to("images/a.png")
    assert storyboard("check", tmp_path / "story.yaml").code == 0


# The text fits its terminal, and does nothing else to it.

LONG = "word " * 60
FOXES = "狐" * 200
CHALLENGES: dict[str, str | bytes] = {
    "a long line": f"storyboard: 1\ntitle: {LONG}\nscenes: [{{segments: ['{LONG} {{nobody}} {LONG}']}}]\n",
    "a word without end": f"storyboard: 1\ntitle: T\nrules: {{{'x' * 400}: off}}\nplace: {'y' * 400}\n",
    "wide letters": f"storyboard: 1\ntitle: T\nscenes: [{{segments: ['{FOXES}{{nobody}}{FOXES}'], mood: {FOXES}}}]\n",
    "emoji": f"storyboard: 1\ntitle: T\nscenes: [{{segments: ['{'👩‍🚀🦊' * 60}{{nobody}}']}}]\n",
    "right to left": f"storyboard: 1\ntitle: T\nscenes: [{{segments: ['{'שועל ' * 60}{{nobody}}']}}]\n",
    "tabs": "storyboard: 1\ntitle: T\nscenes:\n  - segments:\n\t\t- a\n",
    "escape codes in the text": b'storyboard: 1\ntitle: T\nresolution: "\\e[31mred\\x9b2J\\a"\nlook\\n: 1\n',
    "raw escape codes": b"storyboard: 1\ntitle: T\nstyle: \x1b[2J\x1b]0;gone\x07\n",
    "turned text": "storyboard: 1\ntitle: T\nresolution: 'a\u202eb\u2066c'\n",
}  # fmt: skip


@pytest.mark.parametrize("text", CHALLENGES.values(), ids=CHALLENGES)
def test_the_text_fits_eighty_columns_and_holds_no_control_codes(
    storyboard: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | bytes
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(write_story(tmp_path, text).parent)
    ran = storyboard("check", "story.yaml")
    assert ran.code == 1
    for line in ran.out.splitlines():
        assert columns(line) <= 80, line
    assert not [c for c in ran.out if c != "\n" and (c < " " or "\x7f" <= c < "\xa0" or c in "\u202e\u2066")]


def test_the_mark_stands_under_the_place_even_in_a_long_line(storyboard: Command, tmp_path: Path) -> None:
    for before in ("one ", "x" * 30, "word " * 40, "狐" * 45, "👩‍🚀" * 20):
        text = f"storyboard: 1\ntitle: T\nscenes: [{{segments: ['{before}{{nobody}} {LONG}']}}]\n"
        lines = storyboard("check", write_story(tmp_path, text)).out.splitlines()
        shown, mark = next((a, b) for a, b in pairwise(lines) if b.strip() == "| ^" or b.endswith(" ^"))
        assert columns(shown[: shown.index("{nobody}")]) == mark.index("^")


def test_a_process_of_its_own_says_the_same_and_colours_nothing(tmp_path: Path) -> None:
    write_story(tmp_path, WRONG)
    command = [sys.executable, "-m", "storyboard", "check", "story.yaml"]
    for more in ({}, {"NO_COLOR": "1"}, {"TERM": "dumb"}):
        ran = subprocess.run(
            command, cwd=tmp_path, env=environment(**more), capture_output=True, encoding="utf-8", check=False
        )
        assert ran.returncode == 1
        assert ran.stdout.startswith("story.yaml:1:1: error: missing-key\n")
        assert "\x1b" not in ran.stdout + ran.stderr


def test_on_a_terminal_it_is_coloured_unless_the_person_wants_none(
    storyboard: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from storyboard.review import style

    class Terminal:
        def isatty(self) -> bool:
            return True

    terminal: Any = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    style.use_colour(terminal)
    assert style.paint("x", "red") == "\x1b[31mx\x1b[0m"
    monkeypatch.setenv("NO_COLOR", "1")
    style.use_colour(terminal)
    assert style.paint("x", "red") == "x"
    assert storyboard("check", write_story(tmp_path, GOOD)).code == 0


def test_a_first_frame_of_another_shape_says_how_much_is_cut_away(storyboard: Command, tmp_path: Path) -> None:
    (tmp_path / "tall.png").write_bytes(png(960, 1664))
    ran = storyboard("check", write_story(tmp_path, GOOD + "image: tall.png\n"), "--json")
    (finding,) = ran.json["findings"]
    assert (finding["code"], finding["severity"], finding["line"]) == ("first-frame-shape", "warning", 4)
    assert finding["message"] == (
        "tall.png is 960x1664, and the clip 832x480: about 67% of its height is cut away, 33% each at the top and "
        "the bottom. That takes the top third, where a head mostly is."
    )


def test_a_first_frame_of_the_clips_shape_has_nothing_to_tell(storyboard: Command, tmp_path: Path) -> None:
    (tmp_path / "wide.png").write_bytes(png(1664, 960))
    assert storyboard("check", write_story(tmp_path, GOOD + "image: wide.png\n")).code == 0
