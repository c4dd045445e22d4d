"""Buyers that died in the middle of a purchase: what they left is told as unknown, before anything else is paid."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from storyboard.generation.holder import Holder
from storyboard.generation.purchase import State

if TYPE_CHECKING:
    from storyboard.generation.journal import Journal
    from storyboard.generation.ledger import Ledger
    from storyboard.generation.purchase import Purchase

BUYER_GONE = "The program that was buying it is gone. It may be paid, and will not be sent again by itself."
"""Why a purchase is unknown whose buyer died."""


def is_dead(holder: str) -> bool | None:
    """Whether a holder, as the ledger has it, is seen to be dead (True) or alive (False); None is neither."""
    found = Holder.read(holder.partition("#")[0])
    return found.is_dead() if found is not None else None


def me() -> str:
    """A name for whoever works on purchases from here on: this process, and something of its own."""
    return f"{Holder.mine()}#{uuid.uuid4().hex[:8]}"


def without_dead_buyer(ledger: Ledger, journal: Journal, purchase: Purchase) -> Purchase:
    """A purchase as it is; unknown where its buyer is gone and the journal does not know what it bought."""
    holder = purchase.holder
    if purchase.state is not State.BUYING or journal.entry_of(purchase.key, purchase.permit) is not None:
        return purchase
    if holder is not None and not is_dead(holder):
        return purchase
    mine = me()
    if ledger.hold(purchase.key, mine, gone=[holder] if holder else []):
        try:
            if ledger.get(purchase.key).state is State.BUYING:  # seen under the hold: it may just have finished
                ledger.uncertain(purchase.key, BUYER_GONE)
        finally:
            ledger.let_go(purchase.key, mine)
    return ledger.get(purchase.key)
