"""When a job is asked after."""

from __future__ import annotations

import random
import statistics
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyboard.generation.due import DueQueue, Lane
from storyboard.generation.polling import (
    ASK_EVERY,
    FIRST_ASK,
    LONGEST_CROWDED,
    REQUESTS_A_MINUTE,
    RETENTION,
    USUAL_JOB,
    most_open_jobs,
    seconds_left,
    wait_before_asking,
)
from storyboard.generation.purchase import Order, Purchase, State

SPACING = 60.0 / REQUESTS_A_MINUTE
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)

ages = st.floats(0, 1e6)
lengths = st.floats(1, 1e6)
counts = st.integers(0, 5000)


@given(age=ages, expected=lengths)
def test_a_lone_job_with_a_person_waiting_is_asked_after_within_two_seconds_and_then_every_five(
    age: float, expected: float
) -> None:
    def wait(*, asked: bool) -> float:
        return wait_before_asking(age=age, expected=expected, open_jobs=1, attended=True, asked=asked)

    assert FIRST_ASK <= wait(asked=False) <= 2
    assert wait(asked=True) <= 5


@given(ages, lengths, counts, counts, st.booleans(), st.booleans(), st.floats(1, 1000))
def test_no_job_is_left_alone_for_longer_than_is_safe_nor_asked_after_in_a_storm(
    age: float, expected: float, open_jobs: int, to_come: int, attended: bool, asked: bool, per_minute: float
) -> None:
    wait = wait_before_asking(
        age=age,
        expected=expected,
        open_jobs=open_jobs,
        to_come=to_come,
        attended=attended,
        asked=asked,
        per_minute=per_minute,
    )
    assert FIRST_ASK <= wait <= LONGEST_CROWDED < RETENTION / 2
    assert wait >= min(60.0 / per_minute, LONGEST_CROWDED)


@given(age=st.floats(0, USUAL_JOB - 60), open_jobs=st.integers(2, 5000))
def test_the_look_at_the_end_is_never_passed_over_by_much(age: float, open_jobs: int) -> None:
    while age < USUAL_JOB:
        age += wait_before_asking(age=age, expected=USUAL_JOB, open_jobs=open_jobs, attended=False, asked=True)
    assert age - USUAL_JOB <= ASK_EVERY


def test_few_jobs_are_seen_soon_after_their_end() -> None:
    waits, _ = _simulated(jobs=10)
    assert statistics.median(waits) < 30


@pytest.mark.parametrize("jobs", [300, 1000])
def test_many_jobs_are_seen_within_minutes_of_their_end(jobs: int) -> None:
    waits, longest = _simulated(jobs=jobs)
    assert statistics.median(waits) < 300
    assert max(waits) < 720
    assert longest < RETENTION / 2


@pytest.mark.parametrize(("least", "most"), [(0.9, 1.1), (0.5, 1.5), (1.8, 2.2), (0.4, 0.6), (0.01, 1.1)])
def test_as_many_jobs_as_may_be_open_are_each_seen_inside_the_hour_however_long_they_take(
    least: float, most: float
) -> None:
    waits, longest = _simulated(jobs=most_open_jobs(), least=least, most=most)
    assert max(waits) < 0.8 * RETENTION
    assert longest < 0.8 * RETENTION


def test_a_slower_account_may_have_fewer_jobs_open() -> None:
    assert most_open_jobs(12) == most_open_jobs() // 4
    assert most_open_jobs() == 1440


def test_what_another_process_has_looked_at_is_not_due_before_its_wait_is_over() -> None:
    looked = _running(looked_at=NOON, wait_seconds=600)
    assert seconds_left(looked, NOON + timedelta(seconds=100)) == 500
    assert seconds_left(looked, NOON + timedelta(seconds=600)) == 0
    assert seconds_left(looked, NOON + timedelta(seconds=100), at_most=60) == 0


