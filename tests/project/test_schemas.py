"""The schemas as another program reads them: valid themselves, and of one mind with the program's own check."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from helpers import EXAMPLES, ROOT, write_tree

from storyboard.export.rule_words import rule_words
from storyboard.export.schema import SCHEMA_NAMES, schema_text
from storyboard.profile import SVI_2_0_PRO
from storyboard.scaffold.new_series import make_series
from storyboard.story.editor.shape import WORDS
from storyboard.story.load import load_storyboard
from storyboard.story.series_load import load_series

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEAD = "storyboard: 1\ntitle: T\n"
SCENES = "scenes: [{segments: [a, b, c, d]}]\n"


def check_jsonschema(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "check_jsonschema", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def refused(kind: str, files: list[Path]) -> set[Path]:
    """Which files a schema does not take."""
    ran = check_jsonschema(
        "--schemafile", ROOT / "schemas" / f"{kind}.schema.json", "--output-format", "json", *files
    )
    told = json.loads(ran.stdout)
    assert not told.get("parse_errors"), told
    wrong = {each["filename"] for each in told["errors"]}
    return {file for file in files if str(file) in wrong}


def keys() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every key of every part: the part's name, the key, its schema."""
    for name in SCHEMA_NAMES:
        schema = json.loads(schema_text(name))
        for part, described in {schema["title"]: schema, **schema["$defs"]}.items():
            for key, value in described.get("properties", {}).items():
                yield part, key, value


def test_both_schemas_are_json_schema_of_2020_12() -> None:
    ran = check_jsonschema("--check-metaschema", *(ROOT / "schemas").glob("*.json"))
    assert (ran.returncode, ran.stdout.strip()) == (0, "ok -- validation done"), ran.stdout


def test_every_example_and_a_fresh_series_are_valid_by_them(tmp_path: Path) -> None:
    series = make_series(tmp_path / "s").folder
    assert refused("storyboard", [*EXAMPLES, *series.glob("episodes/*.yaml")]) == set()
    assert refused("series", [series / "series.yaml"]) == set()


STORIES = {
    "a story": HEAD + SCENES,
    "a cut alone": HEAD + "cut: {timeline: [{clip: a.mp4}]}\n",
    "items of every kind": HEAD
    + "cut: {timeline: [episode, {reel: 1, in: 1.5, out: '0:09'}, {image: a.png, transition: fade through black 1 s},"
    " {title: T, seconds: 3, transition: {kind: wipe, direction: up}}, {caption: C, at: 1}, {black: 2}]}\n",
    "sound in every form": HEAD + SCENES + "cut: {music: a.ogg, narration: [b.wav, {file: c.wav, volume: -12 dB}]}\n",
    "one sound": HEAD + SCENES + "cut: {music: {file: a.ogg, volume: -12}}\n",
    "lengths on the grid": HEAD + "scenes: [{segments: [{action: a, seconds: 9}, {action: b, seconds: 13.5}, c]}]\n",
    "keys left open": HEAD + SCENES + "style:\nlook:\ncfg:\n",
    "a rule switched off": HEAD + SCENES + "rules: {stretched: 'off', of-a-newer-version: warning}\n",
    "a negative prompt as a text": HEAD + SCENES + "negative: blurry\n",
    "a negative prompt edited": HEAD + SCENES + "negative: {add: lens flare, remove: [artwork]}\n",
}
WRONG_STORIES = {
    "a wrong key": HEAD + SCENES + "titel: T\n",
    "a wrong key of a segment": HEAD + "scenes: [{segments: [{action: a, secs: 9}]}]\n",
    "no title": "storyboard: 1\n" + SCENES,
    "neither scenes nor a cut": HEAD,
    "another word": HEAD + SCENES + "adherence: losse\n",
    "a cfg out of range": HEAD + SCENES + "cfg: 2.5\n",
    "a length off the grid": HEAD + "scenes: [{segments: [{action: a, seconds: 5}]}]\n",
    "a newer version": "storyboard: 2\ntitle: T\n" + SCENES,
    "an unknown transition": HEAD + "cut: {timeline: [{clip: a.mp4, transition: crosfade 1}]}\n",
    "no item of a timeline": HEAD + "cut: {timeline: [{film: a.mp4}]}\n",
    "another word alone in a timeline": HEAD + "cut: {timeline: [episodes]}\n",
    "a caption with a transition": HEAD + "cut: {timeline: [{black: 2}, {caption: C, transition: crossfade}]}\n",
    "a cut that takes time": HEAD + "cut: {timeline: [{black: 2}, {black: 2, transition: cut 1}]}\n",
    "a voice that is ducked": HEAD + SCENES + "cut: {narration: {file: a.ogg, duck: true}}\n",
    "a volume in words": HEAD + SCENES + "cut: {music: {file: a.ogg, volume: loud}}\n",
    "a rule taken otherwise": HEAD + SCENES + "rules: {stretched: loud}\n",
}
SERIES = {
    "a series": "series: 1\ntitle: T\nepisodes: a/*.yaml\n",
    "several patterns": "series: 1\ntitle: T\nepisodes: [a/*, b/*]\nceilings: {episode: 8.00, month: '12.50'}\n",
}
WRONG_SERIES = {
    "no episodes": "series: 1\ntitle: T\n",
    "a wrong default": "series: 1\ntitle: T\nepisodes: a/*\ndefaults: {stile: x}\n",
    "an amount below nothing": "series: 1\ntitle: T\nepisodes: a/*\nceilings: {episode: -1}\n",
}


