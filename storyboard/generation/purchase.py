"""A purchase: one take of one reel, what it is known by, and the states it goes through."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from decimal import Decimal


class State(StrEnum):
    """Where a purchase stands."""

    PLANNED = "planned"
    """Nothing is sent; nothing is owed."""
    BUYING = "buying"
    """A permit is given: its holder, and nobody else, may send one request."""
    RUNNING = "running"
    """The service has accepted the job and named it."""
    COLLECTING = "collecting"
    """The clip is ready and its address is known."""
    DONE = "done"
    """The clip is home and is what was ordered."""
    FAILED = "failed"
    """The service ended the job without a clip."""
    EXPIRED = "expired"
    """The service no longer knows the job: paid, and too late."""
    UNKNOWN = "unknown"
    """May be paid; no job is known. Never sent again by the program."""
    ABANDONED = "abandoned"
    """Given up, by a person's word."""


ENDED_BADLY = frozenset({State.FAILED, State.EXPIRED, State.ABANDONED})
"""Ends from which only another take goes on."""


@dataclass(frozen=True)
class Order:
    """What is to be bought, before it is known whether it was.

    Attributes:
        provider: Who renders.
        base_url: Where; ``sandbox`` for the embedded one, whose port means nothing.
        request: The body of the request, an image told by what it is rather than by its bytes:
            ``{"sha256": …}``, ``{"url": …}`` or ``{"handoff": sha256 of the take, "frame": "last"}``.
        take: From 1.
        series: The folder the story belongs to.
        episode: The story's file name without its ending.
        reel: The reel's number in the episode, from 1.
        cost: US dollars, unrounded.
    """

    provider: str
    base_url: str
    request: Mapping[str, Any]
    take: int
    series: str
    episode: str
    reel: int
    cost: Decimal

    @property
    def request_text(self) -> str:
        """The request as one canonical JSON text."""
        return json.dumps(self.request, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def request_sha256(self) -> str:
        """What names the request: the same content has the same name on every machine."""
        return hashlib.sha256(self.request_text.encode()).hexdigest()

    @property
    def key(self) -> str:
        """What names the purchase. Series, episode and reel are not part of it: a file that was renamed, or a
        scene that was inserted before it, buys nothing.
        """  # noqa: D205  the first sentence does not fit one line
        name = json.dumps([self.provider, self.base_url, self.request_sha256, self.take])
        return hashlib.sha256(name.encode()).hexdigest()


@dataclass(frozen=True)
class Purchase:
    """One row of the ledger.

    Attributes:
        key: What names it.
        order: What was ordered.
        state: Where it stands.
        permit: The permit under which it was, or is being, bought.
        job_id: The service's name for the job.
        poll_url: Where the service said to ask.
        media_url: Where the clip lies.
        clip: The clip's file, relative to the ledger's folder.
        clip_sha256: Of the clip's bytes.
        reason: Why it stands where it stands, in words; may be empty.
        created_at: When it was planned.
        updated_at: When it last moved.
    """

    key: str
    order: Order
    state: State
    permit: str | None
    job_id: str | None
    poll_url: str | None
    media_url: str | None
    clip: str | None
    clip_sha256: str | None
    reason: str
    created_at: datetime
    updated_at: datetime

    @property
    def is_stuck(self) -> bool:
        """Whether its clip was ready and could not be had or used: trying again is free, and may be in vain."""
        return self.state is State.COLLECTING and bool(self.reason)