def test_a_clock_that_was_set_back_an_hour_makes_nothing_wait_for_an_hour() -> None:
    looked = _running(looked_at=NOON, wait_seconds=600)
    assert seconds_left(looked, NOON - timedelta(hours=1)) == 0


def test_what_asks_nobody_and_what_a_person_named_is_due_at_once() -> None:
    looked = _running(looked_at=NOON, wait_seconds=600)
    assert seconds_left(replace(looked, state=State.COLLECTING), NOON) == 0
    assert seconds_left(replace(looked, reason="by a person's word"), NOON) == 0
    assert seconds_left(replace(looked, state=State.PLANNED), NOON) == 0
    assert seconds_left(replace(looked, state=State.PLANNED, tries=1), NOON) == 600
    assert seconds_left(replace(looked, looked_at=None), NOON) == 0


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(Lane)), max_size=30))
def test_the_queue_gives_each_key_once_and_in_each_lane_the_one_that_is_due_for_longest(
    entries: list[tuple[int, Lane]],
) -> None:
    queue = DueQueue()
    for number, (due, lane) in enumerate(entries):
        queue.put(str(number), due, lane)
    assert queue.next_due() == min((due for due, _ in entries), default=float("inf"))
    out = []
    while (found := queue.pop(9)) is not None:
        out.append(found)
    assert {key for key, _, _ in out} == {str(number) for number in range(len(entries))}
    assert len(out) == len(entries)
    for lane in Lane:
        dues = [due for _, due, of in out if of is lane]
        assert dues == sorted(dues)


def test_submits_and_questions_take_turns_and_what_asks_nobody_goes_first() -> None:
    queue = DueQueue()
    for number in range(3):
        queue.put(f"ask {number}", number, Lane.ASK)
        queue.put(f"send {number}", 0, Lane.SEND)
    queue.put("first", 5)
    queue.put("later", 11)
    out = [found[0] for _ in range(7) if (found := queue.pop(10))]
    assert out == ["first", "ask 0", "send 0", "ask 1", "send 1", "ask 2", "send 2"]
    assert queue.pop(10) is None
    assert queue.keys() == {"later"}


def test_only_the_last_time_a_key_was_put_in_counts() -> None:
    queue = DueQueue()
    queue.put("key", 1, Lane.ASK)
    queue.put("key", 5)
    assert queue.pop(4) is None
    assert queue.pop(5) == ("key", 5, Lane.FIRST)
    assert not queue


def _simulated(*, jobs: int, least: float = 0.9, most: float = 1.1) -> tuple[list[float], float]:
    """Seconds from done to seen of each job, and the longest that one was left alone; one request at a time."""
    chance = random.Random(1)
    lasts = [USUAL_JOB * chance.uniform(least, most) for _ in range(jobs)]
    queue, sent, seen = DueQueue(), dict[str, float](), dict[str, float]()
    looked: dict[str, float] = {}
    now, longest = 0.0, 0.0
    for number in range(jobs):
        queue.put(str(number), 0, Lane.SEND)
    while queue:
        now = max(now, queue.next_due())
        found = queue.pop(now)
        assert found is not None
        key, _, lane = found
        sent.setdefault(key, now)
        longest = max(longest, now - looked.get(key, now))
        looked[key] = now
        age = now - sent[key]
        if age >= lasts[int(key)]:
            seen[key] = age - lasts[int(key)]
        else:
            wait = wait_before_asking(
                age=age,
                expected=USUAL_JOB,
                open_jobs=len(sent) - len(seen),
                to_come=jobs - len(sent),
                attended=False,
                asked=lane is Lane.ASK,
            )
            queue.put(key, now + wait, Lane.ASK)
        now += SPACING
    return list(seen.values()), longest


def _running(*, looked_at: datetime, wait_seconds: float) -> Purchase:
    order = Order("empirio", "https://service", {}, 1, "series", "episode", 1, Decimal(1))
    row = Purchase(order.key, order, State.RUNNING, "permit", "job", None, None, None, None, "", NOON, NOON)
    return replace(row, looked_at=looked_at, wait_seconds=wait_seconds)
