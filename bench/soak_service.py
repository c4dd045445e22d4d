"""The service of the soak: jobs of 45 minutes, an hour of retention, 50 requests a minute, and answers that get lost.

It lives in one process and knows the simulated time; nothing of it waits. It is the other side of the promises: what
it took is what was paid, whatever the ledger says.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

USUAL = 2700.0
"""Seconds a job takes, give or take a tenth."""
SPREAD = 0.1
RETENTION = 3600.0
"""Seconds for which a finished job is known (vendor docs)."""
MINUTE = 60.0
SUBMIT_TAKES = 1.5
POLL_TAKES = 0.3
FETCH_TAKES = 1.0
SUBMIT_TIME_OUT = 60.0
POLL_TIME_OUT = 30.0


@dataclass(frozen=True)
class Answer:
    """What comes back of a request.

    Attributes:
        kind: ``accepted``, ``status``, ``clip``, or the name of what went wrong.
        after: Seconds until it is there.
        values: Of the answer.
    """

    kind: str
    after: float
    values: tuple[object, ...] = ()


@dataclass
class Job:
    """A job that the service took, and so bills.

    Attributes:
        id: Its name.
        reel: What it renders.
        accepted: When it was taken, in seconds of the simulation.
        done: When it is, or will be, done.
    """

    id: str
    reel: str
    accepted: float
    done: float


@dataclass
class Service:
    """The service.

    Args:
        chance: Decides what is lost, and how long each job takes.
        lost: The part of all answers that is lost or a 5xx.
        allowed: Requests in any minute, POSTs and polls alike.
    """

    chance: Random
    lost: float = 0.02
    allowed: int = 50
    jobs: dict[str, Job] = field(default_factory=dict)
    counted: Counter[str] = field(default_factory=Counter)
    busiest: int = 0
    _lately: deque[float] = field(default_factory=deque)

    def submit(self, now: float, reel: str) -> Answer:
        """One POST."""
        self.counted["POSTs"] += 1
        if self._too_many(now):
            return Answer("too many", POLL_TAKES)
        fate = self.chance.random() / self.lost if self.lost else 1.0
        if fate < 0.25:
            return self._lost("no room", POLL_TAKES)
        if fate < 0.5:
            return self._lost("never sent", POLL_TAKES)
        if fate < 0.625:  # a 5xx of something on the way, which never came to the service
            return self._lost("5xx", SUBMIT_TAKES)
        job = self._take(now, reel)
        if fate < 0.75:
            return self._lost("5xx", SUBMIT_TAKES)
        if fate < 1.0:
            return self._lost("timed out", SUBMIT_TIME_OUT)
        return Answer("accepted", SUBMIT_TAKES, (job.id,))

    def status(self, now: float, job_id: str) -> Answer:
        """One poll."""
        self.counted["polls"] += 1
        if self._too_many(now):
            return Answer("too many", POLL_TAKES)
        if self.lost and self.chance.random() < self.lost:
            timed_out = self.chance.random() < 0.5
            return self._lost("timed out", POLL_TIME_OUT) if timed_out else self._lost("5xx", POLL_TAKES)
        job = self.jobs.get(job_id)
        if job is None or now > job.done + RETENTION:
            self.counted["404s"] += 1
            return Answer("unknown job", POLL_TAKES)
        if now < job.done:
            self.counted["polls too early"] += 1
            return Answer("status", POLL_TAKES, ("processing", min((now - job.accepted) / USUAL, 0.99), None))
        return Answer("status", POLL_TAKES, ("completed", 1.0, job.done))

    def fetch(self, now: float, job_id: str) -> Answer:
        """One download; the media host has no limit of requests."""
        self.counted["downloads"] += 1
        if self.lost and self.chance.random() < self.lost:
            return self._lost("cut", FETCH_TAKES)
        job = self.jobs.get(job_id)
        return Answer("clip", FETCH_TAKES) if job and job.done <= now else Answer("cut", FETCH_TAKES)

    def job_of(self, reel: str) -> str | None:
        """What a person finds in the dashboard."""
        return next((job.id for job in self.jobs.values() if job.reel == reel), None)

    def _take(self, now: float, reel: str) -> Job:
        job = Job(f"job_{len(self.jobs):06}", reel, now, now + USUAL * self.chance.uniform(1 - SPREAD, 1 + SPREAD))
        self.jobs[job.id] = job
        return job

    def _lost(self, kind: str, after: float) -> Answer:
        self.counted["lost answers"] += 1
        return Answer(kind, after)

    def _too_many(self, now: float) -> bool:
        self._lately.append(now)
        while self._lately[0] <= now - MINUTE:
            self._lately.popleft()
        self.busiest = max(self.busiest, len(self._lately))
        if len(self._lately) > self.allowed:
            self.counted["429s"] += 1
            return True
        return False
