"""Patterns that are compiled when they are first used."""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys

import pytest

import storyboard
from storyboard.story.pattern import pattern


def test_nothing_is_compiled_before_it_is_used() -> None:
    broken = pattern("(")
    with pytest.raises(re.error):
        broken.search("a")


def test_a_pattern_does_what_a_compiled_one_does() -> None:
    words = pattern(r"(?P<word>[a-z]+)", re.IGNORECASE)
    assert [words.findall("One, two") for _ in range(2)] == [["One", "two"]] * 2
    assert (words.pattern, words.flags, words.groupindex["word"]) == (r"(?P<word>[a-z]+)", re.I | re.U, 1)
    found = words.search("12 three", 2)
    assert found is not None
    assert found["word"] == "three"


def test_every_pattern_of_the_program_compiles() -> None:
    for room in ("cli", "compiler", "generation", "rules", "story"):
        for module in pkgutil.iter_modules([f"{storyboard.__path__[0]}/{room}"], f"storyboard.{room}."):
            importlib.import_module(module.name)
    modules = [module for name, module in sys.modules.items() if name.startswith("storyboard.")]
    found = [each for module in modules for value in vars(module).values() for each in _patterns(value)]
    assert len(found) > 50
    for each in found:
        assert each.search("") is None or each.search("")


def _patterns(value: object) -> list[re.Pattern[str]]:
    if isinstance(value, tuple):
        return [each for item in value for each in _patterns(item)]
    return [value] if isinstance(value, type(pattern(""))) else []
