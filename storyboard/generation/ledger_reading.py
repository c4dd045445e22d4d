"""What can be asked of a ledger: its purchases, its runs, what was spent, and what is under way."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from sqlalchemy import func, or_, select

from storyboard.errors import LedgerError
from storyboard.generation.clock import SystemClock
from storyboard.generation.ledger_database import Database
from storyboard.generation.ledger_rows import purchase_of, run_of, utc
from storyboard.generation.ledger_tables import events, purchases, runs
from storyboard.generation.purchase import OPEN, Order, Purchase, State
from storyboard.generation.spending import Account, Ceilings, see_that_it_fits, spent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from decimal import Decimal
    from pathlib import Path

    from sqlalchemy import URL, ColumnElement, Connection

    from storyboard.generation.runs import Run

_HISTORY = 200  # jobs whose durations are looked at
_AT_ONCE = 500  # names asked for in one question; databases bound them


class LedgerReader:
    """An open ledger that is only asked; close it, or use ``with``. Whoever is to move something opens a ``Ledger``.

    Args:
        where: A SQLite file, whose folder is made if need be; or the URL of a database.
        now: The clock; left out, this machine's, set right by the database server's where there is one, because
            the clocks of several machines may lie minutes apart.
        make: Whether the tables are made where there are none.

    Raises:
        LedgerError: It cannot be opened, is no ledger, or was written by a newer program.
    """

    def __init__(
        self, where: Path | str | URL, *, now: Callable[[], datetime] | None = None, make: bool = True
    ) -> None:
        self.database = Database(where, make=make)
        self.shown = self.database.shown
        self._now = now or _clock_of(self.database)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of it."""
        self.database.close()

    def now(self) -> datetime:
        """The moment, aware, in UTC, as this ledger tells it."""
        return self._now()

    def find(self, key: str) -> Purchase | None:
        """The purchase of that name."""
        with self.database.reading() as connection:
            row = connection.execute(select(purchases).where(purchases.c.key == key)).one_or_none()
        return purchase_of(row) if row is not None else None

    def get(self, key: str) -> Purchase:
        """The purchase of that name.

        Raises:
            LedgerError: There is none.
        """
        found = self.find(key)
        if found is None:
            raise LedgerError(f"The ledger {self.shown} has no purchase {key[:8]}.")
        return found

    def takes_of(self, order: Order) -> list[Purchase]:
        """Every take of the same request, by number, whichever episode it was bought for."""
        with self.database.reading() as connection:
            rows = connection.execute(
                select(purchases)
                .where(
                    purchases.c.provider == order.provider,
                    purchases.c.base_url == order.base_url,
                    purchases.c.request_sha256 == order.request_sha256,
                )
                .order_by(purchases.c.take)
            ).all()
        return [purchase_of(row) for row in rows]

    def all(self, *, series: str | None = None) -> list[Purchase]:
        """Every purchase, or those of one series, oldest first."""
        question = select(purchases).order_by(purchases.c.created_at)
        if series is not None:
            question = question.where(purchases.c.series == series)
        with self.database.reading() as connection:
            rows = connection.execute(question).all()
        return [purchase_of(row) for row in rows]

    def history(self, key: str) -> list[tuple[datetime, State, str]]:
        """What happened to a purchase, oldest first: when, the state it came to, and why."""
        with self.database.reading() as connection:
            rows = connection.execute(select(events).where(events.c.key == key).order_by(events.c.id)).all()
        return [(utc(row.at), State(row.state), row.detail) for row in rows]

    def all_history(self) -> list[tuple[datetime, str, State, str, str]]:
        """What happened to every purchase, oldest first: when, its key, the state it came to, the host, and why."""
        with self.database.reading() as connection:
            rows = connection.execute(select(events).order_by(events.c.id)).all()
        return [(utc(row.at), row.key, State(row.state), row.host, row.detail) for row in rows]

    def run(self, run_id: str) -> Run | None:
        """The run of that name."""
        with self.database.reading() as connection:
            row = connection.execute(select(runs).where(runs.c.id == run_id)).one_or_none()
        return run_of(row) if row is not None else None

    def unfinished_runs(self) -> list[Run]:
        """The runs whose episodes were not finished yet, oldest first."""
        with self.database.reading() as connection:
            rows = connection.execute(select(runs).where(runs.c.finished_at.is_(None)).order_by(runs.c.at)).all()
        return [run_of(row) for row in rows]

    def open_keys(self) -> list[str]:
        """What a process can go on with: what is paid and under way, and what was agreed to and not bought yet."""
        with self.database.reading() as connection:
            rows = connection.execute(
                select(purchases.c.key).where(_is_open()).order_by(purchases.c.created_at, purchases.c.reel)
            ).all()
        return [row.key for row in rows]

    def open_purchases(self) -> list[Purchase]:
        """What ``open_keys`` names, in the same order."""
        with self.database.reading() as connection:
            rows = connection.execute(
                select(purchases).where(_is_open()).order_by(purchases.c.created_at, purchases.c.reel)
            ).all()
        return [purchase_of(row) for row in rows]

    def several(self, keys: Iterable[str]) -> dict[str, Purchase]:
        """The purchases of these names, by name; those that are not there are left out."""
        wanted = list(dict.fromkeys(keys))
        found: dict[str, Purchase] = {}
        with self.database.reading() as connection:
            for start in range(0, len(wanted), _AT_ONCE):
                part = wanted[start : start + _AT_ONCE]
                rows = connection.execute(select(purchases).where(purchases.c.key.in_(part)))
                found.update((row.key, purchase_of(row)) for row in rows)
        return found

    def load(self, base_url: str) -> tuple[int, int]:
        """How many jobs of a service are under way, and how many more were agreed to."""
        to_come = select(func.count()).where(
            purchases.c.base_url == base_url,
            purchases.c.state == str(State.PLANNED),
            purchases.c.run.is_not(None),
        )
        with self.database.reading() as connection:
            return under_way(connection, base_url), connection.execute(to_come).scalar_one()

    def durations(self, base_url: str) -> dict[str, list[tuple[float, float]]]:
        """How long the last jobs of a service took, by resolution: seconds of clip ordered, seconds it took."""
        question = (
            select(purchases.c.request, purchases.c.accepted_at, purchases.c.ready_at)
            .where(
                purchases.c.base_url == base_url,
                purchases.c.accepted_at.is_not(None),
                purchases.c.ready_at.is_not(None),
            )
            .order_by(purchases.c.ready_at.desc())
            .limit(_HISTORY)
        )
        known: dict[str, list[tuple[float, float]]] = {}
        with self.database.reading() as connection:
            for row in connection.execute(question):
                request = json.loads(row.request)
                took = (utc(row.ready_at) - utc(row.accepted_at)).total_seconds()
                known.setdefault(str(request.get("resolution")), []).append(
                    (float(request.get("duration") or 0), took)
                )
        return known

    def spent(self, account: Account, scope: str) -> Decimal:
        """What was spent in a scope, in US dollars, unrounded; see ``spending.spent``."""
        with self.database.reading() as connection:
            return spent(connection, account, [scope])[scope]

    def see_that_it_fits(self, account: Account, ceilings: Ceilings, costs: Iterable[Decimal]) -> None:
        """See that buying passes no ceiling as things stand now; the permit looks again.

        Raises:
            CeilingError: It would.
        """
        with self.database.reading() as connection:
            see_that_it_fits(connection, account, ceilings, costs)

    def still_permits(self, key: str, permit: str) -> bool:
        """Whether a permit still holds: nobody has decided otherwise since it was given."""
        question = select(purchases.c.key).where(
            purchases.c.key == key, purchases.c.state == str(State.BUYING), purchases.c.permit == permit
        )
        with self.database.reading() as connection:
            return connection.execute(question).first() is not None


def _is_open() -> ColumnElement[bool]:
    return or_(
        purchases.c.state.in_([str(state) for state in OPEN]),
        (purchases.c.state == str(State.PLANNED)) & purchases.c.run.is_not(None),
    )


def under_way(connection: Connection, base_url: str) -> int:
    """How many jobs of a service are being bought or rendered."""
    states = [str(State.BUYING), str(State.RUNNING)]
    question = select(func.count()).where(purchases.c.base_url == base_url, purchases.c.state.in_(states))
    found: int = connection.execute(question).scalar_one()
    return found


def _clock_of(database: Database) -> Callable[[], datetime]:
    offset = timedelta(seconds=database.clock_offset())
    clock = SystemClock()
    return lambda: clock.now() + offset
