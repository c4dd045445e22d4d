from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyboard.generation.sandbox.captions import captions

SLOT = Fraction(9, 2)


def shown(prompt: str, slots: int = 4) -> list[tuple[float, float, str]]:
    return [(float(start), float(end), text) for start, end, text in captions(prompt, SLOT * slots)]


def test_each_plain_line_holds_one_slot() -> None:
    assert shown("a\nb\nc\nd") == [(0, 4.5, "a"), (4.5, 9, "b"), (9, 13.5, "c"), (13.5, 18, "d")]


def test_a_first_style_line_is_no_segment() -> None:
    assert [text for _, _, text in shown("Style: film, 35mm\na\nb\nc\nd")] == ["a", "b", "c", "d"]


def test_a_length_at_the_end_of_a_line_is_obeyed_and_not_shown() -> None:
    assert shown("a (9 seconds)\nb (4.5 seconds)\nc") == [(0, 9, "a"), (9, 13.5, "b"), (13.5, 18, "c")]


def test_a_time_at_the_start_of_a_line_is_obeyed_and_not_shown() -> None:
    assert shown("[0-13.5 s] a\n[13.5-18 s] b") == [(0, 13.5, "a"), (13.5, 18, "b")]


def test_lines_that_do_not_add_up_share_the_clip_in_equal_parts() -> None:
    assert shown("a\n\nb\n") == [(0, 9, "a"), (9, 18, "b")]


def test_times_that_contradict_the_order_of_the_lines_give_equal_parts() -> None:
    assert shown("[4.5-18 s] a\n[0-4.5 s] b") == [(0, 9, "a"), (9, 18, "b")]


def test_one_paragraph_is_one_caption_for_the_whole_clip() -> None:
    assert shown("a paragraph of prose.") == [(0, 18, "a paragraph of prose.")]


@pytest.mark.parametrize("prompt", ["", " \n\t\n"])
def test_a_prompt_without_words_is_one_empty_caption(prompt: str) -> None:
    assert shown(prompt) == [(0, 18, "")]


LINES = st.one_of(
    st.text(),
    st.sampled_from(["Style: x", "[0-4.5 s] a", "[9-4.5 s] b", "b (9 seconds)", "(0 seconds)", "x (0.0001 s)"]),
)


@given(st.lists(LINES).map("\n".join), st.integers(4, 27))
def test_captions_cover_the_clip_in_order_without_a_gap_whatever_the_text(prompt: str, slots: int) -> None:
    found = captions(prompt, SLOT * slots)
    assert found[0].start == 0
    assert found[-1].end == SLOT * slots
    assert all(before.end == after.start for before, after in pairwise(found))
    assert all(caption.start < caption.end for caption in found)
