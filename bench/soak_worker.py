"""One process of the soak: the real engine in the real loop, on the real ledger, in simulated time.

    python -m bench.soak_worker FOLDER LEDGER REQUESTS_A_MINUTE CONNECTION

Started by ``bench.soak``. Its clock and its provider are at the other end of the connection. Of the engine nothing is
replaced but the decoding: clips differ in a mark at their end alone, so each distinct picture is decoded once.
"""

from __future__ import annotations

import hashlib
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyboard.errors import (
    DownloadError,
    JobExpiredError,
    NeverSentError,
    OutcomeUnknownError,
    RateLimitedError,
    ServiceBusyError,
    ServiceUnreachableError,
)
from storyboard.generation import collecting, first_frame
from storyboard.generation.answers import JobStatus, SubmittedJob, phase_of
from storyboard.generation.bring_home import HomeBringer
from storyboard.generation.engine import Engine
from storyboard.generation.lazy_provider import LazyProvider
from storyboard.generation.ledger import Ledger
from storyboard.generation.outcome import BUSY_WAIT, RATE_LIMIT_WAIT
from storyboard.generation.provider import ProviderChoice
from storyboard.generation.store import NoStore
from storyboard.generation.take import ClipFacts, inspect_clip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from storyboard.generation.watching import Step

CHOICE = ProviderChoice("soak", "https://soak.invalid", free=False, ends_with_process=False, requests_a_minute=48.0)
"""Who renders in the soak."""
CLIP = "clip.mp4"
"""The one clip that every job makes, in the soak's folder, but for the mark at its end."""
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
MARK = 64
"""Bytes at the end of each clip that name its job: a box of the kind ``free``, which means nothing to a player."""
IDLE = 60.0
"""Seconds after which a process looks again what is open."""


def marked(clip: bytes, job_id: str) -> bytes:
    """The clip of a job."""
    return clip + MARK.to_bytes(4) + b"free" + job_id.encode().ljust(MARK - 8)


def mark_of(clip: bytes) -> str:
    """The job that a clip is of."""
    return clip[8 - MARK :].decode().strip()


class Line:
    """The connection, and the time as it was when something last came over it: it stands still while this runs."""

    def __init__(self, connection: Connection[Any, Any], steps: list[tuple[float, float]]) -> None:
        self._connection = connection
        self._steps = steps
        self._time = 0.0

    def ask(self, kind: str, *values: object) -> tuple[Any, ...]:
        """Ask, and wait for the answer."""
        steps, self._steps[:] = tuple(self._steps), []
        self._connection.send((kind, steps, *values))
        self._time, *answer = self._connection.recv()
        return tuple(answer)

    def now(self) -> datetime:
        """The moment."""
        return EPOCH + timedelta(seconds=self._time)

    def ticks(self) -> float:
        """Seconds that only rise."""
        return self._time

    def sleep(self, seconds: float) -> None:
        """Wait in simulated time."""
        self.ask("sleep", seconds)


