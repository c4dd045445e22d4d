"""What a take has to be, read from the request that ordered it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from storyboard.errors import LedgerError

if TYPE_CHECKING:
    from storyboard.generation.purchase import Order
    from storyboard.profile import ModelProfile


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


def ordered_of(order: Order, profile: ModelProfile) -> Ordered:
    """What the take of an order has to be.

    Raises:
        LedgerError: The request names no such size or length; it was not written by this program.
    """
    try:
        size = profile.resolutions[order.request["resolution"]]
        return Ordered(size.width, size.height, Fraction(str(order.request["duration"])))
    except (KeyError, ValueError, TypeError, ZeroDivisionError):
        raise LedgerError(
            f"The ledger's request for reel {order.reel} of {order.episode} names no size and length that this "
            "program knows.",
            hint="It may have been written by a newer program; nothing was changed.",
        ) from None
