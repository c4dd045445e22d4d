"""The wait before asking again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyboard.generation.retry import LONGEST_WAIT, SHORTEST_WAIT, wait_seconds


def test_the_waits_double_from_one_second_and_end_at_a_minute() -> None:
    waits = [wait_seconds(attempt, None, lambda: 1.0) for attempt in range(1, 9)]
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]


@pytest.mark.parametrize("chance", [0.25, 0.5, 1.0])
def test_chance_spreads_each_wait_over_its_whole_length(chance: float) -> None:
    assert wait_seconds(5, None, lambda: chance) == 16.0 * chance


def test_no_wait_is_ever_cut_to_nothing() -> None:
    assert wait_seconds(1, None, lambda: 0.0) == SHORTEST_WAIT
    assert wait_seconds(9, 0.0, lambda: 0.0) == SHORTEST_WAIT


def test_what_the_service_asks_for_is_the_least_that_is_waited() -> None:
    assert wait_seconds(1, 300.0, lambda: 0.0) == 300.0


@given(
    attempt=st.integers(1, 10_000),
    retry_after=st.none() | st.floats(0.0, 3600.0),
    chance=st.floats(0.0, 1.0),
)
def test_every_wait_lies_between_the_floor_and_a_minute_past_what_was_asked(
    attempt: int, retry_after: float | None, chance: float
) -> None:
    waited = wait_seconds(attempt, retry_after, lambda: chance)
    least = max(retry_after or 0.0, SHORTEST_WAIT)
    assert least <= waited <= (retry_after or 0.0) + LONGEST_WAIT
