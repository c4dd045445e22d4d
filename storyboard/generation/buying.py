"""Buying a take: one request under one permit, and whatever comes of it written down before anything else happens."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from storyboard.errors import LedgerError, NeverSentError, NotConfirmedError, OutcomeUnknownError, RefusedError
from storyboard.generation.dead_buyers import BUYER_GONE
from storyboard.generation.interrupts import held_back
from storyboard.generation.journal import JOURNAL, Entry, Journal
from storyboard.generation.purchase import State
from storyboard.generation.stopped import stopped

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.generation.lazy_provider import LazyProvider
    from storyboard.generation.ledger import Ledger
    from storyboard.generation.purchase import Purchase
    from storyboard.generation.watching import Watcher

PERMIT_AGE = 240.0
"""Seconds after which a permit is too old to send under: a laptop slept between the two. Above the longest POST."""


class Buyer:
    """Buys takes, with one provider, on one ledger.

    Args:
        folder: Where the journal lies.
        ledger: Open.
        provider: Opened when it is first needed.
        watcher: Told of each job that was accepted.
        most_open: How many jobs of the service may be under way; None is no bound.
    """

    def __init__(
        self, folder: Path, ledger: Ledger, provider: LazyProvider, watcher: Watcher, *, most_open: int | None
    ) -> None:
        self._folder = folder
        self._ledger = ledger
        self._provider = provider
        self._watcher = watcher
        self._most_open = most_open
        self._journal = Journal(folder / JOURNAL)
        self.accepted_here: set[str] = set()
        """The purchases whose job was accepted by this process."""

    def is_to_buy(self, purchase: Purchase, *, free: bool) -> bool:
        """Whether what the ledger calls planned is really to be bought; not where the journal knows a job of it.

        Args:
            purchase: Planned.
            free: Whether the provider costs nothing.

        Raises:
            LedgerError: The ledger calls it free, and it is not; or the other way round.
            NotConfirmedError: Nobody has agreed to its price.
        """
        order = purchase.order
        if order.free != free:
            raise LedgerError(
                f"The ledger calls reel {order.reel} of {order.episode} {'free' if order.free else 'paid'}, and it "
                "is not. Nothing was sent for it.",
                hint="It was not written by this program; do not render with it.",
            )
        if free:
            return True
        entry = self._journal.entry_of(purchase.key)
        if entry is not None:  # a ledger that was lost knows of no purchase; the journal beside it may
            self._ledger.found(purchase.key, entry.permit, entry.job_id, entry.poll_url)
            self._watcher.note(f"Job {entry.job_id} was found in the journal; it goes on, and is not bought again.")
            return False
        if purchase.run is None:
            raise NotConfirmedError(
                f"Reel {order.reel} of {order.episode} would have to be bought, and nobody has agreed to its price. "
                "Nothing was sent for it.",
                hint="storyboard render tells the price first.",
            )
        return True

    def buy(self, purchase: Purchase, body: dict[str, Any]) -> None:
        """Send a request, if there is a permit for it; whatever comes of it is on the disk afterwards.

        Args:
            purchase: Planned, and held by this process.
            body: What is sent.

        Raises:
            RefusedError: It certainly bought nothing.
            StillGoingError: Nobody knows whether it bought something.
            LedgerError: What came of it cannot be written down; the message names the job.
        """
        key = purchase.key
        room = self._journal.take_room()
        told = "One moment: a job is being bought, and has to be written down first."
        with held_back(lambda: self._watcher.note(told)) as interrupt:
            permit = self._ledger.take_permit(key, purchase.run, most_open=self._most_open)
            if permit is None:
                return  # another was first, took the last room or took the agreement back; the next step sees it
            permitted_at = self._ledger.now()

            def see_that_it_still_holds() -> None:
                age = (self._ledger.now() - permitted_at).total_seconds()
                if not -PERMIT_AGE < age < PERMIT_AGE or not self._ledger.still_permits(key, permit):
                    raise NeverSentError(
                        "The permit to buy it is no longer good: this machine may have slept. Nothing was sent.",
                        hint="Run the command again.",
                        retry_after=0.0,
                    )

            try:
                accepted = self._provider.submit(body, before_send=see_that_it_still_holds)
            except RefusedError as error:
                self._ledger.give_back(key, permit, error.message)
                if interrupt.came:  # or it would be sent again after a wait
                    raise KeyboardInterrupt from error
                raise
            except OutcomeUnknownError as error:
                self._ledger.uncertain(key, error.message)
                raise stopped(self._ledger.get(key), self._folder.parent) from None
            # An address that no file and no database can hold is none; the documented one serves as well.
            poll_url = accepted.poll_url if accepted.poll_url and accepted.poll_url.isascii() else None
            with suppress(OSError):  # a closed terminal must not keep the job out of the ledger
                self._watcher.accepted(purchase.order.episode, purchase.order.reel, accepted.job_id)
            self.accepted_here.add(key)
            try:
                self._journal.write(room, Entry(key, permit, accepted.job_id, poll_url))
            except LedgerError:
                with suppress(LedgerError):  # the ledger may yet hold the job; the journal's message names it
                    self._ledger.accepted(key, permit, accepted.job_id, poll_url)
                raise
            self._ledger.accepted(key, permit, accepted.job_id, poll_url)

    def recover(self, purchase: Purchase) -> None:
        """Take up what a buyer left that died, or whose outcome was unknown: the journal may know the job.

        Raises:
            StillGoingError: Nobody knows whether it bought something.
        """
        entry = self._journal.entry_of(purchase.key, purchase.permit)
        if entry is not None:
            self._ledger.accepted(purchase.key, entry.permit, entry.job_id, entry.poll_url)
            self._watcher.note(f"Job {entry.job_id} was found in the journal; it goes on.")
            return
        if purchase.state is State.BUYING:
            self._ledger.uncertain(purchase.key, BUYER_GONE)
        raise stopped(self._ledger.get(purchase.key), self._folder.parent)
