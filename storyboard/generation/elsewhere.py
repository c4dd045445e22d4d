"""What the lock file says was bought, and this ledger does not know: ceilings cannot count it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from storyboard.compiler.price import dollars
from storyboard.generation.purchase import State

if TYPE_CHECKING:
    from storyboard.generation.lock_file import Lock
    from storyboard.generation.rows import Rows


@dataclass(frozen=True)
class BoughtElsewhere:
    """Picks that another ledger paid for.

    Attributes:
        takes: How many.
        cost: What they cost together, in US dollars, unrounded.
    """

    takes: int = 0
    cost: Decimal = Decimal(0)

    @property
    def told(self) -> str:
        """A sentence; empty where there are none."""
        if not self.takes:
            return ""
        takes = "1 more take" if self.takes == 1 else f"{self.takes} more takes"
        return (
            f"The lock file names {takes}, ${dollars(self.cost)}, bought elsewhere: ceilings count this ledger only."
        )


def bought_elsewhere(lock: Lock, rows: Rows) -> BoughtElsewhere:
    """What a lock file of paid takes names and a ledger does not.

    Args:
        lock: What was picked.
        rows: All that the ledger knows.
    """
    costs = {
        entry.key: entry.cost_usd
        for entry in lock.entries()
        if (row := rows.find(entry.key)) is None or row.state is State.PLANNED
    }
    return BoughtElsewhere(len(costs), sum(costs.values(), start=Decimal(0)))
