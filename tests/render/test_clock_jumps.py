"""A clock that is set back an hour, or on, between two runs and in the middle of one: no stall, no storm, one job."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

import pytest
from hurried_clock import HurriedClock, hurry
from stand_in import refuse, state

from storyboard.generation.clock import SystemClock
from storyboard.generation.gate import Gate
from storyboard.generation.ledger import LEASE, Ledger
from storyboard.generation.purchase import Order

if TYPE_CHECKING:
    from pathlib import Path

    from stand_in import Exchange
    from studio import Studio

pytest_plugins = ["render_fixtures"]

HOUR = 3600.0
JUMPS = pytest.mark.parametrize("jump", [-HOUR, HOUR, -24 * HOUR])


class JumpingClock(HurriedClock):
    """A hurried clock whose time of day can be set; its ticks only rise."""

    set_by = 0.0

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self.set_by)


@pytest.fixture
def clock(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> JumpingClock:
    made = JumpingClock(0.01, studio.naps.append)
    hurry(made, partial(monkeypatch.setattr, SystemClock))
    return made


def _is_steady(studio: Studio, looks: int) -> None:
    """About so many looks, each a few seconds after the one before."""
    assert studio.service.polls == pytest.approx(looks, abs=2)
    assert max(studio.naps) <= 10
    assert sum(studio.naps) <= 10 * looks + 20


@JUMPS
def test_a_clock_that_is_set_between_two_runs_changes_nothing(
    studio: Studio, clock: JumpingClock, jump: float
) -> None:
    studio.service.on_poll += [state("processing", 0.1), refuse(401, "invalid_api_key")]
    assert studio.render().code == 5
    clock.set_by = jump
    studio.service.on_poll += [state("processing", n / 10) for n in range(5)]
    result = studio.render()
    assert result.code == 0, result.err
    assert (len(studio.service.posts), studio.rows()) == (1, [("done", "job-1")])
    _is_steady(studio, 8)


@JUMPS
def test_a_clock_that_is_set_while_a_job_runs_changes_nothing(
    studio: Studio, clock: JumpingClock, jump: float
) -> None:
    def set_it(exchange: Exchange) -> None:
        clock.set_by = jump
        state("processing", 0.2)(exchange)

    studio.service.on_poll += [state("processing", 0.1), set_it, *[state("processing", 0.5)] * 5]
    result = studio.render()
    assert result.code == 0, result.err
    assert len(studio.service.posts) == 1
    _is_steady(studio, 8)


@JUMPS
def test_a_clock_that_is_set_while_a_job_is_bought_loses_nothing(
    studio: Studio, clock: JumpingClock, jump: float
) -> None:
    def set_it(exchange: Exchange) -> None:
        clock.set_by = jump
        studio.service.accept(exchange)

    studio.service.on_submit.append(set_it)
    result = studio.render()
    assert result.code == 0, result.err
    assert (len(studio.service.posts), studio.rows()) == (1, [("done", "job-1")])
    _is_steady(studio, 1)


def test_a_clock_that_is_set_back_after_a_render_was_killed_keeps_nobody_waiting(
    studio: Studio, clock: JumpingClock
) -> None:
    studio.service.always_poll = state("queued")
    process = studio.start_until("poll")
    process.kill()
    process.communicate()
    studio.service.always_poll = None
    clock.set_by = -HOUR
    assert studio.render().code == 0
    assert sum(studio.naps) <= 30


def test_a_hold_of_another_machine_ends_in_time_although_the_clock_was_set_back(tmp_path: Path) -> None:
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    moment = [now]
    with Ledger(tmp_path / "ledger.sqlite", now=lambda: moment[0]) as ledger:
        key = ledger.plan(Order("empirio", "https://service", {"prompt": "a"}, 1, "series", "one", 1, Decimal(1))).key
        assert ledger.hold(key, "1.1@elsewhere@other#a")
        moment[0] = now - timedelta(hours=1)
        assert ledger.hold(key, "2.2@here@this#b")
        moment[0] += timedelta(seconds=1)
        assert not ledger.hold(key, "1.1@elsewhere@other#a")
        moment[0] += timedelta(seconds=LEASE)
        assert ledger.hold(key, "1.1@elsewhere@other#a")


@pytest.mark.parametrize("jump", [-HOUR, HOUR])
def test_the_gate_lets_as_many_through_after_the_clock_was_set_as_before(tmp_path: Path, jump: float) -> None:
    moment = [datetime(2026, 11, 24, 12, tzinfo=UTC)]
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        moment[0] += timedelta(seconds=seconds)

    with Ledger(tmp_path / "ledger.sqlite", now=lambda: moment[0]) as ledger:
        gate = Gate(ledger, "https://service", 48.0, sleep)
        for number in range(40):
            if number == 20:
                moment[0] += timedelta(seconds=jump)
            gate.wait()
    assert max(slept) <= 1.25
    assert sum(slept) == pytest.approx(39 * 1.25, abs=2 * 1.25)
