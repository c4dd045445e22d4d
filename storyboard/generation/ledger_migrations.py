"""Bringing a ledger of an older program up to this one's tables, one version at a time, in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text, update
from sqlalchemy.schema import CreateColumn

from storyboard.generation.ledger_tables import INDEXES, SCHEMA_VERSION, gates, meta, purchases, runs

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

_SECOND_COLUMNS = {
    meta: ("series",),
    purchases: (
        "content_sha256", "free", "run", "holder", "held_until", "permit_at", "accepted_at", "ready_at", "done_at",
        "looked_at", "wait_seconds", "tries", "progress", "word",
    ),
}  # fmt: skip


def migrate(connection: Connection, version: int) -> None:
    """Bring the tables of an older version up to the present one.

    Not done with a library: the steps add columns and tables, which every database does alike.

    Args:
        connection: Inside a transaction, so that a step that fails leaves the ledger as it was.
        version: What the ledger says of itself; 1 or more, and less than the present one.
    """
    for step in _STEPS[version - 1 :]:
        step(connection)
    connection.execute(update(meta).values(schema_version=SCHEMA_VERSION))


def _to_second(connection: Connection) -> None:
    for table, names in _SECOND_COLUMNS.items():
        for name in names:
            _add_column(connection, table, name)
    runs.create(connection)
    gates.create(connection)
    for name in ("what_was_spent", "what_is_open"):
        connection.execute(text(INDEXES[name]))
    connection.execute(update(purchases).where(purchases.c.provider == "sandbox").values(free=True))


def _add_column(connection: Connection, table: Table, name: str) -> None:
    column = CreateColumn(table.c[name]).compile(dialect=connection.dialect)
    connection.execute(text(f"ALTER TABLE {table.name} ADD COLUMN {column}"))


_STEPS = (_to_second,)
