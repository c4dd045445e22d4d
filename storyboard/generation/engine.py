"""The engine: brings purchases from an agreed order to a checked take, one step at a time.

``advance(key)`` moves one purchase by one step and says when to come back; nothing relies on one process staying
alive. Whatever dies, whenever: started again, it goes on from what the ledger says. What certainly bought nothing is
sent again; what is uncertain never is.
"""

from __future__ import annotations

import random
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from storyboard.errors import (
    JobExpiredError,
    KeyMissingError,
    KeyRejectedError,
    LedgerError,
    NeverSentError,
    NotConfirmedError,
    OutcomeUnknownError,
    RefusedError,
    ServiceBusyError,
    ServiceUnreachableError,
    StillGoingError,
    WaitsForReelError,
)
from storyboard.generation.answers import Phase
from storyboard.generation.clock import Clock, SystemClock
from storyboard.generation.collecting import Collector
from storyboard.generation.dead_buyers import BUYER_GONE, is_dead, me
from storyboard.generation.durations import Durations
from storyboard.generation.first_frame import body_of, fetch_frame
from storyboard.generation.gate import Gate
from storyboard.generation.interrupts import held_back
from storyboard.generation.journal import JOURNAL, Entry, Journal
from storyboard.generation.load import Load
from storyboard.generation.ordered import ordered_of
from storyboard.generation.polling import USUAL_JOB, most_open_jobs, wait_before_asking
from storyboard.generation.purchase import ENDED_BADLY, Purchase, State
from storyboard.generation.retry import wait_seconds
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

