"""What an author sees in an editor, told by the YAML language server itself.

VS Code's extension, Neovim, Helix, Zed, Emacs and others run this very server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from helpers import EXAMPLES, ROOT
from language_server import Editor
from server_install import installed

from storyboard.export.rule_words import rule_words
from storyboard.scaffold.new_episode import add_episode
from storyboard.scaffold.new_series import make_series

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.editor

ON = {"validate": True, "hover": True, "completion": True}
STORY = "# yaml-language-server: $schema=../schemas/storyboard.schema.json\nstoryboard: 1\ntitle: T\n"
SERIES = (
    "# yaml-language-server: $schema=schemas/series.schema.json\nseries: 1\ntitle: T\nepisodes: episodes/*.yaml\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make_series(tmp_path_factory.mktemp("editor") / "night-ferry").folder
    add_episode(made, "The Third Thing")
    return made


@pytest.fixture(scope="module")
def editor(folder: Path) -> Iterator[Editor]:
    with Editor(installed().command, folder, {**ON, "schemaStore": {"enable": False}}) as opened:
        yield opened


@pytest.fixture
def episode(folder: Path) -> Path:
    return folder / "episodes" / "01-the-wet-umbrella.yaml"


def test_every_file_of_a_fresh_series_is_clean(editor: Editor, folder: Path) -> None:
    files = [folder / "series.yaml", *sorted(folder.glob("episodes/*.yaml"))]
    assert len(files) == 4
    for file in files:
        assert editor.problems(file, file.read_text(encoding="utf-8")) == [], file.name


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_clean_by_the_schema_that_its_first_line_names(editor: Editor, example: Path) -> None:
    text = example.read_text(encoding="utf-8")
    assert editor.problems(example, text) == []
    assert editor.problems(example, text.replace("\ntitle:", "\ntitel:", 1)), "its schema is not found"


def test_a_wrong_key_of_a_storyboard_is_marked_where_it_stands(editor: Editor, episode: Path) -> None:
    text = episode.read_text(encoding="utf-8").replace("logline:", "loglin:")
    assert editor.problems(episode, text) == [("loglin", "Property loglin is not allowed.")]


def test_a_wrong_key_of_a_series_is_marked_where_it_stands(editor: Editor, folder: Path) -> None:
    text = (folder / "series.yaml").read_text(encoding="utf-8").replace("\n  adherence:", "\n  adherance:")
    assert editor.problems(folder / "series.yaml", text) == [("adherance", "Property adherance is not allowed.")]


@pytest.mark.parametrize(
    ("more", "marked", "told"),
    [
        ("scenes: [{segments: [a]}]\nadherence: losse\n", "losse", 'Valid values: "loose", "literal".'),
        ("scenes: [{segments: [a]}]\ncfg: 2.5\n", "2.5", "above the maximum of 2"),
        ("scenes:\n  - segments:\n      - action: a\n        seconds: 5\n", "5", "not divisible by 4.5"),
        (
            "cut:\n  timeline:\n    - clip: a.mp4\n      transition: crosfade 1\n",
            "crosfade 1",
            "like: crossfade 0.5.",
        ),
        ("", "s", 'Missing property "scenes"'),
    ],
)
def test_a_wrong_value_is_marked_and_the_mark_says_what_it_can_be(
    editor: Editor, episode: Path, more: str, marked: str, told: str
) -> None:
    ((text, said),) = editor.problems(episode, STORY + more)
    assert text == marked
    assert told in said


@pytest.mark.parametrize(
    ("more", "at", "told"),
    [
        ("adherence: loose\n", "adherence", ["#### Adherence", "`literal`: Each scene", "a cfg of 1.5 to 2.0"]),
        ("cfg: 1.2\n", "cfg", ["Loose lies in 1.0 to 1.3, literal in 1.5 to 2.0", "yaml\n1.15"]),
        ("resolution: 832x480\n", "resolution", ["in pixels", "at most 121.5 s a job", "at most 40.5 s a job"]),
        ("rules:\n  stretched: info\n", "stretched", [rule_words()["stretched"], "`check --strict`"]),
        ("scenes:\n  - segments:\n      - action: a\n        seconds: 9\n", "seconds", ["slots of 4.5 seconds"]),
        ("scenes:\n  - segments: [a]\n    camera: pan\n", "camera", ["#### Camera", "slow push in"]),
        ("cut:\n  output:\n    loudness: -16\n", "loudness", ["In LUFS (EBU R128)", "-23 television"]),
    ],
)
def test_a_hover_over_a_key_explains_it_with_its_units(
    editor: Editor, episode: Path, more: str, at: str, told: list[str]
) -> None:
    shown = editor.hover(episode, STORY + more, at)
    for words in told:
        assert words in shown


def test_a_hover_in_a_series_explains_its_own_keys(editor: Editor, folder: Path) -> None:
    text = (folder / "series.yaml").read_text(encoding="utf-8")
    assert "US dollars that are never passed" in editor.hover(folder / "series.yaml", text, "ceilings:")
    assert "What an episode says itself wins" in editor.hover(folder / "series.yaml", text, "defaults:")


@pytest.mark.parametrize(
    ("more", "offered"),
    [
        ("|", {"scenes", "cut", "adherence", "logline", "characters"}),
        ("adherence: |", {"loose", "literal"}),
        ("reels: |", {"auto", "one", "by-scene", "by-adherence"}),
        ("template: |", {"consecutive", "timecoded", "captions"}),
        ("rules:\n  |", set(rule_words())),
        ("rules:\n  stretched: |", {'"off"', "info", "warning", "error"}),
        ("scenes:\n  - |", {"name", "segments", "place", "camera", "transition"}),
        ("scenes:\n  - segments:\n      - action: a\n        |", {"seconds", "slots", "camera", "say", "state"}),
        ("cut:\n  timeline:\n    - clip: a.mp4\n      |", {"in", "out", "speed", "fit", "volume"}),
    ],
)
def test_what_can_stand_at_a_place_is_offered_there(
    editor: Editor, episode: Path, more: str, offered: set[str]
) -> None:
    assert offered <= set(editor.completions(episode, STORY + more))


def test_a_series_is_offered_its_own_keys_and_no_others(editor: Editor, folder: Path) -> None:
    offered = set(editor.completions(folder / "series.yaml", SERIES + "|"))
    assert {"defaults", "looks", "ceilings", "store"} <= offered
    assert not {"scenes", "cut", "series"} & offered


def test_a_word_that_is_offered_says_what_it_means(editor: Editor, episode: Path) -> None:
    offered = editor.completions(episode, STORY + "adherence: |")
    assert "1.0 to 1.3" in str(offered["loose"]["documentation"])
    assert "1.5 to 2.0" in str(offered["literal"]["documentation"])


def test_a_chosen_key_brings_a_text_to_write_over_and_never_null(editor: Editor, episode: Path) -> None:
    offered = editor.completions(episode, STORY + "|")
    assert offered["characters"]["insertText"].startswith("characters:\n  ${1:mira}: ${2:Mira, ")
    assert offered["scenes"]["insertText"].startswith("scenes:\n  - segments:\n")
    assert not [label for label, each in offered.items() if "null" in each["insertText"]]


def test_the_first_line_is_enough_where_no_host_answers_and_nothing_is_set(folder: Path, episode: Path) -> None:
    with Editor(installed().command, folder, {}) as fresh:
        text = episode.read_text(encoding="utf-8")
        assert fresh.problems(episode, text) == []
        assert fresh.problems(episode, text.replace("logline:", "loglin:"))


def test_an_editor_that_maps_the_schemas_itself_needs_no_first_line(folder: Path, episode: Path) -> None:
    mapped = {(ROOT / "schemas" / "storyboard.schema.json").as_uri(): "episodes/*.yaml"}
    with Editor(installed().command, folder, {**ON, "schemas": mapped}) as fresh:
        text = "storyboard: 1\ntitle: T\nscenes: [{segments: [a]}]\nmood: dark\n"
        assert fresh.problems(episode, text) == [("mood", "Property mood is not allowed.")]
