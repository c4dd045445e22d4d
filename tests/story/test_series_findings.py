"""What is wrong in a series is told in the series, at its line and column, and what is wrong in an episode there."""

from __future__ import annotations

import os
import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from helpers import png, write_tree
from series_tree import EPISODE, HEAD, SCENES, places, prepared, write_series

from storyboard.errors import StoryError
from storyboard.generation.prepare import prepare, prepare_series
from storyboard.story import series_load, source
from storyboard.story.load import load_storyboard
from storyboard.story.series_find import SeriesFinder
from storyboard.story.series_load import load_series

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.story.yaml_document import Document, Kind

# What stands in the series from line 4 on and in the episode from line 3 on; the file, line, column and code told.
TOLD = [
    ("a cfg out of range", "defaults: {cfg: 2.5}\n", "", ("series.yaml", 4, 17, "cfg-out-of-range")),
    ("a cfg between the bands", "defaults:\n  cfg: 1.4\n", "", ("series.yaml", 5, 8, "cfg-between-bands")),
    ("a template that is none", "defaults: {template: consecutiv}\n", "", ("series.yaml", 4, 22, "unknown-template")),
    ("a template that fails", "defaults: {template: a.j2}\n", "", ("series.yaml", 4, 22, "template-fails")),
    ("a template that is not there", "defaults: {template: b.j2}\n", "", ("series.yaml", 4, 22, "file-missing")),
    ("an image that is not there", "defaults: {image: a.png}\n", "", ("series.yaml", 4, 19, "file-missing")),
    ("an image outside", "defaults: {image: ../a.png}\n", "", ("series.yaml", 4, 19, "outside-folder")),
    ("an image far outside", "defaults: {image: /etc/passwd}\n", "", ("series.yaml", 4, 19, "outside-folder")),
    ("an image that is none", "defaults: {image: series.yaml}\n", "", ("series.yaml", 4, 19, "image-unusable")),
    ("an image of another shape", "defaults: {image: tall.png}\n", "", ("series.yaml", 4, 19, "first-frame-shape")),
    ("an image by another protocol", "defaults: {image: 'ftp://a/b'}\n", "", ("series.yaml", 4, 19, "image-address")),
    ("a word to remove", "defaults: {negative: {remove: [artwork, nothing]}}\n", "",
     ("series.yaml", 4, 41, "negative-not-there")),
    ("a negative without effect", "defaults: {negative: {add: fog}}\n", "cfg: 1.0\n",
     ("series.yaml", 4, 12, "negative-without-effect")),
    ("a rule that is none", "rules: {streched: off}\n", "", ("series.yaml", 4, 9, "unknown-rule")),
    ("an unknown name in a style", "defaults: {style: 'for {nobody}'}\n", "", ("series.yaml", 4, 24, "unknown-name")),
    ("an unknown name in a look", "defaults: {look: a}\nlooks:\n  a: for {nobody}\n", "",
     ("series.yaml", 6, 10, "unknown-name")),
    ("an unknown name in a look of the episode's choice", "looks:\n  a: for {nobody}\n", "look: a\n",
     ("series.yaml", 5, 10, "unknown-name")),
    ("a brace in a character", "characters: {mira: 'Mira {x}'}\n", "", ("series.yaml", 4, 20, "brace")),
    ("an unknown look", "looks: {dusk: a}\n", "look: dusc\n", ("episodes/one.yaml", 3, 7, "unknown-look")),
    ("a look and a style", "looks: {dusk: a}\n", "look: dusk\nstyle: b\n",
     ("episodes/one.yaml", 3, 7, "contradiction")),
    ("an own cfg", "defaults: {cfg: 1.2}\n", "cfg: 3\n", ("episodes/one.yaml", 3, 6, "cfg-out-of-range")),
    ("an own character", "characters: {mira: Mira}\n", "characters: {mira: '{'}\n",
     ("episodes/one.yaml", 3, 20, "brace")),
    ("a name told twice by the episode", "characters: {mira: Mira}\n", "places: {mira: a}\n",
     ("episodes/one.yaml", 3, 10, "duplicate-name")),
    ("a place of the series as a character", "places: {mira: a}\n", "characters: {mira: Mira}\n",
     ("episodes/one.yaml", 3, 14, "duplicate-name")),
]  # fmt: skip


