"""Going on with everything open of a project, for as long as it is let: what ``storyboard jobs watch`` does.

Nothing relies on it: what it does is one engine's steps, and any other process does the same ones.
"""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from storyboard.calm import Calm
from storyboard.errors import (
    CreditsError,
    DownloadError,
    KeyMissingError,
    KeyRejectedError,
    LedgerError,
    NeverSentError,
    OutcomeUnknownError,
    RateLimitedError,
    ServiceBusyError,
    StillGoingError,
    StoryboardError,
    WaitsForReelError,
)
from storyboard.generation.bring_home import HomeBringer
from storyboard.generation.holder import Holder
from storyboard.generation.purchase import Purchase, State
from storyboard.generation.state_folder import usable
from storyboard.generation.watching import Step
from storyboard.open_jobs import OpenJobs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from storyboard.generation.clock import Clock
    from storyboard.generation.watching import Watcher
    from storyboard.project import Project

LOOK_EVERY = 15.0
"""Seconds between two looks at what is open: another process may have sent a job, a person may have said a word."""
FIRST_WAIT = 30.0
"""Seconds after which what is only going on is tried again; it doubles with each further time."""
LONGEST_WAIT = 600.0
"""Seconds after which it is tried again at the latest: six times in the hour for which a finished job is known."""
_AGAIN = (StillGoingError, KeyMissingError, KeyRejectedError, CreditsError, RateLimitedError, ServiceBusyError)
_A_PERSON_DECIDES = (OutcomeUnknownError, WaitsForReelError)
_SIGNALS = ("SIGTERM", "SIGHUP")

_Stamp = tuple["datetime", "datetime | None"]


class JobWatch:
    """Goes on with everything open of a project; use ``with``.

    Args:
        project: Where.
        watcher: Told how it goes.
        addresses: Of services, as the person named them now; see ``Engines``.
        clock: Tells the time and waits.

    Raises:
        UsageError: There is no ledger yet.
        LedgerError: It cannot be used.
    """

    def __init__(
        self, project: Project, watcher: Watcher, *, addresses: tuple[str, ...] = (), clock: Clock | None = None
    ) -> None:
        self._calm = Calm(watcher)
        self._jobs = OpenJobs(project, self._calm, addresses=addresses, clock=clock, attended=False)
        self._ledger = self._jobs.ledger
        self.clock = self._jobs.engines.clock
        self.stop = self._jobs.engines.stop
        self._tries: dict[str, int] = {}
        self._said: dict[str, str] = {}
        self._left: dict[str, _Stamp] = {}
        self._news = True
        self._looks = 0

    def __enter__(self) -> JobWatch:
        return self

    def __exit__(self, *exception: Any) -> None:
        self._jobs.__exit__(*exception)

    def open(self) -> list[Purchase]:
        """What is open here now."""
        return [purchase for purchase in self._jobs.open() if self._is_for_us(purchase)]

    def require_keys(self) -> None:
        """See that what is open has the key that it needs.

        Raises:
            KeyMissingError: It has not.
        """
        services = {(each.order.provider, each.order.base_url): each.order for each in self.open()}
        for order in services.values():
            try:
                self._jobs.engines.require_key(order)
            except KeyMissingError:
                raise
            except StoryboardError:  # told of each job, while the others go on
                continue

    def run(self) -> None:
        """Go on until it is interrupted.

        Raises:
            KeyboardInterrupt: It was. Nothing is lost; what was being fetched goes on from there.
        """
        bringer = HomeBringer(self, self._ledger, on_home=self._came_home, on_problem=self._problem)
        with usable(self._jobs.project.state), _ended_by_signals():
            try:
                while True:
                    self._look(bringer)
                    until = self.clock.ticks() + LOOK_EVERY
                    while not self._news and (left := until - self.clock.ticks()) > 0:
                        bringer.turn(left)
            except KeyboardInterrupt:
                bringer.end(bringer.works_on())
                raise

    def advance(self, key: str) -> float | None:
        """Move a purchase by one step; see ``OpenJobs.advance``."""
        wait = self._jobs.advance(key)
        self._tries.pop(key, None)
        return wait

    def give_up_free(self, key: str) -> None:
        """Put a job back that ends with this process."""
        self._jobs.engines.give_up_free(key)

    def _look(self, bringer: HomeBringer) -> None:
        """Take up what is new, and finish the runs that are complete."""
        try:
            works_on = bringer.works_on()
            for purchase in self.open():
                if purchase.key not in works_on and self._left.get(purchase.key) != self._stamp(purchase):
                    bringer.add(purchase.key)
            if self._news or self._looks % 8 == 0:
                self._jobs.finisher.look(self._left)
            self._looks += 1
            self._news = False
        except LedgerError as error:  # a database server that restarts
            self._news = False
            self._calm.tell_once(f"{error.message} It is tried again.")

    def _is_for_us(self, purchase: Purchase) -> bool:
        """What was agreed to on another machine is sent from there: its first frames lie there."""
        if purchase.state is not State.PLANNED or purchase.run is None or purchase.order.free:
            return True
        run = self._ledger.run(purchase.run)
        return run is not None and run.host == Holder.mine().host

    def _stamp(self, purchase: Purchase) -> _Stamp:
        """When it, or what it waits for, last moved: as long as that is the same, a person has said nothing."""
        before = self._ledger.find(purchase.order.after) if purchase.order.after else None
        return purchase.updated_at, before.updated_at if before else None

    def _came_home(self, key: str) -> None:
        order = self._ledger.get(key).order
        self._tries.pop(key, None)
        self._said.pop(key, None)
        self._news = True
        self._calm.step(Step(order.episode, order.reel, "home"))

    def _problem(self, key: str, error: StoryboardError) -> float | None:
        """Tell what stopped a purchase, if it is news; and say when it is tried again."""
        try:
            again = self._is_tried_again(key, error)
        except LedgerError:
            again = True
        told = f"{error.message} It is tried again." if again else f"{error.message} {error.hint}".rstrip()
        if self._said.get(key) != told:
            self._said[key] = told
            self._calm.tell_once(told, trouble=again)
        if not again:
            self._left[key] = self._stamp(self._ledger.get(key))
            self._news = True
            return None
        self._tries[key] = self._tries.get(key, 0) + 1
        wanted = min(FIRST_WAIT * 2.0 ** min(self._tries[key] - 1, 10), LONGEST_WAIT)
        return max(wanted, getattr(error, "retry_after", None) or 0.0)

    def _is_tried_again(self, key: str, error: StoryboardError) -> bool:
        if isinstance(error, _A_PERSON_DECIDES):
            return False
        if isinstance(error, DownloadError):
            return not self._ledger.get(key).is_stuck
        return isinstance(error, (*_AGAIN, NeverSentError))


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Have a service manager's stop end it as Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(_number: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    before = {number: signal.signal(number, end) for number in numbers if signal.getsignal(number) != signal.SIG_IGN}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