ASK_EVERY_FREE = 0.25
"""Seconds between questions after a job of a provider that costs nothing and bounds no requests."""
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
PERMIT_AGE = 240.0
"""Seconds after which a permit is too old to send under: a laptop slept between the two. Above the longest POST."""


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
        self._attended = attended
        self._me = me()
        self._at_work: set[str] = set()
        self._lock = threading.Lock()
        self._accepted_here: set[str] = set()
        self._without_clip_since: dict[str, float] = {}
        self._renewed: dict[str, float] = {}
        self._durations = Durations(ledger, provider.choice.base_url, self.clock)
        self._load = Load(ledger, provider.choice.base_url, self.clock)
        self._last_pause = ""
        for name in ("frames", "locks", "parts", "takes"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        self._journal = Journal(folder / JOURNAL)
        per_minute = provider.requests_a_minute
        self._gate = Gate(ledger, provider.choice.base_url, per_minute, self.clock.sleep) if per_minute else None
        self._collector = Collector(
            folder, ledger, provider, watcher, profile, self.clock.sleep, self._go_on, self._pass_gate, store.put
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
        if not self._hold(self._ledger.get(key)):
            return ASK_EVERY_FREE if self._free else LOOK_AGAIN
        wait, tries, keep = 0.0, 0, False
        try:
            purchase = self._ledger.get(key)
            tries = purchase.tries
            after, tries = self._step(purchase)
            wait = after or 0.0
            # A job that ends with this process is nobody else's until it is home.
            keep = self._provider.ends_with_process and key in self._accepted_here and after is not None
        finally:
            if not keep:
                self._ledger.let_go(key, self._me, wait=wait, tries=tries)
        return after

    def give_up_free(self, key: str) -> None:
        """Put a job that ends with this process back to where it was before, so that nobody waits for it."""
        purchase = self._ledger.find(key)
        if purchase is None or not purchase.order.free or purchase.state in {State.DONE, State.PLANNED}:
            return
        if self._hold(purchase):
            self._ledger.start_over(key, "stopped; a sandbox job ends with its process, and is free")
            self._ledger.let_go(key, self._me)

    @property
    def _free(self) -> bool:
        return self._provider.choice.free

    def _hold(self, purchase: Purchase) -> bool:
        """Be the one who works on a purchase; a process that is seen to be dead, or long unheard of, is succeeded."""
        holder = purchase.holder
        gone = [holder] if holder and holder != self._me and is_dead(holder) is True else []
        if gone or holder in {None, self._me}:
            return self._ledger.hold(purchase.key, self._me, gone=gone)
        if self._provider.ends_with_process and is_dead(holder) is False:
            return False  # only the process whose job it is can go on with it
        return self._ledger.hold(purchase.key, self._me)

    def _step(self, purchase: Purchase) -> tuple[float | None, int]:
        """One step: seconds to wait after it, and how often in a row there was no usable answer."""
        key = purchase.key
        if self._free and purchase.state not in {State.PLANNED, State.DONE} and key not in self._accepted_here:
            self._ledger.start_over(key, "a sandbox job ends with its process, and is free")
            purchase = self._ledger.get(key)
        match purchase.state:
            case State.PLANNED:
                return self._buy(purchase)
            case State.BUYING | State.UNKNOWN:
                return self._recover(purchase), 0
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
        if purchase.order.free != self._free:
            raise LedgerError(
                f"The ledger calls reel {purchase.order.reel} of {purchase.order.episode} "
                f"{'free' if purchase.order.free else 'paid'}, and it is not. Nothing was sent for it.",
                hint="It was not written by this program; do not render with it.",
            )
        if not self._free:
            entry = self._journal.entry_of(purchase.key)
            if entry is not None:  # a ledger that was lost knows of no purchase; the journal beside it may
                self._ledger.found(purchase.key, entry.permit, entry.job_id, entry.poll_url)
                self._note(f"Job {entry.job_id} was found in the journal; it goes on, and is not bought again.")
                return 0.0, 0
            if purchase.run is None:
                raise NotConfirmedError(
                    f"Reel {purchase.order.reel} of {purchase.order.episode} would have to be bought, and nobody has "
                    "agreed to its price. Nothing was sent for it.",
                    hint="storyboard render tells the price first.",
                )
        before, wait = self._before(purchase)
        if wait is not None:
            return wait, purchase.tries
        per_minute = self._provider.requests_a_minute
        if per_minute is not None and self._load.open_jobs() >= most_open_jobs(per_minute):
            return WAIT_FOR_ROOM, purchase.tries  # more could not be asked after in the hour that each is kept
        fetch_frame(purchase.order, self._folder, self._store)
        body = body_of(purchase.order, self._folder, before)
        self._tell(purchase, "submitting")
        self._pass_gate()
        if not self._ledger.hold(purchase.key, self._me):  # the gate may stay closed for longer than a hold lasts
            return LOOK_AGAIN, purchase.tries
        try:
            self._buy_once(purchase, body)
        except RefusedError as error:
            tries = purchase.tries + 1
            if error.retry_after is None or tries >= SUBMIT_TRIES:
                raise
            return self._pause(error, tries, error.retry_after), tries
        return self._first_wait(), 0

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

    def _buy_once(self, purchase: Purchase, body: dict[str, Any]) -> None:
        """One request under one permit; whatever comes of it is on the disk before anything else happens."""
        key = purchase.key
        room = self._journal.take_room()
        told = "One moment: a job is being bought, and has to be written down first."
        with held_back(lambda: self._note(told)) as interrupt:
            per_minute = self._provider.requests_a_minute
            most = most_open_jobs(per_minute) if per_minute is not None else None
            permit = self._ledger.take_permit(key, purchase.run, room=most)
            if permit is None:
                return  # another process was first, or the agreement was taken back; the next step sees it
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
            self._accepted_here.add(key)
            try:
                self._journal.write(room, Entry(key, permit, accepted.job_id, poll_url))
            except LedgerError:
                with suppress(LedgerError):  # the ledger may yet hold the job; the journal's message names it
                    self._ledger.accepted(key, permit, accepted.job_id, poll_url)
                raise
            self._ledger.accepted(key, permit, accepted.job_id, poll_url)

    def _recover(self, purchase: Purchase) -> float:
        """A buyer died, or its outcome was unknown: the journal may know the job, and nobody else does."""
        entry = self._journal.entry_of(purchase.key, purchase.permit)
        if entry is not None:
            self._ledger.accepted(purchase.key, entry.permit, entry.job_id, entry.poll_url)
            self._note(f"Job {entry.job_id} was found in the journal; it goes on.")
            return 0.0
        if purchase.state is State.BUYING:
            self._ledger.uncertain(purchase.key, BUYER_GONE)
        raise stopped(self._ledger.get(purchase.key), self._folder.parent)

    # Waiting

    def _ask(self, purchase: Purchase) -> tuple[float, int]:
        """Ask once after a job."""
        key, job_id = purchase.key, purchase.job_id or ""
        unconfirmed = bool(purchase.reason)  # a person named this job, and may have mistyped it
        self._pass_gate()
        try:
            status = self._provider.status(job_id, purchase.poll_url)
        except ServiceUnreachableError as error:
            tries = purchase.tries + 1
            return self._pause(error, tries, error.retry_after), tries
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
        return self._wait_after_asking(purchase), 0

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

    def _first_wait(self) -> float:
        return self._wait(0.0, USUAL_JOB, asked=False)

    def _wait_after_asking(self, purchase: Purchase) -> float:
        # A job that was found again, or named by a person, was accepted soon after its permit.
        begun = purchase.permit_at or purchase.accepted_at or purchase.updated_at
        age = max(0.0, (self._ledger.now() - begun).total_seconds())
        return self._wait(age, self._durations.usual(purchase.order), asked=True)

    def _wait(self, age: float, expected: float, *, asked: bool) -> float:
        per_minute = self._provider.requests_a_minute
        if per_minute is None:
            return ASK_EVERY_FREE
        open_jobs, to_come = self._load.lately()
        return wait_before_asking(
            age=age,
            expected=expected,
            open_jobs=open_jobs,
            to_come=to_come,
            per_minute=per_minute,
            attended=self._attended,
            asked=asked,
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
        self._pass_gate()
        try:
            status = self._provider.status(purchase.job_id)
        except (JobExpiredError, KeyRejectedError, KeyMissingError, ServiceUnreachableError):
            return None
        return next(iter(status.urls), None)

    # Telling and waiting

    def _pass_gate(self) -> None:
        if self._gate is not None:
            self._gate.wait()

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

    def _pause(self, error: RefusedError | ServiceUnreachableError, tries: int, retry_after: float | None) -> float:
        """Say that it is tried again, and when."""
        # A model without room says nothing of the other requests: those jobs are asked after meanwhile.
        if retry_after and self._gate is not None and not isinstance(error, ServiceBusyError):
            self._gate.close_for(retry_after)
        wait = wait_seconds(tries, retry_after, random.random)
        again = f"Trying again in {int(wait) + 1} s."
        if error.message == self._last_pause and tries > 1:
            self._note(f"The same answer ({tries} times). {again}")
        else:
            self._last_pause = error.message
            self._note(f"{error.message} {again}")
        return wait
