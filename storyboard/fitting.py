"""What would still fit under a ceiling: fewer reels, or a smaller picture."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from storyboard.compiler.price import dollars, price
from storyboard.generation.outlook import Will
from storyboard.profile import SVI_2_0_PRO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storyboard.errors import CeilingError
    from storyboard.generation.outlook import EpisodeOutlook, Prospect
    from storyboard.profile import RateCard

_SMALLER = {"1280x720": "832x480", "720x1280": "480x832"}


def what_would_fit(outlooks: Sequence[EpisodeOutlook], refused: CeilingError) -> str:
    """A sentence on what would fit; empty where nothing would.

    Args:
        outlooks: What was to be rendered.
        refused: Says how much is left.
    """
    left = refused.left or Decimal(0)
    bought = [prospect for outlook in outlooks for prospect in outlook.prospects if prospect.will is Will.BUY]
    told = [_fewer(bought, left), _smaller(bought, left, outlooks[0].plan.rates) if bought else ""]
    return " ".join(sentence for sentence in told if sentence)


def _fewer(bought: Sequence[Prospect], left: Decimal) -> str:
    """How many of the reels fit, taken in the order in which they would be rendered."""
    total, count = Decimal(0), 0
    for prospect in bought:
        if total + prospect.cost > left:
            break
        total, count = total + prospect.cost, count + 1
    if not 0 < count < len(bought):
        return ""
    reels = "reel" if count == 1 else f"{count} reels"
    return f"The first {reels} of {len(bought)} would fit (${dollars(total)})."


def _smaller(bought: Sequence[Prospect], left: Decimal, rates: RateCard) -> str:
    """What the same would cost at 480p, where some of it is larger."""
    total, changed = Decimal(0), False
    for prospect in bought:
        name = str(prospect.order.request["resolution"])
        smaller = _SMALLER.get(name)
        changed = changed or smaller is not None
        total += _cost_at(prospect, smaller, rates) if smaller else prospect.cost
    return f"At 480p all of it would cost ${dollars(total)}, which fits." if changed and total <= left else ""


def _cost_at(prospect: Prospect, resolution: str, rates: RateCard) -> Decimal:
    reel = prospect.reel
    size = SVI_2_0_PRO.resolutions[resolution]
    return price(rates, size, reel.seconds, reel.base_request.get("t2v_quality"))
