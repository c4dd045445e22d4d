"""``storyboard new``: one more episode, where its series finds it."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from helpers import MINIMAL, write_tree
from hypothesis import given, settings
from hypothesis import strategies as st

from storyboard.errors import StoryboardError, UsageError
from storyboard.scaffold.new_episode import add_episode
from storyboard.scaffold.new_series import make_series
from storyboard.story.episodes import episodes_of
from storyboard.story.series_load import load_series

if TYPE_CHECKING:
    from collections.abc import Callable

    from helpers import Ran

    Command = Callable[..., Ran]

BARE = "series: 1\ntitle: T\nepisodes: {}\n"


@pytest.fixture
def series(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COLUMNS", "80")
    folder = make_series(tmp_path / "series").folder
    monkeypatch.chdir(folder)
    return folder


def bare(tmp_path: Path, episodes: str, *files: str) -> Path:
    """A series that is nothing but its file, and these episodes."""
    return write_tree(tmp_path / "bare", {"series.yaml": BARE.format(episodes), **dict.fromkeys(files, MINIMAL)})


def test_it_adds_an_episode_and_prints_its_path(storyboard: Command, series: Path) -> None:
    ran = storyboard("new", "The Third Thing")
    assert (ran.code, ran.out) == (0, "episodes/03-the-third-thing.yaml\n")
    assert ran.err == "Write over what stands in it, then:\n  storyboard preview episodes/03-the-third-thing.yaml\n"
    story = yaml.safe_load((series / "episodes" / "03-the-third-thing.yaml").read_bytes())
    assert (story["storyboard"], story["title"]) == (1, "The Third Thing")
    assert storyboard("check", "--strict", "--json").json == {"findings": []}


def test_it_has_the_series_people_and_place_and_the_schema_by_a_path_of_its_own(
    storyboard: Command, series: Path
) -> None:
    path = add_episode(series, "storm").path
    prompt = storyboard("preview", "--json", path).json["reels"][0]["request"]["prompt"]
    assert "Ines, a clerk" in prompt
    assert "the lost property office" in prompt
    first, *_ = path.read_text(encoding="utf-8").splitlines()
    assert first == "# yaml-language-server: $schema=../schemas/storyboard.schema.json"


@pytest.mark.parametrize(
    ("name", "file", "title"),
    [
        ("storm", "03-storm.yaml", "Storm"),
        ("high-water_mark.yaml", "03-high-water-mark.yaml", "High water mark"),
        ("07-storm", "07-storm.yaml", "Storm"),
        ("12 Angry Men", "03-12-angry-men.yaml", "12 Angry Men"),
        ("Dr. No: “It's me”", "03-dr-no-its-me.yaml", "Dr. No: “It's me”"),
        ("Größe 狐", "03-größe-狐.yaml", "Größe 狐"),
        ("x" * 300, f"03-{'x' * 60}.yaml", "X" + "x" * 299),
        ("word " * 13, f"03-{'-'.join(['word'] * 12)}.yaml", " ".join(["Word", *["word"] * 12])),
        ("one\ntwo", "03-one-two.yaml", "One two"),
    ],
)
def test_the_name_becomes_a_file_and_a_title(series: Path, name: str, file: str, title: str) -> None:
    made = add_episode(Path(), name)
    assert made.path == Path("episodes") / file
    assert yaml.safe_load(made.path.read_bytes())["title"] == made.title == title


def test_a_title_can_be_given(storyboard: Command, series: Path) -> None:
    assert storyboard("new", "third", "--title", 'A "third": thing').code == 0
    assert yaml.safe_load((series / "episodes" / "03-third.yaml").read_bytes())["title"] == 'A "third": thing'
    assert storyboard("new", "fourth", "--title", " ").code == 2


@pytest.mark.parametrize("name", ["", "  ", "../x", "a/b", "a\\b", "…", ".yaml"])
def test_a_name_of_no_use_is_refused(storyboard: Command, series: Path, name: str) -> None:
    ran = storyboard("new", name)
    assert (ran.code, ran.out) == (2, "")
    assert "is no name for an episode." in ran.err
    assert len(list((series / "episodes").iterdir())) == 2


@pytest.mark.parametrize(
    ("others", "made"),
    [
        ([], "01-x.yaml"),
        (["1-a", "9-b"], "10-x.yaml"),
        (["099-a"], "100-x.yaml"),
        (["001-a", "notes"], "002-x.yaml"),
        (["a", "b"], "x.yaml"),
        (["s01e04"], "x.yaml"),
    ],
)
def test_the_others_numbers_are_gone_on_with(tmp_path: Path, others: list[str], made: str) -> None:
    root = bare(tmp_path, "episodes/*.yaml", *(f"episodes/{other}.yaml" for other in others))
    assert add_episode(root, "x").path.name == made


@pytest.mark.parametrize(
    ("pattern", "made"),
    [
        ("films/*.yaml", "films/01-x.yaml"),
        ("films/*.yml", "films/01-x.yml"),
        ("films/**/*.yaml", "films/01-x.yaml"),
        ("'**/*.yaml'", "episodes/01-x.yaml"),
        ("'*.yaml'", "01-x.yaml"),
        ("'*/*.yaml'", "episodes/01-x.yaml"),
        ("'*'", "01-x.yaml"),
        ("[special/one.yaml, films/*.yaml]", "films/01-x.yaml"),
        ("./films/*", "films/01-x.yaml"),
    ],
)
def test_it_goes_where_the_series_looks_for_episodes(tmp_path: Path, pattern: str, made: str) -> None:
    root = bare(tmp_path, pattern)
    assert add_episode(root, "x").path.resolve() == (root / made).resolve()
    assert (root / made).resolve() in [path.resolve() for path in episodes_of(load_series(root))]


@pytest.mark.parametrize("pattern", ["films/one.yaml", "season-*/ep*.yaml", "films/s*e*.yaml", "a/b/c/d/e/*.yaml"])
def test_where_the_series_would_not_find_it_that_is_said_with_the_pattern(
    storyboard: Command, tmp_path: Path, pattern: str
) -> None:
    root = bare(tmp_path, f"'{pattern}'")
    ran = storyboard("new", "-C", root, "x")
    assert (ran.code, ran.out) == (2, "")
    assert f"series.yaml has “episodes: {pattern}”, and that would not find " in ran.err
    assert [path.name for path in root.iterdir()] == ["series.yaml"]


def test_a_folder_of_episodes_that_is_a_link_is_not_written_through(tmp_path: Path) -> None:
    root = bare(tmp_path, "episodes/*.yaml")
    (tmp_path / "out").mkdir()
    (root / "episodes").symlink_to(tmp_path / "out")
    with pytest.raises(UsageError, match="would not find"):
        add_episode(root, "x")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_series_without_people_places_and_schemas_gets_an_episode_that_is_good(
    storyboard: Command, tmp_path: Path
) -> None:
    root = bare(tmp_path, "episodes/*.yaml")
    path = add_episode(root, "x").path
    assert "yaml-language-server" not in path.read_text(encoding="utf-8")
    assert storyboard("check", "--strict", "--json", root).json == {"findings": []}


def test_names_that_yaml_could_misread_are_written_so_that_it_cannot(storyboard: Command, tmp_path: Path) -> None:
    root = write_tree(
        tmp_path / "bare",
        {
            "series.yaml": BARE.format("'*.yaml'")
            + "characters: {'no': Norbert, 狐: a fox}\nplaces: {'on': the bridge}\n"
        },
    )
    path = add_episode(root, "x").path
    assert "# The series has {no}, {狐}, on (a place)." in path.read_text(encoding="utf-8")
    assert storyboard("check", "--strict", "--json", root).json == {"findings": []}


def test_from_a_folder_of_the_series_it_finds_the_series(
    storyboard: Command, series: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(series / "images")
    ran = storyboard("new", "x")
    assert (ran.code, ran.out) == (0, "../episodes/03-x.yaml\n")
    assert Path(ran.out.strip()).is_file()


def test_a_path_with_a_blank_is_quoted_in_the_next_command(
    storyboard: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_series(tmp_path / "my series")
    monkeypatch.chdir(tmp_path)
    ran = storyboard("new", "x", "--series", "my series")
    assert ran.out == "my series/episodes/03-x.yaml\n"
    assert ran.err.endswith("storyboard preview 'my series/episodes/03-x.yaml'\n")


def test_without_a_series_it_says_how_to_make_one(storyboard: Command, tmp_path: Path) -> None:
    ran = storyboard("new", "x", "-C", tmp_path)
    assert ran.code == 2
    assert f"There is no series.yaml in {tmp_path} or above it." in ran.err
    assert "storyboard init" in ran.err
    assert storyboard("new", "x", "-C", tmp_path / "nowhere").code == 2


def test_a_series_with_errors_is_told_and_nothing_is_made(storyboard: Command, series: Path) -> None:
    for text in ("series: 1\ntitel: T\nepisodes: episodes/*.yaml\n", "series: [", ""):
        write_tree(series, {"series.yaml": text})
        ran = storyboard("new", "x")
        assert ran.code == 1
        assert "series.yaml:" in ran.err
        assert "Nothing was made." in ran.err
    assert len(list((series / "episodes").iterdir())) == 2


def test_a_file_that_is_there_stays_as_it_is(storyboard: Command, series: Path) -> None:
    ran = storyboard("new", "01-the-wet-umbrella")
    assert ran.code == 2
    assert "episodes/01-the-wet-umbrella.yaml is there already, and stays as it is." in ran.err
    assert "Ines has to let it go home" in (series / "episodes" / "01-the-wet-umbrella.yaml").read_text("utf-8")


def test_a_full_disk_leaves_the_series_as_it_was(series: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from storyboard.scaffold import placing

    def fails(path: Path, _data: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    before = sorted(series.rglob("*"))
    monkeypatch.setattr(placing, "write_whole", fails)
    with pytest.raises(UsageError, match=r"is full\. Nothing was made\."):
        add_episode(Path(), "x")
    assert sorted(series.rglob("*")) == before


@settings(max_examples=60)
@given(st.text(max_size=80))
def test_any_name_makes_a_good_episode_or_is_refused(name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = bare(Path(folder), "episodes/*.yaml")
        try:
            made = add_episode(root, name)
        except StoryboardError:
            assert [path.name for path in root.iterdir()] == ["series.yaml"]
            return
        assert made.path.resolve().parent == (root / "episodes").resolve()
        assert yaml.safe_load(made.path.read_bytes())["title"] == made.title
