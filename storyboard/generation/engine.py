"""The engine: brings one purchase from an order to a checked take, one step at a time.

Whatever dies, whenever: started again, it goes on from what the ledger says. What certainly bought nothing is
sent again; what is uncertain never is.
"""

from __future__ import annotations

import math
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from storyboard.errors import (
    BusyElsewhereError,
    JobExpiredError,
    KeyRejectedError,
    LedgerError,
    NotConfirmedError,
    OutcomeUnknownError,
    RefusedError,
    StillGoingError,
)
from storyboard.generation.answers import Phase
from storyboard.generation.collecting import Collector
from storyboard.generation.interrupts import held_back
from storyboard.generation.journal import JOURNAL, Entry, Journal
from storyboard.generation.outlook import another, current
from storyboard.generation.purchase import Order, Purchase, State
from storyboard.generation.retry import Pause, patiently, submit_when_certain
from storyboard.generation.stopped import stopped
from storyboard.generation.take import same_bytes, take_of
from storyboard.generation.wanted import Had, Wanted
from storyboard.generation.watching import Step, Watcher
from storyboard.profile import SVI_2_0_PRO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from storyboard.generation.ledger import Ledger
    from storyboard.generation.provider import Provider
    from storyboard.profile import ModelProfile

FIRST_ASK = 1.0
"""Seconds from a submit to the first question after the job."""
ASK_EVERY = 5.0
"""Seconds between questions while a person waits."""
ASK_EVERY_FREE = 0.25
"""Likewise for the sandbox, which has no limit of requests."""
PATIENCE_WITHOUT_CLIP = 600.0
"""Seconds to go on asking after a job that is called done and names no clip."""


BUYER_GONE = "The program that was buying it is gone. It may be paid, and will not be sent again by itself."
"""Why a purchase is unknown whose buyer died."""


def purchase_lock(folder: Path, key: str) -> FileLock:
    """The lock of whoever works on a purchase; taking it raises ``filelock.Timeout`` while somebody does."""
    return FileLock(folder / "locks" / f"{key[:16]}.lock", timeout=0)


