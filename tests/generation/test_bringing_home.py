"""The loop that brings takes home: what it moves on, and when."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from storyboard.errors import JobFailedError, WaitsForReelError
from storyboard.generation.bring_home import HomeBringer
from storyboard.generation.engine import LOOK_AGAIN, WAIT_FOR_ROOM
from storyboard.generation.ledger import Ledger
from storyboard.generation.purchase import Order, State
from storyboard.generation.runs import Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from storyboard.generation.clock import Clock

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Mover:
    """Moves rows as a test says, in a time of its own, and remembers what it was asked to move, and when."""

    def __init__(self, path: Path) -> None:
        self.clock: Clock = self
        self.stop = threading.Event()
        self.time = 0.0
        self.ledger = Ledger(path, now=self.now)
        self.moved: list[tuple[str, float]] = []
        self.moves: Callable[[str], float | None] = self.go_through
        self.names: dict[str, str] = {}

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.time)

    def ticks(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds

    def advance(self, key: str) -> float | None:
        self.moved.append((self.names[key], self.time))
        return self.moves(key)

    def give_up_free(self, key: str) -> None:
        del key

    def go_through(self, key: str) -> float | None:
        """Send it; a hundred seconds later it is ready; then it comes home."""
        match self.ledger.get(key).state:
            case State.PLANNED:
                self.send(key)
                return 100.0
            case State.RUNNING:
                self.ledger.ready(key, "https://media/clip")
                return 0.0
            case State.COLLECTING:
                self.ledger.done(key, f"takes/{self.names[key]}.mp4", "0" * 64)
        return None

    def send(self, key: str, *, wait: float = 100.0) -> None:
        permit = self.ledger.take_permit(key)
        assert permit is not None
        self.ledger.accepted(key, permit, f"job-{self.names[key]}", None)
        self.look(key, wait)

    def look(self, key: str, wait: float) -> None:
        assert self.ledger.hold(key, "another")
        self.ledger.let_go(key, "another", wait=wait)

    def agree(self, *names: str, chained: bool = False) -> list[str]:
        keys: list[str] = []
        for name in names:
            request = {"prompt": name} | ({"image": {"handoff": keys[-1]}} if chained and keys else {})
            order = Order("empirio", "https://service", request, 1, "series", "episode", len(keys) + 1, Decimal(1))
            run = Run(self.now(), "series", "/series", Decimal(1))
            self.ledger.agree(run, [order])
            keys.append(order.key)
            self.names[order.key] = name
        return keys

    def bring(self, keys: list[str], *, only_submit: bool = False) -> dict[str, Exception]:
        return dict(HomeBringer(self, self.ledger, collectors=0).run(keys, only_submit=only_submit))


@pytest.fixture
def mover(tmp_path: Path) -> Iterator[Mover]:
    mover = Mover(tmp_path / "ledger.sqlite")
    yield mover
    mover.ledger.close()


def test_a_job_that_another_process_has_just_asked_after_is_left_until_it_is_due(mover: Mover) -> None:
    keys = mover.agree("first", "second")
    for key in keys:
        mover.send(key, wait=500)
    mover.bring(keys)
    assert [time for _, time in mover.moved] == [500] * 4


def test_a_lone_job_is_asked_after_at_once_whatever_another_process_did(mover: Mover) -> None:
    keys = mover.agree("only")
    mover.send(keys[0], wait=500)
    mover.bring(keys)
    assert mover.moved[0] == ("only", 0)


def test_a_clip_is_fetched_before_anything_else_that_is_due(mover: Mover) -> None:
    keys = mover.agree("first", "second", "third")
    for key in keys:
        mover.send(key, wait=0)
    mover.bring(keys)
    assert [name for name, _ in mover.moved] == ["first", "first", "second", "second", "third", "third"]


def test_a_reel_is_sent_as_soon_as_the_one_before_it_is_home(mover: Mover) -> None:
    keys = mover.agree("first", "second", "third", chained=True)
    mover.bring(keys)
    assert [name for name, _ in mover.moved] == ["first"] * 3 + ["second"] * 3 + ["third"] * 3
    assert mover.time == 300


def test_no_reel_waits_for_ever_for_one_that_was_given_up(mover: Mover) -> None:
    keys = mover.agree("first", "second", "third", chained=True)

    def fail(key: str) -> float | None:
        if mover.ledger.get(key).state is State.PLANNED:
            mover.send(key)
            return 100.0
        raise JobFailedError("It failed.", job_id="job-first")

    mover.moves = fail
    problems = mover.bring(keys)
    assert [type(problems[key]) for key in keys] == [JobFailedError, WaitsForReelError, WaitsForReelError]
    assert {name for name, _ in mover.moved} == {"first"}


def test_where_there_is_no_room_for_one_the_others_are_not_tried_either_and_questions_go_on(mover: Mover) -> None:
    keys = mover.agree("running", "first", "second")
    mover.send(keys[0], wait=10)
    room = [False]

    def move(key: str) -> float | None:
        if mover.names[key] == "running" or room[0]:
            return mover.go_through(key)
        room[0] = True
        return WAIT_FOR_ROOM

    mover.moves = move
    assert mover.bring(keys) == {}
    tried = [(time, name) for name, time in mover.moved if name != "running" and time <= WAIT_FOR_ROOM]
    assert sorted(tried) == [(0, "first"), (WAIT_FOR_ROOM, "first"), (WAIT_FOR_ROOM, "second")]
    assert ("running", 10) in mover.moved


def test_detached_it_comes_back_as_soon_as_all_is_sent(mover: Mover) -> None:
    keys = mover.agree("first", "second", "third", chained=True) + mover.agree("alone")
    assert mover.bring(keys, only_submit=True) == {}
    assert mover.time == 0
    assert [name for name, _ in mover.moved] == ["first", "alone"]


def test_a_job_that_another_process_works_on_is_looked_at_again_and_not_asked_after_twice(mover: Mover) -> None:
    keys = mover.agree("first", "second")
    for key in keys:
        mover.send(key, wait=0)
    busy = [True]

    def move(key: str) -> float | None:
        if mover.names[key] == "first" and busy[0]:
            busy[0] = False
            mover.look(key, 300)  # what the other process then writes down
            return LOOK_AGAIN
        return mover.go_through(key)

    mover.moves = move
    mover.bring(keys)
    assert [time for name, time in mover.moved if name == "first"] == [0, 300, 300]