def test_they_take_what_the_program_takes_and_refuse_what_it_refuses(tmp_path: Path) -> None:
    for kind, good, wrong in (("storyboard", STORIES, WRONG_STORIES), ("series", SERIES, WRONG_SERIES)):
        named = {f"{kind}/{name}/{kind}.yaml": text for name, text in {**good, **wrong}.items()}
        write_tree(tmp_path, dict(named))
        files = [tmp_path / name for name in named]
        bad = {tmp_path / kind / name / f"{kind}.yaml" for name in wrong}
        assert refused(kind, files) == bad
        for file in files:
            findings = load_series(file.parent).findings if kind == "series" else load_storyboard(file).findings
            told_later = file.parent.name in {"a cfg out of range", "a length off the grid"}  # by the compiler
            assert bool(findings) == (file in bad and not told_later), (file, findings)


@pytest.mark.parametrize(
    ("part", "key", "described"), [pytest.param(*each, id=f"{each[0]}.{each[1]}") for each in keys()]
)
def test_every_key_of_every_part_has_a_title_a_description_and_something_to_start_from(
    part: str, key: str, described: dict[str, Any]
) -> None:
    assert described["title"]
    assert described.get("description", "").endswith("."), f"{part}.{key}: {described.get('description')}"
    values = [described, *described.get("anyOf", [])]
    start = {"examples", "default", "enum", "defaultSnippets", "$ref", "items", "properties"}
    assert any(start & set(each) for each in values), f"{part}.{key}"
    for each in values:
        if "enum" in each and part != "RuleSetting":
            assert len(each["enumDescriptions"]) == len(each["enum"])


def test_no_word_is_kept_for_a_key_that_is_gone() -> None:
    there = {(part, key) for part, key, _ in keys()}
    assert {(part, key) for part, words in WORDS.items() for key in words} == there


def test_no_default_stands_in_for_a_key_left_out() -> None:
    for part, key, described in keys():
        assert described.get("default", 0) not in (None, "", [], {}), f"{part}.{key}"


def test_the_words_loose_and_literal_are_explained_with_the_models_own_bands() -> None:
    schema = json.loads(schema_text("storyboard"))
    loose, literal = schema["properties"]["adherence"]["enumDescriptions"]
    assert "{} to {}".format(*SVI_2_0_PRO.cfg_loose) in loose
    assert "{} to {}".format(*SVI_2_0_PRO.cfg_literal) in literal
    assert (schema["properties"]["cfg"]["minimum"], schema["properties"]["cfg"]["maximum"]) == (1.0, 2.0)


def test_every_rule_can_be_chosen_by_its_code() -> None:
    for name in SCHEMA_NAMES:
        rules = json.loads(schema_text(name))["properties"]["rules"]["properties"]
        assert {code: each["description"] for code, each in rules.items()} == rule_words()
