"""The ledger: which takes were bought, and where each stands. Written before a request is sent, and right after.

The database is what decides: a move from one state to the next is one UPDATE that names the state it starts
from, so of all processes only one makes it, and every move leaves an event in the same transaction.
"""

from __future__ import annotations

import json
import os
import platform
import uuid
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, create_engine, event, insert, inspect, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from storyboard.errors import LedgerError
from storyboard.generation.ledger_tables import SCHEMA_VERSION, events, meta, metadata, purchases
from storyboard.generation.purchase import Order, Purchase, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine, Row


def _now() -> datetime:
    return datetime.now(UTC)


class Ledger:
    """A ledger in a SQLite file; close it, or use ``with``.

    Args:
        path: The file; its folder is made if need be.
        now: The clock.

    Raises:
        LedgerError: The file cannot be opened, is no ledger, or was written by a newer program.
    """

    def __init__(self, path: Path, *, now: Callable[[], datetime] = _now) -> None:
        self.path = path
        self._now = now
        self._engine = _engine(path)
        try:
            with self._transaction() as connection:
                _make_tables(connection, path)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def find(self, key: str) -> Purchase | None:
        """The purchase of that name."""
        with self._transaction() as connection:
            row = connection.execute(select(purchases).where(purchases.c.key == key)).one_or_none()
        return _purchase(row) if row is not None else None

    def takes_of(self, order: Order) -> list[Purchase]:
        """Every take of the same request, by number, whichever episode it was bought for."""
        with self._transaction() as connection:
            rows = connection.execute(
                select(purchases)
                .where(
                    purchases.c.provider == order.provider,
                    purchases.c.base_url == order.base_url,
                    purchases.c.request_sha256 == order.request_sha256,
                )
                .order_by(purchases.c.take)
            ).all()
        return [_purchase(row) for row in rows]

    def all(self) -> list[Purchase]:
        """Every purchase, oldest first."""
        with self._transaction() as connection:
            rows = connection.execute(select(purchases).order_by(purchases.c.created_at)).all()
        return [_purchase(row) for row in rows]

    def history(self, key: str) -> list[tuple[datetime, State, str]]:
        """What happened to a purchase, oldest first: when, the state it came to, and why."""
        with self._transaction() as connection:
            rows = connection.execute(select(events).where(events.c.key == key).order_by(events.c.id)).all()
        return [(_utc(row.at), State(row.state), row.detail) for row in rows]

    def plan(self, order: Order) -> Purchase:
        """Write an order down, or find the row it has already."""
        at = self._now()
        values = {
            "key": order.key,
            "provider": order.provider,
            "base_url": order.base_url,
            "request_sha256": order.request_sha256,
            "take": order.take,
            "series": order.series,
            "episode": order.episode,
            "reel": order.reel,
            "request": order.request_text,
            "cost_usd": str(order.cost),
            "state": str(State.PLANNED),
            "created_at": at,
            "updated_at": at,
        }
        with self._transaction() as connection:
            same_key = select(purchases).where(purchases.c.key == order.key)
            if connection.execute(same_key).first() is None:
                connection.execute(insert(purchases).values(values))
                self._log(connection, order.key, State.PLANNED, "written down")
            row = connection.execute(same_key).one()
        return _purchase(row)

    def take_permit(self, key: str) -> str | None:
        """Ask to be the one who sends this request: a permit, or None where it is not there to be had."""
        permit = str(uuid.uuid4())
        moved = self._move(key, {State.PLANNED}, State.BUYING, "permit given", permit=permit, reason="")
        return permit if moved else None

    def give_back(self, key: str, permit: str, reason: str) -> None:
        """The request certainly bought nothing: back to planned."""
        self._must_move(key, {State.BUYING}, State.PLANNED, reason, only_permit=permit, permit=None, reason=reason)

    def accepted(self, key: str, permit: str, job_id: str, poll_url: str | None) -> None:
        """The service named the job. A late answer still lands, even after the outcome was called unknown."""
        self._must_move(
            key,
            {State.BUYING, State.UNKNOWN},
            State.RUNNING,
            f"accepted as job {job_id}",
            only_permit=permit,
            job_id=job_id,
            poll_url=poll_url,
            reason="",
        )

    def found(self, key: str, permit: str, job_id: str, poll_url: str | None) -> None:
        """The journal knows a job that this ledger does not: the ledger was lost after the purchase."""
        self._must_move(
            key,
            {State.PLANNED},
            State.RUNNING,
            f"found in the journal as job {job_id}",
            permit=permit,
            job_id=job_id,
            poll_url=poll_url,
            reason="",
        )

    def named(self, key: str, job_id: str) -> None:
        """A person says which job an unknown purchase became; a reason marks it until the service knows that job."""
        self._must_move(
            key,
            {State.UNKNOWN},
            State.RUNNING,
            f"by a person's word it is job {job_id}",
            job_id=job_id,
            reason="by a person's word",
        )

    def confirmed(self, key: str) -> None:
        """The service knows the job that a person named."""
        self._must_move(key, {State.RUNNING}, State.RUNNING, "the service knows the job", reason="")

    def uncertain(self, key: str, reason: str) -> None:
        """Nobody knows whether the request bought anything."""
        self._must_move(key, {State.BUYING}, State.UNKNOWN, reason, reason=reason)

    def misnamed(self, key: str, reason: str) -> None:
        """The job that a person named is not known to the service: nobody knows again which job it is."""
        self._must_move(key, {State.RUNNING}, State.UNKNOWN, reason, job_id=None, reason=reason)

    def ready(self, key: str, media_url: str) -> None:
        """The clip is ready; written down before it is fetched."""
        self._must_move(
            key,
            {State.RUNNING, State.COLLECTING, State.DONE},
            State.COLLECTING,
            "the clip is ready",
            media_url=media_url,
            reason="",
        )

    def done(self, key: str, clip: str, clip_sha256: str) -> None:
        """The clip is home and checked."""
        self._must_move(
            key,
            {State.COLLECTING},
            State.DONE,
            "the clip is home",
            clip=clip,
            clip_sha256=clip_sha256,
            reason="",
        )

    def stuck(self, key: str, reason: str) -> None:
        """The clip is ready, but cannot be had or cannot be used; it may be tried again, and costs nothing."""
        self._must_move(key, {State.COLLECTING}, State.COLLECTING, reason, reason=reason)

    def ended(self, key: str, state: State, reason: str) -> None:
        """The job ended without a clip: failed or expired; or a person gave up what is unknown: abandoned."""
        source = State.UNKNOWN if state is State.ABANDONED else State.RUNNING
        self._must_move(key, {source}, state, reason, reason=reason)

    def not_bought(self, key: str, reason: str) -> None:
        """A person says that what is unknown was not accepted: back to planned. An answer that came late wins."""
        self._must_move(key, {State.UNKNOWN}, State.PLANNED, reason, permit=None, reason=reason)

    def start_over(self, key: str, reason: str) -> None:
        """Back to planned from anywhere, for a provider that costs nothing."""
        self._must_move(
            key,
            set(State),
            State.PLANNED,
            reason,
            permit=None,
            job_id=None,
            poll_url=None,
            media_url=None,
            reason="",
        )

    def _must_move(self, key: str, sources: set[State], target: State, detail: str, **values: Any) -> None:
        if not self._move(key, sources, target, detail, **values):
            found = self.find(key)
            stands = f"is {found.state}" if found else "is gone"
            raise LedgerError(
                f"A purchase cannot become {target}: in the ledger it {stands}.",
                hint=f"Another program may be writing to {self.path}; look at what runs before going on.",
            )

    def _move(
        self,
        key: str,
        sources: set[State],
        target: State,
        detail: str,
        *,
        only_permit: str | None = None,
        **values: Any,
    ) -> bool:
        statement = update(purchases).where(
            purchases.c.key == key, purchases.c.state.in_([str(state) for state in sources])
        )
        if only_permit is not None:
            statement = statement.where(purchases.c.permit == only_permit)
        with self._transaction() as connection:
            moved = connection.execute(statement.values(state=str(target), updated_at=self._now(), **values)).rowcount
            if moved:
                self._log(connection, key, target, detail)
        return bool(moved)

    def _log(self, connection: Connection, key: str, state: State, detail: str) -> None:
        connection.execute(
            insert(events).values(
                key=key, at=self._now(), state=str(state), host=platform.node(), pid=os.getpid(), detail=detail
            )
        )

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except IntegrityError as error:
            raise LedgerError(
                f"The ledger {self.path} holds that job already, for another purchase ({error.orig}).",
                hint="One job is one purchase: compare the job ids with the service's dashboard and with storyboard "
                "jobs list. Nothing was overwritten.",
            ) from error
        except SQLAlchemyError as error:
            cause = getattr(error, "orig", None) or error
            raise LedgerError(
                f"The ledger {self.path} cannot be used: {cause}.",
                hint="Look at the disk's free room and at who may write to that folder; then run again.",
            ) from error


