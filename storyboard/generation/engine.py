"""The engine: brings one purchase from an order to a checked take, one step at a time.

Whatever dies, whenever: started again, it goes on from what the ledger says. What certainly bought nothing is
sent again; what is uncertain never is.
"""

from __future__ import annotations

import shlex
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from storyboard.errors import (
    BusyElsewhereError,
    DownloadError,
    JobExpiredError,
    JobFailedError,
    KeyRejectedError,
    LedgerError,
    OutcomeUnknownError,
    RefusedError,
    StillGoingError,
    TakeRejectedError,
)
from storyboard.files import flush_folder, sha256_of
from storyboard.generation.answers import Phase
from storyboard.generation.download import download
from storyboard.generation.interrupts import held_back
from storyboard.generation.journal import Entry, Journal
from storyboard.generation.purchase import ENDED_BADLY, Order, Purchase, State
from storyboard.generation.retry import Pause, patiently, submit_when_certain
from storyboard.generation.take import ClipUnreadableError, Take, differences, inspect_clip, same_bytes
from storyboard.generation.watching import Step, Watcher
from storyboard.profile import SVI_2_0_PRO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from fractions import Fraction

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
DOWNLOAD_TRIES = 5


@dataclass(frozen=True)
class Ordered:
    """What a take has to be.

    Attributes:
        width: Pixels.
        height: Pixels.
        seconds: Its length.
    """

    width: int
    height: int
    seconds: Fraction


@dataclass(frozen=True)
class Job:
    """One reel to be had.

    Attributes:
        order: What to buy if it is not there.
        ordered: What the take has to be.
        reels: How many reels the episode has.
        body: Makes the body of the request; called only if one is sent.
        another: Buy another take, whatever takes there are.
    """

    order: Order
    ordered: Ordered
    reels: int
    body: Callable[[], dict[str, Any]]
    another: bool = False


@dataclass(frozen=True)
class Had:
    """A reel that is there.

    Attributes:
        take: Its take.
        purchase: Its row in the ledger.
        reused: True where it had been there before.
    """

    take: Take
    purchase: Purchase
    reused: bool


def current(ledger: Ledger, order: Order) -> Order:
    """The order under the take number that counts now.

    A purchase under way comes first (it goes on), then the latest take that is done, then one whose clip could
    not be used, then the latest that ended badly, and only then one that was never sent: a reel whose job failed
    is not bought again by itself.
    """
    takes = ledger.takes_of(order)
    planned = [p for p in takes if p.state is State.PLANNED]
    done = [p for p in takes if p.state is State.DONE]
    badly = [p for p in takes if p.state in ENDED_BADLY]
    stuck = [p for p in takes if p.is_stuck]
    chosen = (_under_way(takes) or done or stuck or badly or planned)[-1:]
    return replace(order, take=chosen[0].order.take) if chosen else order


def another(ledger: Ledger, order: Order) -> Order:
    """The order under the number of a further take: one that is under way, else one that was never sent."""
    takes = ledger.takes_of(order)
    begun = _under_way(takes) or [p for p in takes if p.state is State.PLANNED]
    return replace(order, take=begun[-1].order.take if begun else len(takes) + 1)


