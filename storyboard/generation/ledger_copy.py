"""A copy of a ledger, made while it is in use: a fresh SQLite ledger with everything that was true at one moment."""

from __future__ import annotations

import os
import uuid
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from storyboard.errors import LedgerError, UsageError
from storyboard.files import flush_folder
from storyboard.generation.ledger import Ledger
from storyboard.generation.ledger_rows import utc
from storyboard.generation.ledger_tables import events, meta, purchases, runs
from storyboard.generation.purchase import State

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sqlalchemy import Table

    from storyboard.generation.journal import Entry, Journal

_BATCH = 200  # rows written at once
_UNTOLD = frozenset({State.BUYING, State.UNKNOWN, State.PLANNED})


def copy_ledger(ledger: Ledger, journal: Journal, target: Path) -> int:
    """Copy a ledger into a new file, whole or not at all, with what only the journal knows written into it.

    The gates are left out: they tell of requests that are being sent now.

    Args:
        ledger: Open; it may be in use, and on a server.
        journal: The one beside it.
        target: The file; there must be none yet.

    Returns:
        How many purchases the copy has.

    Raises:
        UsageError: There is something at ``target`` already.
        LedgerError: The ledger cannot be read, or the copy not be written.
    """
    if os.path.lexists(target):
        raise _is_there(target)
    part = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with Ledger(part) as copy:
            count = _copy_rows(ledger, copy)
            for entry in journal.entries():
                _write_into(copy, entry)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        _give_name(part, target)
    except OSError as error:
        raise LedgerError(
            f"The copy {target} cannot be written: {error.strerror or error}. The ledger itself is as it was.",
            hint="Look at the disk's free room and at who may write there; then run again.",
        ) from error
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            part.with_name(part.name + ending).unlink(missing_ok=True)
    return count


def _copy_rows(ledger: Ledger, copy: Ledger) -> int:
    count = 0
    with ledger.database.snapshot() as source, copy.database.transaction() as target:
        target.execute(update(meta).values(series=source.execute(select(meta.c.series)).scalar_one()))
        for table in (runs, purchases, events):
            order = table.c.id if table is events else table.c.at if table is runs else table.c.created_at
            for batch in source.execute(select(table).order_by(order)).mappings().partitions(_BATCH):
                target.execute(insert(table), [_values(table, row) for row in batch])
                count += len(batch) if table is purchases else 0
    return count


def _values(table: Table, row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row as SQLite keeps it: every moment in UTC; and nobody works on a copy."""
    values = {column.name: row[column.name] for column in table.columns}
    for name, value in values.items():
        if isinstance(value, datetime):
            values[name] = utc(value)
    if table is purchases:
        values |= {"holder": None, "held_until": None}
    return values


def _write_into(copy: Ledger, entry: Entry) -> None:
    """Write a job into the copy that the journal knows and the ledger, at that moment, did not."""
    purchase = copy.find(entry.key)
    if purchase is None or purchase.state not in _UNTOLD or purchase.order.free:
        return
    with suppress(LedgerError):  # the same job under another purchase: a person has settled it
        if purchase.state is State.PLANNED:
            copy.found(entry.key, entry.permit, entry.job_id, entry.poll_url)
        elif purchase.permit == entry.permit:
            copy.accepted(entry.key, entry.permit, entry.job_id, entry.poll_url)


def _give_name(part: Path, target: Path) -> None:
    try:
        os.link(part, target)  # fails where there is something, and so never writes over it
    except FileExistsError:
        raise _is_there(target) from None
    except OSError:  # a disk that knows no links
        if os.path.lexists(target):
            raise _is_there(target) from None
        part.rename(target)
    flush_folder(target.parent)


def _is_there(target: Path) -> UsageError:
    return UsageError(f"There is something at {target} already. It was left as it is.", hint="Name a new file.")
