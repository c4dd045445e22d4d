"""``# storyboard: ignore CODE``: findings that an author does not want to be told of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from helpers import write_tree
from rule_helpers import findings

from storyboard.generation.prepare import prepare, prepare_series
from storyboard.story.findings import Severity
from storyboard.story.series_load import load_series

if TYPE_CHECKING:
    from pathlib import Path

HIDDEN = {
    "behind the text": "scenes:\n  - segments:\n      - a fox runs # storyboard: ignore too-few-words, stretched\n",
    "behind quotes": "scenes:\n  - segments:\n      - 'a fox runs' # storyboard: ignore stretched, too-few-words\n",
    "on the line above": "scenes:\n  - segments:\n"
    "      # storyboard: ignore too-few-words, stretched\n      - a fox runs\n",
    "each on a line of its own": "scenes:\n  - segments:\n      # storyboard: ignore too-few-words\n"
    "      # storyboard: ignore stretched\n      - a fox runs\n",
    "without spaces": "scenes:\n  - segments:\n      - a fox runs #storyboard:ignore stretched,too-few-words\n",
    "with a colon": "scenes:\n  - segments:\n      - a fox runs # storyboard: ignore: stretched, too-few-words\n",
    "behind the head of a block": "scenes:\n  - segments:\n"
    "      - >- # storyboard: ignore stretched, too-few-words\n        a fox\n        runs\n",
    "with a reason behind it": "scenes:\n  - segments:\n"
    "      - a fox runs # storyboard: ignore stretched, too-few-words because it is a short one\n",
    "in a comment that says more": "scenes:\n  - segments:\n"
    "      - a fox runs # short # storyboard: ignore stretched, too-few-words # it is the tempo\n",
}


@pytest.mark.parametrize("body", HIDDEN.values(), ids=HIDDEN)
def test_a_finding_is_hidden_by_a_comment_on_its_line_or_alone_on_the_line_above(tmp_path: Path, body: str) -> None:
    assert findings(tmp_path, body) == ()


SHORT, LEFT_OVER, LONG = {"too-few-words"}, {"too-few-words", "ignore-without-effect"}, {"stretched"}
SHOWN: dict[str, tuple[str, set[str]]] = {
    "in a text": ("      - 'runs # storyboard: ignore stretched'\n", LONG),
    "in a block": ("      - |\n        he runs # storyboard: ignore stretched\n", LONG),
    "two lines above": ("      # storyboard: ignore too-few-words\n\n      - a fox runs\n", LEFT_OVER),
    "behind the line above": (
        "      - up the hill it goes # storyboard: ignore too-few-words\n      - runs\n",
        LEFT_OVER,
    ),
    "another code": ("      - a fox runs # storyboard: ignore stretched\n", SHORT),
    "another word": ("      - a fox runs # storyboard: ignores too-few-words\n", SHORT),
}


@pytest.mark.parametrize(("segments", "told"), SHOWN.values(), ids=SHOWN)
def test_a_comment_elsewhere_or_a_text_that_looks_like_one_hides_nothing(
    tmp_path: Path, segments: str, told: set[str]
) -> None:
    found = {finding.code for finding in findings(tmp_path, f"scenes:\n  - segments:\n{segments}")}
    assert told <= found
    assert ("ignore-without-effect" in found) == ("ignore-without-effect" in told)


FOXES = [f"      - a fox runs {way}" for way in ("up", "down", "off", "on")]


def test_of_many_segments_with_few_words_the_first_is_told_with_their_number(tmp_path: Path) -> None:
    (told,) = findings(tmp_path, "\n".join(["adherence: literal", "scenes:", "  - segments:", *FOXES, ""]))
    assert (told.code, told.line) == ("too-few-words", 6)
    assert told.message == "4 segments of this story have fewer than 5 words; this is the first."


def test_a_comment_hides_one_of_many_segments_with_few_words_and_the_others_are_told(tmp_path: Path) -> None:
    comment = " # storyboard: ignore too-few-words"
    first, second, *rest = FOXES
    (told,) = findings(
        tmp_path, "\n".join(["adherence: literal", "scenes:", "  - segments:", first + comment, second, *rest, ""])
    )
    assert (told.line, told.message[:10]) == (7, "3 segments")
    (told,) = findings(
        tmp_path, "\n".join(["adherence: literal", "scenes:", "  - segments:", first, second + comment, *rest, ""])
    )
    assert (told.line, told.message[:10]) == (6, "3 segments")
    body = "\n".join(["adherence: literal", "scenes:", "  - segments:", *(each + comment for each in FOXES), ""])
    assert findings(tmp_path, body) == ()


def test_a_comment_that_hides_nothing_is_told_at_its_code(tmp_path: Path) -> None:
    body = "scenes:\n  - segments:\n      - a fox runs up to the fence # storyboard: ignore stretched, no-motion\n"
    (told,) = findings(tmp_path, body)
    assert (told.code, told.severity, told.line) == ("ignore-without-effect", Severity.INFO, 5)
    assert told.excerpt[told.column - 1 :] == "no-motion"
    assert told.message == "There is no “no-motion” on line 5 to ignore."


def test_a_code_that_is_no_rule_is_told_with_the_nearest(tmp_path: Path) -> None:
    body = "scenes:\n  - segments:\n      - a fox runs up to it # storyboard: ignore streched, stretched\n"
    (told,) = findings(tmp_path, body)
    assert (told.message, told.hint) == ("There is no rule “streched” to ignore.", "Did you mean “stretched”?")


@pytest.mark.parametrize("head", ["", "rules: {too-few-words: error}\n"])
def test_errors_cannot_be_ignored(tmp_path: Path, head: str) -> None:
    code = "too-few-words" if head else "seconds-off-grid"
    line = f"      - {{action: a fox runs, seconds: 5}} # storyboard: ignore {code}\n"
    body = f"{head}scenes:\n  - segments:\n{line}"
    if head:
        body = body.replace("seconds: 5", "seconds: 18")
    told = findings(tmp_path, body)
    assert (code, Severity.ERROR) in {(finding.code, finding.severity) for finding in told}
    without = next(finding for finding in told if finding.code == "ignore-without-effect")
    assert without.message == f"“{code}” is an error here, and errors cannot be ignored."


def test_being_told_of_it_can_be_switched_off_and_made_a_warning(tmp_path: Path) -> None:
    body = "scenes:\n  - segments:\n      - a fox runs up to it # storyboard: ignore stretched, no-motion\n"
    assert findings(tmp_path, f"rules: {{ignore-without-effect: off}}\n{body}") == ()
    (told,) = findings(tmp_path, f"rules: {{ignore-without-effect: warning}}\n{body}")
    assert told.severity is Severity.WARNING


def test_a_comment_in_the_series_hides_what_an_episode_raises_there(tmp_path: Path) -> None:
    series = "series: 1\ntitle: S\nepisodes: '*.yaml'\ndefaults:\n  cfg: 1.4 # storyboard: ignore cfg-between-bands\n"
    story = "storyboard: 1\ntitle: T\nscenes: [{segments: [{action: a fox runs up to it, slots: 4}]}]\n"
    write_tree(tmp_path, {"series.yaml": series, "one.yaml": story})
    assert prepare(tmp_path / "one.yaml").findings == ()
    assert prepare_series(load_series(tmp_path)) == ()


def test_in_a_series_only_a_code_that_is_no_rule_is_told(tmp_path: Path) -> None:
    series = "series: 1\ntitle: S # storyboard: ignore nothing, no-motion\nepisodes: '*.yaml'\n"
    write_tree(tmp_path, {"series.yaml": series, "one.yaml": "storyboard: 1\ntitle: T\nscenes: [{segments: [a]}]\n"})
    (told,) = prepare_series(load_series(tmp_path))
    assert (told.code, told.line, told.message) == (
        "ignore-without-effect",
        2,
        "There is no rule “nothing” to ignore.",
    )
