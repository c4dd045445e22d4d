"""The engine: brings purchases from an agreed order to a checked take, one step at a time.

``advance(key)`` moves one purchase by one step and says when to come back; nothing relies on one process staying
alive. Whatever dies, whenever: started again, it goes on from what the ledger says. What certainly bought nothing is
sent again; what is uncertain never is.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from storyboard.errors import (
    JobExpiredError,
    KeyMissingError,
    KeyRejectedError,
    LedgerError,
    RefusedError,
    ServiceUnreachableError,
    StillGoingError,
    WaitsForReelError,
)
from storyboard.generation.answers import Phase
from storyboard.generation.buying import Buyer
from storyboard.generation.clock import Clock, SystemClock
from storyboard.generation.collecting import Collector
from storyboard.generation.dead_buyers import is_dead, me
from storyboard.generation.first_frame import body_of, fetch_frame
from storyboard.generation.ledger import LEASE
from storyboard.generation.ordered import ordered_of
from storyboard.generation.pace import ASK_EVERY_FREE, Pace
from storyboard.generation.purchase import ENDED_BADLY, Purchase, State
from storyboard.generation.stopped import stopped
from storyboard.generation.take import same_bytes
from storyboard.generation.watching import Step, Watcher
from storyboard.profile import SVI_2_0_PRO

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.generation.answers import JobStatus
    from storyboard.generation.lazy_provider import LazyProvider
    from storyboard.generation.ledger import Ledger
    from storyboard.generation.store import Store
    from storyboard.profile import ModelProfile

LOOK_AGAIN = 2.0
"""Seconds after which to look again at what another process, or another reel, has to finish first."""
WAIT_FOR_ROOM = 30.0
"""Seconds after which to look again whether another job can be sent, where as many are open as can be asked after."""
SUBMIT_TRIES = 6
"""How often a request that certainly bought nothing is sent before a person is told."""
PATIENCE_WITHOUT_CLIP = 600.0
"""Seconds to go on asking after a job that is called done and names no clip."""
RENEW_EVERY = 60.0
"""Seconds after which whoever fetches a clip says that it still does."""


class Engine:
    """Moves purchases on, with one provider, on one ledger.

    Args:
        folder: Where the journal, first frames, parts and takes lie.
        ledger: Open.
        provider: Opened when it is first needed.
        watcher: Told how it goes.
        store: Where takes are kept for others as well.
        profile: The model's figures.
        clock: Tells the time and waits.
        attended: Whether a person waits.
    """

    def __init__(
        self,
        folder: Path,
        ledger: Ledger,
        provider: LazyProvider,
        watcher: Watcher,
        *,
        store: Store,
        profile: ModelProfile = SVI_2_0_PRO,
        clock: Clock | None = None,
        attended: bool = True,
    ) -> None:
        self.clock = clock or SystemClock()
        self.stop = threading.Event()
        self._folder = folder
        self._ledger = ledger
        self._provider = provider
        self._watcher = watcher
        self._store = store
        self._profile = profile
        self._me = me()
        self._at_work: set[str] = set()
        self._lock = threading.Lock()
        self._without_clip_since: dict[str, float] = {}
        self._renewed: dict[str, float] = {}
        for name in ("frames", "locks", "parts", "takes"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        self._pace = Pace(ledger, provider, watcher, self.clock, attended=attended)
        self._buyer = Buyer(folder, ledger, provider, watcher, most_open=self._pace.most_open)
        self._collector = Collector(
            folder, ledger, provider, watcher, profile, self.clock.sleep, self._go_on, self._pace.pass_gate, store.put
        )

    def advance(self, key: str) -> float | None:
        """Move a purchase by one step; several threads may, each with another purchase.

        Returns:
            Seconds after which to come back; None where its take is home.

        Raises:
            RefusedError: It cannot be bought as it is; nothing was spent.
            JobFailedError: Accepted, then failed; or the clip is not what was ordered.
            StillGoingError: It goes on, or nobody knows, or it waits for what has stopped.
        """
        with self._lock:
            if key in self._at_work:  # the hold tells processes apart, and not the threads of one
                return LOOK_AGAIN
            self._at_work.add(key)
        try:
            return self._advance(key)
        finally:
            with self._lock:
                self._at_work.remove(key)

    def _advance(self, key: str) -> float | None:
        purchase = self._hold(key)
        if purchase is None:
            return ASK_EVERY_FREE if self._free else LOOK_AGAIN
        wait, tries, keep = 0.0, purchase.tries, False
        try:
            after, tries = self._step(purchase)
            wait = after or 0.0
            # A job that ends with this process is nobody else's until it is home.
            keep = self._provider.ends_with_process and key in self._buyer.accepted_here and after is not None
        finally:
            if not keep:
                self._ledger.let_go(key, self._me, wait=wait, tries=tries)
        return after

    def give_up_free(self, key: str) -> None:
        """Put a job that ends with this process back to where it was before, so that nobody waits for it."""
        purchase = self._ledger.find(key)
        if purchase is None or not purchase.order.free or purchase.state in {State.DONE, State.PLANNED}:
            return
        if self._hold(key):
            self._ledger.start_over(key, "stopped; a sandbox job ends with its process, and is free")
            self._ledger.let_go(key, self._me)

    @property
    def _free(self) -> bool:
        return self._provider.choice.free

    def _hold(self, key: str) -> Purchase | None:
        """Be the one who works on a purchase; a process that is seen to be dead, or long unheard of, is succeeded."""
        if not self._provider.ends_with_process:
            held = self._ledger.hold(key, self._me)
            if held is not None:
                return held
        holder = self._ledger.get(key).holder
        dead = is_dead(holder) if holder and holder != self._me else None
        if self._provider.ends_with_process and dead is False:
            return None  # only the process whose job it is can go on with it
        return self._ledger.hold(key, self._me, gone=[holder] if holder and dead else [])

    def _step(self, purchase: Purchase) -> tuple[float | None, int]:
        """One step: seconds to wait after it, and how often in a row there was no usable answer."""
        key = purchase.key
        if self._free and purchase.state not in {State.PLANNED, State.DONE} and key not in self._buyer.accepted_here:
            self._ledger.start_over(key, "a sandbox job ends with its process, and is free")
            purchase = self._ledger.get(key)
        match purchase.state:
            case State.PLANNED:
                return self._buy(purchase)
            case State.BUYING | State.UNKNOWN:
                self._buyer.recover(purchase)
                return 0.0, 0
            case State.RUNNING:
                return self._ask(purchase)
            case State.COLLECTING:
                self._collector.collect(purchase, ordered_of(purchase.order, self._profile))
                return None, 0
            case State.DONE:
                return self._see_that_it_is_home(purchase), 0
            case _:
                raise stopped(purchase, self._folder.parent)

    # Buying

    def _buy(self, purchase: Purchase) -> tuple[float, int]:
        if not self._buyer.is_to_buy(purchase, free=self._free):
            return 0.0, 0
        before, wait = self._before(purchase)
        if wait is not None:
            return wait, purchase.tries
        if not self._pace.has_room():
            return WAIT_FOR_ROOM, purchase.tries  # more could not be asked after in the hour that each is kept
        fetch_frame(purchase.order, self._folder, self._store)
        body = body_of(purchase.order, self._folder, before)
        self._tell(purchase, "submitting")
        self._pace.pass_gate()
        if not self._is_surely_held(purchase) and self._ledger.hold(purchase.key, self._me) is None:
            return LOOK_AGAIN, purchase.tries
        try:
            self._buyer.buy(purchase, body)
        except RefusedError as error:
            tries = purchase.tries + 1
            if error.retry_after is None or tries >= SUBMIT_TRIES:
                raise
            return self._pace.pause(error, tries, error.retry_after), tries
        return self._pace.first_wait(), 0

    def _is_surely_held(self, purchase: Purchase) -> bool:
        """Whether it was held just now: a gate may stay closed, or a machine sleep, for longer than a hold lasts."""
        if purchase.held_until is None or purchase.holder != self._me:
            return False
        left = (purchase.held_until - self._ledger.now()).total_seconds()
        return LEASE - RENEW_EVERY < left <= LEASE  # where more is left, a clock was set back

    def _before(self, purchase: Purchase) -> tuple[Path | None, float | None]:
        """The clip that a reel goes on from, where it is home; or how long to wait for it."""
        after = purchase.order.after
        if after is None:
            return None, None
        before = self._ledger.get(after)
        if before.state is State.DONE:
            if before.clip and same_bytes(self._folder / before.clip, before.clip_sha256):
                return self._folder / before.clip, None
            return None, self.advance(after) or 0.0
        if before.state in ENDED_BADLY | {State.UNKNOWN} or before.is_stuck or self._is_not_agreed(before):
            raise WaitsForReelError(
                f"Reel {purchase.order.reel} of {purchase.order.episode} goes on from reel {before.order.reel}, "
                f"which is {before.state}. Nothing was sent for it.",
                hint="See what is told of that reel; then render again.",
            )
        return None, ASK_EVERY_FREE if self._free else LOOK_AGAIN

    def _is_not_agreed(self, purchase: Purchase) -> bool:
        return purchase.state is State.PLANNED and purchase.run is None and not purchase.order.free

    # Waiting

    def _ask(self, purchase: Purchase) -> tuple[float, int]:
        """Ask once after a job."""
        key, job_id = purchase.key, purchase.job_id or ""
        unconfirmed = bool(purchase.reason)  # a person named this job, and may have mistyped it
        self._pace.pass_gate()
        try:
            status = self._provider.status(job_id, purchase.poll_url)
        except ServiceUnreachableError as error:
            tries = purchase.tries + 1
            return self._pace.pause(error, tries, error.retry_after), tries
        except JobExpiredError as error:
            if unconfirmed:
                self._ledger.misnamed(key, f"The service knows no job {job_id}, which a person named.")
                raise stopped(self._ledger.get(key), self._folder.parent) from None
            self._ledger.ended(key, State.EXPIRED, error.message)
            raise
        except KeyRejectedError as error:
            raise StillGoingError(error.message, hint=error.hint) from None
        if unconfirmed:
            self._ledger.confirmed(key)
        self._tell(purchase, status.word or "running", status.progress)
        if status.urls and status.phase is Phase.DONE:
            self._ledger.ready(key, status.urls[0], status.completed_at)
            return 0.0, 0
        if status.phase is Phase.FAILED:
            said = status.problem.message if status.problem else f"the service said “{status.word}”"
            self._ledger.ended(key, State.FAILED, said)
            raise stopped(self._ledger.get(key), self._folder.parent)
        self._see_that_a_clip_comes(purchase, status)
        self._ledger.seen(key, status.word, status.progress)
        return self._pace.wait_after_asking(purchase), 0

    def _see_that_a_clip_comes(self, purchase: Purchase, status: JobStatus) -> None:
        if not status.done_without_result:
            return
        now = self._ledger.now().timestamp()
        since = self._without_clip_since.setdefault(purchase.key, now)
        if now - since > PATIENCE_WITHOUT_CLIP:
            raise StillGoingError(
                f"Job {purchase.job_id} is done, and the service names no clip for it.",
                hint="Run again to ask again, within the hour; the service's dashboard may show the clip.",
            )

    # Bringing home

    def _see_that_it_is_home(self, purchase: Purchase) -> float | None:
        """See that a take is there as it was; where it is not, have it again."""
        if purchase.clip is not None and same_bytes(self._folder / purchase.clip, purchase.clip_sha256):
            return None
        kept = purchase.clip and purchase.clip_sha256
        if kept and self._store.get(purchase.clip_sha256 or "", self._folder / (purchase.clip or "")):
            return None
        if self._free:
            self._ledger.start_over(purchase.key, "its clip is gone, and another is free")
            return 0.0
        media_url = purchase.media_url or self._address_of(purchase)
        if media_url is None:
            raise LedgerError(
                f"The take {purchase.clip} of reel {purchase.order.reel} of {purchase.order.episode} is not on this "
                f"machine. It was bought as job {purchase.job_id}, and is not bought again by itself.",
                hint=f"Copy it to {self._folder / (purchase.clip or '')} from the machine that has it, name a store "
                f"in series.yaml, or buy another: render --take {purchase.order.reel}.",
            )
        changed = self._folder / (purchase.clip or "")
        if changed.is_file():
            self._collector.set_aside(purchase, changed)
        self._note(f"The take {purchase.clip} is gone or was changed; fetching it again.")
        self._ledger.ready(purchase.key, media_url)
        return 0.0

    def _address_of(self, purchase: Purchase) -> str | None:
        """Where the clip of a job lies that was bought on another machine, while the service still knows the job."""
        if not purchase.job_id:
            return None
        self._pace.pass_gate()
        try:
            status = self._provider.status(purchase.job_id)
        except (JobExpiredError, KeyRejectedError, KeyMissingError, ServiceUnreachableError):
            return None
        return next(iter(status.urls), None)

    # Telling and waiting

    def _go_on(self, purchase: Purchase) -> None:
        """Called while a clip is fetched and checked.

        Raises:
            KeyboardInterrupt: The person wants it to stop.
        """
        if self.stop.is_set():
            raise KeyboardInterrupt
        self._renew(purchase)

    def _renew(self, purchase: Purchase) -> None:
        now = self.clock.ticks()
        if now - self._renewed.setdefault(purchase.key, now) > RENEW_EVERY:
            self._renewed[purchase.key] = now
            self._ledger.hold(purchase.key, self._me)

    def _tell(self, purchase: Purchase, doing: str, fraction: float | None = None) -> None:
        self._watcher.step(Step(purchase.order.episode, purchase.order.reel, doing, fraction))

    def _note(self, text: str) -> None:
        self._watcher.note(text)