class SoakProvider:
    """A provider whose service is at the other end of the line."""

    name = CHOICE.name
    base_url = CHOICE.base_url
    free = CHOICE.free
    ends_with_process = CHOICE.ends_with_process
    requests_a_minute = CHOICE.requests_a_minute

    def __init__(self, line: Line, clip: bytes) -> None:
        self._line = line
        self._clip = clip

    def require_key(self) -> None:
        """It needs none."""

    def submit(self, body: Mapping[str, Any], *, before_send: Callable[[], None] | None = None) -> SubmittedJob:
        """Buy."""
        if before_send is not None:
            before_send()
        kind, *values = self._line.ask("submit", str(body["prompt"]).partition("\n")[0])
        match kind:
            case "accepted":
                return SubmittedJob(str(values[0]), "queued")
            case "no room":
                raise ServiceBusyError("The model has no room.", retry_after=BUSY_WAIT)
            case "never sent":
                raise NeverSentError("No connection.", retry_after=0.0)
            case "too many":
                raise RateLimitedError("Too many requests.", retry_after=RATE_LIMIT_WAIT)
            case _:
                raise OutcomeUnknownError(f"No answer that says anything ({kind}).")

    def status(self, job_id: str, poll_url: str | None = None) -> JobStatus:
        """Ask after a job."""
        del poll_url
        kind, *values = self._line.ask("status", job_id)
        if kind == "unknown job":
            raise JobExpiredError(f"The service does not know job {job_id}.", job_id=job_id)
        if kind != "status":
            wait = RATE_LIMIT_WAIT if kind == "too many" else None
            raise ServiceUnreachableError(f"No state came ({kind}).", retry_after=wait)
        word, progress, done = values
        at = None if done is None else EPOCH + timedelta(seconds=done)
        urls = (f"https://media.soak.invalid/{job_id}",) if done is not None else ()
        return JobStatus(job_id, phase_of(word), word, progress, completed_at=at, urls=urls)

    def fetch(self, url: str, to: Path, *, part: Path, on_progress: Callable[[int, int | None], None]) -> None:
        """Bring a clip home."""
        job_id = url.rpartition("/")[2]
        (kind,) = self._line.ask("fetch", job_id)
        clip = marked(self._clip, job_id)
        if kind != "clip":
            part.write_bytes(clip[: len(clip) // 2])
            raise DownloadError("The connection was cut.")
        part.write_bytes(clip)
        on_progress(len(clip), len(clip))
        part.replace(to)

    def price(self, request: Mapping[str, Any]) -> Decimal:
        """What a job costs."""
        del request
        return Decimal("2.52")

    def close(self) -> None:
        """Nothing is open."""


class OpenProvider(LazyProvider):
    """The engine's way to the provider, which is open already."""

    def __init__(self, provider: SoakProvider, per_minute: float) -> None:
        super().__init__(replace(CHOICE, requests_a_minute=per_minute))
        self._given = provider

    @property
    def provider(self) -> Any:
        """The provider."""
        return self._given


class Quiet:
    """A watcher that tells nobody."""

    def step(self, step: Step) -> None:
        """A reel got further."""

    def accepted(self, episode: str, reel: int, job_id: str) -> None:
        """The service took a job."""

    def note(self, text: str) -> None:
        """Something worth a line."""


class Stopwatch:
    """Seconds that a ledger took for each of the engine's steps: by the wall, and of this process alone."""

    def __init__(self, ledger: Ledger) -> None:
        self.steps: list[tuple[float, float]] = []
        self._spent = (0.0, 0.0)
        self._depth = 0
        for name in ("transaction", "reading", "alone"):
            setattr(ledger.database, name, self._timed(getattr(ledger.database, name)))

    def step_ends(self) -> None:
        """What the ledger took since the last step belongs to this one."""
        self.steps.append(self._spent)
        self._spent = (0.0, 0.0)

    def _timed(self, real: Callable[[], Any]) -> Callable[[], Any]:
        @contextmanager
        def timed() -> Iterator[Any]:
            self._depth += 1
            begun = time.perf_counter(), time.process_time()
            try:
                with real() as connection:
                    yield connection
            finally:
                self._depth -= 1
                if not self._depth:
                    wall, own = self._spent
                    self._spent = (
                        wall + time.perf_counter() - begun[0],
                        own + time.process_time() - begun[1],
                    )

        return timed


class TimedEngine(Engine):
    """The engine, each of whose steps is timed."""

    watch: Stopwatch

    def advance(self, key: str) -> float | None:
        """One step."""
        try:
            return super().advance(key)
        finally:
            self.watch.step_ends()


def decode_once() -> None:
    """Decode each distinct picture once in this process, and know it again by its bytes but for the mark."""
    known: dict[bytes, ClipFacts] = {}

    def inspect(path: Path, on_frame: Callable[[int], None] = lambda _: None) -> ClipFacts:
        name = hashlib.sha256(path.read_bytes()[:-MARK]).digest()
        if name not in known:
            known[name] = inspect_clip(path, on_frame)
        return replace(known[name])

    for module in (collecting, first_frame):
        module.inspect_clip = inspect  # type: ignore[attr-defined]  # it is imported there, not exported


def main(folder: str, where: str, per_minute: str, connection: str) -> None:
    """Bring home whatever is open, until the other end says that it is over."""
    decode_once()
    state = Path(folder)
    steps: list[tuple[float, float]] = []
    line = Line(Connection(int(connection)), steps)
    line.ask("hello")
    with Ledger(where if "://" in where else Path(where), now=line.now) as ledger:
        watch = Stopwatch(ledger)
        watch.steps = steps
        provider = OpenProvider(SoakProvider(line, (state / CLIP).read_bytes()), float(per_minute))
        engine = TimedEngine(
            state, ledger, provider, Quiet(), store=NoStore(state / "takes"), clock=line, attended=False
        )
        engine.watch = watch
        bringer = HomeBringer(engine, ledger, collectors=0)
        goes_on = True
        while goes_on:
            at_work = bringer.works_on()
            for key in ledger.open_keys():
                if key not in at_work:  # or what a person has settled would be left alone
                    bringer.add(key)
            looks_again = line.ticks() + IDLE
            while bringer.works_on() and line.ticks() < looks_again:
                bringer.turn(looks_again - line.ticks())
            if not bringer.works_on():
                (goes_on,) = line.ask("idle", IDLE)


if __name__ == "__main__":
    main(*sys.argv[1:])
