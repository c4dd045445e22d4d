"""``storyboard check`` on a series: the series and its episodes, and each thing told once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from helpers import write_tree

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from helpers import Ran

    Command = Callable[..., Ran]

SERIES = "series: 1\ntitle: S\nepisodes: episodes/*.yaml\ncharacters: {mira: Mira}\n"
GATE = "{segments: ['{mira} runs up to the gate', the gate swings open to her]}"
EPISODE = f"storyboard: 1\ntitle: T\nscenes: [{GATE}, {GATE}]\n"


def show(root: Path, more: str = "", episode: str = EPISODE) -> Path:
    return write_tree(
        root, {"series.yaml": SERIES + more, "episodes/one.yaml": episode, "episodes/two.yaml": episode}
    )


@pytest.mark.parametrize("named", [[], ["."], ["series.yaml"], ["series.yaml", "episodes"]])
def test_a_series_is_checked_with_its_episodes(
    storyboard: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: list[str]
) -> None:
    monkeypatch.chdir(show(tmp_path))
    assert storyboard("check", *named).out == "3 checked, nothing to tell.\n"
    show(tmp_path, "defaults: {cfg: 1.4}\n", EPISODE.replace("title", "titel"))
    ran = storyboard("check", "--json", *named)
    assert ran.code == 1
    assert {(each["path"], each["line"], each["code"]) for each in ran.json["findings"]} == {
        ("episodes/one.yaml", 1, "missing-key"),
        ("episodes/one.yaml", 2, "unknown-key"),
        ("episodes/two.yaml", 1, "missing-key"),
        ("episodes/two.yaml", 2, "unknown-key"),
    }


@pytest.mark.parametrize(
    ("more", "line", "code"),
    [
        ("defaults: {cfg: 1.4}\n", 5, "cfg-between-bands"),
        ("defaults: {cfg: 4}\n", 5, "cfg-out-of-range"),
        ("defaults: {image: a.png}\n", 5, "file-missing"),
        ("rules: {streched: off}\n", 5, "unknown-rule"),
        ("looks: 5\n", 5, "not-a-mapping"),
    ],
)
def test_what_stands_in_the_series_is_told_once_for_all_its_episodes(
    storyboard: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: str, line: int, code: str
) -> None:
    monkeypatch.chdir(show(tmp_path, more))
    for named in ([], ["episodes"], ["series.yaml"], ["episodes/two.yaml", "episodes/one.yaml"]):
        (found,) = storyboard("check", "--json", *named).json["findings"]
        assert (found["path"], found["line"], found["code"]) == ("series.yaml", line, code)


def test_a_series_without_episodes_warns(storyboard: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"series.yaml": SERIES})
    ran = storyboard("check", "--json", tmp_path)
    assert (ran.code, ran.err) == (0, "")
    (found,) = ran.json["findings"]
    assert (found["code"], found["severity"], found["line"], found["column"]) == ("no-episodes", "warning", 3, 11)
    assert storyboard("check", "--strict", tmp_path).code == 1


def test_an_episode_in_a_folder_that_is_passed_over_otherwise_is_checked_where_the_series_names_it(
    storyboard: Command, tmp_path: Path
) -> None:
    write_tree(tmp_path, {"series.yaml": SERIES.replace("episodes/", "renders/"), "renders/one.yaml": "- a\n"})
    (found,) = storyboard("check", "--json", tmp_path / "series.yaml").json["findings"]
    assert (found["path"], found["code"]) == (str(tmp_path / "renders" / "one.yaml"), "not-a-storyboard")
