"""The queue's tables, in the ledger's database: made where they are missing, by whichever worker is first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import psycopg
from procrastinate.schema import SchemaManager
from procrastinate.sql import queries
from psycopg.conninfo import make_conninfo

from storyboard.errors import LedgerError, UsageError

if TYPE_CHECKING:
    from sqlalchemy import URL

_ADVISORY_LOCK = 7_364_912_220_106  # any number, the same in every worker, and not the ledger's own
_FUNCTION = re.compile(r"\bprocrastinate_\w+_v\d+(?=\()")


def conninfo_of(url: URL) -> str:
    """The ledger's address as libpq writes it; it may hold a password."""
    given, named = url.get_dialect()().create_connect_args(url)
    return make_conninfo(*given, **named)


def make_tables(conninfo: str) -> None:
    """Make the queue's tables where there are none. Several workers may begin at once.

    Raises:
        UsageError: There are some, of another version of Procrastinate.
        LedgerError: The database cannot be used.
    """
    try:
        with psycopg.connect(conninfo, connect_timeout=15) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [_ADVISORY_LOCK])
            there = connection.execute("SELECT to_regclass('procrastinate_jobs') IS NOT NULL").fetchone()
            if there != (True,):
                connection.execute(SchemaManager.get_schema())
                return
            rows = connection.execute("SELECT proname FROM pg_proc WHERE proname LIKE 'procrastinate%'").fetchall()
    except psycopg.Error as error:
        raise LedgerError(
            f"The queue's tables cannot be made in the ledger's database: {' '.join(str(error).split())}.",
            hint="See that the database server runs, lets you in, and lets you make tables; then run again.",
        ) from None
    wanted = {name for query in queries.values() for name in _FUNCTION.findall(query)}
    if missing := wanted - {name for (name,) in rows}:
        raise UsageError(
            f"The queue's tables were made by another version of Procrastinate ({min(missing)} is missing).",
            hint="Bring them up to this one with its own migrations; or stop all workers and remove every table, "
            "type and function whose name begins with procrastinate: the ledger fills the queue anew.",
        )
