"""Laying a cut out on the frames of a film."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planned import FPS, footage

from storyboard.assembly.arrange import CutError, Wanted, arrange
from storyboard.assembly.edit_list import Black, Entrance, Footage

HALF = Entrance("crossfade", 8)


def wanted(seconds: int | Fraction = 40, enters: Entrance = Entrance(), **other: object) -> Wanted:  # noqa: B008
    return Wanted(footage(), Fraction(seconds), enters=enters, label="a.mp4", **other)  # type: ignore[arg-type]


def test_items_follow_each_other_without_a_gap() -> None:
    shots = arrange([wanted(40), wanted(5), wanted(Fraction(1, 2))], FPS)
    assert [(shot.begins, shot.ends) for shot in shots] == [(0, 640), (640, 720), (720, 728)]


def test_a_crossfade_of_whole_clips_makes_the_film_shorter_by_itself() -> None:
    shots = arrange([wanted(5), wanted(40, HALF), wanted(40, HALF), wanted(40, HALF), wanted(5, HALF)], FPS)
    assert shots[-1].ends == 2048
    assert [shot.begins for shot in shots] == [0, 72, 704, 1336, 1968]


def test_a_crossfade_takes_nothing_away_where_the_clips_are_longer_than_what_is_wanted_of_them() -> None:
    first, second = arrange(
        [wanted(10, out_room=Fraction(2)), wanted(10, HALF, start=Fraction(3), in_room=Fraction(3))], FPS
    )
    assert (first.ends, second.begins, second.ends) == (164, 156, 320)
    assert (first.lasts_over, second.leads_in) == (4, 4)
    assert second.offset == 3 - Fraction(4, 16)


def test_a_crossfade_takes_all_it_can_from_the_one_clip_that_is_longer() -> None:
    first, second = arrange([wanted(10), wanted(10, HALF, start=Fraction(3), in_room=Fraction(3))], FPS)
    assert (first.ends, second.begins, second.leads_in, second.ends) == (160, 152, 8, 320)


def test_handles_are_counted_in_the_time_of_the_film_where_a_clip_is_sped_up() -> None:
    fast = Wanted(Footage(footage().media, Fraction(4)), Fraction(5), Fraction(1), HALF, "fast", in_room=Fraction(1))
    second = arrange([wanted(10), fast], FPS)[1]
    assert second.leads_in == 4
    assert second.offset == 0


def test_a_fade_through_black_takes_no_time_from_the_film() -> None:
    shots = arrange([wanted(10), wanted(10, Entrance("fade through black", 16))], FPS)
    assert shots[1].ends == 320


def test_a_transition_that_is_longer_than_its_clip_is_refused() -> None:
    with pytest.raises(
        CutError,
        match=r"crossfade of 2 s into a.mp4 is longer than a.mp4: it takes 2 s of that, which is seen for 1 s",
    ) as told:
        arrange([wanted(10), wanted(1, Entrance("crossfade", 32), item=1)], FPS)
    assert told.value.item == 1


def test_two_transitions_that_meet_in_one_clip_are_refused() -> None:
    with pytest.raises(
        CutError, match=r"two transitions of a\.mp4 overlap: together they take 1\.25 s of it, and it is seen for 1 s"
    ):
        arrange([wanted(10), wanted(1, Entrance("crossfade", 10)), wanted(10, Entrance("crossfade", 10))], FPS)


def test_a_first_item_cannot_fade_over_from_nothing() -> None:
    with pytest.raises(CutError, match="nothing that its crossfade could come from"):
        arrange([wanted(10, HALF)], FPS)


def test_a_transition_that_takes_more_than_there_is_outside_in_and_out_is_told_what_there_is() -> None:
    less = wanted(1, start=Fraction(1), in_room=Fraction(1), out_room=Fraction(1))
    with pytest.raises(CutError, match="it takes 3 s of that, which is seen for 1 s"):
        arrange([less, wanted(5, Entrance("crossfade", 64))], FPS)


def test_a_first_item_can_come_out_of_black() -> None:
    assert arrange([wanted(10, Entrance("fade through black", 16))], FPS)[0].begins == 0


@given(
    st.lists(st.tuples(st.integers(1, 400), st.integers(0, 12), st.integers(0, 64), st.integers(0, 64)), min_size=1)
)
def test_any_cut_that_can_be_laid_out_covers_every_frame_once_or_in_a_transition(
    items: list[tuple[int, int, int, int]],
) -> None:
    cut = [
        Wanted(
            Black() if number % 3 == 2 else footage(),
            Fraction(frames, 16),
            enters=Entrance("crossfade", overlap) if number and overlap else Entrance(),
            in_room=Fraction(before, 32),
            out_room=Fraction(after, 32),
        )
        for number, (frames, overlap, before, after) in enumerate(items)
    ]
    try:
        shots = arrange(cut, FPS)
    except CutError:
        return
    own = sum(frames for frames, *_ in items)
    assert own - sum(shot.enters.overlap for shot in shots) <= shots[-1].ends <= own
    for before, shot in pairwise(shots):
        assert before.ends - shot.begins == shot.enters.overlap
        assert before.begins <= shot.begins
