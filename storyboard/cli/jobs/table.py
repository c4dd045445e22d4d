"""Purchases as a table in 80 columns, and what to do about those that need something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.cli.jobs.common import count, cut, plain, price
from storyboard.generation.named_addresses import unnamed_note
from storyboard.generation.purchase import OPEN, State
from storyboard.generation.standing import ago, where_it_stands
from storyboard.generation.stopped import pasteable
from storyboard.review.style import paint
from storyboard.review.terminal import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from storyboard.generation.purchase import Purchase

_COLOURS = {
    State.DONE: "dim",
    State.RUNNING: "cyan",
    State.COLLECTING: "cyan",
    State.FAILED: "red",
    State.EXPIRED: "red",
    State.UNKNOWN: "red",
    State.ABANDONED: "dim",
}
_HEAD = f"  {'key':<8}  {'reel':>4}  {'take':>4}  {'where it stands':<21}  {'price':>6}  {'age':>6}  job"


def table(purchases: Sequence[Purchase], now: datetime, *, width: int, with_series: bool = False) -> Iterator[str]:
    """The purchases, those of an episode together, in the order they were made.

    Args:
        purchases: The oldest first.
        now: The moment.
        width: Columns.
        with_series: Whether the series is named too.
    """
    yield paint(_HEAD.rstrip(), "dim")
    groups: dict[str, list[Purchase]] = {}
    for purchase in purchases:
        order = purchase.order
        name = f"{order.series}: {order.episode}" if with_series else order.episode
        groups.setdefault(plain(name), []).append(purchase)
    for name, members in groups.items():
        yield paint(cut(name, width), "bold")
        for purchase in members:
            yield _line(purchase, now, width)


def _line(purchase: Purchase, now: datetime, width: int) -> str:
    order = purchase.order
    stands = f"{cut(where_it_stands(purchase), 21):<21}"
    begun = purchase.accepted_at or purchase.permit_at or purchase.created_at
    left = f"  {purchase.key[:8]}  {order.reel:>4}  {order.take:>4}  "
    right = f"  {price(purchase):>6}  {ago(now - begun):>6}  "
    job = cut(purchase.job_id or "", max(width - len(left) - len(stands) - len(right), 8))
    return (left + paint(stands, _COLOURS.get(purchase.state, "yellow")) + right + job).rstrip()


def hints(purchases: Sequence[Purchase], folder: Path, *, width: int) -> Iterator[str]:
    """What a person can do, each as a command that can be pasted; a long one stays in one piece.

    Args:
        purchases: What was shown.
        folder: Of the series or the story.
        width: Columns.
    """
    going = [each for each in purchases if (each.state in OPEN and not each.is_stuck) or _waits(each)]
    stuck = [each for each in purchases if each.is_stuck]
    if going:
        yield from _led(f"{count(len(going), 'job')} to go on with:", pasteable(folder, "jobs", "watch"), width)
    for purchase in purchases:
        key = purchase.key[:8]
        if purchase.state is State.UNKNOWN:
            asked = f"{key}: look in the service's dashboard for a job made about then, and say what you found:"
            yield from wrapped(asked, width, indent="")
            yield f"  {pasteable(folder, 'jobs', 'settle', key, '--job-id', 'ID')}"
            yield "  or, in place of --job-id ID, --buy-again or --abandon"
        elif purchase.is_stuck:
            yield from wrapped(f"{key}: {plain(purchase.reason)}", width, indent="")
            yield from _led("  try again, free:", pasteable(folder, "jobs", "resume", key), width)
            taken = pasteable(folder, "jobs", "collect", key, "--clip", "FILE")
            yield from _led("  take in a clip you fetched:", taken, width)
    services = [(each.order.provider, each.order.base_url) for each in (*going, *stuck)]
    yield from wrapped(unnamed_note(services), width, indent="")


def _led(words: str, command: str, width: int) -> Iterator[str]:
    if len(words) + 1 + len(command) <= width:
        yield f"{words} {command}"
    else:
        yield words
        yield f"    {command}"


def _waits(purchase: Purchase) -> bool:
    return purchase.state is State.PLANNED and purchase.run is not None
