"""The database under the ledger: a SQLite file or a Postgres server, opened, checked and kept consistent."""

from __future__ import annotations

import sqlite3
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, create_engine, event, insert, inspect, make_url, select, text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from storyboard.errors import LedgerError
from storyboard.generation.ledger_migrations import migrate
from storyboard.generation.ledger_tables import INDEXES, SCHEMA_VERSION, meta, metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

_BUSY_SECONDS = 30
"""How long another user of a SQLite file is waited for."""
_ADVISORY_LOCK = 7_364_912_220_105  # any number, the same in every program that makes these tables


class Database:
    """An open ledger database.

    Args:
        where: A SQLite file, or the URL of a database.
        make: Whether the tables are made where there are none.

    Raises:
        LedgerError: It cannot be opened, is no ledger, or was written by a newer program.
    """

    def __init__(self, where: Path | str | URL, *, make: bool = True) -> None:
        # Not as one text: in a folder called “Who?” the rest of the path would be read as options.
        self.url = URL.create("sqlite", database=str(where)) if isinstance(where, Path) else make_url(where)
        self.path = Path(self.url.database or "") if self.url.get_backend_name() == "sqlite" else None
        self.shown = str(self.path) if self.path else self.url.render_as_string(hide_password=True)
        self._engine = _sqlite(self.path) if self.path else _server(self.url)
        try:
            with self.transaction() as connection:
                self._make_tables(connection, make=make)
        except BaseException:
            self.close()
            raise

    @property
    def is_file(self) -> bool:
        """Whether it is a SQLite file."""
        return self.path is not None

    def close(self) -> None:
        """Let go of it."""
        self._engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One writer's transaction.

        In SQLite there is one writer at a time, from the first look to the commit.

        Raises:
            LedgerError: In place of the database's own errors.
        """
        with self._translated(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only looks, and so waits for nobody."""
        with self._translated(), self._engine.connect().execution_options(only_looks=True) as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A transaction that sees one moment, however many questions it asks, and waits for nobody."""
        one_moment: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        options = {"only_looks": True} if self.is_file else one_moment
        with self._translated(), self._engine.connect().execution_options(**options) as connection:
            yield connection

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """A transaction that excludes every other one of its kind: what is summed up in it stays true."""
        with self.transaction() as connection:
            if not self.is_file:
                connection.execute(select(meta.c.schema_version).with_for_update())
            yield connection

    def clock_offset(self) -> float:
        """Seconds by which the server's clock is ahead of this machine's; 0.0 for a file."""
        if self.is_file:
            return 0.0
        with self.reading() as connection:
            there: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        return (there - datetime.now(UTC)).total_seconds()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError as error:
            raise LedgerError(
                f"The ledger {self.shown} holds that job already, for another purchase ({error.orig}).",
                hint="One job is one purchase: compare the job ids with the service's dashboard and with storyboard "
                "jobs list. Nothing was overwritten.",
            ) from error
        except SQLAlchemyError as error:
            cause = " ".join(str(getattr(error, "orig", None) or error).split())
            hint = (
                "Look at the disk's free room and at who may write to that folder; then run again."
                if self.is_file
                else "See that the database server runs and lets you in; then run again. Nothing paid is lost."
            )
            raise LedgerError(f"The ledger {self.shown} cannot be used: {cause}.", hint=hint) from error

    def _make_tables(self, connection: Connection, *, make: bool) -> None:
        if not self.is_file:  # two programs that come first at once make the tables once
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
        if not inspect(connection).has_table("meta"):
            if not make:
                raise LedgerError(f"There is no ledger in {self.shown}.", hint="Nothing was rendered with it yet.")
            metadata.create_all(connection)
            for statement in INDEXES.values():
                connection.execute(text(statement))
            connection.execute(insert(meta).values(schema_version=SCHEMA_VERSION))
            return
        if self.is_file:
            self._refuse_what_runs_by_itself(connection)
        version = connection.execute(select(meta.c.schema_version)).scalar_one()
        if version > SCHEMA_VERSION or version < 1:
            raise LedgerError(
                f"The ledger {self.shown} was written by a newer program (version {version} of its tables; this "
                f"program knows {SCHEMA_VERSION}).",
                hint="Install a newer storyboard-composer; nothing was changed.",
            )
        if version < SCHEMA_VERSION:
            migrate(connection, version)

    def _refuse_what_runs_by_itself(self, connection: Connection) -> None:
        """A trigger or a view could change what is bought between its price and its request."""
        odd = text("SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view')")
        if connection.execute(odd).first() is not None:
            raise LedgerError(
                f"The ledger {self.shown} has a trigger or a view in it, which no ledger of this program has.",
                hint="It may have come with a stranger's repository; do not render with it.",
            )


def _sqlite(path: Path) -> Engine:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LedgerError(
            f"The folder {path.parent} for the ledger cannot be made: {error.strerror}.",
            hint="Look at the disk's free room and at who may write there.",
        ) from error
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": _BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions are begun below, and nowhere else
        _write_ahead(connection)
        for setting in ("synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {setting}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        looks = connection.get_execution_options().get("only_looks")
        connection.exec_driver_sql("BEGIN" if looks else "BEGIN IMMEDIATE")

    return engine


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Have a file's changes written ahead of it. It stays so; only the first to come has to see to it.

    SQLite waits for other users of a file, but not for one that makes this very change at the same moment: it says at
    once that the file is locked (sqlite.org/wal.html, "Activating And Configuring WAL Mode").
    """
    last = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > last:
                raise
            time.sleep(0.01)


def _server(url: URL) -> Engine:
    return create_engine(url, pool_pre_ping=True, pool_size=4, connect_args={"connect_timeout": 15})
