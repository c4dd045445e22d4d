"""What a clip should avoid, what it costs, and which findings an author hears of."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from helpers import story

from storyboard.compiler.compile import compile_storyboard
from storyboard.compiler.negative import effect_remarks, negative_prompt
from storyboard.compiler.price import dollars, price
from storyboard.profile import DEFAULT_NEGATIVE_PROMPT, SVI_2_0_PRO
from storyboard.rules.registry import RULES
from storyboard.rules.settings import apply_rules
from storyboard.story.findings import Remark, Severity
from storyboard.story.model import Negative

if TYPE_CHECKING:
    from storyboard.compiler.plan import Plan


def negative(**keys: Any) -> tuple[str, list[Remark]]:
    return negative_prompt(Negative.model_validate(keys), SVI_2_0_PRO)


def test_the_models_own_negative_prompt_is_the_default() -> None:
    assert negative() == (DEFAULT_NEGATIVE_PROMPT, [])


def test_words_are_added_at_the_end_each_once() -> None:
    text, remarks = negative(add=["lens flare, fog", "Fog", "STATIC", "lens  flare"])
    assert text == f"{DEFAULT_NEGATIVE_PROMPT}, lens flare, fog"
    assert remarks == []


def test_words_are_removed_without_regard_to_case_and_only_where_they_are_whole() -> None:
    text, remarks = negative(remove=["Picture", "artwork, painting"])
    assert remarks == []
    words = text.split(", ")
    assert not {"picture", "artwork", "painting"} & set(words)
    assert "still picture" in words
    assert len(words) == len(DEFAULT_NEGATIVE_PROMPT.split(", ")) - 3


def test_a_word_to_remove_that_is_not_there_is_a_warning_with_the_nearest() -> None:
    text, (remark,) = negative(remove=["static", "artworks"])
    assert "static" not in text.split(", ")
    assert (remark.code, remark.where) == ("negative-not-there", ("negative", "remove", 1))
    assert remark.hint == "Did you mean “artwork”?"


def test_a_text_replaces_the_whole_negative_prompt() -> None:
    assert negative(replace=" only\n this ") == ("only this", [])


@pytest.mark.parametrize(
    ("keys", "cfgs", "told"),
    [
        ({"add": ["fog"]}, ["1.00"], True),
        ({"remove": ["style"]}, ["1.00", "1.00"], True),
        ({"replace": "fog"}, ["1.00"], True),
        ({"add": ["fog"]}, ["1.00", "1.10"], False),
        ({}, ["1.00"], False),
        ({"add": ["fog"]}, [], False),
    ],
)
def test_an_edited_negative_prompt_that_cfg_1_cancels_is_a_warning(
    keys: dict[str, Any], cfgs: list[str], told: bool
) -> None:
    remarks = effect_remarks(Negative.model_validate(keys), [Decimal(cfg) for cfg in cfgs])
    assert [remark.code for remark in remarks] == ["negative-without-effect"] * told


@pytest.mark.parametrize(
    ("resolution", "seconds", "quality", "exact", "shown"),
    [
        ("832x480", "121.5", None, "6.9255", "6.93"),
        ("480x832", "121.5", None, "6.9255", "6.93"),
        ("832x480", "18", None, "1.026", "1.03"),
        ("1280x720", "18", None, "3.06", "3.06"),
        ("720x1280", "40.5", None, "6.885", "6.89"),
        ("832x480", "18", "fast", "1.091", "1.09"),
        ("832x480", "18", "quality", "1.156", "1.16"),
        ("1280x720", "40.5", "quality", "7.015", "7.02"),
    ],
)
def test_a_price_is_exact_and_rounded_once_where_it_is_shown(
    resolution: str, seconds: str, quality: str | None, exact: str, shown: str
) -> None:
    cost = price(SVI_2_0_PRO.rates, SVI_2_0_PRO.resolutions[resolution], Fraction(seconds), quality)
    assert cost == Decimal(exact)
    assert dollars(cost) == shown


def plan_of(*scenes: Any, **keys: Any) -> Plan:
    plan = compile_storyboard(story(*scenes, **keys)).plan
    assert plan is not None
    return plan


def test_several_reels_are_added_before_they_are_rounded() -> None:
    plan = plan_of(*[["a", "b", "c", "d"]] * 3, reels="by-scene", image="a.png")
    assert plan.cost == Decimal("3.078")
    assert [dollars(reel.cost) for reel in plan.reels] == ["1.03", "1.03", "1.03"]


def test_only_a_reel_that_starts_from_text_pays_the_text_to_video_fee() -> None:
    plan = plan_of([{"action": "a", "slots": 20}], [{"action": "b", "slots": 20}], t2v_quality="fast")
    first, second = plan.reels
    assert first.base_request["t2v_quality"] == "fast"
    assert first.cost == Decimal("0.057") * 90 + Decimal("0.065")
    assert "t2v_quality" not in second.base_request
    assert second.cost == Decimal("0.057") * 90
    assert str(second.start) == "handoff: last frame of reel 1"


def test_a_request_with_an_image_has_it_beside_the_prompt_and_no_quality() -> None:
    (reel,) = plan_of(["a"], image="a.png").reels
    assert list(reel.request("a.png")) == [
        "model", "prompt", "image", "resolution", "duration", "cfg", "negative_prompt",
    ]  # fmt: skip
    assert "image" not in reel.request(None)


# Rules.


def remark(code: str, severity: Severity = Severity.WARNING) -> Remark:
    return Remark(code, severity, "M.")


@pytest.mark.parametrize("code", RULES)
def test_a_rule_can_be_switched_off_or_taken_more_or_less_seriously(code: str) -> None:
    assert apply_rules([remark(code)], {code: "off"}) == []
    for setting in ("info", "warning", "error"):
        (told,) = apply_rules([remark(code)], {code: setting})
        assert told.severity == setting


def test_an_error_cannot_be_switched_off() -> None:
    told = apply_rules([remark("missing-key", Severity.ERROR)], {"missing-key": "off"})
    assert [(each.code, each.severity) for each in told] == [("missing-key", "error"), ("unknown-rule", "warning")]


def test_a_rule_that_does_not_exist_is_a_warning_with_the_nearest() -> None:
    (told,) = apply_rules([], {"streched": "off"})
    assert (told.code, told.where, told.at_key) == ("unknown-rule", ("rules", "streched"), True)
    assert told.hint == "Did you mean “stretched”?"


def test_every_finding_of_the_compiler_that_is_no_error_is_a_rule() -> None:
    scenes: list[dict[str, Any]] = [
        {"segments": ["a"], "adherence": "literal"},
        {"segments": [{"action": "b", "slots": 30}]},
    ]
    told = [
        *compile_storyboard(story(*scenes, negative={"remove": ["nothing"]})).remarks,
        *compile_storyboard(story(["a"], cfg=1.4)).remarks,
        *compile_storyboard(story(["a"], cfg=1, negative={"add": ["fog"]})).remarks,
    ]
    codes = {each.code for each in told if each.severity is not Severity.ERROR}
    assert len(codes) == 5
    for code in codes:
        assert RULES[code].check is None
        assert {each.severity for each in told if each.code == code} == {RULES[code].severity}
