"""What of a cut is copied, what is composed, and why."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planned import FPS, WANTED, clip, edit_of, sets

from storyboard.assembly.arrange import Wanted, arrange
from storyboard.assembly.edit_list import Card, Entrance, Footage, Lettering, Overlay
from storyboard.assembly.media import Colour
from storyboard.assembly.piece_key import compose_key
from storyboard.assembly.piece_planning import PiecePlan, plan_pieces, strips_of
from storyboard.assembly.pieces import Compose, Copy, longest_run

HALF = Entrance("crossfade", 8)
TITLE = Card(Lettering("The Lighthouse"))


def planned(*wanted: Wanted, overlays: tuple[Overlay, ...] = ()) -> PiecePlan:
    return plan_pieces(edit_of(*arrange(wanted, FPS), overlays=overlays), WANTED)


def whole(name: str = "a", enters: Entrance = Entrance(), **other: object) -> Wanted:  # noqa: B008
    source = Footage(clip(name, **other))  # type: ignore[arg-type]  # facts of a clip
    return Wanted(source, source.media.seconds, enters=enters)


def told(plan: PiecePlan) -> list[tuple[str, int]]:
    return [("copy" if isinstance(piece, Copy) else "compose", piece.frames) for piece in plan.pieces]


def test_clips_that_match_and_are_cut_hard_are_copied_whole() -> None:
    assert told(planned(whole("a"), whole("b"), whole("c"))) == [("copy", 640)] * 3


def test_of_a_clip_after_a_crossfade_only_what_comes_before_the_next_key_frame_is_composed() -> None:
    plan = planned(whole("a"), whole("b", HALF))
    assert told(plan) == [("copy", 630), ("compose", 126), ("compose", 126), ("copy", 390)]
    assert plan.frames == 1272


def test_key_frames_that_come_often_leave_little_to_compose() -> None:
    assert planned(whole("a", keys=32), whole("b", HALF, keys=32)).composed <= 8 + 24 + 3


def test_a_run_that_is_copied_ends_where_all_that_is_stored_is_shown() -> None:
    media = clip(frames=64, keys=32)
    for last in range(1, 65):
        found = longest_run(media, 0, last)
        assert found is not None
        packet, first, frames = found
        stored = media.order[packet : packet + frames]
        assert sorted(stored) == list(range(first, first + frames))
        assert first + frames <= last


def test_a_stretch_without_a_key_frame_has_nothing_to_copy() -> None:
    assert longest_run(clip(keys=250), 10, 240) is None


def test_a_run_does_not_go_on_past_a_key_frame_that_is_followed_by_what_is_shown_before_it() -> None:
    # The key frame stored at 3 is followed by two frames that are shown before it: an open group of pictures.
    media = clip(frames=8, order=(0, 1, 2, 5, 3, 4, 6, 7), starts=(0, 3))
    assert longest_run(media, 2, 8) == (3, 5, 1)
    assert longest_run(media, 0, 8) == (0, 0, 8)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"codec": "hevc"}, "HEVC"),
        ({"width": 1280, "height": 720}, "1280x720"),
        ({"fps": Fraction(30)}, "30 frames a second"),
        ({"fps": None}, "do not come at one rate"),
        ({"pixel_format": "yuv420p10le"}, "yuv420p10le"),
        ({"turned": 90}, "turned"),
        ({"pixel_shape": Fraction(4, 3)}, "not square"),
        ({"interlaced": True}, "interlaced"),
        ({"colour": Colour(full_range=True)}, "full range"),
        ({"sets": None}, "parameter sets"),
    ],
)
def test_a_clip_that_does_not_match_is_composed_whole_and_the_plan_says_why(
    facts: dict[str, object], why: str
) -> None:
    plan = planned(whole("a"), whole("odd", Entrance(), **facts))
    assert why in plan.reasons["odd"]
    assert plan.composed == 640


def test_clips_whose_parameter_sets_clash_are_not_both_copied() -> None:
    plan = planned(whole("a", frames=800), whole("b", sets=sets(what=b"b")))
    assert "do not go together" in plan.reasons["b"]
    assert "a" not in plan.reasons


def test_clips_whose_parameter_sets_have_other_numbers_are_copied_side_by_side() -> None:
    assert planned(whole("a"), whole("b", sets=sets(3, b"b"))).composed == 0


def test_what_is_composed_has_parameter_sets_that_no_copied_clip_uses() -> None:
    assert planned(whole("a", sets=sets(7))).format.sets_number not in {7}


def test_what_is_composed_takes_after_the_colours_of_what_is_copied() -> None:
    colour = Colour(matrix=1, primaries=1, transfer=1)
    assert planned(whole("a", colour=colour), Wanted(TITLE, Fraction(3))).format.colour == colour


def test_a_clip_at_another_speed_is_composed() -> None:
    assert planned(Wanted(Footage(clip(), Fraction(2)), Fraction(20))).composed == 320


def test_a_caption_makes_only_what_is_under_it_composed() -> None:
    caption = Overlay(Lettering("Night"), 100, 32)
    plan = planned(whole("a", keys=16), overlays=(caption,))
    assert plan.composed <= 32 + 2 * 16
    assert told(plan)[0] == ("copy", 100 - 100 % 16) or told(plan)[0][1] >= 96


def test_a_transition_is_one_piece_with_what_little_is_beside_it() -> None:
    plan = planned(whole("a", keys=16), whole("b", HALF, keys=16))
    assert [kind for kind, _ in told(plan)] == ["copy", "compose", "copy"]


def test_a_clip_that_is_changed_leaves_the_pieces_of_the_others_as_they_were() -> None:
    def keys(middle: str) -> set[str]:
        plan = planned(Wanted(TITLE, Fraction(5)), whole("a", HALF), whole(middle, HALF), whole("c", HALF))
        return {compose_key(piece, plan.format) for piece in plan.pieces if isinstance(piece, Compose)}

    before, after = keys("b"), keys("changed")
    assert len(before & after) >= len(before) / 2


def test_a_piece_has_the_same_name_wherever_it_stands_in_a_film() -> None:
    def title(*before: Wanted) -> str:
        plan = planned(*before, Wanted(TITLE, Fraction(3)))
        piece = plan.pieces[-1]
        assert isinstance(piece, Compose)
        return compose_key(piece, plan.format)

    assert title(whole("a")) == title(whole("a"), whole("b"))


def test_a_long_stretch_is_composed_in_parts_that_can_be_made_at_once() -> None:
    plan = planned(whole("odd", codec="hevc"))
    assert [frames for _, frames in told(plan)] == [128] * 5


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "odd", "title"]),
            st.integers(0, 300),
            st.integers(20, 340),
            st.sampled_from(["cut", "crossfade", "fade through black", "wipe"]),
            st.integers(1, 10),
        ),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from([16, 32, 250]),
)
def test_any_film_is_covered_frame_by_frame_and_every_piece_shows_what_the_edit_list_says(
    items: list[tuple[str, int, int, str, int]], keys: int
) -> None:
    wanted = []
    for number, (name, start, frames, kind, length) in enumerate(items):
        enters = Entrance(kind, 0 if kind == "cut" else length) if number else Entrance()
        if name == "title":
            wanted.append(Wanted(TITLE, frames / FPS, enters=enters, item=number))
            continue
        other: dict[str, object] = {"codec": "hevc"} if name == "odd" else {}
        source = Footage(clip(name, keys=keys, **other))  # type: ignore[arg-type]  # facts of a clip
        wanted.append(Wanted(source, frames / FPS, start / FPS, enters, name, number))
    edit = edit_of(*arrange(wanted, FPS))
    plan = plan_pieces(edit, WANTED)
    place = 0
    for piece in plan.pieces:
        assert piece.begins == place
        if isinstance(piece, Copy):
            shot = next(shot for shot in edit.shots if shot.begins <= place < shot.ends)
            assert shot.time_at(place, FPS) * 16 == piece.first
            assert piece.packet in piece.media.starts
        place += piece.frames
    assert place == edit.frames
    assert sum(strip.frames for strip in strips_of(edit)) == edit.frames
