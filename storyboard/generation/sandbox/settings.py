"""What a sandbox can be told."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal
    from pathlib import Path

HOSTED_JOB_SECONDS = 45 * 60
"""What the hosted service takes for a long clip: 45 minutes and more (the service's own description)."""

HOSTED_REQUESTS_PER_MINUTE = 50
"""The hosted service's limit for a whole account (vendor docs, limits)."""

KEY_PREFIX = "sk-empiriolabs-sandbox-"
"""Begins every key the sandbox makes up; the hosted service's begin with ``sk-empiriolabs-`` (vendor docs)."""

MAX_BODY_BYTES = 48 * 2**20
"""The largest request body: the largest first frame in base64, and room for the prompt."""


@dataclass(frozen=True)
class SandboxSettings:
    """How one sandbox behaves.

    Attributes:
        key: The API key it accepts; None makes a random one.
        speed: How many times faster than the hosted service (45 minutes a job) a job seems to be; None is
            as fast as the clip can be made. A job is never done before its clip is.
        faults: What shall go wrong, each ``NAME`` or ``NAME=VALUE``; see ``faults.FAULTS``.
        retention: Seconds a finished job can still be polled; after that it is 404 (vendor docs: one hour).
        media_lifetime: Seconds a media URL works (vendor docs: seven days).
        requests_per_minute: Above it requests are answered 429; None is no limit.
        credits: US dollars the account holds; a job that costs more is answered 402. None is no end of it.
        workers: Clips made at the same time. One clip keeps two cores busy.
        folder: Where the clips are kept, and stay when the sandbox ends; None is a temporary folder that goes.
    """

    key: str | None = None
    speed: float | None = None
    faults: tuple[str, ...] = ()
    retention: float = 3600.0
    media_lifetime: float = 7 * 24 * 3600.0
    requests_per_minute: int | None = None
    credits: Decimal | None = None
    workers: int = 1
    folder: Path | None = None


def is_loopback(host: str) -> bool:
    """Whether a host name or address can only be this very machine."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
