"""The time of day, and waiting: handed in, so that 45 minutes can pass in a moment."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What tells the time and waits."""

    def now(self) -> datetime:
        """The moment, aware, in UTC."""

    def ticks(self) -> float:
        """Seconds that only ever rise, whatever is done to the time of day."""

    def sleep(self, seconds: float) -> None:
        """Wait that many seconds."""


class SystemClock:
    """This machine's own clock."""

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        return datetime.now(UTC)

    def ticks(self) -> float:
        """Seconds that only ever rise."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait that many seconds."""
        time.sleep(seconds)
