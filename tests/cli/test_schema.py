"""``storyboard schema``: the JSON Schema of the format, for editors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from helpers import ROOT

from storyboard.export.schema import SCHEMA_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from helpers import Ran

    Command = Callable[..., Ran]


@pytest.mark.parametrize("name", SCHEMA_NAMES)
def test_the_schema_is_the_one_that_ships(storyboard: Command, name: str) -> None:
    ran = storyboard("schema", name)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (ROOT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")


def test_the_storyboards_schema_is_the_default(storyboard: Command) -> None:
    assert storyboard("schema").json["title"] == "Storyboard"


def test_an_editor_is_told_that_a_segment_can_be_a_text_and_that_no_other_key_is_known(storyboard: Command) -> None:
    schema = storyboard("schema").json
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert set(schema["required"]) == {"storyboard", "title"}
    items = schema["$defs"]["Scene"]["properties"]["segments"]["items"]
    assert {"string"} <= {each.get("type") for each in items["anyOf"]}
    assert all(
        each["additionalProperties"] is False for each in [schema, *schema["$defs"].values()] if "properties" in each
    )


def test_it_can_be_written_to_a_file(storyboard: Command, tmp_path: Path) -> None:
    file = tmp_path / "schema.json"
    ran = storyboard("schema", "-o", file)
    assert (ran.code, ran.out, ran.err) == (0, "", f"Written to {file}.\n")
    assert file.read_text(encoding="utf-8") == storyboard("schema").out


def test_a_file_that_cannot_be_written_is_wrong_usage(storyboard: Command, tmp_path: Path) -> None:
    ran = storyboard("schema", "-o", tmp_path / "no" / "such" / "folder.json")
    assert ran.code == 2
    assert "cannot be written: No such file or directory." in ran.err


def test_there_is_no_other_schema(storyboard: Command) -> None:
    assert storyboard("schema", "film").code == 2
