"""What the rules say of the corpus: kept, so that a change is seen, and judged, finding by finding."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from helpers import ROOT

from storyboard.generation.prepare import prepare
from storyboard.rules.__main__ import agreement
from storyboard.rules.registry import RULES
from storyboard.story.findings import Severity

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.rules.page import Share

CORPUS = ROOT / "tests" / "corpus"
STORIES = sorted(CORPUS.glob("*.yaml"))


def told(file: Path) -> list[list[Any]]:
    """What there is to tell of a story: line, code, severity."""
    return [[finding.line, finding.code, str(finding.severity)] for finding in prepare(file).findings]


def test_the_findings_of_the_corpus_are_those_that_are_kept(pytestconfig: pytest.Config) -> None:
    found = {file.stem: told(file) for file in STORIES}
    kept = CORPUS / "expected.json"
    if pytestconfig.getoption("--update-goldens"):
        lines = ",\n".join(f"  {json.dumps(stem)}: {json.dumps(each)}" for stem, each in found.items())
        kept.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
    assert found == json.loads(kept.read_text(encoding="utf-8")), (
        "read what changed, then --update-goldens, and judge"
    )


def test_every_finding_that_is_no_error_is_judged_with_a_reason() -> None:
    expected = json.loads((CORPUS / "expected.json").read_text(encoding="utf-8"))
    judged = json.loads((CORPUS / "judged.json").read_text(encoding="utf-8"))
    findings = [
        (stem, line, code, severity)
        for stem, found in expected.items()
        for line, code, severity in found
        if severity != Severity.ERROR
    ]
    assert sorted((each["story"], each["line"], each["code"], each["severity"]) for each in judged) == sorted(
        findings
    )
    assert all(len(each["reason"]) > 10 for each in judged)
    assert {each["by"] for each in judged} <= {"reader", "author"}


@pytest.mark.parametrize(("key", "share"), agreement().items(), ids=[" ".join(key) for key in agreement()])
def test_a_rule_that_a_reader_agrees_with_less_than_four_times_in_five_is_no_warning(
    key: tuple[str, str], share: Share
) -> None:
    assert key[0] in RULES
    assert key[1] == Severity.INFO or share.agreed >= 0.8 * share.found
