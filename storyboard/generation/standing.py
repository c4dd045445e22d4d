"""Where a purchase stands, in words for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.generation.purchase import State

if TYPE_CHECKING:
    from datetime import timedelta

    from storyboard.generation.purchase import Purchase

_WORDS = {
    State.PLANNED: "not sent",
    State.BUYING: "being sent",
    State.RUNNING: "at the service",
    State.COLLECTING: "ready: being fetched",
    State.DONE: "home",
    State.FAILED: "failed",
    State.EXPIRED: "too late",
    State.UNKNOWN: "nobody knows",
    State.ABANDONED: "given up",
}


def where_it_stands(purchase: Purchase) -> str:
    """A few words, 22 characters at most."""
    if purchase.state is State.PLANNED and purchase.run is not None:
        return "waiting to be sent"
    if purchase.is_stuck:
        return "ready: cannot be had"
    if purchase.state is State.RUNNING and purchase.progress is not None:
        return f"at the service, {purchase.progress:.0%}".replace("%", " %")
    return _WORDS[purchase.state]


def ago(time: timedelta) -> str:
    """A length of time in the largest unit that says enough, such as ``12 min``, ``3 h`` or ``5 d``."""
    seconds = max(0, int(time.total_seconds()))
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size * (2 if unit == "h" else 1):
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
