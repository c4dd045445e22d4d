"""What a render is about to do with each reel, told before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from storyboard.generation.purchase import ENDED_BADLY, Purchase, State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from storyboard.compiler.plan import PlannedReel


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
