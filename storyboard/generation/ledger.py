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
from storyboard.generation.ledger_reading import LedgerReader, under_way
from storyboard.generation.ledger_rows import purchase_of, run_of, run_values
from storyboard.generation.ledger_tables import events, meta, purchases, runs
from storyboard.generation.purchase import Order, Purchase, State
from storyboard.generation.spending import Account, see_that_it_fits

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from storyboard.generation.runs import Run

LEASE = 300.0
"""Seconds for which whoever works on a purchase is believed to, where it cannot be seen whether it lives. Longer than
any request may last."""


class Ledger(LedgerReader):
    """An open ledger: what can be asked of it, and every move from one state to the next."""

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

    def finish_run(self, run_id: str) -> None:
        """Write down that there is nothing more to do for a run."""
        with self.database.transaction() as connection:
            connection.execute(update(runs).where(runs.c.id == run_id).values(finished_at=self._now()))

    def belongs_to(self, series: str) -> str:
        """Whose ledger this is, for a file that serves one series: the first that asks makes it its own."""
        with self.database.transaction() as connection:
            owner = connection.execute(select(meta.c.series)).scalar_one()
            if owner is None:
                connection.execute(update(meta).values(series=series))
        return owner or series

    def hold(self, key: str, holder: str, *, gone: Iterable[str] = ()) -> Purchase | None:
        """Begin to work on a purchase, or go on to.

        Args:
            key: The purchase's.
            holder: Who asks.
            gone: Holders that are known to be dead.

        Returns:
            The purchase as it is in the moment it is held; None where somebody else works on it, or it is not there.
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
            if not connection.execute(statement.values(holder=holder, held_until=now + lease)).rowcount:
                return None
            row = connection.execute(select(purchases).where(purchases.c.key == key)).one()
            return purchase_of(row)  # in here, so that a row that is not believed is not held

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

    def take_permit(self, key: str, run: str | None = None, *, most_open: int | None = None) -> str | None:
        """Ask to be the one who sends this request: a permit, or None where it is not there to be had.

        Args:
            key: The purchase's.
            run: The agreement under which it is sent; where that was taken back meanwhile, there is no permit.
            most_open: How many jobs of the service may be under way; where they are, there is no permit just now.

        That number and the ceilings of the run that agreed to it are looked at in the same transaction, so that two
        processes together cannot pass them.

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
            if most_open is not None and under_way(connection, order.base_url) >= most_open:
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
            insert(events),
            {
                "key": key,
                "at": self._now(),
                "state": str(state),
                "host": platform.node(),
                "pid": os.getpid(),
                "detail": detail,
            },
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


def _episodes(orders: Iterable[Order]) -> set[tuple[str, str, str, str]]:
    return {(order.provider, order.base_url, order.series, order.episode) for order in orders}
