"""Pieces of a film in the team's queue, as whoever wants the film sees them. It is a help and no truth."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import psycopg
import psycopg_pool
from procrastinate import App, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Status

from storyboard.assembly.piece_recipe import recipe_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from procrastinate.jobs import Job

    from storyboard.assembly.making import Task

PIECES = "storyboard-pieces"
"""The queue's name: apart from that of purchases, which are never to wait for a film."""
MAKE_PIECE = "storyboard.piece"
_WAIT = 5  # seconds for a connection
_OPEN = (Status.TODO, Status.DOING)


class PieceQueue:
    """Asks workers for pieces. Once the database does not answer, it is left alone, and nothing is open.

    Args:
        conninfo: The database.
        store: The address of the store that takes are had from, and pieces put into.
        takes: The SHA-256 of each take that is there, by what its picture goes by in the film.
    """

    def __init__(self, conninfo: str, store: str, takes: Mapping[str, str]) -> None:
        self._conninfo = conninfo
        self._store = store
        self._takes = takes
        self._app: App | None = None
        self._offered: set[str] = set()

    def offer(self, tasks: Sequence[Task]) -> set[str]:
        """Put into the queue what is made of takes alone."""
        recipes = {task.key: recipe for task in tasks if (recipe := recipe_of(task, self._takes))}  # type: ignore[attr-defined]
        if not recipes:
            return set()
        with self._left_alone():
            # A pool looks for half a minute for a database that is not there.
            psycopg.connect(self._conninfo, connect_timeout=_WAIT).close()
            app = App(connector=SyncPsycopgConnector(conninfo=self._conninfo, min_size=1, max_size=1, timeout=_WAIT))
            app.open()
            self._app = app
            for key, recipe in recipes.items():
                job = app.configure_task(MAKE_PIECE, queue=PIECES, queueing_lock=key)
                self._offered.add(key)
                with suppress(AlreadyEnqueued):
                    job.defer(key=key, recipe=recipe, store=self._store)
            return set(recipes)
        return set(self._offered)

    def open(self) -> dict[str, bool]:
        """The keys of what was offered and is not done, each with whether a worker has begun it."""
        found: dict[str, bool] = {}
        for job in self._jobs():
            key = str(job.queueing_lock)
            found[key] = found.get(key, False) or job.status == Status.DOING.value
        return found

    def take_back(self, key: str) -> bool:
        """Remove it from the queue, if nobody has begun it."""
        with self._left_alone():
            for job in self._jobs():
                if job.queueing_lock == key and job.status == Status.TODO.value and self._app and job.id is not None:
                    return self._app.job_manager.cancel_job_by_id(job.id, delete_job=True)
        return self._app is None

    def end(self) -> None:
        """Remove what nobody has begun, and close the connection."""
        with self._left_alone():
            for job in list(self._jobs()):
                if self._app and job.id is not None and job.status == Status.TODO.value:
                    self._app.job_manager.cancel_job_by_id(job.id, delete_job=True)
        self._close()

    def _jobs(self) -> list[Job]:
        with self._left_alone():
            if self._app is not None:
                jobs = self._app.job_manager.list_jobs(queue=PIECES)
                statuses = {status.value for status in _OPEN}
                return [job for job in jobs if job.queueing_lock in self._offered and job.status in statuses]
        return []

    def _left_alone(self) -> _LeftAlone:
        return _LeftAlone(self)

    def _close(self) -> None:
        app, self._app = self._app, None
        if app is not None:
            with suppress(ConnectorException, psycopg.Error, psycopg_pool.PoolClosed):
                app.close()


class _LeftAlone:
    """Where the database does not answer, the queue is closed, and the block is left."""

    def __init__(self, queue: PieceQueue) -> None:
        self._queue = queue

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, *_: Any) -> bool:
        if kind is None or not issubclass(kind, ConnectorException | psycopg.Error | psycopg_pool.PoolTimeout):
            return False
        self._queue._close()  # noqa: SLF001  the same thing, in two classes
        return True
