"""How much is under way at a service, and how much is to come: what says how often to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storyboard.generation.clock import Clock
    from storyboard.generation.ledger_reading import LedgerReader

_FRESH = 5.0  # seconds for which the jobs are not counted again, to say how often to ask


class Load:
    """The jobs of a service, as a ledger has them, by whichever process they were sent.

    Args:
        ledger: Open.
        base_url: The service's address.
        clock: Tells when to count again.
    """

    def __init__(self, ledger: LedgerReader, base_url: str, clock: Clock) -> None:
        self._ledger = ledger
        self._base_url = base_url
        self._clock = clock
        self._counted_at: float | None = None
        self._counted = (0, 0)

    def lately(self) -> tuple[int, int]:
        """How many were under way a moment ago, and how many more were agreed to."""
        now = self._clock.ticks()
        if self._counted_at is None or now - self._counted_at > _FRESH:
            self._counted_at = now
            self._counted = self._ledger.load(self._base_url)
        return self._counted
