"""How long to wait before asking again: exponential backoff with full jitter, as the vendor asks (docs, limits)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_WAIT = 1.0
"""Seconds: the upper end of the first wait; it doubles with each further one."""

LONGEST_WAIT = 60.0
"""Seconds: where the doubling ends. A longer ``retry_after`` is still honoured."""

SHORTEST_WAIT = 0.25
"""Seconds: no wait is shorter, whatever chance and the service say; a wait of none makes a storm."""

_MOST_DOUBLINGS = 16  # far past LONGEST_WAIT; keeps the power small in the hundredth hour


def wait_seconds(attempt: int, retry_after: float | None, random: Callable[[], float]) -> float:
    """How long to wait after the ``attempt``-th failure: full jitter, on top of what the service asks for.

    Args:
        attempt: From 1.
        retry_after: The least wait the service named, in seconds, or None.
        random: Gives 0.0 to 1.0.
    """
    window = min(FIRST_WAIT * 2.0 ** min(attempt - 1, _MOST_DOUBLINGS), LONGEST_WAIT)
    return max((retry_after or 0.0) + random() * window, SHORTEST_WAIT)
