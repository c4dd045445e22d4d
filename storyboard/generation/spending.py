"""What was spent, counted from the ledger, and the ceilings it must not pass.

A job is billed in full once it is accepted, whatever becomes of it (vendor docs, billing); so what may have been
accepted counts as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, func, or_, select

from storyboard.compiler.price import dollars
from storyboard.errors import CeilingError
from storyboard.generation.ledger_tables import purchases
from storyboard.generation.purchase import PILOT_ENDING, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Select

    from storyboard.generation.purchase import Purchase

NO_RUN_YET = "none"
"""Stands for the run of what nobody has agreed to yet: nothing was spent in it."""
MAY_BE_PAID = (State.BUYING, State.UNKNOWN, State.ABANDONED)
"""States in which a purchase without a job's name may be paid all the same."""


@dataclass(frozen=True)
class Ceilings:
    """Amounts in US dollars that are never passed; None is no bound.

    Attributes:
        episode: For one episode of a series, ever.
        series: For the whole series, ever.
        month: For the series in a calendar month, in UTC.
        run: For what one command buys (``--max-cost``).
    """

    episode: Decimal | None = None
    series: Decimal | None = None
    month: Decimal | None = None
    run: Decimal | None = None

    def __bool__(self) -> bool:
        return any(amount is not None for amount in (self.episode, self.series, self.month, self.run))


@dataclass(frozen=True)
class Account:
    """Whose money it is: what the sums are taken over.

    Attributes:
        series: The series' title.
        episode: The episode.
        run: The run.
        at: The moment, for the month.
    """

    series: str
    episode: str
    run: str | None
    at: datetime


_CALLED = {  # in the order in which they are looked at
    "run": "--max-cost",
    "episode": "the ceiling of the episode {account.episode}",
    "series": "the ceiling of the series",
    "month": "the ceiling of the month",
}


def spent(connection: Connection, account: Account, scopes: Sequence[str]) -> dict[str, Decimal]:
    """What was spent in each scope: ``episode``, ``series``, ``month`` or ``run``. In US dollars, unrounded.

    The database counts and this adds up: there are few different prices, and SQLite has no exact sum of its own.
    """
    sums = dict.fromkeys(scopes, Decimal(0))
    if not scopes:
        return sums
    question = _question(tuple(scopes), has_run=account.run is not None)
    for cost, count, *inside in connection.execute(question, _values(account)):
        for scope, is_inside in zip(scopes, inside, strict=True):
            if is_inside:
                sums[scope] += Decimal(cost) * count
    return sums


@cache
def _question(scopes: tuple[str, ...], *, has_run: bool) -> Select[Any]:
    """What ``spent`` asks, made once: a permit waits for it, and it takes longer to make than to answer."""
    may_be_paid = or_(purchases.c.job_id.is_not(None), purchases.c.state.in_([str(state) for state in MAY_BE_PAID]))
    within = [_within(scope, has_run=has_run).label(f"in_{scope}") for scope in scopes]
    question = select(purchases.c.cost_usd, func.count(), *within)
    question = question.where(purchases.c.free.is_(False), may_be_paid, or_(*within))
    return question.group_by(purchases.c.cost_usd, *within)


def _values(account: Account) -> dict[str, object]:
    """What ``_within`` compares with."""
    whole = account.episode.removesuffix(PILOT_ENDING)
    return {
        "this_series": account.series,
        "this_episode": whole,
        "its_pilot": whole + PILOT_ENDING,
        "this_run": account.run,
        "this_month": account.at.replace(day=1, hour=0, minute=0, second=0, microsecond=0),
    }


def counts(purchase: Purchase) -> bool:
    """Whether ``spent`` counts a purchase: what was sent and is not free, whatever became of it."""
    return not purchase.order.free and (purchase.job_id is not None or purchase.state in MAY_BE_PAID)


def spent_by_episode(purchases_: Iterable[Purchase], series: str) -> dict[str, Decimal]:
    """What ``spent`` says for each episode of a series, from rows that were read already."""
    sums: dict[str, Decimal] = {}
    for purchase in purchases_:
        order = purchase.order
        if order.series == series and counts(purchase):
            episode = order.episode.removesuffix(PILOT_ENDING)
            sums[episode] = sums.get(episode, Decimal(0)) + order.cost
    return sums


def see_that_it_fits(connection: Connection, account: Account, ceilings: Ceilings, costs: Iterable[Decimal]) -> None:
    """See that buying something passes no ceiling. Inside the transaction that takes the permit, it stays true.

    Raises:
        CeilingError: It would; the message says which, by how much.
    """
    cost = sum(costs, start=Decimal(0))
    limits = {scope: getattr(ceilings, scope) for scope in _CALLED if getattr(ceilings, scope) is not None}
    for scope, before in spent(connection, account, list(limits)).items():
        limit = limits[scope]
        if before + cost > limit:
            called = _CALLED[scope].format(account=account)
            already = f", of which ${dollars(before)} is spent" if before else ""
            raise CeilingError(
                f"This would cost ${dollars(cost)}, and {called} allows ${dollars(limit)}{already}. Nothing was "
                "sent.",
                left=max(limit - before, Decimal(0)),
                scope=scope,
                hint=_HINTS[scope],
            )


_HINTS = {
    "run": "Raise --max-cost, shorten the story, or take a 480p resolution.",
    "episode": "Raise ceilings: episode in series.yaml, shorten the story, or take a 480p resolution.",
    "series": "Raise ceilings: series in series.yaml, or render fewer reels.",
    "month": "Raise ceilings: month in series.yaml, or go on next month.",
}


def _within(scope: str, *, has_run: bool) -> ColumnElement[bool]:
    here = purchases.c.series == bindparam("this_series")
    match scope:
        case "run":
            return purchases.c.run == bindparam("this_run") if has_run else purchases.c.run.is_(None)
        case "episode":
            return and_(here, purchases.c.episode.in_([bindparam("this_episode"), bindparam("its_pilot")]))
        case "series":
            return here
        case _:
            first: ColumnElement[Any] = bindparam("this_month")
            # A ledger of an older program knows no permits' times. What was taken over from the lock file had no
            # permit here: it was bought before, nobody knows when, and is no expense of this month.
            timeless = and_(purchases.c.permit_at.is_(None), purchases.c.permit.is_not(None))
            return and_(here, or_(purchases.c.permit_at >= first, and_(timeless, purchases.c.created_at >= first)))
