"""When a purchase is to be looked at next, by its row alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.generation.dead_buyers import is_dead

if TYPE_CHECKING:
    from datetime import datetime

    from storyboard.generation.purchase import Purchase

SWEEP_EVERY = 60.0
"""Seconds between two sweeps; what is due later than that is left to the next."""

Due = tuple[str, float]
"""The key of a purchase, and the seconds after which to look at it."""


def seconds_until_due(purchase: Purchase, now: datetime) -> float:
    """When a purchase is to be looked at, by its row alone; 0.0 for at once.

    Args:
        purchase: As the ledger has it.
        now: The moment, as the ledger tells it.
    """
    if purchase.holder is not None and is_dead(purchase.holder) is not True:
        until = purchase.held_until
        return max(0.0, (until - now).total_seconds()) if until else 0.0
    if purchase.holder is not None or purchase.looked_at is None:
        return 0.0
    since = max(0.0, (now - purchase.looked_at).total_seconds())  # a clock may have been set back
    return max(0.0, purchase.wait_seconds - since)