def _engine(path: Path) -> Engine:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LedgerError(
            f"The folder {path.parent} for the ledger cannot be made: {error.strerror}.",
            hint="Look at the disk's free room and at who may write there.",
        ) from error
    # Not as one text: in a folder called “Who?” the rest of the path would be read as options.
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions are begun below, and nowhere else
        for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {setting}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # one writer at a time, from the first look to the commit

    return engine


def _make_tables(connection: Connection, path: Path) -> None:
    if not inspect(connection).has_table("meta"):
        metadata.create_all(connection)
        connection.execute(insert(meta).values(schema_version=SCHEMA_VERSION))
        return
    version = connection.execute(select(meta.c.schema_version)).scalar_one()
    if version != SCHEMA_VERSION:
        raise LedgerError(
            f"The ledger {path} was written by a newer program (version {version} of its tables; this program "
            f"knows {SCHEMA_VERSION}).",
            hint="Install a newer storyboard-composer; nothing was changed.",
        )


def _purchase(row: Row[Any]) -> Purchase:
    # A ledger may come with a stranger's repository, and its names become paths.
    clip = PurePosixPath(row.clip or "takes/none")
    if clip.parts != ("takes", clip.name) or "\\" in row.episode + clip.name or "/" in row.episode:
        raise LedgerError(
            f"The ledger names the file {row.clip or row.episode}, which is none of its own.",
            hint="It was not written by this program; do not render with it.",
        )
    order = Order(
        row.provider,
        row.base_url,
        json.loads(row.request),
        row.take,
        row.series,
        row.episode,
        row.reel,
        Decimal(row.cost_usd),
    )
    return Purchase(
        row.key,
        order,
        State(row.state),
        row.permit,
        row.job_id,
        row.poll_url,
        row.media_url,
        row.clip,
        row.clip_sha256,
        row.reason,
        _utc(row.created_at),
        _utc(row.updated_at),
    )


def _utc(moment: datetime) -> datetime:
    """SQLite forgets the zone; everything here is written in UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
