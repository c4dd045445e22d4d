"""What came of one request to the service: an answer, or none and why. Values only, no I/O."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

LONGEST_WAIT = 3600.0
"""Seconds. A longer ``Retry-After`` is taken for this, so that a slip at the service is no sentence."""

_SECONDS = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")


@dataclass(frozen=True)
class Answer:
    """A whole answer of whoever answered: the service, or something in front of it.

    Attributes:
        status: The HTTP status.
        body: The whole body, the API key blotted out.
        retry_after: Seconds the answer asks to wait (0 to 3600), or None where it does not say.
    """

    status: int
    body: bytes
    retry_after: float | None = None


@dataclass(frozen=True)
class NoAnswer:
    """No whole answer came.

    Attributes:
        never_sent: True when certainly no byte of the request left: there was no connection yet.
        reason: What went wrong, as a clause: ``the connection was refused``.
        lasting: True when trying again at once would go wrong again (a certificate that is not trusted).
    """

    never_sent: bool
    reason: str
    lasting: bool = False


def retry_after_seconds(header: str | None, *, now: datetime) -> float | None:
    """Seconds to wait, from a ``Retry-After`` header: seconds or an HTTP date (RFC 9110, 10.2.3).

    Args:
        header: The header's value, or None.
        now: The time at the service (its ``Date`` header), aware, so that a wrong clock here does no harm.

    Returns:
        0 to 3600, or None where there is no header or it makes no sense.
    """
    text = (header or "").strip()
    if _SECONDS.fullmatch(text):
        return min(float(text), LONGEST_WAIT)
    moment = http_date(text)
    if moment is None:
        return None
    return min(max((moment - now).total_seconds(), 0.0), LONGEST_WAIT)


def http_date(text: str | None) -> datetime | None:
    """An HTTP date as an aware datetime, or None where it makes no sense."""
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else None
