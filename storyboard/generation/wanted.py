"""What the engine is asked for, and what it gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from storyboard.generation.purchase import Order, Purchase
    from storyboard.generation.take import Take


@dataclass(frozen=True)
class Ordered:
    """What a take has to be.

    Attributes:
        width: Pixels.
        height: Pixels.
        seconds: Its length.
    """

    width: int
    height: int
    seconds: Fraction


@dataclass(frozen=True)
class Wanted:
    """A reel whose take is wanted.

    Attributes:
        order: What to buy if it is not there.
        ordered: What the take has to be.
        reels: How many reels the episode has.
        body: Makes the body of the request; called only if one is sent.
        another: Buy another take, whatever takes there are.
        may_buy: Whether its price was told; what was not is never bought.
    """

    order: Order
    ordered: Ordered
    reels: int
    body: Callable[[], dict[str, Any]]
    another: bool = False
    may_buy: bool = True


@dataclass(frozen=True)
class Had:
    """A reel that is there.

    Attributes:
        take: Its take.
        purchase: Its row in the ledger.
        reused: True where it had been there before.
    """

    take: Take
    purchase: Purchase
    reused: bool
