from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyboard.errors import (
    CreditsError,
    JobExpiredError,
    NeverSentError,
    OutcomeUnknownError,
    RateLimitedError,
    ServiceBusyError,
    ServiceUnreachableError,
)
from storyboard.generation.retry import (
    LONGEST_WAIT,
    SHORTEST_WAIT,
    Pause,
    patiently,
    submit_when_certain,
    wait_seconds,
)


@dataclass
class Evening:
    """A clock that only sleeping moves, and a call that fails as listed before it answers."""

    failures: list[Exception]
    now: float = 1000.0
    waits: list[float] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    calls: int = 0

    def call(self) -> str:
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return "answer"

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    def clock(self) -> float:
        return self.now

    def patiently(self, chance: float = 1.0, give_up_after: float | None = None) -> str:
        return patiently(
            self.call,
            on_wait=self.pauses.append,
            sleep=self.sleep,
            clock=self.clock,
            random=lambda: chance,
            give_up_after=give_up_after,
        )

    def submit(self, chance: float = 1.0, tries: int = 6, give_up_after: float = 900.0) -> str:
        return submit_when_certain(
            self.call,
            on_wait=self.pauses.append,
            sleep=self.sleep,
            clock=self.clock,
            random=lambda: chance,
            tries=tries,
            give_up_after=give_up_after,
        )


def silent(retry_after: float | None = None) -> ServiceUnreachableError:
    return ServiceUnreachableError("no answer", retry_after=retry_after)


def test_a_call_that_is_answered_at_once_waits_for_nothing() -> None:
    evening = Evening([])
    assert evening.patiently() == "answer"
    assert evening.waits == []


def test_the_waits_double_from_one_second_and_end_at_a_minute() -> None:
    evening = Evening([silent() for _ in range(9)])
    assert evening.patiently() == "answer"
    assert evening.waits == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0]


def test_chance_spreads_each_wait_over_its_whole_length() -> None:
    evening = Evening([silent() for _ in range(4)])
    evening.patiently(chance=0.5)
    assert evening.waits == [0.5, 1.0, 2.0, 4.0]


def test_no_wait_is_ever_cut_to_nothing() -> None:
    evening = Evening([silent(), silent(0.0), silent(-5.0)])
    evening.patiently(chance=0.0)
    assert evening.waits == [SHORTEST_WAIT] * 3


def test_what_the_service_asks_for_is_the_least_that_is_waited() -> None:
    evening = Evening([silent(30.0), silent(3600.0)])
    evening.patiently(chance=0.5)
    assert evening.waits == [30.5, 3601.0]


@given(st.integers(1, 10**9), st.none() | st.floats(0, 3600), st.floats(0, 1))
def test_every_wait_lies_between_the_floor_and_a_minute_past_what_was_asked(
    attempt: int, retry_after: float | None, chance: float
) -> None:
    seconds = wait_seconds(attempt, retry_after, lambda: chance)
    assert max(SHORTEST_WAIT, retry_after or 0.0) <= seconds <= LONGEST_WAIT + (retry_after or 0.0)


def test_patience_lasts_through_a_whole_day_without_an_answer() -> None:
    evening = Evening([silent() for _ in range(1500)])
    assert evening.patiently() == "answer"
    assert sum(evening.waits) > 24 * 3600


def test_patience_that_has_an_end_raises_the_last_error_before_the_wait_that_would_pass_it() -> None:
    last = silent()
    evening = Evening([silent(), silent(), silent(), last, silent()])
    with pytest.raises(ServiceUnreachableError) as caught:
        evening.patiently(give_up_after=10.0)
    assert caught.value is last
    assert evening.waits == [1.0, 2.0, 4.0]


def test_every_wait_is_told_before_it_begins() -> None:
    first, second = silent(), silent(12.0)
    evening = Evening([first, second])
    evening.patiently()
    assert evening.pauses == [Pause(1.0, 1, first), Pause(14.0, 2, second)]


@pytest.mark.parametrize("problem", [JobExpiredError("gone", job_id="job-1"), CreditsError("no"), ValueError("no")])
def test_what_patience_cannot_cure_is_raised_at_once(problem: Exception) -> None:
    evening = Evening([problem])
    with pytest.raises(type(problem)) as caught:
        evening.patiently()
    assert caught.value is problem
    assert evening.calls == 1


def test_a_person_can_break_off_a_wait() -> None:
    evening = Evening([silent()])

    def interrupted(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        patiently(evening.call, sleep=interrupted)
    assert evening.calls == 1


def test_a_purchase_is_tried_again_where_it_certainly_bought_nothing() -> None:
    evening = Evening(
        [
            NeverSentError("no network", retry_after=0.0),
            RateLimitedError("too many", retry_after=15.0),
            ServiceBusyError("no room", retry_after=30.0),
        ]
    )
    assert evening.submit() == "answer"
    assert evening.waits == [1.0, 17.0, 34.0]
    assert [pause.attempt for pause in evening.pauses] == [1, 2, 3]


@pytest.mark.parametrize(
    "problem",
    [
        OutcomeUnknownError("may be paid"),
        CreditsError("no credit"),
        NeverSentError("certificate", retry_after=None),
        silent(5.0),
        KeyError("a bug"),
    ],
)
def test_a_purchase_that_may_be_paid_or_would_be_refused_again_is_never_repeated(problem: Exception) -> None:
    evening = Evening([problem])
    with pytest.raises(type(problem)):
        evening.submit()
    assert evening.calls == 1
    assert evening.waits == []


def test_a_purchase_is_tried_only_so_often() -> None:
    evening = Evening([RateLimitedError("too many", retry_after=1.0) for _ in range(10)])
    with pytest.raises(RateLimitedError):
        evening.submit(tries=3)
    assert evening.calls == 3


def test_a_purchase_is_tried_only_for_so_long() -> None:
    evening = Evening([ServiceBusyError("no room", retry_after=400.0) for _ in range(10)])
    with pytest.raises(ServiceBusyError):
        evening.submit(give_up_after=900.0)
    assert evening.calls == 3
