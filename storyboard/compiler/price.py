"""What a reel costs, in US dollars, exactly; rounded once, where it is shown."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

    from storyboard.profile import RateCard, Resolution


def price(rates: RateCard, resolution: Resolution, seconds: Fraction, t2v_quality: str | None) -> Decimal:
    """The price of one job, unrounded.

    Args:
        rates: The card in force.
        resolution: Its frame size.
        seconds: The length ordered.
        t2v_quality: The quality of a text-to-video job; None for image-to-video, which pays no such fee.
    """
    length = Decimal(seconds.numerator) / Decimal(seconds.denominator)
    fee = rates.text_to_video_fee[t2v_quality] if t2v_quality else Decimal(0)
    return rates.per_second[resolution.price_class] * length + fee


def dollars(amount: Decimal) -> str:
    """An amount in dollars and cents, such as ``6.93``."""
    return str(amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))
