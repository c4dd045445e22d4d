"""The registry: every rule is whole, its examples do what they say, and the documents cannot drift from it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from helpers import ROOT
from rule_helpers import found

from storyboard.rules.__main__ import agreement
from storyboard.rules.errors_told import ERRORS
from storyboard.rules.page import page, table, with_table
from storyboard.rules.registry import RULES
from storyboard.story.findings import Severity

if TYPE_CHECKING:
    from pathlib import Path

RULE_LIST = list(RULES.values())


@pytest.mark.parametrize("code", RULES)
def test_a_rule_says_everything_there_is_to_say_of_it(code: str) -> None:
    rule = RULES[code]
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+|stretched|negated", code)
    assert rule.severity in {Severity.WARNING, Severity.INFO}
    assert rule.title.endswith(".")
    assert len(rule.title) <= 80
    assert rule.explanation.endswith(".")
    assert len(rule.explanation) >= 60
    assert rule.bad != rule.good
    assert rule.source
    assert not rule.source.endswith(".")


@pytest.mark.parametrize("code", RULES)
def test_the_bad_example_raises_it_and_the_good_one_does_not(tmp_path: Path, code: str) -> None:
    rule = RULES[code]
    bad = [finding for finding in found(tmp_path / "bad", rule.bad) if finding.code == code]
    assert bad
    assert {finding.severity for finding in bad} <= {Severity.WARNING, Severity.INFO}
    for finding in bad:
        assert finding.message
        assert finding.hint
    good = found(tmp_path / "good", rule.good)
    assert code not in {finding.code for finding in good}
    assert not [finding for finding in good if finding.severity is Severity.ERROR]


def test_the_page_of_rules_is_the_one_that_the_registry_makes() -> None:
    kept = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert kept == page(agreement()), "run: python -m storyboard.rules > docs/rules.md"


def test_the_table_in_the_readme_is_the_one_of_the_page_of_rules() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme == with_table(readme, agreement()), "run: python -m storyboard.rules --readme"
    assert table(agreement(), "docs/rules.md") in readme
    with pytest.raises(ValueError, match="no <!-- agreement -->"):
        with_table("# A page without the comments\n", agreement())


def test_the_page_lists_every_code_once_with_its_examples_and_its_source() -> None:
    kept = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert re.findall(r"^## ([a-z]+(?:-[a-z]+)*)$", kept, re.MULTILINE) == list(RULES)
    for rule in RULE_LIST:
        assert rule.explanation in " ".join(kept.split())
        assert rule.bad in kept
        assert rule.good in kept
        assert rule.source in kept


CODE = re.compile(r"[a-z]+(?:-[a-z0-9]+)*\Z")
TELLS = {"Remark", "Problem", "Finding", "_error", "error", "stop", "brace_remark", "_entry"}


def codes_in(source: Path) -> set[str]:
    """The codes that a module gives to what it tells: the first word of a call, or of a tuple of texts."""
    told: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        values: list[ast.expr] = []
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            values = node.args[:1] if name in TELLS else []
        elif isinstance(node, ast.Tuple) and len(node.elts) in {3, 4} and source.parent.name == "story":
            values = node.elts[:2]
        for value in values:
            if isinstance(value, ast.Constant) and isinstance(value.value, str) and CODE.match(value.value):
                told.add(value.value)
    return told


def test_every_code_that_is_told_of_a_story_is_a_rule_or_an_error_with_a_sentence() -> None:
    sources = [ROOT / "storyboard" / "generation" / name for name in ("prepare.py", "story_files.py")]
    for room in ("story", "compiler"):
        sources += sorted((ROOT / "storyboard" / room).glob("*.py"))
    told = {code for source in sources for code in codes_in(source) if "-" in code or code in {"brace", "yaml"}}
    assert len(told) > 50
    assert told - RULES.keys() - ERRORS.keys() - {"fade-through"} == set()
    assert not RULES.keys() & ERRORS.keys()
    assert all(text.endswith((".", "…")) for text in ERRORS.values())


def test_the_command_line_starts_without_the_rules() -> None:
    code = "import sys, storyboard.cli.main\nprint([m for m in sys.modules if m.startswith('storyboard.rules')])"
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT)
    assert ran.stdout == "[]\n"
