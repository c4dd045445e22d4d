"""The prompt adherence of a reel, and the sentence that says how it came about."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from helpers import story
from hypothesis import given
from hypothesis import strategies as st

from storyboard.compiler.cfg import Tuned, cfg_remarks, tune
from storyboard.compiler.compile import compile_storyboard
from storyboard.compiler.timeline import Span
from storyboard.profile import SVI_2_0_PRO

if TYPE_CHECKING:
    from storyboard.story.findings import Remark
    from storyboard.story.model import Storyboard


def tuned(told: Storyboard) -> Tuned:
    reel = tuple(
        Span(i, j, segment.slots or 1)
        for i, scene in enumerate(told.scenes)
        for j, segment in enumerate(scene.segments)
    )
    return tune(told, reel, SVI_2_0_PRO)


def of_scenes(*lengths: int, **keys: Any) -> Storyboard:
    return story(*([f"action {n}" for n in range(length)] for length in lengths), **keys)


def mixed(literal: int, loose: int, **keys: Any) -> Storyboard:
    scenes = [
        {"segments": [{"action": "x", "slots": slots}], "adherence": word}
        for word, slots in (("literal", literal), ("loose", loose))
        if slots
    ]
    return story(*scenes, **keys)


def remarks(told: Storyboard) -> tuple[Remark, ...]:
    return tuple(cfg_remarks(told.cfg, SVI_2_0_PRO))


@pytest.mark.parametrize(
    ("scenes", "cfg", "why"),
    [
        ([1], "1.30", "a single segment has no scene change"),
        ([5], "1.30", "none of its 4 segment boundaries is a scene change"),
        ([3, 2], "1.23", "1 of its 4 segment boundaries is a scene change"),
        ([2, 2, 1], "1.15", "2 of its 4 segment boundaries are scene changes"),
        ([1, 1, 1, 1, 1], "1.00", "all of its 4 segment boundaries are scene changes"),
    ],
)
def test_a_loose_reel_gets_the_less_the_more_of_its_boundaries_are_scene_changes(
    scenes: list[int], cfg: str, why: str
) -> None:
    result = tuned(of_scenes(*scenes))
    assert result.cfg == Decimal(cfg)
    assert result.reason == f"{cfg}: loose lies in 1.0 to 1.3, and {why}."


@pytest.mark.parametrize(
    ("literal", "loose", "cfg", "why"),
    [
        (6, 0, "2.00", "the whole reel is literal"),
        (9, 3, "1.75", "75 % of the reel is literal"),
        (2, 1, "1.67", "66 % of the reel is literal"),
    ],
)
def test_a_literal_reel_gets_the_more_the_larger_its_literal_share(
    literal: int, loose: int, cfg: str, why: str
) -> None:
    result = tuned(mixed(literal, loose))
    assert result.cfg == Decimal(cfg)
    assert result.reason == f"{cfg}: literal lies in 1.5 to 2.0, and {why}."


@given(st.lists(st.integers(1, 5), min_size=1, max_size=8))
def test_a_loose_cfg_lies_in_the_loose_band(lengths: list[int]) -> None:
    assert Decimal("1.0") <= tuned(of_scenes(*lengths)).cfg <= Decimal("1.3")


@given(st.integers(1, 10), st.integers(0, 8))
def test_one_scene_change_more_never_raises_the_cfg(segments: int, changes: int) -> None:
    changes = min(changes, segments - 1)
    fewer = [segments - changes, *[1] * changes]
    if changes + 1 < segments:
        more = [segments - changes - 1, *[1] * (changes + 1)]
        assert tuned(of_scenes(*more)).cfg <= tuned(of_scenes(*fewer)).cfg


@given(st.integers(1, 26), st.integers(1, 26))
def test_a_larger_literal_share_never_lowers_the_cfg(literal: int, loose: int) -> None:
    before, after = tuned(mixed(literal, loose)).cfg, tuned(mixed(literal + 1, loose)).cfg
    assert before <= after <= Decimal("2.0")
    if literal > loose:
        assert before >= Decimal("1.5")


def test_a_mixed_reel_follows_the_adherence_of_more_seconds() -> None:
    assert tuned(mixed(3, 9)).cfg <= Decimal("1.3")
    assert tuned(mixed(9, 3)).cfg >= Decimal("1.5")


@pytest.mark.parametrize(("default", "cfg"), [("loose", "1.00"), ("literal", "1.50")])
def test_a_tie_goes_to_the_storyboards_own_adherence(default: str, cfg: str) -> None:
    assert tuned(mixed(4, 4, adherence=default)).cfg == Decimal(cfg)


def test_of_a_cfg_that_is_tuned_there_is_nothing_to_tell() -> None:
    assert remarks(of_scenes(2, 3)) == ()
    assert compile_storyboard(mixed(8, 9, reels="by-adherence")).remarks == ()


@pytest.mark.parametrize(
    ("pinned", "cfg"), [(1, "1.00"), (1.25, "1.25"), (1.5, "1.50"), (2.0, "2.00"), (1.005, "1.01")]
)
def test_a_pinned_cfg_wins(pinned: float, cfg: str) -> None:
    told = mixed(3, 9, cfg=pinned)
    assert tuned(told) == Tuned(Decimal(cfg), f"{cfg}: pinned by the storyboard.")
    assert remarks(told) == ()


@pytest.mark.parametrize("pinned", [0.99, 2.01, 0, -1, 7, 1e300, 5e-324, 10**39])
def test_a_pinned_cfg_that_the_service_refuses_is_an_error(pinned: float) -> None:
    (remark,) = remarks(of_scenes(4, cfg=pinned))
    assert (remark.code, remark.severity, remark.where) == ("cfg-out-of-range", "error", ("cfg",))


@pytest.mark.parametrize("pinned", [1.31, 1.4, 1.49])
def test_a_pinned_cfg_between_the_bands_is_a_warning(pinned: float) -> None:
    (remark,) = remarks(of_scenes(4, cfg=pinned))
    assert (remark.code, remark.severity) == ("cfg-between-bands", "warning")


def test_the_request_has_the_cfg_of_the_reason() -> None:
    plan = compile_storyboard(of_scenes(3, 2)).plan
    assert plan is not None
    (reel,) = plan.reels
    assert reel.base_request["cfg"] == 1.23
    assert reel.cfg_reason.startswith("1.23: ")
