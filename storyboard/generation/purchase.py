"""A purchase: one take of one reel, what it is known by, and the states it goes through."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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


PILOT_ENDING = ".pilot"
"""What follows the name of an episode, for its pilot: in the ledger, and in the name of the finished file."""
OPEN = frozenset({State.BUYING, State.RUNNING, State.COLLECTING})
"""Paid or being paid, and going on."""
ENDED_BADLY = frozenset({State.FAILED, State.EXPIRED, State.ABANDONED})
"""Ends from which only another take goes on."""


@dataclass(frozen=True)
class Order:
    """What is to be bought, before it is known whether it was.

    Attributes:
        provider: Who renders.
        base_url: Where; ``sandbox`` for the embedded one, whose port means nothing.
        request: The body of the request, an image told by what it is rather than by its bytes:
            ``{"sha256": …}``, ``{"url": …}`` or ``{"handoff": key of the purchase before it, "frame": "last"}``,
            so that a whole chain is known before any of it is rendered.
        take: From 1.
        series: The title of the series, or the name of the folder of a story that belongs to none.
        episode: The story's file, seen from its series, without its ending.
        reel: The reel's number in the episode, from 1.
        cost: US dollars, unrounded.
        content_sha256: Names what the author wrote, whatever this program makes of it; empty where it is not known.
        free: Whether it costs nothing, and may simply be made again.
    """

    provider: str
    base_url: str
    request: Mapping[str, Any]
    take: int
    series: str
    episode: str
    reel: int
    cost: Decimal
    content_sha256: str = ""
    free: bool = False

    @property
    def request_text(self) -> str:
        """The request as one canonical JSON text."""
        return json.dumps(self.request, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def after(self) -> str | None:
        """The key of the purchase whose last frame it starts from; None where it starts by itself."""
        image = self.request.get("image")
        return image.get("handoff") if isinstance(image, Mapping) else None

    @property
    def own_sha256(self) -> str:
        """What names the request but for the take that it goes on from."""
        if self.after is None:
            return self.request_sha256
        own = dict(self.request) | {"image": {"handoff": "any"}}
        text = json.dumps(own, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @cached_property
    def request_sha256(self) -> str:
        """What names the request: the same content has the same name on every machine."""
        return hashlib.sha256(self.request_text.encode()).hexdigest()

    @cached_property
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
        run: The run under which a person agreed to pay for it; None where nobody has.
        holder: Who works on it just now, as text; None where nobody does.
        held_until: Until when that is believed of somebody who is not seen.
        permit_at: When its permit was given.
        accepted_at: When the service took it.
        ready_at: When its clip was first seen to be ready.
        done_at: When its clip came home.
        looked_at: When it was last worked on.
        wait_seconds: How long after that it need not be looked at.
        tries: How often in a row the service gave no usable answer.
        progress: 0.0 to 1.0 as the service last said, or None.
        word: The service's own last word for its state; may be empty.
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
    run: str | None = None
    holder: str | None = None
    held_until: datetime | None = None
    permit_at: datetime | None = None
    accepted_at: datetime | None = None
    ready_at: datetime | None = None
    done_at: datetime | None = None
    looked_at: datetime | None = None
    wait_seconds: float = 0.0
    tries: int = 0
    progress: float | None = None
    word: str = ""

    @property
    def is_stuck(self) -> bool:
        """Whether its clip was ready and could not be had or used: trying again is free, and may be in vain."""
        return self.state is State.COLLECTING and bool(self.reason)
