"""A gate that is closed while a reel waits to be sent: for less than a hold lasts, and for longer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from test_deleted_episode import Silent

from storyboard.generation.clock import Clock
from storyboard.generation.engine import LOOK_AGAIN, Engine
from storyboard.generation.gate import Gate
from storyboard.generation.lazy_provider import LazyProvider
from storyboard.generation.ledger import LEASE, Ledger
from storyboard.generation.provider import choice_of
from storyboard.generation.purchase import Order, State
from storyboard.generation.runs import Run
from storyboard.generation.store import open_store

if TYPE_CHECKING:
    from studio import Studio

pytest_plugins = ["render_fixtures"]

ANOTHER = "2.2@elsewhere@other#b"


class Waiting(Clock):
    """Time that only passes while somebody waits; another machine then asks for the purchase, too."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 24, 12, tzinfo=UTC)
        self.ledger: Ledger | None = None
        self.another_has_it = False

    def now(self) -> datetime:
        return self.moment

    def ticks(self) -> float:
        return self.moment.timestamp()

    def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)
        if self.ledger is not None:
            (purchase,) = self.ledger.all()
            self.another_has_it = self.ledger.hold(purchase.key, ANOTHER) is not None


@pytest.mark.parametrize("closed", [20.0, 90.0, LEASE + 60.0])
def test_a_reel_is_sent_by_the_one_who_holds_it_however_long_the_gate_is_closed(
    studio: Studio, closed: float
) -> None:
    clock, folder = Waiting(), studio.ledger.parent
    folder.mkdir(parents=True, exist_ok=True)
    request = {"model": "svi-2-0-pro", "prompt": "a lamp", "resolution": "832x480", "duration": 18}
    order = Order("empirio", studio.service.url, request, 1, "Lamps", "story", 1, Decimal(1))
    with (
        Ledger(studio.ledger, now=clock.now) as ledger,
        LazyProvider(choice_of("empirio", studio.service.url)) as provider,
    ):
        ledger.agree(Run(clock.now(), "Lamps", str(studio.folder), Decimal(1)), [order])
        engine = Engine(folder, ledger, provider, Silent(), store=open_store(None, folder.parent), clock=clock)
        Gate(ledger, studio.service.url, 48.0, clock.sleep).close_for(closed)
        clock.ledger = ledger
        after = engine.advance(order.key)
        found = ledger.get(order.key)
        holder, state = found.holder, found.state
    assert clock.another_has_it == (closed > LEASE)
    if clock.another_has_it:
        assert (after, len(studio.service.posts), holder, state) == (LOOK_AGAIN, 0, ANOTHER, State.PLANNED)
    else:
        assert (len(studio.service.posts), holder, state) == (1, None, State.RUNNING)
