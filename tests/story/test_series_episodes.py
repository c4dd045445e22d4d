"""Which files are the episodes of a series."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from helpers import write_tree
from hypothesis import given
from hypothesis import strategies as st

from storyboard.story.episodes import episode_remarks, episodes_of
from storyboard.story.series_load import load_series

TREE = ["a.yaml", "b.yml", "e/e01.yaml", "e/e02.yaml", "e/e10.yaml", "e/x/f.yaml", "e/x/y/g.yaml", "e/notes.txt"]
HIDDEN = [".h.yaml", ".git/i.yaml", "e/.j/k.yaml", "e/.part.yaml"]

PATTERNS: list[tuple[str, list[str]]] = [
    ("e/*.yaml", ["e/e01.yaml", "e/e02.yaml", "e/e10.yaml"]),
    ("./e//*.yaml", ["e/e01.yaml", "e/e02.yaml", "e/e10.yaml"]),
    ("e/e0?.yaml", ["e/e01.yaml", "e/e02.yaml"]),
    ("e/e[1-9]*.yaml", ["e/e10.yaml"]),
    ("*.yaml", ["a.yaml"]),
    ("**/*.yaml", [name for name in TREE if name.endswith(".yaml")]),
    ("**/**/*.yaml", [name for name in TREE if name.endswith(".yaml")]),
    ("e/**", [name for name in TREE if name.startswith("e/")]),
    ("**/x/**/*.yaml", ["e/x/f.yaml", "e/x/y/g.yaml"]),
    ("*/*/*.yaml", ["e/x/f.yaml"]),
    ("a.yaml", ["a.yaml"]),
    ("[b.yml, a.yaml, '*.yaml']", ["a.yaml", "b.yml"]),
    (".git/*.yaml", []),
    ("E/*.yaml", []),
    ("e", []),
    ("**x", []),
    (".", []),
]


def series_at(root: Path, pattern: str) -> None:
    write_tree(
        root, {"series.yaml": f"series: 1\ntitle: S\nepisodes: {pattern if pattern[0] == '[' else repr(pattern)}\n"}
    )


@pytest.mark.parametrize(("pattern", "expected"), PATTERNS, ids=[each[0] for each in PATTERNS])
def test_the_episodes_are_the_files_that_the_pattern_matches(
    tmp_path: Path, pattern: str, expected: list[str]
) -> None:
    write_tree(tmp_path, dict.fromkeys([*TREE, *HIDDEN], ""))
    series_at(tmp_path, pattern)
    loaded = load_series(tmp_path)
    assert [file.relative_to(tmp_path).as_posix() for file in episodes_of(loaded)] == sorted(expected)
    assert [remark.code for remark in episode_remarks(loaded)] == ([] if expected else ["no-episodes"])


def test_a_pattern_among_several_that_matches_nothing_is_told_at_its_line(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a.yaml": "", "series.yaml": "series: 1\ntitle: S\nepisodes:\n  - a.yaml\n  - b/*.yaml\n"})
    loaded = load_series(tmp_path)
    assert loaded.source is not None
    (found,) = loaded.source.place(episode_remarks(loaded))
    assert (found.line, found.column, found.message) == (5, 5, "b/*.yaml matches no file.")


def test_links_are_followed_to_files_of_the_series_and_nowhere_else(tmp_path: Path) -> None:
    root = tmp_path / "show"
    write_tree(tmp_path, {"out.yaml": "", "far/a.yaml": "", "show/e/one.yaml": "", "show/shared/two.yaml": ""})
    series_at(root, "**/*.yaml")
    (root / "e" / "out.yaml").symlink_to(tmp_path / "out.yaml")
    (root / "e" / "two.yaml").symlink_to("../shared/two.yaml")
    (root / "e" / "gone.yaml").symlink_to("nothing")
    (root / "e" / "round").symlink_to("..")
    (root / "far").symlink_to("../far")
    found = [file.relative_to(root).as_posix() for file in episodes_of(load_series(root))]
    assert found == ["e/one.yaml", "e/two.yaml", "shared/two.yaml"]


@pytest.mark.parametrize("other", ["e/x/series.yaml", "e/x/.git/HEAD"])
def test_a_file_that_would_not_find_the_series_is_no_episode_and_told(tmp_path: Path, other: str) -> None:
    write_tree(tmp_path, {"e/one.yaml": "", "e/x/two.yaml": "", "e/x/three.yaml": "", other: ""})
    series_at(tmp_path, "e/**/*[eo].yaml")
    loaded = load_series(tmp_path)
    assert [file.name for file in episodes_of(loaded)] == ["one.yaml"]
    (remark,) = episode_remarks(loaded)
    assert (remark.code, remark.where) == ("episode-elsewhere", ("episodes", 0))
    assert remark.message.startswith("e/x/three.yaml and 1 more would not find this series")


def test_a_folder_five_below_is_too_far(tmp_path: Path) -> None:
    write_tree(tmp_path, {"1/2/3/4/a.yaml": "", "1/2/3/4/5/b.yaml": ""})
    series_at(tmp_path, "**/*.yaml")
    loaded = load_series(tmp_path)
    assert [file.name for file in episodes_of(loaded)] == ["a.yaml"]
    assert [remark.code for remark in episode_remarks(loaded)] == ["episode-elsewhere"]


def test_the_paths_are_those_of_a_person_who_stands_in_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tree(tmp_path, {"e/one.yaml": ""})
    series_at(tmp_path, "e/*.yaml")
    monkeypatch.chdir(tmp_path)
    assert episodes_of(load_series(Path())) == [Path("e/one.yaml")]


@pytest.mark.parametrize("pattern", ["/a/*.yaml", "../*.yaml", "a/../../*.yaml", "C:\\a\\*.yaml", "..\\*.yaml"])
def test_a_pattern_that_leads_out_matches_nothing(tmp_path: Path, pattern: str) -> None:
    root = tmp_path / "show"
    write_tree(tmp_path, {"out.yaml": "", "show/a.yaml": ""})
    series_at(root, pattern)
    loaded = load_series(root)
    assert [each.code for each in loaded.findings] == ["outside-folder"]
    assert episodes_of(loaded) == []


def test_a_tree_without_end_and_a_pattern_without_end_are_walked_all_the_same(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a/" * 300 + "b.yaml": "", "a/c.yaml": ""})
    for pattern in ("**/*.yaml", "**/" * 3000 + "*.yaml", "*/" * 3000 + "*.yaml", "**/*/" * 1500 + "*.yaml"):
        series_at(tmp_path, pattern)
        assert len(episodes_of(load_series(tmp_path))) <= 1


@given(st.lists(st.text("*?[]!-^.a/\\", min_size=1, max_size=12), min_size=1, max_size=3))
def test_any_row_of_signs_is_a_pattern_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, patterns: list[str]
) -> None:
    root = tmp_path_factory.mktemp("series")
    write_tree(root, {"a": "", "a-a": "", "aa/a": "", "series.yaml": yaml.safe_dump(
        {"series": 1, "title": "S", "episodes": patterns}
    )})  # fmt: skip
    loaded = load_series(root)
    found = episodes_of(loaded)
    assert {file.relative_to(root).as_posix() for file in found} <= {"a", "a-a", "aa/a"}
    assert {each.code for each in loaded.findings} <= {"outside-folder"}