def _under_way(takes: list[Purchase]) -> list[Purchase]:
    ended = ENDED_BADLY | {State.PLANNED, State.DONE}
    return [p for p in takes if p.state not in ended and not p.is_stuck]


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
        self._journal = Journal(folder / "journal")

    def have(self, job: Job) -> Had:
        """The reel's take: the one that is there, the one that is under way, or a new one.

        Raises:
            RefusedError: Nothing was spent.
            JobFailedError: Accepted, then failed; or the clip is not what was ordered.
            StillGoingError: It goes on, or nobody knows; run again.
        """
        free = self._provider.choice.free
        order = (another if job.another else current)(self._ledger, job.order)
        with self._alone(order):
            purchase = self._ledger.plan(order)
            if free and purchase.state not in {State.PLANNED, State.DONE}:
                self._ledger.start_over(order.key, "a sandbox job ends with its process, and is free")
                purchase = self._ledger.plan(order)
            reused = purchase.state is State.DONE
            while True:
                if purchase.state is State.DONE:
                    if self._is_home(purchase):
                        return Had(self._take(purchase), purchase, reused)
                    reused = False
                self._advance(purchase, job)
                purchase = self._ledger.plan(order)

    @contextmanager
    def _alone(self, order: Order) -> Iterator[None]:
        """One process at a time works on a purchase; the system frees the lock of one that died."""
        try:
            with FileLock(self._folder / "locks" / f"{order.key[:16]}.lock", timeout=0):
                yield
        except Timeout:
            raise BusyElsewhereError(
                f"Another process is rendering reel {order.reel} of {order.episode} right now.",
                hint="Let it finish; then run this again, and it is there.",
            ) from None

    def _advance(self, purchase: Purchase, job: Job) -> None:
        """Move a purchase by one step."""
        match purchase.state:
            case State.PLANNED:
                self._buy(purchase, job)
            case State.BUYING | State.UNKNOWN:
                self._recover(purchase)
            case State.RUNNING:
                self._wait_for(purchase, job)
            case State.COLLECTING:
                self._collect(purchase, job)
            case State.DONE:
                self._fetch_again(purchase)
            case State.FAILED | State.EXPIRED | State.ABANDONED:
                raise _ended_badly(purchase)

    def _buy(self, purchase: Purchase, job: Job) -> None:
        client, body = self._provider.client, job.body()
        self._step(purchase, job, "submitting")
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
                raise
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

    def _recover(self, purchase: Purchase) -> None:
        """A buyer died, or its outcome was unknown: the journal may know the job, and nobody else does."""
        for entry in self._journal.entries():
            if entry.key == purchase.key and entry.permit == purchase.permit:
                self._ledger.accepted(purchase.key, entry.permit, entry.job_id, entry.poll_url)
                self._note(f"Job {entry.job_id} was found in the journal; it goes on.")
                return
        if purchase.state is State.BUYING:
            self._ledger.uncertain(purchase.key, "the program that was buying it is gone")
            return
        order = purchase.order
        raise OutcomeUnknownError(
            f"Reel {order.reel} of {order.episode} may be paid, and no job is known for it: "
            f"{purchase.reason.rstrip('.')}.",
            hint="It is never sent again by itself. Look in the service's dashboard for the job, then say what "
            f"became of it: storyboard jobs settle {purchase.key[:8]}{self._whose()} --job-id ID, or --buy-again, or "
            "--abandon.",
        )

    def _whose(self) -> str:
        """What a command of ``jobs`` needs to find this ledger from where the person is."""
        folder = self._folder.parent
        return "" if folder.resolve() == Path.cwd() else f" --folder {shlex.quote(str(folder))}"

    def _wait_for(self, purchase: Purchase, job: Job) -> None:
        """Ask after a job until it is done, for hours if need be."""
        client, job_id = self._provider.client, purchase.job_id or ""
        every = ASK_EVERY_FREE if self._provider.choice.free else ASK_EVERY
        self._sleep(min(FIRST_ASK, every))
        without_clip_since: float | None = None
        while True:
            try:
                status = patiently(
                    lambda: client.job(job_id, purchase.poll_url),
                    on_wait=self._tell_pause,
                    sleep=self._sleep,
                    clock=self._clock,
                )
            except JobExpiredError as error:
                self._ledger.ended(purchase.key, State.EXPIRED, error.message)
                raise
            except KeyRejectedError as error:
                raise StillGoingError(error.message, hint=error.hint) from None
            self._step(purchase, job, status.word or "running", status.progress)
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

    def _collect(self, purchase: Purchase, job: Job) -> None:
        """Bring the clip home, check it, and only then give it its name."""
        incoming = self._folder / "parts" / f"{purchase.key[:16]}.mp4"
        for last_try in (False, True):
            if not incoming.exists():
                self._download(purchase, job, incoming)
            try:
                self._check(purchase, job, incoming)
                break
            except ClipUnreadableError as error:
                # It may have been damaged on the way, and fetching it again is free.
                if not last_try:
                    incoming.unlink()
                    continue
                self._reject(purchase, incoming, str(error))
        name = f"{purchase.order.episode}-reel{purchase.order.reel}-take{purchase.order.take}-{purchase.key[:8]}.mp4"
        clip = self._folder / "takes" / name
        sha256 = sha256_of(incoming)
        incoming.replace(clip)
        flush_folder(clip.parent)
        self._ledger.done(purchase.key, str(clip.relative_to(self._folder)), sha256)

    def _download(self, purchase: Purchase, job: Job, incoming: Path) -> None:
        part = self._folder / "parts" / f"{purchase.key[:16]}.part"

        def progress(have: int, total: int | None) -> None:
            self._step(purchase, job, "downloading", have / total if total else None)

        url = purchase.media_url or ""
        for attempt in range(1, DOWNLOAD_TRIES + 1):
            try:
                download(url, incoming, part=part, on_progress=progress)
                return
            except DownloadError as error:
                if error.url_expired:
                    url = self._fresh_url(purchase, url, error)
                elif error.no_room or attempt == DOWNLOAD_TRIES:
                    raise
                self._note(f"{error.message} Trying again.")
                self._sleep(min(2.0**attempt, 30.0))

    def _fresh_url(self, purchase: Purchase, old: str, error: DownloadError) -> str:
        """Another address of the same clip, while the service still knows the job."""
        try:
            status = self._provider.client.job(purchase.job_id or "", purchase.poll_url)
        except (KeyRejectedError, StillGoingError):
            raise error from None
        except JobExpiredError:
            status = None
        fresh = next((url for url in status.urls if url != old), None) if status else None
        if fresh is None:
            self._ledger.stuck(purchase.key, error.message)
            raise error
        self._ledger.ready(purchase.key, fresh)
        return fresh

    def _check(self, purchase: Purchase, job: Job, clip: Path) -> None:
        """See that a clip decodes and is what was ordered.

        Raises:
            ClipUnreadableError: It does not decode.
            TakeRejectedError: It is something else.
        """
        ordered, profile = job.ordered, self._profile
        expected = float(ordered.seconds) * profile.fps
        facts = inspect_clip(clip, on_frame=lambda n: self._step(purchase, job, "checking", min(n / expected, 1.0)))
        wrong = differences(
            facts,
            width=ordered.width,
            height=ordered.height,
            fps=profile.fps,
            seconds=ordered.seconds,
            slack=profile.slot_seconds / 2,
        )
        if wrong:
            self._reject(purchase, clip, "It is not what was ordered: " + "; ".join(wrong) + ".")

    def _reject(self, purchase: Purchase, clip: Path, reason: str) -> None:
        kept = self._folder / "rejected" / f"{purchase.order.episode}-{purchase.key[:8]}.mp4"
        kept.parent.mkdir(exist_ok=True)
        clip.replace(kept)
        self._ledger.stuck(purchase.key, reason)
        raise TakeRejectedError(
            f"The clip of job {purchase.job_id} cannot be used. {reason} It is kept as {kept}.",
            job_id=purchase.job_id or "",
            hint="Run again to fetch it anew, which is free; --take buys another.",
        )

    def _fetch_again(self, purchase: Purchase) -> None:
        """A take that was home is gone or changed: its address may still be good."""
        if self._provider.choice.free:
            self._ledger.start_over(purchase.key, "its clip is gone, and another is free")
            return
        if not purchase.media_url:
            raise LedgerError(f"The clip {purchase.clip} is gone, and the ledger has no address for it.")
        self._note(f"The take {purchase.clip} is gone or was changed; fetching it again.")
        self._ledger.ready(purchase.key, purchase.media_url)

    def _is_home(self, purchase: Purchase) -> bool:
        return purchase.clip is not None and same_bytes(self._folder / purchase.clip, purchase.clip_sha256)

    def _take(self, purchase: Purchase) -> Take:
        return Take(
            self._folder / (purchase.clip or ""),
            purchase.clip_sha256 or "",
            purchase.job_id or "",
            purchase.order.take,
        )

    def _step(self, purchase: Purchase, job: Job, doing: str, fraction: float | None = None) -> None:
        self._watcher.step(Step(purchase.order.reel, job.reels, doing, fraction))

    def _note(self, text: str) -> None:
        self._watcher.note(text)

    def _tell_pause(self, pause: Pause) -> None:
        self._note(f"{pause.error.message} Asking again in {pause.seconds:.0f} s.")


def _ended_badly(purchase: Purchase) -> JobFailedError:
    order = purchase.order
    kind = JobExpiredError if purchase.state is State.EXPIRED else JobFailedError
    what = {
        State.FAILED: "failed at the service",
        State.EXPIRED: "is no longer known to the service",
        State.ABANDONED: "was given up",
    }[purchase.state]
    named = f"Job {purchase.job_id}" if purchase.job_id else "The job"
    return kind(
        f"{named} for reel {order.reel} of {order.episode} {what}: {purchase.reason}".rstrip(".") + ".",
        job_id=purchase.job_id or "",
        hint=f"It is not bought again by itself. To buy another take: storyboard render --take {order.reel} …",
    )
