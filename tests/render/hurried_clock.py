"""A clock that does not wait: each wait is a short one, and the time goes on as if it had been whole."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class HurriedClock:
    """Stands in for the system's clock.

    Args:
        longest: The longest wait, in real seconds.
        on_wait: Told of each wait as it was asked for.
    """

    def __init__(self, longest: float, on_wait: Callable[[float], None] = lambda _: None) -> None:
        self._longest = longest
        self._on_wait = on_wait
        self._ahead = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._ahead)

    def ticks(self) -> float:
        return time.monotonic() + self._ahead

    def sleep(self, seconds: float) -> None:
        self._on_wait(seconds)
        nap = min(seconds, self._longest)
        time.sleep(nap)
        self._ahead += max(0.0, seconds - nap)


def hurry(clock: HurriedClock, put: Callable[[str, object], None]) -> None:
    """Have every ``SystemClock`` go by this one.

    Args:
        clock: The clock.
        put: Sets an attribute of the class, such as a monkeypatch does.
    """
    put("now", lambda _: clock.now())
    put("ticks", lambda _: clock.ticks())
    put("sleep", lambda _, seconds: clock.sleep(seconds))
