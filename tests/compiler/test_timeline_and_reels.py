"""Segments on the grid of slots, and the cut of an episode into reels."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from helpers import story
from hypothesis import given
from hypothesis import strategies as st

from storyboard.compiler.timeline import Timeline, lay_out
from storyboard.profile import SVI_2_0_PRO

if TYPE_CHECKING:
    from storyboard.story.model import Storyboard

MIN, MAX = 4, 27


def scene(*slots: int, **keys: Any) -> dict[str, Any]:
    return {"segments": [{"action": "x", "slots": each} for each in slots], **keys}


def laid_out(*scenes: dict[str, Any], **keys: Any) -> Timeline:
    return lay_out(story(*scenes, **keys), SVI_2_0_PRO)


def slots(timeline: Timeline) -> list[list[int]]:
    return [[span.slots for span in reel] for reel in timeline.reels]


def scenes_of(timeline: Timeline) -> list[list[int]]:
    return [list(dict.fromkeys(span.scene for span in reel)) for reel in timeline.reels]


def codes(timeline: Timeline) -> list[str]:
    return [remark.code for remark in timeline.remarks]


@pytest.mark.parametrize(
    ("given_slots", "stretched"),
    [([1], [4]), ([1, 1], [2, 2]), ([1, 1, 1], [2, 1, 1]), ([2, 1], [3, 1]), ([1, 2], [2, 2]), ([3], [4])],
)
def test_a_short_story_gets_whole_slots_more_the_earliest_segments_first(
    given_slots: list[int], stretched: list[int]
) -> None:
    timeline = laid_out(scene(*given_slots))
    assert slots(timeline) == [stretched]
    (remark,) = timeline.remarks
    assert (remark.code, remark.severity, remark.where) == ("stretched", "info", ("scenes", 0, "segments", 0))
    assert ", ".join(f"{4.5 * each:g}" for each in stretched) + " seconds" in remark.message


def test_a_story_of_the_shortest_clip_is_left_as_it_is() -> None:
    timeline = laid_out(scene(1, 1, 1, 1))
    assert slots(timeline) == [[1, 1, 1, 1]]
    assert timeline.remarks == ()


@pytest.mark.parametrize("seconds", [4.5, 9, 9.0, 13.5, 121.5])
def test_seconds_are_whole_slots(seconds: float) -> None:
    timeline = lay_out(story([{"action": "x", "seconds": seconds}], [*"abcd"]), SVI_2_0_PRO)
    assert sum(map(sum, slots(timeline))) == int(seconds / 4.5) + 4
    assert "seconds-off-grid" not in codes(timeline)


def test_what_one_job_holds_is_one_job() -> None:
    timeline = laid_out(scene(*[1] * 27))
    assert slots(timeline) == [[1] * 27]
    assert timeline.remarks == ()


def test_one_slot_more_than_a_job_holds_makes_two_even_reels_and_says_so() -> None:
    timeline = laid_out(scene(*[1] * 28))
    assert slots(timeline) == [[1] * 14, [1] * 14]
    assert codes(timeline) == ["several-reels"]
    assert "2 jobs" in timeline.remarks[0].message


@pytest.mark.parametrize("resolution", ["1280x720", "720x1280"])
def test_a_job_at_720p_holds_nine_slots(resolution: str) -> None:
    assert len(laid_out(scene(*[1] * 9), resolution=resolution).reels) == 1
    assert slots(laid_out(scene(*[1] * 10), resolution=resolution)) == [[1] * 5, [1] * 5]


def test_reels_are_cut_between_scenes_where_they_can_be() -> None:
    timeline = laid_out(scene(*[1] * 20), scene(*[1] * 5), scene(*[1] * 10))
    assert scenes_of(timeline) == [[0], [1, 2]]


def test_a_scene_boundary_is_worth_more_than_even_reels() -> None:
    assert slots(laid_out(scene(24), scene(4))) == [[24], [4]]


def test_a_reel_is_never_shorter_than_the_shortest_clip_even_where_a_scene_is() -> None:
    timeline = laid_out(scene(*[1] * 26), scene(1, 1))
    assert all(sum(reel) >= MIN for reel in slots(timeline))
    assert sum(map(sum, slots(timeline))) == 28


def test_a_scene_too_long_for_a_reel_is_cut_between_its_segments() -> None:
    timeline = laid_out(scene(*[3] * 12))
    assert slots(timeline) == [[3] * 6, [3] * 6]
    assert not any(span.goes_on for reel in timeline.reels for span in reel)


def test_only_a_segment_too_long_for_a_reel_is_cut_inside() -> None:
    timeline = laid_out(scene(2, 30, 2))
    assert sum(span.goes_on for reel in timeline.reels for span in reel) == 1
    assert [span.segment for reel in timeline.reels for span in reel] == [0, 1, 1, 2]
    assert sum(map(sum, slots(timeline))) == 34


def test_a_scene_with_its_own_image_starts_a_reel() -> None:
    timeline = laid_out(scene(5), scene(5, image="b.png"), scene(5))
    assert scenes_of(timeline) == [[0], [1, 2]]


def test_a_short_scene_with_its_own_image_is_stretched_where_it_stands() -> None:
    timeline = laid_out(scene(5), scene(1, image="b.png"))
    assert slots(timeline) == [[5], [4]]
    assert timeline.remarks[0].where == ("scenes", 1, "segments", 0)


def test_by_scene_gives_every_scene_its_own_reel() -> None:
    assert scenes_of(laid_out(scene(4), scene(5), scene(6), reels="by-scene")) == [[0], [1], [2]]


def test_by_adherence_starts_a_reel_where_the_adherence_changes() -> None:
    literal = {"adherence": "literal"}
    timeline = laid_out(scene(4), scene(4), scene(4, **literal), scene(4, **literal), scene(4), reels="by-adherence")
    assert scenes_of(timeline) == [[0, 1], [2, 3], [4]]


def test_nothing_is_told_of_several_reels_where_the_author_asked_for_each() -> None:
    assert codes(laid_out(scene(5), scene(5), reels="by-scene")) == []
    assert codes(laid_out(scene(5), scene(5, adherence="literal"), reels="by-adherence")) == []
    assert codes(laid_out(scene(5), scene(5, image="b.png"))) == []


def test_a_reel_more_than_the_author_asked_for_is_told() -> None:
    assert codes(laid_out(scene(5), scene(*[1] * 30), reels="by-scene")) == ["several-reels"]


def test_an_episode_that_has_to_be_one_reel_and_cannot_is_an_error_with_its_reason() -> None:
    too_long = laid_out(scene(28), reels="one")
    assert codes(too_long) == ["not-one-reel"]
    assert "121.5 seconds" in too_long.remarks[0].message
    own_image = laid_out(scene(5), scene(5, name="Reef", image="b.png"), reels="one")
    assert "“Reef” has an image of its own" in own_image.remarks[0].message
    assert laid_out(scene(27), reels="one").remarks == ()


def test_five_hundred_segments_are_laid_out_in_a_moment() -> None:
    began = time.process_time()
    timeline = laid_out(*[scene(*[1] * 5) for _ in range(100)])
    assert time.process_time() - began < 1
    assert len(timeline.reels) == 20
    assert scenes_of(timeline)[0] == [0, 1, 2, 3, 4]


def test_a_slip_of_the_keyboard_is_no_reason_to_lay_out_a_week() -> None:
    began = time.process_time()
    timeline = laid_out(*[scene(4000) for _ in range(500)])
    assert codes(timeline) == ["episode-too-long"]
    assert timeline.reels == ()
    assert time.process_time() - began < 1


@st.composite
def stories(draw: st.DrawFn) -> Storyboard:
    lengths = st.lists(st.integers(1, 3) | st.integers(1, 40), min_size=1, max_size=6)
    drawn = draw(
        st.lists(
            st.builds(
                lambda each, image, adherence: scene(*each, image=image, adherence=adherence),
                lengths,
                st.sampled_from([None, None, None, "a.png"]),
                st.sampled_from([None, "loose", "literal"]),
            ),
            min_size=1,
            max_size=8,
        )
    )
    return story(
        *drawn,
        reels=draw(st.sampled_from(["auto", "by-scene", "by-adherence"])),
        resolution=draw(st.sampled_from(["832x480", "1280x720"])),
    )


@given(stories())
def test_every_layout_keeps_the_order_the_lengths_and_the_limits_of_a_job(told: Storyboard) -> None:
    timeline = lay_out(told, SVI_2_0_PRO)
    longest = SVI_2_0_PRO.resolutions[told.resolution].max_slots
    assert all(MIN <= sum(reel) <= longest for reel in slots(timeline))

    spans = [span for reel in timeline.reels for span in reel]
    assert all(span.slots >= 1 for span in spans)
    for before, after in pairwise(spans):
        same = (before.scene, before.segment) == (after.scene, after.segment)
        assert after.goes_on is same
        assert same or (before.scene, before.segment) < (after.scene, after.segment)

    wanted = {
        (i, j): segment.slots or 1 for i, each in enumerate(told.scenes) for j, segment in enumerate(each.segments)
    }
    got = dict.fromkeys(wanted, 0)
    for span in spans:
        got[span.scene, span.segment] += span.slots
    assert all(got[where] >= wanted[where] for where in wanted)
    if "stretched" not in codes(timeline):
        assert got == wanted

    first_scenes = {reel[0].scene for reel in timeline.reels if reel[0].segment == 0 and not reel[0].goes_on}
    assert {i for i, each in enumerate(told.scenes) if each.image} <= first_scenes


@given(stories())
def test_the_same_story_always_has_the_same_layout(told: Storyboard) -> None:
    assert lay_out(told, SVI_2_0_PRO) == lay_out(told.model_copy(deep=True), SVI_2_0_PRO)
