"""The rules about a single action, over sentences as authors write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from action_cases import FALSE, TRUE
from rule_helpers import codes, findings, of

from storyboard.story.findings import Severity

if TYPE_CHECKING:
    from pathlib import Path


def cases(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(code, action) for code, actions in table.items() for action in actions]


def test_every_rule_about_actions_has_at_least_five_cases_of_each_kind() -> None:
    assert TRUE.keys() == FALSE.keys()
    assert min(len(actions) for table in (TRUE, FALSE) for actions in table.values()) >= 5


@pytest.mark.parametrize(("code", "action"), cases(TRUE))
def test_it_is_told(tmp_path: Path, code: str, action: str) -> None:
    assert code in codes(tmp_path, of(action))


@pytest.mark.parametrize(("code", "action"), cases(FALSE))
def test_it_is_not_told(tmp_path: Path, code: str, action: str) -> None:
    assert code not in codes(tmp_path, of(action))


OTHER_LANGUAGES = {
    "German": [
        "der Fährmann steht am Ufer und wartet auf den letzten Gast",
        "sie ist allein in der Küche, die Hände im Schoß",
        "er geht durch den Wald",
    ],
    "French": ["elle est seule dans la cuisine", "il marche dans la forêt pendant dix minutes"],
    "Spanish": ["una casa de piedra al final del camino", "él camina por la playa"],
    "Japanese": ["老人が縁側に座っている", "猫が屋根の上で眠っている"],
    "Russian": ["старик сидит у окна", "она одна на кухне"],
    "Arabic": ["رجل عجوز يجلس على المقعد", "البيت في آخر الطريق"],
    "Polish": ["stary człowiek siedzi na ławce i patrzy na morze"],
}


@pytest.mark.parametrize(("language", "actions"), OTHER_LANGUAGES.items(), ids=OTHER_LANGUAGES)
def test_rules_that_read_english_keep_quiet_where_a_text_is_in_another_language(
    tmp_path: Path, language: str, actions: list[str]
) -> None:
    silent = {"no-motion", "movement-without-end", "subject-is-pronoun", "time-against-slot", "never-introduced"}
    assert not silent & codes(tmp_path, of(*actions)), language


def test_a_pronoun_is_a_warning_only_where_nobody_in_the_reel_can_be_meant(tmp_path: Path) -> None:
    told = [
        finding
        for finding in findings(
            tmp_path, of("she opens the cage and steps back", "a boy laughs", "he closes the cage")
        )
        if finding.code == "subject-is-pronoun"
    ]
    assert [(finding.line, finding.severity) for finding in told] == [(5, Severity.WARNING), (7, Severity.INFO)]


def test_a_time_that_a_segment_has_is_none_too_many(tmp_path: Path) -> None:
    body = "scenes: [{segments: [{action: he kneels for nine seconds and stands up, seconds: 9}]}]\n"
    assert "time-against-slot" not in codes(tmp_path, body)
    assert "time-against-slot" in codes(tmp_path, of(*["he kneels for nine seconds and stands up"] * 4))


def test_a_time_points_at_its_words_and_says_how_long_the_segment_would_have_to_be(tmp_path: Path) -> None:
    actions = ["he kneels for nine seconds and stands up"] * 4
    told = next(f for f in findings(tmp_path, of(*actions)) if f.code == "time-against-slot")
    assert told.excerpt[told.column - 1 :].startswith("for nine seconds")
    assert told.hint == "Give it “seconds: 9”, or leave the time out."