@pytest.mark.parametrize(("series", "episode", "place"), [t[1:] for t in TOLD], ids=[t[0] for t in TOLD])
def test_a_finding_stands_in_the_file_that_set_the_value(
    tmp_path: Path, series: str, episode: str, place: tuple[str, int, int, str]
) -> None:
    write_tree(tmp_path, {"a.j2": "{{ nothing }}", "tall.png": png(480, 832)})
    ready = prepared(tmp_path, series, episode)
    assert [told for told in places(ready.findings, tmp_path) if told[3] == place[3]] == [place]
    (finding,) = [each for each in ready.findings if each.code == place[3]]
    assert finding.excerpt == (tmp_path / place[0]).read_text().splitlines()[place[1] - 1]
    assert "../" not in finding.message.replace("../a.png", "", 1)


def test_a_file_of_the_series_is_named_as_the_series_names_it(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a.j2": "{{ nothing }}"})
    (missing,) = prepared(tmp_path, "defaults: {image: images/a.png}\n").findings
    assert (missing.message, missing.hint) == (
        "There is no file images/a.png.",
        "Paths are seen from series.yaml.",
    )
    (fails,) = prepared(tmp_path, "defaults: {template: a.j2}\n").findings
    assert fails.message.startswith("The template a.j2 cannot be used.")


def test_a_look_without_a_series_is_an_error(tmp_path: Path) -> None:
    write_tree(tmp_path, {"story.yaml": EPISODE + "look: dusk\n" + SCENES})
    (found,) = prepare(tmp_path / "story.yaml").findings
    assert (found.code, found.line, found.column) == ("look-without-series", 3, 7)


# Series that are wrong themselves; line 4 on.
WRONG = [
    ("an unknown key", "charakters: {}\n", (4, 1, "unknown-key", "Did you mean “characters”?")),
    ("an unknown default", "defaults: {styl: ink}\n", (4, 12, "unknown-key", "“style”")),
    ("a wrong default", "defaults: {resolution: 1x1}\n", (4, 24, "unknown-value", "832x480")),
    ("a default left open", "defaults: {resolution: }\n", (4, 24, "empty-text", "leave the key out")),
    ("a default of another kind", "defaults: {style: [a]}\n", (4, 19, "not-text", "")),
    ("a wrong ceiling", "ceilings: {episode: lots}\n", (4, 21, "not-a-number", "8.00")),
    ("a yes for a ceiling", "ceilings: {episode: yes}\n", (4, 21, "not-a-number", "8.00")),
    ("a ceiling below nothing", "ceilings: {month: -1}\n", (4, 19, "out-of-range", "")),
    ("a ceiling past all money", "ceilings: {month: 1.0e+30}\n", (4, 19, "out-of-range", "")),
    ("an unknown look", "defaults: {look: dusc}\nlooks: {dusk: a}\n", (4, 18, "unknown-look", "“dusk”")),
    ("a look where there are none", "defaults: {look: dusk}\n", (4, 18, "unknown-look", "Declare it")),
    ("a look and a style", "defaults: {look: dusk, style: b}\nlooks: {dusk: a}\n", (4, 18, "contradiction", "Keep")),
    ("a broken look", "looks: {dusk: 5}\ndefaults: {look: dusk}\n", (4, 15, "not-text", "quotes")),
    ("a lone brace in a look", "looks: {dusk: 'a } b'}\n", (4, 18, "brace", "double")),
    ("a lone brace in the style", "defaults: {style: 'a } b'}\n", (4, 22, "brace", "double")),
    ("a name that is none", "characters: {two words: x}\n", (4, 14, "invalid-name", "letter")),
    ("a character and a place of one name", "characters: {a: x}\nplaces: {a: y}\n", (5, 10, "duplicate-name", "")),
    ("a broken character", "characters: {mira: 5}\n", (4, 20, "not-text", "quotes")),
    ("a broken place", "places:\n  reef: {name: x, lok: y}\n", (5, 19, "unknown-key", "“look”")),
    ("a broken rule", "rules: {stretched: silent}\n", (4, 20, "unknown-value", "off")),
    ("a duplicate key", "looks: {}\nlooks: {}\n", (5, 1, "duplicate-key", "Keep one")),
    ("episodes outside", "places: {}\n", (3, 11, "outside-folder", "episodes/*.yaml")),
    ("episodes further outside", "places: {}\n", (3, 11, "outside-folder", "episodes/*.yaml")),
    ("episodes on a drive", "places: {}\n", (3, 11, "outside-folder", "episodes/*.yaml")),
]  # fmt: skip
OUTSIDE = {
    "episodes outside": "../*.yaml",
    "episodes further outside": "/tmp/*.yaml",
    "episodes on a drive": "'C:\\*.yaml'",
}


USING = {
    "a broken character": "scenes: [{segments: ['{mira} runs']}]\n",
    "a broken place": "scenes: [{place: reef, segments: ['{reef} sleeps']}]\n",
    "a broken look": "look: dusk\n" + SCENES,
}
"""What an episode says that uses the part that is wrong."""


@pytest.mark.parametrize("case", WRONG, ids=[case[0] for case in WRONG])
def test_an_error_in_a_series_stops_its_episodes_and_brings_no_others_with_it(
    tmp_path: Path, case: tuple[str, str, tuple[int, int, str, str]]
) -> None:
    name, text, (line, column, code, hint) = case
    series = HEAD.replace("episodes/*.yaml", OUTSIDE.get(name, "episodes/*.yaml")) + text
    write_tree(tmp_path, {"series.yaml": series, "episodes/one.yaml": EPISODE + USING.get(name, SCENES)})
    loaded = load_series(tmp_path)
    assert loaded.series is None
    assert places(loaded.findings, tmp_path) == [("series.yaml", line, column, code)]
    assert hint in loaded.findings[0].hint
    assert not re.search(r"pydantic|\binput\b|Decimal|_type\b|None\b", loaded.findings[0].message)
    ready = prepare(tmp_path / "episodes" / "one.yaml")
    assert ready.loaded.storyboard is None
    assert ready.plan is None
    assert ready.findings == loaded.findings
    with pytest.raises(StoryError, match=r"series\.yaml, which .*one\.yaml inherits from, has an error\."):
        ready.require_plan()


FILES: list[tuple[str, bytes, tuple[int, int, str]]] = [
    ("empty", b"", (1, 1, "empty-file")),
    ("a comment", b"# nothing\n", (1, 1, "empty-file")),
    ("a list", b"- a\n", (1, 1, "not-a-series")),
    ("a text", b"a series\n", (1, 1, "not-a-series")),
    ("a newer version", b"title: x\nseries: 2\nwhatever: 1\n", (2, 9, "newer-version")),
    ("a picture", png(), (1, 1, "not-a-series")),
    ("not UTF-8", b"series: 1\ntitle: caf\xe9\n", (2, 11, "not-utf-8")),
    ("zeros", b"\0" * 100, (1, 1, "yaml-control-character")),
    ("not YAML", b"series: 1\n\ttitle: x\n", (2, 1, "yaml-tab")),
    ("two documents", b"series: 1\n---\nseries: 1\n", (2, 1, "several-documents")),
    ("too large", b"#" * (2 * 2**20 + 1), (1, 1, "file-too-large")),
]


@pytest.mark.parametrize(("data", "place"), [each[1:] for each in FILES], ids=[each[0] for each in FILES])
def test_a_series_that_cannot_be_read_is_told_with_what_is_wrong_in_the_episode_itself(
    tmp_path: Path, data: bytes, place: tuple[int, int, str]
) -> None:
    ready = prepared(tmp_path, data, "titel: x\ncharacters: {mira: '{mira}'}\nlook: dusk\n")
    assert ready.loaded.storyboard is None
    assert places(ready.findings, tmp_path) == [
        ("episodes/one.yaml", 3, 1, "unknown-key"),
        ("series.yaml", *place),
    ]


def test_what_is_missing_from_a_series_is_told_at_once(tmp_path: Path) -> None:
    write_tree(tmp_path, {"series.yaml": "series: one\ncharacters: {mira: '{'}\ndefaults: {cfg: high}\n"})
    assert places(load_series(tmp_path).findings, tmp_path) == [
        ("series.yaml", 1, 1, "missing-key"),
        ("series.yaml", 1, 1, "missing-key"),
        ("series.yaml", 1, 9, "not-a-number"),
        ("series.yaml", 2, 20, "brace"),
        ("series.yaml", 3, 17, "not-a-number"),
    ]


def test_a_series_file_that_is_a_link_out_of_its_folder_is_not_read(tmp_path: Path) -> None:
    write_tree(tmp_path, {"secret.yaml": HEAD, "show/one.yaml": EPISODE + SCENES})
    (tmp_path / "show" / "series.yaml").symlink_to("../secret.yaml")
    (found,) = prepare(tmp_path / "show" / "one.yaml").findings
    assert (found.code, found.excerpt) == ("outside-folder", "")


def test_a_series_in_the_place_of_a_storyboard_is_told_by_its_name(tmp_path: Path) -> None:
    write_series(tmp_path, "")
    (found,) = prepare(tmp_path / "series.yaml").findings
    assert (found.code, found.message) == ("not-a-storyboard", "This is a series, and no storyboard.")


def test_a_series_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    (found,) = load_series(tmp_path).findings
    assert found.code == "file-missing"


# Read once.


def test_a_series_is_read_once_until_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_series(tmp_path, "defaults: {style: ink}\n")
    os.utime(tmp_path / "series.yaml", (1e9, 1e9))
    reads = Counter[str]()
    real = source.read_file

    def counted(path: Path, kind: Kind) -> tuple[Document, str]:
        reads[path.name] += 1
        return real(path, kind)

    monkeypatch.setattr(series_load, "read_file", counted)
    for _ in range(5):
        assert prepare(tmp_path / "episodes" / "one.yaml").plan is not None
    assert reads == {"series.yaml": 1}
    write_series(tmp_path, "defaults: {style: oil}\n")  # of the same size, and just now
    story = load_storyboard(tmp_path / "episodes" / "one.yaml").storyboard
    assert story is not None
    assert story.style == "oil"


def test_a_finder_looks_for_a_series_once_a_folder(tmp_path: Path) -> None:
    finder = SeriesFinder()
    episode = write_series(tmp_path, "defaults: {style: ink}\n")
    first = finder.home_of(episode)
    assert first is finder.home_of(episode.with_name("two.yaml"))
    assert (first.root, first.up) == (tmp_path.resolve(), "..")
    assert finder.home_of(tmp_path / "other.yaml").up == "."
    assert finder.home_of(tmp_path / "other.yaml").series == first.series


def test_a_series_is_shown_the_way_the_person_named_the_episode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_series(tmp_path, "defaults: {cfg: 3}\n")
    write_tree(tmp_path, {"elsewhere/x": ""})
    for folder, named, shown in (
        (".", "episodes/one.yaml", "series.yaml"),
        ("episodes", "one.yaml", "../series.yaml"),
        ("elsewhere", "../episodes/one.yaml", "../series.yaml"),
        (".", tmp_path / "episodes" / "one.yaml", str(tmp_path / "series.yaml")),
    ):
        monkeypatch.chdir(tmp_path / folder)
        (found,) = prepare(named).findings
        assert found.path == shown


def test_a_series_by_itself_has_its_rules_and_patterns_checked(tmp_path: Path) -> None:
    write_tree(tmp_path, {"series.yaml": HEAD + "rules: {streched: off}\n"})
    told = prepare_series(load_series(tmp_path))
    assert places(told, tmp_path) == [("series.yaml", 3, 11, "no-episodes"), ("series.yaml", 4, 9, "unknown-rule")]
    write_tree(tmp_path, {"series.yaml": HEAD + "rules: {no-episodes: off}\n"})
    assert prepare_series(load_series(tmp_path)) == ()
