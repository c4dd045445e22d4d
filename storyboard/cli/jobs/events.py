"""What happened to purchases, as lines and as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.cli.jobs.common import plain
from storyboard.review.terminal import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from storyboard.generation.purchase import State

    Event = tuple[datetime, str, State, str, str]


def event_lines(events: Iterable[Event], *, width: int, with_key: bool = True) -> Iterator[str]:
    """A line for each, and more where it is long: the moment in UTC, the key, what happened, and on which host.

    Args:
        events: The oldest first.
        width: Columns.
        with_key: Whether the purchase is named.
    """
    for at, key, state, host, detail in events:
        head = f"{at:%Y-%m-%d %H:%M:%S}  {f'{key[:8]}  ' if with_key else ''}{state:<10}  "
        first, *rest = wrapped(f"{plain(detail)} ({plain(host)})", max(width - len(head), 20), indent="")
        yield head + first
        for line in rest:
            yield " " * len(head) + line


def event_json(event: Event) -> dict[str, str]:
    """One as plain values."""
    at, key, state, host, detail = event
    return {
        "at": at.isoformat(timespec="seconds"),
        "key": key,
        "state": str(state),
        "host": host,
        "detail": detail,
    }
