"""``storyboard explain``: what a code means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from storyboard.columns import columns
from storyboard.rules.errors_told import ERRORS
from storyboard.rules.registry import RULES

if TYPE_CHECKING:
    from collections.abc import Callable

    from helpers import Ran

    Command = Callable[..., Ran]


@pytest.mark.parametrize("code", RULES)
def test_a_rule_is_explained_with_both_examples_and_its_source(
    storyboard: Command, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    ran = storyboard("explain", code)
    rule = RULES[code]
    assert (ran.code, ran.err) == (0, "")
    said = " ".join(ran.out.split())
    for text in (code, str(rule.severity), rule.title, rule.explanation, f"Source: {rule.source}."):
        assert text in said
    for line in (rule.bad + rule.good).splitlines():
        assert f"  {line}" in ran.out.splitlines()
    assert max(map(columns, ran.out.splitlines())) <= 102  # an example is shown as it is written


def test_without_a_code_all_are_listed_each_with_its_severity_and_title(storyboard: Command) -> None:
    ran = storyboard("explain")
    for rule in RULES.values():
        assert f"{rule.code} ({rule.severity})\n  {rule.title}" in ran.out
    assert storyboard("explain", "--json").json == {"rules": [rule.as_json() for rule in RULES.values()]}


@pytest.mark.parametrize(("written", "code"), [("No-Motion", "no-motion"), (" stretched ", "stretched")])
def test_a_code_is_found_however_it_is_written(storyboard: Command, written: str, code: str) -> None:
    assert storyboard("explain", written, "--json").json["code"] == code


@pytest.mark.parametrize(
    ("written", "near"),
    [("no-moton", "no-motion"), ("camera_contradiction", "camera-contradiction"), ("yaml-brase", "yaml-brace")],
)
def test_a_code_that_is_none_is_answered_with_the_nearest(storyboard: Command, written: str, near: str) -> None:
    ran = storyboard("explain", written)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"error: Nothing is called {written}.\n  Did you mean: storyboard explain {near}\n"


def test_a_word_that_is_near_nothing_is_answered_with_the_list(storyboard: Command) -> None:
    ran = storyboard("explain", "x" * 5000)
    assert ran.code == 2
    assert ran.err.endswith("…\n".replace("\n", ".\n  All rules: storyboard explain\n"))


@pytest.mark.parametrize("code", ERRORS)
def test_an_error_of_a_story_is_explained_in_a_sentence(storyboard: Command, code: str) -> None:
    ran = storyboard("explain", code)
    assert ran.code == 0
    assert " ".join(ERRORS[code].split()) in " ".join(ran.out.split())
    assert "cannot be switched off" in ran.out
    assert storyboard("explain", code, "--json").json == {"code": code, "severity": "error", "title": ERRORS[code]}


def test_an_error_that_a_command_ends_with_is_explained_with_its_exit_code(storyboard: Command) -> None:
    assert "The command exits with 3." in " ".join(storyboard("explain", "over-ceiling").out.split())
