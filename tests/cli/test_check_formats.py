"""``storyboard check`` for a code review, by the name of an episode, and in files from other systems."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from helpers import MINIMAL, environment, write_story, write_tree
from hypothesis import given
from hypothesis import strategies as st

from storyboard.columns import columns
from storyboard.review.annotations import github_commands, gitlab_report
from storyboard.review.direction import isolated
from storyboard.scaffold.new_series import make_series
from storyboard.story.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from helpers import Ran

    Command = Callable[..., Ran]

WRONG = "storyboard: 1\ntitel: T\nscenes: [{segments: [a, b, c, d]}]\n"


@pytest.fixture
def series(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = make_series(tmp_path / "s").folder
    monkeypatch.chdir(made)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    monkeypatch.delenv("CI_PROJECT_DIR", raising=False)
    return made


# Episodes by name.


def test_an_episode_is_checked_by_its_name_as_plan_takes_it(storyboard: Command, series: Path) -> None:
    assert storyboard("check", "01-the-wet-umbrella").out == "episodes/01-the-wet-umbrella.yaml: good.\n"
    assert storyboard("check", "episodes/01-the-wet-umbrella").out == "episodes/01-the-wet-umbrella.yaml: good.\n"
    assert storyboard("check", "01-the-wet-umbrella", "series.yaml").out == "3 checked, nothing to tell.\n"


def test_the_name_works_from_a_folder_of_the_series_too(
    storyboard: Command, series: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(series / "images")
    assert storyboard("check", "01-the-wet-umbrella").out == "../episodes/01-the-wet-umbrella.yaml: good.\n"


def test_a_name_that_no_episode_has_is_answered_with_the_nearest(storyboard: Command, series: Path) -> None:
    ran = storyboard("check", "01-the-wet-umbrela")
    assert (ran.code, ran.out) == (2, "")
    assert "Did you mean “01-the-wet-umbrella”?" in ran.err


def test_an_episode_of_a_series_with_errors_is_told_of_them(storyboard: Command, series: Path) -> None:
    text = (series / "series.yaml").read_text(encoding="utf-8")
    write_tree(series, {"series.yaml": text.replace("\n  adherence:", "\n  adherance:")})
    ran = storyboard("check", "--json", "01-the-wet-umbrella")
    assert ran.code == 1
    assert [each["code"] for each in ran.json["findings"]] == ["unknown-key"]


# Annotations.


def test_github_is_given_a_command_a_finding_with_its_place(storyboard: Command, series: Path) -> None:
    write_tree(series, {"episodes/03,x.yaml": WRONG})
    ran = storyboard("check", "--format", "github")
    assert (ran.code, ran.err) == (1, "")
    place, described = "file=episodes/03%2Cx.yaml", "title: What the episode is called."
    meant = "Did you mean “title”?"
    assert ran.out.splitlines() == [
        f"::error {place},line=1,col=1,title=missing-key::“title” is missing from a storyboard.%0A{described}",
        f"::error {place},line=2,col=1,title=unknown-key::“titel” is not a key of a storyboard.%0A{meant}",
    ]


def test_below_the_repository_s_top_the_paths_are_seen_from_there(
    storyboard: Command, series: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tree(series, {"episodes/03.yaml": WRONG})
    monkeypatch.setenv("GITHUB_WORKSPACE", str(series.parent))
    monkeypatch.setenv("CI_PROJECT_DIR", str(series.parent))
    assert "file=s/episodes/03.yaml," in storyboard("check", "--format", "github").out
    report = storyboard("check", "--format", "gitlab").json
    assert {each["location"]["path"] for each in report} == {"s/episodes/03.yaml"}


def test_infos_and_warnings_are_notices_and_warnings(storyboard: Command, tmp_path: Path) -> None:
    text = "storyboard: 1\ntitle: T\ncfg: 1.4\nscenes: [{segments: [a fox runs up to the fence and stops]}]\n"
    ran = storyboard("check", "--format", "github", write_story(tmp_path, text))
    assert sorted(line.split(" ")[0] for line in ran.out.splitlines()) == ["::notice", "::warning"]


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(texts, texts, texts, st.text("a:,%\r\n/", min_size=1, max_size=20))
def test_no_text_ends_a_command_or_begins_another(message: str, hint: str, code: str, path: str) -> None:
    finding = Finding(code, Severity.ERROR, message, hint, path)
    (line,) = github_commands([finding], None)
    assert not set(line) & {"\r", "\n", "\x1b"}
    assert line.startswith("::error file=")
    properties, _, said = line.removeprefix("::error ").partition("::")
    assert [each.split("=")[0] for each in properties.split(",")] == ["file", "line", "col", "title"]
    for sign, written in (("\n", "%0A"), ("\r", "%0D"), ("%", "%25")):
        said = said.replace(written, sign)  # the order in which the runner takes it back
    assert "\r" not in message + hint or "%0D" in line
    assert said.count("\n") >= (message + hint).count("\n")


def test_gitlab_s_report_has_what_it_asks_for_and_a_finding_that_moved_is_the_same(
    storyboard: Command, tmp_path: Path
) -> None:
    first = storyboard("check", "--format", "gitlab", write_story(tmp_path, WRONG + "cut: 1\n")).json
    moved = storyboard("check", "--format", "gitlab", write_story(tmp_path, "\n\n" + WRONG + "cut: 1\n")).json
    assert [each["fingerprint"] for each in first] == [each["fingerprint"] for each in moved]
    assert len({each["fingerprint"] for each in first}) == len(first) == 3
    assert first[1] | {"fingerprint": ""} == {
        "description": "“titel” is not a key of a storyboard. Did you mean “title”?",
        "check_name": "unknown-key",
        "fingerprint": "",
        "severity": "major",
        "location": {"path": str(tmp_path / "story.yaml"), "lines": {"begin": 2}},
    }
    assert storyboard("check", "--format", "gitlab", write_story(tmp_path, MINIMAL)).json[0]["severity"] == "info"


def test_two_findings_that_say_the_same_have_different_fingerprints() -> None:
    finding = Finding("code", Severity.ERROR, "message", "", "a.yaml")
    one, two = gitlab_report([finding, finding], None)
    assert one["fingerprint"] != two["fingerprint"]


def test_format_json_is_what_json_prints(storyboard: Command, tmp_path: Path) -> None:
    file = write_story(tmp_path, WRONG)
    assert storyboard("check", "--format", "json", file).out == storyboard("check", "--json", file).out


# Text that runs from right to left, tabs and wide letters.


def on_a_terminal(folder: Path, *words: str, more: Mapping[str, str]) -> str:
    """What a process prints whose standard output is a terminal."""
    ours, theirs = pty.openpty()
    env = environment(**{"COLUMNS": "80", "TERM": "xterm", **more})
    process = subprocess.Popen(
        [sys.executable, "-m", "storyboard", *words], cwd=folder, env=env, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    said = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # Linux says so where the other end is closed
            break
        if not piece:
            break
        said += piece
    os.close(ours)
    process.wait(30)
    return said.decode().replace("\r\n", "\n")


def test_on_a_terminal_words_from_right_to_left_are_kept_to_themselves_and_the_place_is_not_moved(
    tmp_path: Path,
) -> None:
    write_tree(tmp_path, {"שיר.yaml": "storyboard: 1\ntitle: T\nscenes: [{segments: ['שלום {נח} x']}]\n"})
    shown = on_a_terminal(tmp_path, "check", "שיר.yaml", more={"NO_COLOR": "1"})
    place, message, excerpt = shown.splitlines()[:3]
    assert place == "\u2068שיר\u2069.yaml:3:28: error: unknown-name"
    assert "{\u2068נח\u2069} is no character" in message
    assert excerpt == "  3 | scenes: [{segments: ['\u2068שלום {נח\u2069} x']}]"
    plain = subprocess.run(
        [sys.executable, "-m", "storyboard", "check", "שיר.yaml"],
        cwd=tmp_path, env=environment(), capture_output=True, encoding="utf-8", check=False,
    ).stdout  # fmt: skip
    assert plain.startswith("שיר.yaml:3:28: error: unknown-name\n")
    assert not {"\u2068", "\u2069"} & set(plain)


@given(st.text(st.sampled_from("abc אבג123:/ \u0301שלوم،\u200f")))
def test_isolating_adds_only_pairs_of_isolates_around_what_runs_from_right_to_left(text: str) -> None:
    shown = isolated(text)
    assert shown.replace("\u2068", "").replace("\u2069", "") == text
    assert shown.count("\u2068") == shown.count("\u2069")
    assert columns(shown) == columns(text)
    outside = "".join(part.rpartition("\u2069")[2] for part in shown.split("\u2068"))
    assert not set(outside) & set("אבגשלوم\u200f")


def test_colour_codes_stay_outside_of_what_is_isolated() -> None:
    assert isolated("\x1b[1mשיר\x1b[0m:3") == "\x1b[1m\u2068שיר\u2069\x1b[0m:3"


@pytest.mark.parametrize("before", ["\ta", "a\tb\t", "狐狐", "👩‍🚀 and 🦊", "e\u0301\u0301", "שלום", "a\u3000b"])
def test_the_mark_stands_under_the_place_after_tabs_and_wide_letters(
    storyboard: Command, tmp_path: Path, before: str
) -> None:
    text = f"storyboard: 1\ntitle: T\nscenes: [{{segments: ['{before}{{nobody}}']}}]\n"
    lines = storyboard("check", write_story(tmp_path, text)).out.splitlines()
    shown, mark = next((a, b) for a, b in pairwise(lines) if b.endswith(" ^"))
    assert columns(shown[: shown.index("{nobody}")]) == mark.index("^")


# Colour.


@pytest.mark.parametrize(
    ("more", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False), ({"TERM": "dumb", "FORCE_COLOR": "1"}, True)],
)
def test_a_terminal_is_coloured_unless_it_is_dumb_or_nobody_wants_it(
    tmp_path: Path, more: dict[str, str], coloured: bool
) -> None:
    write_story(tmp_path, WRONG)
    shown = on_a_terminal(tmp_path, "check", "story.yaml", more=more)
    assert ("\x1b[" in shown) is coloured


@pytest.mark.parametrize(
    ("more", "coloured"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "0"}, False), ({"FORCE_COLOR": ""}, False),
     ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
)  # fmt: skip
def test_a_pipe_is_coloured_only_where_that_is_forced(
    storyboard: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: dict[str, str], coloured: bool
) -> None:
    for name, value in more.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in storyboard("check", write_story(tmp_path, WRONG)).out) is coloured
    assert "\x1b[" not in json.dumps(storyboard("check", "--json", tmp_path).out)


def test_at_forty_columns_a_finding_fits(tmp_path: Path) -> None:
    write_story(tmp_path, WRONG + "characters: {mira: Mira, noah: Noah}\nlook: lamplight and rain\n")
    shown = on_a_terminal(tmp_path, "check", "story.yaml", more={"COLUMNS": "40", "NO_COLOR": "1"})
    assert "story.yaml:2:1: error: unknown-key" in shown
    places = [line for line in shown.splitlines() if ": error: " in line]  # for a program, and on one line
    assert [line for line in shown.splitlines() if columns(line) > 40 and line not in places] == []
