"""A worker's life: it serves until it is asked to stop, and outlives a database that is away for a while."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import psycopg
from procrastinate.exceptions import ConnectorException

from storyboard.assembly.making import usual_processes
from storyboard.errors import UsageError
from storyboard.team.queue_tables import make_tables
from storyboard.team.queueing import Queue

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from storyboard.team.desk import Desk
    from storyboard.team.due import Due
    from storyboard.team.piece_desk import PieceDesk

AGAIN_AFTER = 5.0
"""Seconds after which a database that was away is looked for again."""


def serve(desk: Desk, conninfo: str, *, concurrency: int, pieces: PieceDesk | None = None) -> None:
    """Work on what is due until SIGINT, SIGTERM or SIGHUP; then end what was begun.

    A request that may have been paid for is always waited out, which takes its own time-out at most.

    Args:
        desk: Does the work.
        conninfo: The ledger's database, where the queue is.
        concurrency: How many purchases are worked on at once.
        pieces: Makes pieces of films; None for a worker that makes none.

    Raises:
        UsageError: The queue's tables are of another version, or this system cannot run a worker.
        LedgerError: The database cannot be used.
    """
    if sys.platform == "win32":
        raise UsageError("A worker needs the signals of Linux or macOS.", hint="Run it in a container, or in WSL.")
    make_tables(conninfo)
    with _Logs(desk.lines.tell):
        asyncio.run(_serve(desk, conninfo, concurrency, pieces))


async def _serve(desk: Desk, conninfo: str, concurrency: int, pieces: PieceDesk | None) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: _tell_stray(desk, context))
    asked = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup has SIGHUP ignored
            loop.add_signal_handler(number, _stop, desk, asked, pieces)
    # Leaving it waits for every thread, and so for the answer to any request.
    with ThreadPoolExecutor(concurrency, "purchase") as threads:

        def in_thread(work: Callable[[], list[Due]]) -> Awaitable[list[Due]]:
            return loop.run_in_executor(threads, work)

        desk.recover()
        while not asked.is_set():
            try:
                queue = Queue(
                    conninfo,
                    desk,
                    in_thread,
                    concurrency,
                    pieces=pieces,
                    pieces_at_once=usual_processes() if pieces else 1,
                )
                await _serve_until(asked, queue)
                trouble = "its queue stopped"
            except (ConnectorException, psycopg.Error) as error:
                cause = error.__cause__ if isinstance(error, ConnectorException) else error
                trouble = " ".join(str(cause or error).split())
            if not asked.is_set():
                desk.lines.tell(f"The database is away ({trouble}). Looking for it again in {AGAIN_AFTER:.0f} s.")
                with suppress(TimeoutError):
                    await asyncio.wait_for(asked.wait(), AGAIN_AFTER)


async def _serve_until(asked: asyncio.Event, queue: Queue) -> None:
    async with queue.app.open_async():
        serving = asyncio.create_task(queue.serve())
        stop = asyncio.create_task(asked.wait())
        await asyncio.wait({serving, stop}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        serving.cancel()  # it ends what was begun; where it has ended by itself, nothing happens
        with suppress(asyncio.CancelledError):
            await serving


def _stop(desk: Desk, asked: asyncio.Event, pieces: PieceDesk | None) -> None:
    if not asked.is_set():
        desk.lines.tell("Stopping. What may have been paid for is waited for, and written down first.")
    asked.set()
    desk.stop()
    if pieces is not None:
        pieces.stopping.set()


def _tell_stray(desk: Desk, context: dict[str, Any]) -> None:
    """What no task of the queue took care of; that its row was removed meanwhile is nothing to tell."""
    error = context.get("exception")
    if not isinstance(error, ConnectorException):
        desk.lines.tell(f"queue: {context.get('message')} {error or ''}")


class _Logs(logging.Handler):
    """Tells in a line what the queue's libraries complain of."""

    _NAMES = ("procrastinate", "psycopg.pool")

    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__(logging.ERROR)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self._tell(f"queue: {record.getMessage()}" + (f" ({type(error).__name__}: {error})" if error else ""))

    def __enter__(self) -> None:
        for name in self._NAMES:
            logger = logging.getLogger(name)
            logger.addHandler(self)
            logger.propagate = False

    def __exit__(self, *_: object) -> None:
        for name in self._NAMES:
            logging.getLogger(name).removeHandler(self)
            logging.getLogger(name).propagate = True
