"""The queue: Procrastinate's tasks over a desk. It holds no truth, and may be emptied at any moment."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import DeleteJobCondition, Status

from storyboard.team.piece_queue import MAKE_PIECE, PIECES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from storyboard.team.desk import Desk
    from storyboard.team.due import Due
    from storyboard.team.piece_desk import PieceDesk

QUEUE = "storyboard"
"""The queue's name; the tables may serve others as well."""
ADVANCE = "storyboard.advance"
SWEEP = "storyboard.sweep"
EVERY_MINUTE = "* * * * *"
LOOK_EVERY = 1.0
"""Seconds between two looks for what has become due; what is due at once is heard of at once."""
_GONE_AFTER = 30.0  # seconds without a heartbeat, which comes every ten, after which a worker is taken for dead
_FIRST = 10  # a sweep goes before any purchase


class Queue:
    """The tasks, and how purchases come to be in the queue.

    Args:
        conninfo: The database.
        desk: Does the work.
        in_thread: Runs a function in a thread, and waits for it.
        concurrency: How many purchases are worked on at once.
        pieces: Makes pieces of films; None for a worker that makes none.
        pieces_at_once: How many of these.
    """

    def __init__(
        self,
        conninfo: str,
        desk: Desk,
        in_thread: Callable[[Callable[[], list[Due]]], Awaitable[list[Due]]],
        concurrency: int,
        *,
        pieces: PieceDesk | None = None,
        pieces_at_once: int = 1,
    ) -> None:
        self._pieces = pieces
        self._pieces_at_once = pieces_at_once
        self._desk = desk
        self._in_thread = in_thread
        self._concurrency = concurrency
        self.app = App(connector=PsycopgConnector(conninfo=conninfo, min_size=1, max_size=6))
        self._task = self.app.task(name=ADVANCE, queue=QUEUE)(self._advance)
        self.app.task(name=MAKE_PIECE, queue=PIECES)(self._make_piece)
        sweep = self.app.task(name=SWEEP, queue=QUEUE, queueing_lock=SWEEP, priority=_FIRST)(self._sweep)
        self.app.periodic(cron=EVERY_MINUTE)(sweep)

    async def serve(self) -> None:
        """Work until it is cancelled; then end what was begun.

        Raises:
            ConnectorException: The database cannot be used.
        """
        await self.refill()
        workers = [asyncio.create_task(self._work(QUEUE, self._concurrency))]
        if self._pieces is not None:
            workers.append(asyncio.create_task(self._work(PIECES, self._pieces_at_once)))
        try:
            ended, _ = await asyncio.wait(workers, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
        for worker in ended:
            worker.result()

    async def _work(self, queue: str, concurrency: int) -> None:
        await self.app.run_worker_async(
            queues=[queue],
            concurrency=concurrency,
            fetch_job_polling_interval=LOOK_EVERY,
            delete_jobs=DeleteJobCondition.ALWAYS.value,
            install_signal_handlers=False,
        )

    async def refill(self) -> None:
        """Put back what is due and not in the queue, and remove what dead workers left in it."""
        jobs = self.app.job_manager
        for queue in (QUEUE, PIECES):
            for job in await jobs.get_stalled_jobs(queue=queue, seconds_since_heartbeat=_GONE_AFTER):
                with suppress(ConnectorException):  # another worker removed it first
                    await jobs.finish_job(job, Status.FAILED, delete_job=True)
        due = await self._in_thread(self._desk.sweep)
        queued = {job.queueing_lock for job in await jobs.list_jobs_async(queue=QUEUE, status=Status.TODO.value)}
        await self._put((key, seconds) for key, seconds in due if key not in queued)

    async def _advance(self, key: str) -> None:
        await self._put(await self._in_thread(lambda: self._desk.advance(key)))

    async def _make_piece(self, key: str, recipe: dict[str, Any], store: str) -> None:
        if (pieces := self._pieces) is not None:
            await asyncio.to_thread(pieces.make, key, recipe, store)

    async def _sweep(self, timestamp: int) -> None:
        del timestamp
        await self.refill()

    async def _put(self, due: Iterable[Due]) -> None:
        for key, seconds in due:
            # By the clock that all machines share: a worker's own may be minutes off.
            at = self._desk.now() + timedelta(seconds=seconds) if seconds > 0 else None
            with suppress(AlreadyEnqueued):
                await self._task.configure(queueing_lock=key, schedule_at=at).defer_async(key=key)