class Engine:
    """Renders reels with one provider, on one ledger.

    Args:
        folder: Where the ledger's files, locks and takes lie.
        ledger: Open.
        provider: Opened when it is first needed.
        watcher: Told how it goes.
        profile: The model's figures.
        sleep: Waits that many seconds.
        clock: Seconds, rising.
    """

    def __init__(
        self,
        folder: Path,
        ledger: Ledger,
        provider: Provider,
        watcher: Watcher,
        *,
        profile: ModelProfile = SVI_2_0_PRO,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._ledger = ledger
        self._provider = provider
        self._watcher = watcher
        self._profile = profile
        self._sleep = sleep
        self._clock = clock
        for name in ("locks", "parts", "takes"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        self._journal = Journal(folder / JOURNAL)
        self._last_pause = ""
        self._collector = Collector(folder, ledger, provider, watcher, profile, sleep)

    def have(self, wanted: Wanted) -> Had:
        """The reel's take: the one that is there, the one that is under way, or a new one.

        Raises:
            RefusedError: Nothing was spent.
            JobFailedError: Accepted, then failed; or the clip is not what was ordered.
            StillGoingError: It goes on, or nobody knows; run again.
        """
        free = self._provider.choice.free
        order = (another if wanted.another else current)(self._ledger, wanted.order)
        with self._alone(order):
            purchase = self._ledger.plan(order)
            if free and purchase.state not in {State.PLANNED, State.DONE}:
                self._ledger.start_over(order.key, "a sandbox job ends with its process, and is free")
                purchase = self._ledger.plan(order)
            elif purchase.state is State.PLANNED:
                purchase = self._found_again(purchase)
            try:
                return self._bring_home(purchase, wanted)
            except KeyboardInterrupt:
                if free and self._ledger.plan(order).state is not State.DONE:
                    self._ledger.start_over(order.key, "stopped; a sandbox job ends with its process, and is free")
                raise

    def _bring_home(self, purchase: Purchase, wanted: Wanted) -> Had:
        reused = purchase.state is State.DONE
        while True:
            if purchase.state is State.DONE:
                if self._is_home(purchase):
                    return Had(take_of(purchase, self._folder), purchase, reused)
                reused = False
            self._advance(purchase, wanted)
            purchase = self._ledger.plan(purchase.order)

    @contextmanager
    def _alone(self, order: Order) -> Iterator[None]:
        """One process at a time works on a purchase; the system frees the lock of one that died."""
        try:
            with purchase_lock(self._folder, order.key):
                yield
        except Timeout:
            raise BusyElsewhereError(
                f"Another process is rendering reel {order.reel} of {order.episode} right now.",
                hint="Let it finish; then run this again, and it is there.",
            ) from None

    def _advance(self, purchase: Purchase, wanted: Wanted) -> None:
        """Move a purchase by one step."""
        match purchase.state:
            case State.PLANNED:
                self._buy(purchase, wanted)
            case State.BUYING | State.UNKNOWN:
                self._recover(purchase)
            case State.RUNNING:
                self._wait_for(purchase, wanted)
            case State.COLLECTING:
                self._collector.collect(purchase, wanted)
            case State.DONE:
                self._fetch_again(purchase)
            case State.FAILED | State.EXPIRED | State.ABANDONED:
                raise stopped(purchase, self._folder.parent)

    def _buy(self, purchase: Purchase, wanted: Wanted) -> None:
        if not wanted.may_buy:
            raise NotConfirmedError(
                f"Reel {purchase.order.reel} of {purchase.order.episode} would have to be bought now, and its price "
                "was not told: a clip or a picture that it starts from has changed since. Nothing was sent for it.",
                hint="Run the same command again: it tells the price first.",
            )
        client, body = self._provider.client, wanted.body()
        self._step(purchase, wanted, "submitting")
        submit_when_certain(
            lambda: self._buy_once(purchase, lambda: client.submit(body)),
            on_wait=self._tell_pause,
            sleep=self._sleep,
            clock=self._clock,
        )

    def _buy_once(self, purchase: Purchase, submit: Callable[[], Any]) -> None:
        """One request under one permit; whatever comes of it is on the disk before anything else happens."""
        room = self._journal.take_room()
        told = "One moment: a job is being bought, and has to be written down first."
        with held_back(lambda: self._note(told)) as interrupt:
            permit = self._ledger.take_permit(purchase.key)
            if permit is None:
                raise BusyElsewhereError(
                    f"Another process is buying reel {purchase.order.reel} of {purchase.order.episode} right now.",
                    hint="Let it finish, then run this again.",
                )
            try:
                accepted = submit()
            except RefusedError as error:
                self._ledger.give_back(purchase.key, permit, error.message)
                if interrupt.came:  # or it would be sent again after a wait
                    raise KeyboardInterrupt from error
                raise
            except OutcomeUnknownError as error:
                self._ledger.uncertain(purchase.key, error.message)
                raise stopped(self._ledger.plan(purchase.order), self._folder.parent) from None
            # An address that no file and no database can hold is none; the documented one serves as well.
            poll_url = accepted.poll_url if accepted.poll_url and accepted.poll_url.isascii() else None
            with suppress(OSError):  # a closed terminal must not keep the job out of the ledger
                self._watcher.accepted(purchase.order.reel, accepted.job_id)
            try:
                self._journal.write(room, Entry(purchase.key, permit, accepted.job_id, poll_url))
            except LedgerError:
                with suppress(LedgerError):  # the ledger may yet hold the job; the journal's message names it
                    self._ledger.accepted(purchase.key, permit, accepted.job_id, poll_url)
                raise
            self._ledger.accepted(purchase.key, permit, accepted.job_id, poll_url)

    def _found_again(self, purchase: Purchase) -> Purchase:
        """A ledger that was lost knows of no purchase; the journal beside it may."""
        entry = None if self._provider.choice.free else self._journal.entry_of(purchase.key)
        if entry is not None:
            self._ledger.found(purchase.key, entry.permit, entry.job_id, entry.poll_url)
            self._note(f"Job {entry.job_id} was found in the journal; it goes on, and is not bought again.")
        return self._ledger.plan(purchase.order)

    def _recover(self, purchase: Purchase) -> None:
        """A buyer died, or its outcome was unknown: the journal may know the job, and nobody else does."""
        entry = self._journal.entry_of(purchase.key, purchase.permit)
        if entry is not None:
            self._ledger.accepted(purchase.key, entry.permit, entry.job_id, entry.poll_url)
            self._note(f"Job {entry.job_id} was found in the journal; it goes on.")
            return
        if purchase.state is State.BUYING:
            self._ledger.uncertain(purchase.key, BUYER_GONE)
            return
        raise stopped(purchase, self._folder.parent)

    def _wait_for(self, purchase: Purchase, wanted: Wanted) -> None:
        """Ask after a job until it is done, for hours if need be."""
        client, job_id = self._provider.client, purchase.job_id or ""
        every = ASK_EVERY_FREE if self._provider.choice.free else ASK_EVERY
        self._sleep(min(FIRST_ASK, every))
        without_clip_since: float | None = None
        unconfirmed = bool(purchase.reason)  # a person named this job, and may have mistyped it
        while True:
            try:
                status = patiently(
                    lambda: client.job(job_id, purchase.poll_url),
                    on_wait=self._tell_pause,
                    sleep=self._sleep,
                    clock=self._clock,
                )
            except JobExpiredError as error:
                if unconfirmed:
                    self._ledger.misnamed(purchase.key, f"The service knows no job {job_id}, which a person named.")
                    raise stopped(self._ledger.plan(purchase.order), self._folder.parent) from None
                self._ledger.ended(purchase.key, State.EXPIRED, error.message)
                raise
            except KeyRejectedError as error:
                raise StillGoingError(error.message, hint=error.hint) from None
            if unconfirmed:
                self._ledger.confirmed(purchase.key)
                unconfirmed = False
            self._step(purchase, wanted, status.word or "running", status.progress)
            if status.urls and status.phase is Phase.DONE:
                self._ledger.ready(purchase.key, status.urls[0])
                return
            if status.phase is Phase.FAILED:
                said = status.problem.message if status.problem else f"the service said “{status.word}”"
                self._ledger.ended(purchase.key, State.FAILED, said)
                return
            if status.done_without_result:
                without_clip_since = without_clip_since or self._clock()
                if self._clock() - without_clip_since > PATIENCE_WITHOUT_CLIP:
                    raise StillGoingError(
                        f"Job {job_id} is done, and the service names no clip for it.",
                        hint="Run again to ask again, within the hour; the service's dashboard may show the clip.",
                    )
            self._sleep(every)

    def _fetch_again(self, purchase: Purchase) -> None:
        """A take that was home is gone or changed: its address may still be good."""
        if self._provider.choice.free:
            self._ledger.start_over(purchase.key, "its clip is gone, and another is free")
            return
        if not purchase.media_url:
            raise LedgerError(f"The clip {purchase.clip} is gone, and the ledger has no address for it.")
        changed = self._folder / (purchase.clip or "")
        if changed.is_file():
            self._collector.set_aside(purchase, changed)
        self._note(f"The take {purchase.clip} is gone or was changed; fetching it again.")
        self._ledger.ready(purchase.key, purchase.media_url)

    def _is_home(self, purchase: Purchase) -> bool:
        return purchase.clip is not None and same_bytes(self._folder / purchase.clip, purchase.clip_sha256)

    def _step(self, purchase: Purchase, wanted: Wanted, doing: str, fraction: float | None = None) -> None:
        self._watcher.step(Step(purchase.order.reel, wanted.reels, doing, fraction))

    def _note(self, text: str) -> None:
        self._watcher.note(text)

    def _tell_pause(self, pause: Pause) -> None:
        again = f"Trying again in {math.ceil(pause.seconds)} s."
        if pause.error.message == self._last_pause and pause.attempt > 1:
            self._note(f"The same answer ({pause.attempt} times). {again}")
            return
        self._last_pause = pause.error.message
        self._note(f"{pause.error.message} {again}")
