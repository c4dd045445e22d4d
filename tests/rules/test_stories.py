"""The rules that look at more than one action, over whole stories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from action_cases import TRUE as TRUE_ACTIONS
from compiled_cases import FALSE as FALSE_COMPILED
from compiled_cases import TRUE as TRUE_COMPILED
from cut_cases import FALSE as FALSE_CUTS
from cut_cases import TRUE as TRUE_CUTS
from rule_helpers import codes
from story_cases import FALSE, TRUE

from storyboard.rules.registry import RULES

if TYPE_CHECKING:
    from pathlib import Path


def cases(*tables: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(code, body) for table in tables for code, bodies in table.items() for body in bodies]


def test_every_rule_has_at_least_five_cases_of_each_kind() -> None:
    assert set(RULES) == {*TRUE_ACTIONS, *TRUE, *TRUE_COMPILED, *TRUE_CUTS}
    assert (TRUE.keys(), TRUE_COMPILED.keys(), TRUE_CUTS.keys()) == (
        FALSE.keys(),
        FALSE_COMPILED.keys(),
        FALSE_CUTS.keys(),
    )
    for table in (TRUE, FALSE, TRUE_COMPILED, FALSE_COMPILED, TRUE_CUTS, FALSE_CUTS):
        assert min(len(bodies) for bodies in table.values()) >= 5


@pytest.mark.parametrize(("code", "body"), cases(TRUE, TRUE_COMPILED, TRUE_CUTS))
def test_it_is_told(tmp_path: Path, code: str, body: str) -> None:
    assert code in codes(tmp_path, body)


@pytest.mark.parametrize(("code", "body"), cases(FALSE, FALSE_COMPILED, FALSE_CUTS))
def test_it_is_not_told(tmp_path: Path, code: str, body: str) -> None:
    assert code not in codes(tmp_path, body)
