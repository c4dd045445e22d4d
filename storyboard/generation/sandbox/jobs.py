"""The jobs of one sandbox: registered, made one after the other, kept for a while, forgotten."""

from __future__ import annotations

import logging
import queue
import secrets
import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from storyboard.drawing.ffmpeg import ClipError, ClipStoppedError
from storyboard.generation.sandbox.clip import make_clip
from storyboard.generation.sandbox.faults import DONE_WORDS, FAILED_WORDS
from storyboard.generation.sandbox.settings import HOSTED_JOB_SECONDS
from storyboard.profile import SVI_2_0_PRO

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.generation.sandbox.clip import ClipOrder
    from storyboard.generation.sandbox.faults import FaultSet
    from storyboard.generation.sandbox.settings import SandboxSettings

_log = logging.getLogger(__name__)


@dataclass
class Job:
    """One job. Times are seconds since the epoch.

    Attributes:
        id: Random, nothing of it comes from a request.
        order: What is to be made.
        created: When it was registered.
        due: When it may be done at the earliest.
        started: When the making began.
        made: When the making ended, well or badly.
        share: How much of the clip is encoded, 0.0 to 1.0.
        failure: Why it failed; empty when it did not.
        media: The file name of its clip; random too.
    """

    id: str
    order: ClipOrder
    created: float
    due: float
    started: float | None = None
    made: float | None = None
    share: float = 0.0
    failure: str = ""
    media: str = field(default_factory=lambda: secrets.token_hex(24) + ".mp4")

    def ended(self, now: float) -> float | None:
        """When it ended, or None while it goes on."""
        if self.made is None or now < self.due:
            return None
        return max(self.made, self.due)

    def progress(self, now: float) -> float:
        """The share that is done, 0.0 to 1.0: the encoder's, held back where the job is to take longer."""
        if self.ended(now) is not None:
            return 1.0
        wait = self.due - self.created
        paced = (now - self.created) / wait if wait > 0 else 1.0
        return round(min(self.share, max(0.0, paced), 0.99), 3)


class JobTable:
    """All jobs of one sandbox, and the threads that make their clips.

    Args:
        settings: How long a job takes, how long it is kept, how many are made at once.
        faults: What shall go wrong.
        folder: Where the clips go.
    """

    def __init__(self, settings: SandboxSettings, faults: FaultSet, folder: Path) -> None:
        self._settings = settings
        self._faults = faults
        self._folder = folder
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._waiting: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._workers = [
            threading.Thread(target=self._work, name=f"sandbox clip {number}", daemon=True)
            for number in range(settings.workers)
        ]
        for worker in self._workers:
            worker.start()

    def register(self, order: ClipOrder) -> Job:
        """Accept a job: it will be made, whatever becomes of the answer."""
        now = time.time()
        pace = HOSTED_JOB_SECONDS / self._settings.speed if self._settings.speed else 0.0
        job = Job(secrets.token_hex(16), self._as_faulty(order), now, now + pace)
        with self._lock:
            self._forget(now)
            self._jobs[job.id] = job
        self._waiting.put(job)
        return job

    def find(self, job_id: str) -> Job | None:
        """A job that is still known; None after its retention."""
        now = time.time()
        with self._lock:
            job = self._jobs.get(job_id)
        if job is None:
            return None
        ended = job.ended(now)
        if ended is None:
            return job
        forgotten = now > ended + self._settings.retention or self._faults.strikes("job-forgotten")
        return None if forgotten else job

    def status(self, job: Job, now: float) -> str:
        """The word for how far a job is."""
        if job.ended(now) is None:
            return "queued" if job.started is None else "processing"
        if job.failure:
            word = self._faults.word("status-word", FAILED_WORDS[0])
            return word if word in FAILED_WORDS else FAILED_WORDS[0]
        return self._faults.word("status-word", DONE_WORDS[0])

    def close(self) -> None:
        """Stop making clips, and wait until the threads have ended."""
        self._stop.set()
        for _ in self._workers:
            self._waiting.put(None)
        for worker in self._workers:
            worker.join()

    def _forget(self, now: float) -> None:
        """Drop what nobody can ask for any more: jobs past their retention, clips past the life of their URL."""
        for job in list(self._jobs.values()):
            ended = job.ended(now)
            if ended is not None and now > ended + max(self._settings.retention, self._settings.media_lifetime):
                del self._jobs[job.id]
                (self._folder / job.media).unlink(missing_ok=True)

    def _as_faulty(self, order: ClipOrder) -> ClipOrder:
        if self._faults.strikes("wrong-size"):
            order = replace(order, width=order.width // 4 * 2, height=order.height // 4 * 2)
        if self._faults.strikes("wrong-length"):
            order = replace(order, seconds=order.seconds - SVI_2_0_PRO.slot_seconds)
        return order

    def _work(self) -> None:
        while (job := self._waiting.get()) is not None and not self._stop.is_set():
            job.started = time.time()
            try:
                self._make(job)
            except ClipStoppedError:
                return
            except ClipError as error:
                job.failure = f"The clip could not be made: {error}"
            except Exception as error:  # noqa: BLE001  whatever it was, the next job still gets its turn
                _log.warning("making a clip failed", exc_info=True)
                job.failure = f"The clip could not be made: {type(error).__name__}."
            job.made = time.time()

    def _make(self, job: Job) -> None:
        if self._faults.word("status-word", "") in FAILED_WORDS or self._faults.strikes("job-fails"):
            job.failure = "The job was made to fail."
            return

        def tell(share: float) -> None:
            job.share = share

        make_clip(job.order, self._folder / job.media, on_progress=tell, stop=self._stop)
