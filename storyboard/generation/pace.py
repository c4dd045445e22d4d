"""How fast an engine may go: the gate of the account, how many jobs may be open, and when to come back to each."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from storyboard.errors import RefusedError, ServiceBusyError, ServiceUnreachableError
from storyboard.generation.durations import Durations
from storyboard.generation.gate import Gate
from storyboard.generation.load import Load
from storyboard.generation.polling import USUAL_JOB, most_open_jobs, wait_before_asking
from storyboard.generation.retry import wait_seconds

if TYPE_CHECKING:
    from storyboard.generation.clock import Clock
    from storyboard.generation.lazy_provider import LazyProvider
    from storyboard.generation.ledger import Ledger
    from storyboard.generation.purchase import Purchase
    from storyboard.generation.watching import Watcher

ASK_EVERY_FREE = 0.25
"""Seconds between questions after a job of a provider that costs nothing and bounds no requests."""


class Pace:
    """The pace at one service; a provider that bounds no requests has no gate, and room for any number of jobs.

    Args:
        ledger: Open.
        provider: Says how many requests a minute it takes.
        watcher: Told of each pause.
        clock: Tells the time and waits.
        attended: Whether a person waits.
    """

    def __init__(
        self, ledger: Ledger, provider: LazyProvider, watcher: Watcher, clock: Clock, *, attended: bool
    ) -> None:
        self._ledger = ledger
        self._watcher = watcher
        self._attended = attended
        self._per_minute = provider.requests_a_minute
        address = provider.choice.base_url
        self._durations = Durations(ledger, address, clock)
        self._load = Load(ledger, address, clock)
        self._gate = Gate(ledger, address, self._per_minute, clock.sleep) if self._per_minute else None
        self._last_pause = ""
        self.most_open = most_open_jobs(self._per_minute) if self._per_minute else None
        """How many jobs may be open at once, so that each is seen in the hour for which the service keeps it."""

    def pass_gate(self) -> None:
        """Come back when a request may be sent."""
        if self._gate is not None:
            self._gate.wait()

    def has_room(self) -> bool:
        """Whether, a moment ago, one more job could be sent; the permit looks again."""
        return self.most_open is None or self._load.lately()[0] < self.most_open

    def first_wait(self) -> float:
        """Seconds from a submit to the first question after the job."""
        return self._wait(0.0, USUAL_JOB, asked=False)

    def wait_after_asking(self, purchase: Purchase) -> float:
        """Seconds until a job that goes on is asked after again."""
        # A job that was found again, or named by a person, was accepted soon after its permit.
        begun = purchase.permit_at or purchase.accepted_at or purchase.updated_at
        age = max(0.0, (self._ledger.now() - begun).total_seconds())
        return self._wait(age, self._durations.usual(purchase.order), asked=True)

    def pause(self, error: RefusedError | ServiceUnreachableError, tries: int, retry_after: float | None) -> float:
        """Say that it is tried again, and when: in so many seconds."""
        # A model without room says nothing of the other requests: those jobs are asked after meanwhile.
        if retry_after and self._gate is not None and not isinstance(error, ServiceBusyError):
            self._gate.close_for(retry_after)
        wait = wait_seconds(tries, retry_after, random.random)
        again = f"Trying again in {int(wait) + 1} s."
        if error.message == self._last_pause and tries > 1:
            self._watcher.note(f"The same answer ({tries} times). {again}")
        else:
            self._last_pause = error.message
            self._watcher.note(f"{error.message} {again}")
        return wait

    def _wait(self, age: float, expected: float, *, asked: bool) -> float:
        if self._per_minute is None:
            return ASK_EVERY_FREE
        open_jobs, to_come = self._load.lately()
        return wait_before_asking(
            age=age,
            expected=expected,
            open_jobs=open_jobs,
            to_come=to_come,
            per_minute=self._per_minute,
            attended=self._attended,
            asked=asked,
        )
