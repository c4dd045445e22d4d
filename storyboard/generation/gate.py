"""The gate that every request passes: one account, so many requests a minute, for every process and machine.

The service allows 50 requests a minute for the whole account, POSTs and polls alike (vendor docs, limits); the gate
lets 48 through, evenly spaced. It is one row in the ledger, so whoever shares the ledger shares the gate.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from storyboard.generation.ledger_rows import utc
from storyboard.generation.ledger_tables import gates

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Row, Update

    from storyboard.generation.ledger import Ledger

LONGEST_HOLD = 3600.0
"""Seconds; as long as the longest ``Retry-After`` that is believed."""
_LONGEST_QUEUE = 600.0  # seconds; a slot further off was written before a clock was set back


class Gate:
    """The gate of one account.

    Args:
        ledger: Where its row is.
        name: The service's address.
        per_minute: How many requests may pass in a minute.
        sleep: Waits that many seconds.
    """

    def __init__(self, ledger: Ledger, name: str, per_minute: float, sleep: Callable[[float], None]) -> None:
        self._ledger = ledger
        self._name = name[:200]
        self._spacing = timedelta(seconds=60.0 / per_minute)
        self._sleep = sleep

    def wait(self) -> None:
        """Come back when a request may be sent. Nothing is owed if the process ends while it waits."""
        while (seconds := self._reserve()) > 0:
            self._sleep(seconds)
            if not self._is_held():
                return

    def close_for(self, seconds: float) -> None:
        """Let nobody through for so long: the service asked for it."""
        now = self._ledger.now()
        until = now + timedelta(seconds=min(seconds, LONGEST_HOLD))
        with self._ledger.database.transaction() as connection:
            row = self._row(connection)
            if utc(row.held_until) < until:
                connection.execute(self._update(held_until=until, set_at=now))

    def _reserve(self) -> float:
        """Take the next free moment; seconds until it comes."""
        now = self._ledger.now()
        with self._ledger.database.transaction() as connection:
            row = self._row(connection)
            next_at, held_until = utc(row.next_at), utc(row.held_until)
            if utc(row.set_at) > now + timedelta(seconds=5):  # a clock was set back since
                next_at = held_until = now
            if (next_at - max(now, held_until)).total_seconds() > _LONGEST_QUEUE:
                next_at = now
            slot = max(now, next_at, held_until)
            connection.execute(self._update(next_at=slot + self._spacing, held_until=held_until, set_at=now))
        return (slot - now).total_seconds()

    def _is_held(self) -> bool:
        with self._ledger.database.reading() as connection:
            row = connection.execute(select(gates).where(gates.c.name == self._name)).one()
        return utc(row.held_until) > self._ledger.now() and utc(row.set_at) <= self._ledger.now() + timedelta(
            seconds=5
        )

    def _row(self, connection: Connection) -> Row[Any]:
        question = select(gates).where(gates.c.name == self._name).with_for_update()  # SQLite has one writer anyway
        row = connection.execute(question).one_or_none()
        if row is not None:
            return row
        now = self._ledger.now()
        with suppress(IntegrityError), connection.begin_nested():  # another process may be first
            connection.execute(insert(gates).values(name=self._name, next_at=now, held_until=now, set_at=now))
        return connection.execute(question).one()

    def _update(self, **values: object) -> Update:
        return update(gates).where(gates.c.name == self._name).values(**values)
