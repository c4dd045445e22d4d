"""How many tokens a text has, as well as that can be told without the tokenizer."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyboard.compiler.tokens import estimate_tokens


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        (" \n\t", 0),
        ("a fox", 2),
        ("a fox, running", 5),
        ("lighthouse", 2),
        ("12 boats", 3),
        ("wait…", 2),
        ("狐が走る", 2),
        ("лиса бежит", 4),
        ("café", 2),
        ("🦊", 1),
    ],
)
def test_long_words_count_in_pieces_and_each_mark_by_itself(text: str, count: int) -> None:
    assert estimate_tokens(text) == count


def test_english_prose_has_somewhat_more_tokens_than_words() -> None:
    text = (
        "Mira walks in from the right along the boats, counting them with one finger, and stops to search the lake. "
        "Then the wind whips the water into short waves, and the boats knock together."
    )
    assert 1.2 < estimate_tokens(text) / len(text.split()) < 1.7


@given(st.text(), st.text())
def test_the_parts_of_a_text_have_at_least_the_tokens_of_the_whole(first: str, second: str) -> None:
    assert estimate_tokens(first) <= estimate_tokens(first + second)
    assert estimate_tokens(first + second) <= estimate_tokens(first) + estimate_tokens(second)


@given(st.text(st.characters(max_codepoint=127), max_size=60))
def test_the_quick_count_of_english_is_that_of_its_pieces(text: str) -> None:
    pieces = re.findall(r"[A-Za-z]{1,5}|[^\sA-Za-z]", text)
    assert estimate_tokens(text) == len(pieces)
    assert estimate_tokens(text + "é") == len(pieces) + 1


@given(st.text(min_size=1))
def test_every_text_that_is_not_blank_has_a_token_and_no_more_than_characters(text: str) -> None:
    assert (estimate_tokens(text) > 0) == bool(text.strip())
    assert estimate_tokens(text) <= len(text)
