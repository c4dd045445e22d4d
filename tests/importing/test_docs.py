"""The page about importing: each of its examples is what it says, and its commands are there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from helpers import ROOT
from importing_tools import checked, imported, notes_of

from storyboard.story.importers.formats import Format

if TYPE_CHECKING:
    from collections.abc import Callable

    from helpers import Ran

PAGE = (ROOT / "docs" / "importing.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```(?:python|text)\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(
    ("example", "wanted", "segments"),
    list(zip(EXAMPLES, [Format.SVI, Format.FOUNTAIN, Format.CSV, Format.TEXT], [2, 2, 3, 3], strict=True)),
)
def test_an_example_is_told_by_its_content_and_imported(example: str, wanted: Format, segments: int) -> None:
    result = imported(example)
    assert result.format is wanted
    assert sum(len(scene.segments) for scene in checked(result).scenes) == segments
    assert "Left out" not in notes_of(result)


def test_every_format_and_every_option_it_names_is_there(storyboard: Callable[..., Ran]) -> None:
    offered = storyboard("import", "--help").out + storyboard("export", "--help").out
    named = set(re.findall(r"--[a-z][a-z-]+", PAGE))
    assert named
    assert not [option for option in named if option not in offered]
    assert all(f"`{each}`" in PAGE or f"--from {each}" in PAGE for each in Format)
