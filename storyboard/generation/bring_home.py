"""A loop over purchases until each take is home: the engine's steps, each when it is due.

The service is asked from one thread, because the account's requests are bounded anyway; clips are fetched and checked
in others meanwhile. What is due is told by the ledger's row, not by this process alone: others may have looked.
"""

from __future__ import annotations

import math
import queue
import threading
from typing import TYPE_CHECKING, Protocol

from storyboard.errors import StoryboardError, WaitsForReelError
from storyboard.generation.due import DueQueue, Lane
from storyboard.generation.engine import LOOK_AGAIN, WAIT_FOR_ROOM
from storyboard.generation.polling import seconds_left
from storyboard.generation.purchase import Purchase, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from storyboard.generation.clock import Clock
    from storyboard.generation.ledger import Ledger

COLLECTORS = 2
"""How many clips are fetched and checked at once."""
WAIT_FOR_CHAIN = 120.0
"""Seconds after which to look again at a reel that goes on from one which is itself not sent yet."""
_CROWDED = 0.2  # seconds until to look again whether a collector is free
_LONGEST_REST = 3600.0  # seconds in one wait; systems bound how long one may be
_FAREWELL = 3.0  # seconds given to what is being fetched, to end after an interrupt
_LANES = {State.PLANNED: Lane.SEND, State.RUNNING: Lane.ASK}


class Mover(Protocol):
    """What moves purchases on: an engine, or several behind one door.

    Attributes:
        clock: Tells the time and waits.
        stop: Set where what is under way shall end soon.
    """

    clock: Clock
    stop: threading.Event

    def advance(self, key: str) -> float | None:
        """Move a purchase by one step; see ``Engine.advance``."""

    def give_up_free(self, key: str) -> None:
        """Put a job back that ends with this process; see ``Engine.give_up_free``."""


