"""How long jobs take, from those that were rendered before."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from storyboard.generation.polling import USUAL_JOB

if TYPE_CHECKING:
    from collections.abc import Iterable

    from storyboard.generation.clock import Clock
    from storyboard.generation.ledger_reading import LedgerReader
    from storyboard.generation.purchase import Order

_FRESH = 300.0  # seconds for which the history is not read again


class Durations:
    """The history of a service, as a ledger has it, read now and then.

    Args:
        ledger: Open.
        base_url: The service's address.
        clock: Tells when to read again.
    """

    def __init__(self, ledger: LedgerReader, base_url: str, clock: Clock) -> None:
        self._ledger = ledger
        self._base_url = base_url
        self._clock = clock
        self._read_at: float | None = None
        self._known: dict[str, list[tuple[float, float]]] = {}

    def usual(self, order: Order) -> float:
        """Seconds that a job like this one usually takes, from its submit to its clip."""
        now = self._clock.ticks()
        if self._read_at is None or now - self._read_at > _FRESH:
            self._read_at = now
            self._known = self._ledger.durations(self._base_url)
        return usual_seconds(self._known.get(str(order.request.get("resolution")), ()), order)


def usual_seconds(known: Iterable[tuple[float, float]], order: Order) -> float:
    """Seconds that such jobs took in the median, for each second of clip; 45 minutes where none is known.

    Args:
        known: Of jobs of the same resolution, the seconds of clip that were ordered, and the seconds it took.
        order: The job to come.
    """
    rates = [took / length for length, took in known if length > 0 and took > 0]
    length = float(order.request.get("duration") or 0)
    return median(rates) * length if rates and length else USUAL_JOB
