"""What an account may do: requests a minute, and dollars."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from storyboard.generation.sandbox.envelope import Refusal

if TYPE_CHECKING:
    from decimal import Decimal


class RateLimit:
    """A sliding minute: so many requests in any 60 seconds, POSTs and polls alike.

    Args:
        per_minute: The limit; None never refuses.
    """

    def __init__(self, per_minute: int | None) -> None:
        self._per_minute = per_minute
        self._times: deque[float] = deque()
        self._lock = threading.Lock()

    def admit(self) -> None:
        """Count one request.

        Raises:
            Refusal: 429 ``rate_limit_exceeded`` with ``Retry-After`` in whole seconds.
        """
        if self._per_minute is None:
            return
        with self._lock:
            now = time.monotonic()
            while self._times and self._times[0] <= now - 60:
                self._times.popleft()
            if len(self._times) < self._per_minute:
                self._times.append(now)
                return
            wait = max(1, math.ceil(self._times[0] + 60 - now)) if self._times else 60
        message = f"The account is over its {self._per_minute} requests a minute; try again in {wait} seconds."
        raise Refusal(429, "rate_limit_exceeded", message, {"Retry-After": str(wait)})


class Credits:
    """The dollars on the account.

    Args:
        dollars: What is there at the start; None never runs out.
    """

    def __init__(self, dollars: Decimal | None) -> None:
        self._left = dollars
        self._lock = threading.Lock()

    def spend(self, dollars: Decimal) -> None:
        """Pay for one job.

        Raises:
            Refusal: 402 ``insufficient_credits``; nothing is taken then.
        """
        with self._lock:
            if self._left is None:
                return
            if dollars > self._left:
                message = f"This job costs {dollars} dollars and the account holds {self._left}."
                raise Refusal(402, "insufficient_credits", message)
            self._left -= dollars
