"""What a worker does with a purchase: one step of the engine, and what is to be looked at next, and when.

Nothing here knows of a queue. When a purchase is due is written into its row by whoever worked on it last, so that a
queue can be filled anew from the ledger alone.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from storyboard.errors import LedgerError, OutcomeUnknownError, StoryboardError
from storyboard.generation.dead_buyers import me
from storyboard.generation.holder import Holder
from storyboard.generation.journal import JOURNAL, Journal
from storyboard.generation.purchase import OPEN, State
from storyboard.generation.state_folder import usable
from storyboard.generation.stopped import stopped
from storyboard.profile import SVI_2_0_PRO
from storyboard.team.due import SWEEP_EVERY, Due, seconds_until_due
from storyboard.team.engines import Engines
from storyboard.team.rests import AFTER_DEFECT, AFTER_OUTAGE, rest_after
from storyboard.team.telling import Lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from storyboard.generation.lazy_provider import LazyProvider
    from storyboard.generation.ledger import Ledger
    from storyboard.generation.purchase import Purchase
    from storyboard.profile import ModelProfile

_TOO_EARLY = 1.0  # seconds; machines do not agree on the time to a hair


class Desk:
    """Works on purchases of one provider, from several threads.

    Args:
        ledger: Open, and shared with everybody.
        provider: Whose purchases are worked on; others' are left to workers of their own, because the key goes to
            the address that a worker was given and to no other.
        state: This machine's own folder for the journal, first frames, parts and takes.
        tell: Prints a line.
        store: The shared store; None for the one that the purchase's own run names.
        profile: The model's figures.
    """

    def __init__(
        self,
        ledger: Ledger,
        provider: LazyProvider,
        state: Path,
        tell: Callable[[str], None],
        *,
        store: str | None = None,
        profile: ModelProfile = SVI_2_0_PRO,
    ) -> None:
        self.lines = Lines(tell)
        self._ledger = ledger
        self._provider = provider
        self._state = state
        self._engines = Engines(ledger, provider, state, self.lines, store=store, profile=profile)
        self._lock = threading.Lock()
        self._strangers: set[tuple[str, str]] = set()
        self._busy: set[str] = set()

    def stop(self) -> None:
        """End every wait and every download; a request under way is waited for, and its answer written down."""
        self._engines.stop()

    def now(self) -> datetime:
        """The moment, as all machines on this ledger agree on it."""
        return self._ledger.now()

    def advance(self, key: str) -> list[Due]:
        """Work on a purchase for one step; never raises for what went wrong with it, but tells.

        Returns:
            What is to be looked at next: mostly itself.
        """
        if self._engines.stopping.is_set():
            return [(key, 0.0)]  # another worker's
        try:
            return self._advance(key)
        except LedgerError as error:  # the database is away: the ledger cannot even be told to wait
            self.lines.tell(f"{error.message} {error.hint}")
            return [(key, AFTER_OUTAGE)]

    def _advance(self, key: str) -> list[Due]:
        purchase = self._ledger.find(key)
        if purchase is None or not self._can_go_on(purchase):
            return []
        early = self._seconds_until_due(purchase, self._ledger.now())
        if early > _TOO_EARLY:  # it was queued twice, and what came first has said when to come back
            return [(key, early)] if early < SWEEP_EVERY else []
        try:
            with self._busy_with(key), usable(self._state):
                after = self._engines.of(purchase).advance(key)
        except KeyboardInterrupt:
            return [(key, 0.0)]
        except StoryboardError as error:
            self._tell_error(purchase, error)
            self._rest(key, rest_after(error))
            return []
        except Exception as error:  # noqa: BLE001  one purchase must not end the work on all others
            self.lines.error(purchase, f"a defect of this program: {type(error).__name__}: {error}")
            self._rest(key, AFTER_DEFECT)
            return []
        if after is not None:
            return [(key, after)]
        self.lines.home(purchase)
        return [(each.key, 0.0) for each in self._ledger.open_purchases() if each.order.after == key]

    def sweep(self) -> list[Due]:
        """What is due before the next sweep, by the ledger alone."""
        now = self._ledger.now()
        open_ = {purchase.key: purchase for purchase in self._ledger.open_purchases()}
        return [
            (purchase.key, seconds)
            for purchase in open_.values()
            if self._is_ours(purchase)
            and (purchase.order.after not in open_ or purchase.state is not State.PLANNED)
            and (seconds := self._seconds_until_due(purchase, now)) < SWEEP_EVERY
            and self._can_go_on(purchase)
        ]

    def recover(self) -> None:
        """Land what this machine's journal knows and the ledger does not: a worker that died here had bought it."""
        known = {(entry.key, entry.permit) for entry in Journal(self._state / JOURNAL).entries()}
        if not known:
            return
        for purchase in self._ledger.all():
            lost = purchase.state in {State.BUYING, State.UNKNOWN} and (purchase.key, purchase.permit) in known
            if lost and self._is_ours(purchase):
                try:
                    self._engines.of(purchase).advance(purchase.key)
                except StoryboardError as error:
                    self._tell_error(purchase, error)

    def _can_go_on(self, purchase: Purchase) -> bool:
        """Whether a step may bring it further: it is open, and the reel that it goes on from is home."""
        if not self._is_ours(purchase):
            return False
        if purchase.state is not State.PLANNED:
            return purchase.state in OPEN
        if purchase.run is None:
            return False
        before = self._ledger.find(purchase.order.after) if purchase.order.after else None
        return purchase.order.after is None or (before is not None and before.state is State.DONE)

    def _is_ours(self, purchase: Purchase) -> bool:
        choice, order = self._provider.choice, purchase.order
        if (order.provider, order.base_url) == (choice.name, choice.base_url):
            return True
        with self._lock:
            new = (order.provider, order.base_url) not in self._strangers
            self._strangers.add((order.provider, order.base_url))
        if new:
            self.lines.tell(
                f"Purchases at {order.provider}, {order.base_url} are left alone: this worker is for "
                f"{choice.name}, {choice.base_url}. A worker for them: storyboard worker --provider "
                f"{order.provider} --base-url {order.base_url}"
            )
        return False

    @contextmanager
    def _busy_with(self, key: str) -> Iterator[None]:
        self._busy.add(key)
        try:
            yield
        finally:
            self._busy.discard(key)

    def _seconds_until_due(self, purchase: Purchase, now: datetime) -> float:
        """As the row says; but a hold of this worker that it could not end while the database was away is none."""
        left_behind = purchase.holder is not None and purchase.holder.startswith(f"{Holder.mine()}#")
        if left_behind and purchase.key not in self._busy:
            purchase = replace(purchase, holder=None)
        return seconds_until_due(purchase, now)

    def _rest(self, key: str, seconds: float) -> None:
        """Let nobody look at it for so long, whatever becomes of this worker and of the queue."""
        mine = me()
        for purchase in self._open(key):
            if self._ledger.hold(key, mine):
                self._ledger.let_go(key, mine, wait=seconds, tries=purchase.tries)

    def _open(self, key: str) -> Iterator[Purchase]:
        found = self._ledger.find(key)
        if found is not None and (found.state in OPEN or found.state is State.PLANNED):
            yield found

    def _tell_error(self, purchase: Purchase, error: StoryboardError) -> None:
        if isinstance(error, OutcomeUnknownError):  # the person settles it where the ledger is named, not here
            error = stopped(self._ledger.get(purchase.key), Path.cwd())
        self.lines.error(purchase, f"{error.message} {error.hint}".rstrip())
