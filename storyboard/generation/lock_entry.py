"""An entry of the lock file: which take of a reel is picked, and everything by which to know it again.

A lock file comes with a repository, which may be a stranger's. Nothing of an entry is believed before it is looked
at: each value has its form, and the names of request and purchase are worked out again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from storyboard.generation.lock_forms import FORMS, is_price
from storyboard.generation.purchase import Order, State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storyboard.generation.purchase import Purchase


class EntryProblemError(ValueError):
    """An entry cannot be believed. The message says what is wrong, as the end of a sentence about the entry."""


@dataclass(frozen=True)
class LockEntry:
    """The picked take of one reel.

    Attributes:
        episode: The story's file, seen from its series, with forward slashes and without its ending.
        reel: The reel's number in the episode, from 1.
        key: The purchase's.
        take: Which take of the request it is, from 1.
        provider: Who rendered it.
        base_url: Where; ``sandbox`` for the embedded one.
        job_id: The service's name for the job.
        cost_usd: What it cost.
        cfg: The request's; None where it has none.
        stands: Whether it is kept by a person's word, though the reel before it has another take now.
        content_sha256: Names what the author wrote; empty where that is not known.
        request_sha256: Names the request.
        request: The request's body, its image told by what it is.
        clip: The clip's file name.
        clip_sha256: Of the clip's bytes.

    Raises:
        EntryProblemError: A value is not what it has to be, or they do not belong together.
    """

    episode: str
    reel: int
    key: str
    take: int
    provider: str
    base_url: str
    job_id: str
    cost_usd: Decimal
    cfg: float | None
    stands: bool
    content_sha256: str
    request_sha256: str
    request: Mapping[str, Any]
    clip: str
    clip_sha256: str

    def __post_init__(self) -> None:
        for name, (fits, told) in FORMS.items():
            if not fits(getattr(self, name)):
                raise EntryProblemError(f"its “{name}” is not {told}")
        order = self.order("")
        if self.request_sha256 != order.request_sha256:
            raise EntryProblemError("its “request_sha256” is not that of its “request”")
        if self.key != order.key:
            raise EntryProblemError("its “key” is not that of its provider, base_url, request and take")
        if self.cfg != self.request.get("cfg"):
            raise EntryProblemError("its “cfg” is not that of its “request”")

    def order(self, series: str) -> Order:
        """What was ordered, for a ledger that does not know it.

        Args:
            series: The series' title, or the name of the folder of a story that belongs to none.
        """
        return Order(
            self.provider,
            self.base_url,
            self.request,
            self.take,
            series,
            self.episode,
            self.reel,
            self.cost_usd,
            self.content_sha256,
        )


def lock_entry_of(
    purchase: Purchase,
    *,
    content_sha256: str | None = None,
    stands: bool = False,
    reel: tuple[str, int] | None = None,
) -> LockEntry:
    """The entry that picks a purchase's take.

    Args:
        purchase: Its row; it has to be done.
        content_sha256: Names what the author wrote; left out, what the order says.
        stands: Whether it is kept by a person's word, though the reel before it has another take.
        reel: The episode and the reel's number it is picked for; left out, those it was ordered for.

    Raises:
        EntryProblemError: The take is not home, or a value of it cannot stand in a lock file.
    """
    if purchase.state is not State.DONE or not purchase.job_id or not purchase.clip or not purchase.clip_sha256:
        raise EntryProblemError(f"its take is not home: it is {purchase.state}")
    order = purchase.order
    episode, number = reel or (order.episode, order.reel)
    return LockEntry(
        episode,
        number,
        purchase.key,
        order.take,
        order.provider,
        order.base_url,
        purchase.job_id,
        order.cost,
        order.request.get("cfg"),
        stands,
        order.content_sha256 if content_sha256 is None else content_sha256,
        order.request_sha256,
        order.request,
        PurePosixPath(purchase.clip).name,
        purchase.clip_sha256,
    )


def entry_of(values: Mapping[str, Any]) -> LockEntry:
    """An entry from what stands in a file.

    Raises:
        EntryProblemError: A key is missing or unknown, or a value is not what it has to be.
    """
    for name in values:
        if name not in _NAMES:
            raise EntryProblemError(f"it has a key that is not known: {json.dumps(name[:40])}")
    for name in _NAMES:
        if name not in values:
            raise EntryProblemError(f"its “{name}” is missing")
    cost = values["cost_usd"]
    if not is_price(cost):
        raise EntryProblemError('its “cost_usd” is not a price in quotes, such as "6.93"')
    return LockEntry(**{**values, "cost_usd": Decimal(cost)})


_NAMES = tuple(field.name for field in fields(LockEntry))
