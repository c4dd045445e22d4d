"""Waiting and asking again: freely for what is free, and for a purchase only where nothing was bought.

Exponential backoff with full jitter, as the service asks for (vendor docs, limits). tenacity drives the loop;
clock, sleep and chance can be handed in, so that a test knows every wait beforehand.
"""

from __future__ import annotations

import random as chance
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import tenacity

from storyboard.errors import RefusedError, ServiceUnreachableError, StoryboardError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

FIRST_WAIT = 1.0
"""Seconds: the upper end of the first wait; it doubles with each further one."""

LONGEST_WAIT = 60.0
"""Seconds: where the doubling ends. A longer ``retry_after`` is still honoured."""

SHORTEST_WAIT = 0.25
"""Seconds: no wait is shorter, whatever chance and the service say; a wait of none makes a storm."""

_MOST_DOUBLINGS = 16  # far past LONGEST_WAIT; keeps the power small in the hundredth hour


@dataclass(frozen=True)
class Pause:
    """One wait that is about to begin.

    Attributes:
        seconds: How long.
        attempt: How many calls have failed so far, from 1.
        error: What the last one said.
    """

    seconds: float
    attempt: int
    error: StoryboardError


def wait_seconds(attempt: int, retry_after: float | None, random: Callable[[], float]) -> float:
    """How long to wait after the ``attempt``-th failure: full jitter, on top of what the service asks for.

    Args:
        attempt: From 1.
        retry_after: The least wait the service named, in seconds, or None.
        random: Gives 0.0 to 1.0.
    """
    window = min(FIRST_WAIT * 2.0 ** min(attempt - 1, _MOST_DOUBLINGS), LONGEST_WAIT)
    return max((retry_after or 0.0) + random() * window, SHORTEST_WAIT)


def patiently(
    call: Callable[[], T],
    *,
    on_wait: Callable[[Pause], None] = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
    random: Callable[[], float] = chance.random,
    give_up_after: float | None = None,
) -> T:
    """Repeat a call that costs nothing until the service answers it, for hours if need be.

    Args:
        call: A poll, or the catalogue: anything that may be repeated. Never a submit.
        on_wait: Told of every wait as it begins.
        sleep: Waits that many seconds.
        clock: Seconds, rising.
        random: Gives 0.0 to 1.0.
        give_up_after: Seconds after which no further wait begins; None never gives up.

    Raises:
        ServiceUnreachableError: The last one, where ``give_up_after`` would be passed by the next wait.
        StoryboardError: Whatever else ``call`` raises, at once.
    """

    def lasts_too_long(waited: float) -> bool:
        return give_up_after is not None and waited > give_up_after

    return _again(
        call,
        is_worth_it=lambda problem: isinstance(problem, ServiceUnreachableError),
        is_over=lambda _, waited: lasts_too_long(waited),
        on_wait=on_wait,
        sleep=sleep,
        clock=clock,
        random=random,
    )


def submit_when_certain(
    call: Callable[[], T],
    *,
    on_wait: Callable[[Pause], None] = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
    random: Callable[[], float] = chance.random,
    tries: int = 6,
    give_up_after: float = 900.0,
) -> T:
    """Repeat a purchase, only where the last try certainly bought nothing and the service may yet take it.

    That is a ``RefusedError`` that names a wait: never sent, too many requests, no room for the model. What
    may be paid, and what would be refused again, is raised at once.

    Args:
        call: One whole try: take the permit, submit, record.
        on_wait: Told of every wait as it begins.
        sleep: Waits that many seconds.
        clock: Seconds, rising.
        random: Gives 0.0 to 1.0.
        tries: How often ``call`` is called at most.
        give_up_after: Seconds after which no further wait begins.

    Raises:
        StoryboardError: The last thing ``call`` raised.
    """
    return _again(
        call,
        is_worth_it=lambda problem: isinstance(problem, RefusedError) and problem.retry_after is not None,
        is_over=lambda attempt, waited: attempt >= tries or waited > give_up_after,
        on_wait=on_wait,
        sleep=sleep,
        clock=clock,
        random=random,
    )


def _again(
    call: Callable[[], T],
    *,
    is_worth_it: Callable[[BaseException], bool],
    is_over: Callable[[int, float], bool],
    on_wait: Callable[[Pause], None],
    sleep: Callable[[float], None],
    clock: Callable[[], float],
    random: Callable[[], float],
) -> T:
    started = clock()

    def wait(state: tenacity.RetryCallState) -> float:
        return wait_seconds(state.attempt_number, getattr(_problem(state), "retry_after", None), random)

    def stop(state: tenacity.RetryCallState) -> bool:
        return is_over(state.attempt_number, clock() - started + state.upcoming_sleep)

    def tell(state: tenacity.RetryCallState) -> None:
        on_wait(Pause(state.upcoming_sleep, state.attempt_number, _problem(state)))

    loop = tenacity.Retrying(
        sleep=sleep,
        wait=wait,
        stop=stop,
        retry=tenacity.retry_if_exception(is_worth_it),
        before_sleep=tell,
        reraise=True,
    )
    return loop(call)


def _problem(state: tenacity.RetryCallState) -> StoryboardError:
    problem = state.outcome.exception() if state.outcome else None
    if not isinstance(problem, StoryboardError):
        raise TypeError("a wait belongs to an error of ours")
    return problem
