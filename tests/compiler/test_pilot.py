"""The pilot: the shortest clip that holds the riskiest segments of a story."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from helpers import EXAMPLES
from hypothesis import given
from hypothesis import strategies as st

from storyboard.compiler.compile import compile_storyboard
from storyboard.compiler.pilot import pilot_of, risks_of
from storyboard.profile import SVI_2_0_PRO
from storyboard.story.load import load_storyboard
from storyboard.story.model import Storyboard

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE = {"mira": "Mira, a keeper", "tom": "Tom, a boy"}
PLACES = {"shore": "the shore", "attic": "the attic"}


def story(*scenes: dict[str, Any], **more: Any) -> Storyboard:
    value = {"storyboard": 1, "title": "T", "characters": PEOPLE, "places": PLACES, "scenes": scenes} | more
    return Storyboard.model_validate(value)


def walk(count: int) -> list[str]:
    return [f"a fox walks on and stops at tree {n}" for n in range(count)]


def test_it_is_as_long_as_the_shortest_clip_of_the_model() -> None:
    pilot = pilot_of(story({"segments": walk(20)}), SVI_2_0_PRO)
    (scene,) = pilot.storyboard.scenes
    assert len(scene.segments) == SVI_2_0_PRO.min_slots
    assert (pilot.first, pilot.last) == (1, 4)


def test_it_holds_the_segments_with_the_most_risk() -> None:
    together = "{mira} and {tom} row, turn, wave and land"
    pilot = pilot_of(story({"segments": [*walk(8), together, together, *walk(8)]}), SVI_2_0_PRO)
    assert pilot.first <= 9
    assert pilot.last >= 10
    assert "several characters at once" in pilot.reasons


def test_of_equals_it_is_the_shortest() -> None:
    long = {"action": "a fox walks on and stops", "slots": 9}
    pilot = pilot_of(story({"segments": [long, *walk(6)]}), SVI_2_0_PRO)
    assert (pilot.first, pilot.last) == (2, 5)


@pytest.mark.parametrize(
    ("scenes", "reason"),
    [
        (
            [{"place": "shore", "segments": walk(1)}, {"place": "attic", "segments": walk(1)}],
            "a place that the first",
        ),
        ([{"segments": walk(1)}, {"segments": walk(1)}], "a scene change"),
        ([{"adherence": "literal", "segments": walk(1)}], "literal adherence"),
        ([{"segments": ["{tom} runs to the door and opens it"]}], "a character's first appearance"),
        ([{"segments": ["he turns, nods, sits, stands, bows and leaves"]}], "many actions in a slot"),
        ([{"segments": ["fox " * 30]}], "many words in a slot"),
        ([{"camera": "push in and pan left", "segments": walk(1)}], "more than one camera move"),
    ],
)
def test_each_risk_is_told_in_words(scenes: list[dict[str, Any]], reason: str) -> None:
    told = [text for risk in risks_of(story(*scenes), SVI_2_0_PRO) for text in risk.reasons]
    assert any(text.startswith(reason) for text in told)


def test_a_scene_with_an_image_of_its_own_shows_its_place() -> None:
    risks = risks_of(
        story({"place": "shore", "segments": walk(1)}, {"place": "attic", "image": "a.png", "segments": walk(1)}),
        SVI_2_0_PRO,
    )
    assert "a place that the first frame does not show" not in risks[1].reasons


def test_it_starts_from_the_first_frame_that_its_scene_has_in_the_story() -> None:
    scenes: list[dict[str, Any]] = [
        {"segments": walk(6)},
        {"image": "attic.png", "segments": ["{mira} and {tom} row, turn, wave and land"] * 6},
    ]
    pilot = pilot_of(story(*scenes, image="shore.png"), SVI_2_0_PRO)
    assert pilot.storyboard.image == "attic.png"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_pilot_of_every_example_compiles_to_one_job_that_costs_no_more(path: Path) -> None:
    whole = load_storyboard(path).storyboard
    assert whole is not None
    pilot = compile_storyboard(pilot_of(whole, SVI_2_0_PRO).storyboard, template_text="").plan
    plan = compile_storyboard(whole, template_text="").plan
    assert pilot is not None
    assert plan is not None
    assert len(pilot.reels) == 1
    assert pilot.cost <= plan.cost


@given(st.lists(st.lists(st.integers(1, 6), min_size=1, max_size=6), min_size=1, max_size=5))
def test_it_is_a_run_of_the_story_and_never_longer_than_it_need_be(slots: list[list[int]]) -> None:
    scenes = [{"segments": [{"action": "a fox walks on", "slots": n} for n in scene]} for scene in slots]
    lengths = [n for scene in slots for n in scene]
    pilot = pilot_of(story(*scenes), SVI_2_0_PRO)
    inside = lengths[pilot.first - 1 : pilot.last]
    cut = [segment.slots for scene in pilot.storyboard.scenes for segment in scene.segments]
    assert cut == inside
    assert sum(inside) >= min(SVI_2_0_PRO.min_slots, sum(lengths))
    assert sum(inside[:-1]) < SVI_2_0_PRO.min_slots