class HomeBringer:
    """Brings purchases home with one engine.

    Args:
        engine: Moves one purchase by one step.
        ledger: The engine's.
        on_home: Called with the key of each take that is home.
        on_problem: Called with what stopped a purchase; says after how many seconds it is tried again, or None
            where it is left.
        collectors: How many clips are fetched at once beside the asking; 0 fetches them in between.
    """

    def __init__(
        self,
        engine: Mover,
        ledger: Ledger,
        *,
        on_home: Callable[[str], None] = lambda _: None,
        on_problem: Callable[[str, StoryboardError], float | None] = lambda *_: None,
        collectors: int = COLLECTORS,
    ) -> None:
        self._engine = engine
        self._ledger = ledger
        self._on_home = on_home
        self._on_problem = on_problem
        self._collectors = collectors
        self._due = DueQueue()
        self._waits: dict[str, float] = {}
        self._followers: dict[str, set[str]] = {}
        self._no_room_until = -math.inf
        self._fetched: queue.Queue[tuple[str, float | BaseException | None]] = queue.Queue()
        self._fetching: dict[str, threading.Thread] = {}
        self.problems: dict[str, StoryboardError] = {}

    def run(self, keys: Iterable[str], *, only_submit: bool = False) -> dict[str, StoryboardError]:
        """Work until every take is home, or cannot come.

        Args:
            keys: The purchases, those that others go on from first.
            only_submit: Come back as soon as all is sent that can be sent now.

        Returns:
            What stopped those that did not come home.
        """
        keys = list(keys)
        for key in keys:
            self._put(key, 0.0)
        try:
            while self._due or self._fetching:
                self._take_in_fetched()
                self._one_step(only_submit)
        except KeyboardInterrupt:
            self.end(keys)
            raise
        return self.problems

    def add(self, key: str, seconds: float = 0.0) -> None:
        """Begin to work on one more, or again on one that was stopped, after so many seconds."""
        self.problems.pop(key, None)
        self._put(key, seconds)

    def works_on(self) -> set[str]:
        """The keys of what it works on."""
        return self._due.keys() | set(self._fetching)

    def turn(self, longest: float) -> None:
        """Do one thing, or rest so many seconds at most until there is one to do."""
        self._take_in_fetched()
        self._one_step(False, longest)

    def _one_step(self, only_submit: bool, longest: float = math.inf) -> None:
        now = self._engine.clock.ticks()
        found = self._due.pop(now)
        if found is None:
            self._rest(min(self._due.next_due() - now, longest, _LONGEST_REST))
            return
        key, due, lane = found
        try:
            purchase = self._ledger.get(key)
            if only_submit and not self._can_be_sent(purchase):
                return
            self._see_that_the_one_before_comes(purchase)
            if (wait := self._not_yet(purchase)) > 0:
                self._put(key, wait)
            elif lane is not _LANES.get(purchase.state, Lane.FIRST):
                self._due.put(key, due, _LANES.get(purchase.state, Lane.FIRST))
            elif self._collectors and purchase.state is State.COLLECTING:
                self._fetch(key)
            else:
                result = self._engine.advance(key)
                no_room = result == WAIT_FOR_ROOM and purchase.state is State.PLANNED
                if no_room:
                    self._no_room_until = self._engine.clock.ticks() + WAIT_FOR_ROOM
                sent = only_submit and (no_room or not self._can_be_sent(self._ledger.get(key)))
                if result is None or not sent:
                    self._came(key, result)
        except StoryboardError as error:
            self._came(key, error)

    def _see_that_the_one_before_comes(self, purchase: Purchase) -> None:
        """See that a reel does not wait for one that was given up here: nobody would ever say so.

        Raises:
            WaitsForReelError: It does.
        """
        after = purchase.order.after
        if purchase.state is not State.PLANNED or after not in self.problems or after in self._due:
            return
        before = self._ledger.get(after)
        if before.state is not State.DONE:
            raise WaitsForReelError(
                f"Reel {purchase.order.reel} of {purchase.order.episode} goes on from reel {before.order.reel}, "
                "which did not come home. Nothing was sent for it.",
                hint="See what is told of that reel; then render again.",
            )

    def _not_yet(self, purchase: Purchase) -> float:
        """Seconds for which there is nothing to do for a purchase, as far as the ledger knows."""
        known = self._waits.get(purchase.key)
        if known is None and not self._due and not self._fetching:
            return 0.0  # somebody may have come to see how this one goes
        left = seconds_left(purchase, self._ledger.now(), at_most=math.inf if known is None else known)
        if purchase.state is not State.PLANNED:
            return left
        no_room = self._no_room_until - self._engine.clock.ticks()
        return max(left, no_room, self._behind(purchase))

    def _behind(self, purchase: Purchase) -> float:
        """Seconds until to look whether the reel is home from which another one goes on; 0.0 where it matters not."""
        after = purchase.order.after
        before = self._ledger.find(after) if after is not None else None
        if before is None or before.is_stuck:
            return 0.0
        match before.state:
            case State.PLANNED if before.run is not None:
                wait = WAIT_FOR_CHAIN
            case State.RUNNING:
                wait = max(seconds_left(before, self._ledger.now()), LOOK_AGAIN)
            case State.BUYING | State.COLLECTING:
                wait = LOOK_AGAIN
            case _:
                return 0.0
        self._followers.setdefault(before.key, set()).add(purchase.key)
        return wait

    def _can_be_sent(self, purchase: Purchase) -> bool:
        if purchase.state not in {State.PLANNED, State.BUYING}:
            return False
        return purchase.order.after is None or self._ledger.get(purchase.order.after).state is State.DONE

    def _fetch(self, key: str) -> None:
        if len(self._fetching) >= self._collectors:
            self._put(key, _CROWDED)
            return

        def work() -> None:
            try:
                self._fetched.put((key, self._engine.advance(key)))
            except BaseException as error:  # noqa: BLE001  it is raised again in the main thread
                self._fetched.put((key, error))

        # A daemon: what is fetched is never lost by an end of the program, and may stall for minutes.
        thread = threading.Thread(target=work, name=f"fetch {key[:8]}", daemon=True)
        self._fetching[key] = thread
        thread.start()

    def _rest(self, seconds: float) -> None:
        if not self._fetching:
            self._engine.clock.sleep(seconds)
            return
        try:
            self._take_in(*self._fetched.get(timeout=min(seconds, 1.0)))
        except queue.Empty:
            return

    def _take_in_fetched(self) -> None:
        while not self._fetched.empty():
            self._take_in(*self._fetched.get())

    def _take_in(self, key: str, result: float | BaseException | None) -> None:
        self._fetching.pop(key).join()
        if isinstance(result, BaseException) and not isinstance(result, StoryboardError):
            raise result
        self._came(key, result)

    def _came(self, key: str, result: float | StoryboardError | None) -> None:
        if result is None or isinstance(result, StoryboardError):
            for follower in self._followers.pop(key, set()) & self._due.keys():
                self._put(follower, 0.0)
        if isinstance(result, StoryboardError):
            again = self._on_problem(key, result)
            if again is None:
                self.problems[key] = result
            else:
                self._put(key, again)
        elif result is None:
            try:
                self._on_home(key)
            except StoryboardError as error:  # what is made of a take must not keep the others from coming home
                self.problems[key] = error
        else:
            # Where another process works on it, that one says when it is due.
            self._waits[key] = math.inf if result == LOOK_AGAIN else result
            self._put(key, result)

    def _put(self, key: str, seconds: float) -> None:
        self._due.put(key, self._engine.clock.ticks() + seconds)

    def end(self, keys: Iterable[str] = ()) -> None:
        """End soon after an interrupt: what is being fetched goes on from where it was at the next start.

        Args:
            keys: What is put back where it ends with this process.
        """
        self._engine.stop.set()
        for thread in self._fetching.values():
            thread.join(_FAREWELL)
        for key in keys:
            self._engine.give_up_free(key)
