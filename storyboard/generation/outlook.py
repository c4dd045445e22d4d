"""What a render is about to do with each reel, told before anything is sent: which take counts, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from storyboard.generation.purchase import ENDED_BADLY, Order, Purchase, State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from storyboard.compiler.plan import PlannedReel
    from storyboard.generation.ledger import Ledger


class Will(StrEnum):
    """What becomes of a reel."""

    REUSE = "reuse"
    """Its take is there."""
    RESUME = "resume"
    """Its job is paid and goes on."""
    BUY = "buy"
    """It is sent, and costs its price."""
    STOP = "stop"
    """Its last job ended badly or is uncertain, and a person has to decide."""


@dataclass(frozen=True)
class Prospect:
    """What a render will do with one reel.

    Attributes:
        reel: The reel.
        will: What becomes of it.
        purchase: Its row in the ledger, if it has one.
    """

    reel: PlannedReel
    will: Will
    purchase: Purchase | None

    @property
    def cost(self) -> Decimal:
        """What it will cost from now on, in US dollars, unrounded."""
        return self.reel.cost if self.will is Will.BUY else Decimal(0)


def current(ledger: Ledger, order: Order) -> Order:
    """The order under the take number that counts now.

    A purchase under way comes first (it goes on), then the latest take that is done, then one whose clip could
    not be used, then the latest that ended badly, and only then one that was never sent: a reel whose job failed
    is not bought again by itself.
    """
    takes = ledger.takes_of(order)
    planned = [p for p in takes if p.state is State.PLANNED]
    done = [p for p in takes if p.state is State.DONE]
    badly = [p for p in takes if p.state in ENDED_BADLY]
    stuck = [p for p in takes if p.is_stuck]
    chosen = (_under_way(takes) or done or stuck or badly or planned)[-1:]
    return replace(order, take=chosen[0].order.take) if chosen else order


def another(ledger: Ledger, order: Order) -> Order:
    """The order under the number of a further take: one that is under way, else one that was never sent."""
    takes = ledger.takes_of(order)
    begun = _under_way(takes) or [p for p in takes if p.state is State.PLANNED]
    return replace(order, take=begun[-1].order.take if begun else len(takes) + 1)


def _under_way(takes: list[Purchase]) -> list[Purchase]:
    ended = ENDED_BADLY | {State.PLANNED, State.DONE}
    return [p for p in takes if p.state not in ended and not p.is_stuck]


def what_becomes_of(purchase: Purchase | None, *, another: bool, free: bool) -> Will:
    """What a render does with a reel whose latest purchase is this."""
    if purchase is None or purchase.state is State.PLANNED:
        return Will.BUY
    if another and (purchase.state in ENDED_BADLY | {State.DONE} or purchase.is_stuck):
        return Will.BUY
    if purchase.state is State.DONE:
        return Will.REUSE
    if free:
        return Will.BUY
    if purchase.state in ENDED_BADLY | {State.UNKNOWN}:
        return Will.STOP
    return Will.RESUME


def total_to_pay(prospects: Iterable[Prospect]) -> Decimal:
    """What a render will cost from now on, in US dollars, unrounded."""
    return sum((prospect.cost for prospect in prospects), start=Decimal(0))
