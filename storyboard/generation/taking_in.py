"""A clip that a person fetched by hand, taken in for the purchase it belongs to."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from storyboard.errors import BusyElsewhereError, UsageError
from storyboard.generation.collecting import Collector
from storyboard.generation.dead_buyers import is_dead, me
from storyboard.generation.ordered import ordered_of
from storyboard.generation.purchase import Purchase, State
from storyboard.profile import SVI_2_0_PRO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from storyboard.generation.clock import Clock
    from storyboard.generation.lazy_provider import LazyProvider
    from storyboard.generation.ledger import Ledger
    from storyboard.generation.store import Store
    from storyboard.generation.watching import Watcher
    from storyboard.profile import ModelProfile

_TAKEN_IN = frozenset({State.RUNNING, State.COLLECTING, State.EXPIRED})


def take_in(
    file: Path,
    purchase: Purchase,
    *,
    folder: Path,
    ledger: Ledger,
    provider: LazyProvider,
    watcher: Watcher,
    clock: Clock,
    store: Store,
    profile: ModelProfile = SVI_2_0_PRO,
) -> Path:
    """Take in a clip: checked against the order, copied to the takes, and written down as home.

    Args:
        file: The clip, as the person has it.
        purchase: Its row.
        folder: The ledger's folder.
        ledger: Open.
        provider: The purchase's; it is not asked.
        watcher: Told how it goes.
        clock: Waits.
        store: Where it is kept for others as well.
        profile: The model's figures.

    Raises:
        UsageError: There is no such file, or the purchase needs no clip.
        TakeRejectedError: The clip is not what was ordered.
        BusyElsewhereError: Another process works on the purchase.
        StoreError: It cannot be kept for others.
    """
    if not file.is_file():
        raise UsageError(f"There is no file {file}.", hint="Name the clip as you fetched it.")
    if purchase.state not in _TAKEN_IN or not purchase.job_id:
        raise UsageError(
            f"The purchase {purchase.key[:8]} is {purchase.state}; a clip is taken in for a job that is under way or "
            "that the service no longer knows.",
            hint="Say first which job it became: storyboard jobs settle --job-id ID."
            if purchase.state is State.UNKNOWN
            else "storyboard jobs list shows where each stands.",
        )
    for name in ("parts", "takes"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    with held(ledger, purchase):
        collector = Collector(folder, ledger, provider, watcher, profile, clock.sleep, keep=store.put)
        return collector.take_in(purchase, ordered_of(purchase.order, profile), file)


@contextmanager
def held(ledger: Ledger, purchase: Purchase) -> Iterator[None]:
    """Be the only one who works on a purchase.

    Raises:
        BusyElsewhereError: Another process does.
    """
    mine, holder = me(), purchase.holder
    if not ledger.hold(purchase.key, mine, gone=[holder] if holder and is_dead(holder) else []):
        raise BusyElsewhereError(
            f"Another process works on the purchase {purchase.key[:8]} just now. Nothing was changed.",
            hint="Wait a moment, or end it; then run the same command again.",
        )
    try:
        yield
    finally:
        ledger.let_go(purchase.key, mine)
