"""The ledger: which takes were bought, and where each stands. Written before a request is sent, and right after.

The database is what decides: a move from one state to the next is one UPDATE that names the state it starts
from, so of all processes only one makes it, and every move leaves an event in the same transaction.
"""

from __future__ import annotations

import json
import os
import platform
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, or_, select, update

from storyboard.errors import LedgerError
from storyboard.generation.clock import SystemClock
from storyboard.generation.ledger_database import Database
from storyboard.generation.ledger_rows import purchase_of, run_of, run_values, utc
from storyboard.generation.ledger_tables import events, meta, purchases, runs
from storyboard.generation.purchase import OPEN, Order, Purchase, State
from storyboard.generation.spending import Account, Ceilings, see_that_it_fits, spent

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from datetime import datetime
    from decimal import Decimal
    from pathlib import Path

    from sqlalchemy import URL, ColumnElement, Connection

    from storyboard.generation.runs import Run

LEASE = 300.0
"""Seconds for which whoever works on a purchase is believed to, where it cannot be seen whether it lives. Longer than
any request may last."""
_HISTORY = 200  # jobs whose durations are looked at
_AT_ONCE = 500  # names asked for in one question; databases bound them


class Ledger:
    """An open ledger; close it, or use ``with``.

    Args:
        where: A SQLite file, whose folder is made if need be; or the URL of a database.
        now: The clock; left out, this machine's, set right by the database server's where there is one, because
            the clocks of several machines may lie minutes apart.

    Raises:
        LedgerError: It cannot be opened, is no ledger, or was written by a newer program.
    """

    def __init__(
        self, where: Path | str | URL, *, now: Callable[[], datetime] | None = None, make: bool = True
    ) -> None:
        self.database = Database(where, make=make)
        self.shown = self.database.shown
        self._now = now or _clock_of(self.database)

    def __enter__(self) -> Ledger:
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

    def plan(self, order: Order) -> Purchase:
        """Write an order down, or find the row it has already."""
        with self.database.alone() as connection:
            self._write_down(connection, order)
            row = connection.execute(select(purchases).where(purchases.c.key == order.key)).one()
        return purchase_of(row)

    def agree(self, run: Run, orders: Sequence[Order], *, instead: bool = False, spare: Collection[str] = ()) -> None:
        """Write down that a person agreed to pay for these; from here on any process may buy what is missing.

        Args:
            run: The agreement.
            orders: What it is about.
            instead: Take back what was agreed to before for the same episodes and is not bought yet: they have
                become another text.
            spare: Agreements that other processes act on just now: what is theirs stays theirs.
        """
        planned = update(purchases).where(
            purchases.c.state == str(State.PLANNED),
            or_(purchases.c.run.is_(None), purchases.c.run.not_in(list(spare))),
        )
        with self.database.alone() as connection:
            connection.execute(insert(runs).values(run_values(run)))
            for provider, base_url, series, episode in _episodes(orders) if instead else ():
                connection.execute(
                    planned.where(
                        purchases.c.provider == provider,
                        purchases.c.base_url == base_url,
                        purchases.c.series == series,
                        purchases.c.episode == episode,
                    ).values(run=None)
                )
            for order in orders:
                self._write_down(connection, order)
                connection.execute(
                    planned.where(purchases.c.key == order.key).values(
                        run=run.id,
                        tries=0,
                        series=order.series,
                        episode=order.episode,
                        reel=order.reel,
                        cost_usd=str(order.cost),  # as it was told just now, whatever it was before
                        content_sha256=order.content_sha256,
                        free=order.free,
                    )
                )

    def withdraw(self, run_id: str) -> None:
        """Take an agreement back for what is not bought yet: its price has to be told again."""
        statement = update(purchases).where(purchases.c.run == run_id, purchases.c.state == str(State.PLANNED))
        with self.database.transaction() as connection:
            connection.execute(statement.values(run=None))

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

    def finish_run(self, run_id: str) -> None:
        """Write down that there is nothing more to do for a run."""
        with self.database.transaction() as connection:
            connection.execute(update(runs).where(runs.c.id == run_id).values(finished_at=self._now()))

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
        under_way = purchases.c.state.in_([str(State.BUYING), str(State.RUNNING)])
        to_come = (purchases.c.state == str(State.PLANNED)) & purchases.c.run.is_not(None)
        question = (
            select(under_way, func.count())
            .where(purchases.c.base_url == base_url, or_(under_way, to_come))
            .group_by(under_way)
        )
        with self.database.reading() as connection:
            counted = {bool(row[0]): int(row[1]) for row in connection.execute(question)}
        return counted.get(True, 0), counted.get(False, 0)

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
            return spent(connection, account, scope)

    def see_that_it_fits(self, account: Account, ceilings: Ceilings, costs: Iterable[Decimal]) -> None:
        """See that buying passes no ceiling as things stand now; the permit looks again.

        Raises:
            CeilingError: It would.
        """
        with self.database.reading() as connection:
            see_that_it_fits(connection, account, ceilings, costs)

    def belongs_to(self, series: str) -> str:
        """Whose ledger this is, for a file that serves one series: the first that asks makes it its own."""
        with self.database.transaction() as connection:
            owner = connection.execute(select(meta.c.series)).scalar_one()
            if owner is None:
                connection.execute(update(meta).values(series=series))
        return owner or series

    def hold(self, key: str, holder: str, *, gone: Iterable[str] = ()) -> bool:
        """Begin to work on a purchase, or go on to; True where nobody else does.

        Args:
            key: The purchase's.
            holder: Who asks.
            gone: Holders that are known to be dead.
        """
        now = self._now()
        lease = timedelta(seconds=LEASE)
        statement = update(purchases).where(
            purchases.c.key == key,
            or_(
                purchases.c.holder.is_(None),
                purchases.c.holder.in_([holder, *gone]),
                purchases.c.held_until <= now,
                purchases.c.held_until > now + 2 * lease,  # written before a clock was set back
            ),
        )
        with self.database.transaction() as connection:
            return bool(connection.execute(statement.values(holder=holder, held_until=now + lease)).rowcount)

    def let_go(self, key: str, holder: str, *, wait: float = 0.0, tries: int = 0) -> None:
        """End working on a purchase, and say for how many seconds nobody need look at it."""
        statement = update(purchases).where(purchases.c.key == key, purchases.c.holder == holder)
        with self.database.transaction() as connection:
            connection.execute(
                statement.values(holder=None, held_until=None, looked_at=self._now(), wait_seconds=wait, tries=tries)
            )

    def seen(self, key: str, word: str, progress: float | None) -> None:
        """Keep what the service last said of a job that goes on."""
        statement = update(purchases).where(purchases.c.key == key)
        with self.database.transaction() as connection:
            connection.execute(statement.values(word=word, progress=progress))

    def take_permit(self, key: str, run: str | None = None, *, room: int | None = None) -> str | None:
        """Ask to be the one who sends this request: a permit, or None where it is not there to be had.

        Args:
            key: The purchase's.
            run: The agreement under which it is sent; where that was taken back meanwhile, there is no permit.
            room: How many jobs of its service may be under way at most; where as many are, there is no permit.

        The ceilings of the run that agreed to it are looked at in the same transaction, so that two processes
        together cannot pass them.

        Raises:
            CeilingError: It would pass one.
        """
        permit = str(uuid.uuid4())
        now = self._now()
        statement = update(purchases).where(purchases.c.key == key, purchases.c.state == str(State.PLANNED))
        with self.database.alone() as connection:
            row = connection.execute(select(purchases).where(purchases.c.key == key)).one_or_none()
            if row is None or row.state != str(State.PLANNED):
                return None
            if run is not None and row.run != run:
                return None
            order = purchase_of(row).order
            if room is not None and _under_way(connection, order.base_url) >= room:
                return None
            agreed = connection.execute(select(runs).where(runs.c.id == row.run)).one_or_none() if row.run else None
            if agreed is not None and not order.free:
                account = Account(order.series, order.episode, row.run, now)
                see_that_it_fits(connection, account, run_of(agreed).ceilings, [order.cost])
            given = statement.values(state=str(State.BUYING), permit=permit, permit_at=now, reason="", updated_at=now)
            if not connection.execute(given).rowcount:
                return None
            self._log(connection, key, State.BUYING, "permit given")
        return permit

    def still_permits(self, key: str, permit: str) -> bool:
        """Whether a permit still holds: nobody has decided otherwise since it was given."""
        found = self.find(key)
        return found is not None and found.state is State.BUYING and found.permit == permit

    def give_back(self, key: str, permit: str, reason: str) -> None:
        """The request certainly bought nothing: back to planned. What a person has settled since stays settled."""
        self._move(
            key, {State.BUYING, State.UNKNOWN}, State.PLANNED, reason, only_permit=permit, permit=None, reason=reason
        )

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
            accepted_at=self._now(),
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
            permit_at=self._now(),
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

    def ready(self, key: str, media_url: str, at: datetime | None = None) -> None:
        """The clip is ready; written down before it is fetched.

        Args:
            key: The purchase's.
            media_url: Where the clip lies.
            at: When it became ready, as the service says: believed where it lies between the submit and now, so
                that a job that was looked at late is not taken for one that took long.
        """
        now = self._now()
        found = self.find(key)
        begun = found.accepted_at if found is not None else None
        if at is None or begun is None or not begun < at < now:
            at = now
        self._must_move(
            key,
            {State.RUNNING, State.COLLECTING, State.DONE},
            State.COLLECTING,
            "the clip is ready",
            media_url=media_url,
            reason="",
            ready_at=func.coalesce(purchases.c.ready_at, at),
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
            done_at=func.coalesce(purchases.c.done_at, self._now()),
        )

    def adopt(self, order: Order, job_id: str, clip: str, clip_sha256: str) -> Purchase:
        """Take over what the lock file says was bought elsewhere: it is done, and must not be bought again."""
        with self.database.alone() as connection:
            self._write_down(connection, order)
        self._move(
            order.key,
            {State.PLANNED},
            State.DONE,
            "taken over from the lock file",
            job_id=job_id,
            clip=clip,
            clip_sha256=clip_sha256,
            reason="",
        )
        return self.get(order.key)

    def taken_in(self, key: str, clip: str, clip_sha256: str) -> None:
        """A person brought the clip by hand; it is checked, and home."""
        self._must_move(
            key,
            {State.RUNNING, State.COLLECTING, State.EXPIRED},
            State.DONE,
            "a person brought the clip by hand",
            clip=clip,
            clip_sha256=clip_sha256,
            reason="",
            done_at=self._now(),
        )

    def stuck(self, key: str, reason: str) -> None:
        """The clip is ready, but cannot be had or cannot be used; it may be tried again, and costs nothing."""
        self._must_move(key, {State.COLLECTING}, State.COLLECTING, reason, reason=reason)

    def ended(self, key: str, state: State, reason: str) -> None:
        """The job ended without a clip: failed or expired; or a person gave up what is not home: abandoned."""
        given_up = {State.UNKNOWN, State.RUNNING, State.COLLECTING}
        sources = given_up if state is State.ABANDONED else {State.RUNNING}
        self._must_move(key, sources, state, reason, reason=reason)

    def not_bought(self, key: str, reason: str) -> None:
        """A person says that what is unknown was not accepted: back to planned. An answer that came late wins."""
        self._must_move(key, {State.UNKNOWN}, State.PLANNED, reason, permit=None, run=None, reason=reason)

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
            accepted_at=None,
            ready_at=None,
            done_at=None,
            progress=None,
            word="",
        )

    def _must_move(self, key: str, sources: set[State], target: State, detail: str, **values: Any) -> None:
        if not self._move(key, sources, target, detail, **values):
            found = self.find(key)
            stands = f"is {found.state}" if found else "is gone"
            raise LedgerError(
                f"A purchase cannot become {target}: in the ledger it {stands}.",
                hint=f"Another program may be writing to {self.shown}; look at what runs before going on.",
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
        with self.database.transaction() as connection:
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

    def _write_down(self, connection: Connection, order: Order) -> None:
        """Only in a transaction that is alone: two that look and then write would both write the same row."""
        if connection.execute(select(purchases.c.key).where(purchases.c.key == order.key)).first() is not None:
            return
        at = self._now()
        connection.execute(
            insert(purchases).values(
                key=order.key,
                provider=order.provider,
                base_url=order.base_url,
                request_sha256=order.request_sha256,
                take=order.take,
                series=order.series,
                episode=order.episode,
                reel=order.reel,
                request=json.dumps(dict(order.request), ensure_ascii=False),
                cost_usd=str(order.cost),
                content_sha256=order.content_sha256,
                free=order.free,
                state=str(State.PLANNED),
                created_at=at,
                updated_at=at,
            )
        )
        self._log(connection, order.key, State.PLANNED, "written down")


def _under_way(connection: Connection, base_url: str) -> int:
    states = [str(State.BUYING), str(State.RUNNING)]
    jobs = select(func.count()).where(purchases.c.base_url == base_url, purchases.c.state.in_(states))
    return connection.execute(jobs).scalar_one()


def _is_open() -> ColumnElement[bool]:
    return or_(
        purchases.c.state.in_([str(state) for state in OPEN]),
        (purchases.c.state == str(State.PLANNED)) & purchases.c.run.is_not(None),
    )


def _episodes(orders: Iterable[Order]) -> set[tuple[str, str, str, str]]:
    return {(order.provider, order.base_url, order.series, order.episode) for order in orders}


def _clock_of(database: Database) -> Callable[[], datetime]:
    offset = timedelta(seconds=database.clock_offset())
    clock = SystemClock()
    return lambda: clock.now() + offset
