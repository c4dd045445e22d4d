"""Workers on one ledger: whatever dies, whatever becomes of the queue, each purchase is sent once and comes home."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from hurried_clock import HurriedClock, hurry
from render_command import ended, environment
from stand_in import KEY, Exchange, StandIn, refuse, serve, state
from still_clip import longer
from team import CHAIN, FRAME, LONE, Team

from storyboard.errors import UsageError
from storyboard.generation.clock import SystemClock
from storyboard.generation.ledger import Ledger
from storyboard.generation.purchase import Order, State
from storyboard.generation.runs import Run
from storyboard.team.queue_tables import make_tables
from storyboard.team.queueing import ADVANCE, QUEUE, Queue
from storyboard.team.rests import RARELY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from helpers import Ran
    from postgres.postgres_server import Database

    from storyboard.team.desk import Desk

pytest_plugins = ["render_fixtures", "postgres.postgres_fixtures"]


@pytest.fixture
def team(clip_file: Path, postgres: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:
    clip = clip_file.read_bytes()

    def own_clip(exchange: Exchange) -> None:
        number = int(exchange.path.partition("job-")[2].partition(".")[0])
        serve(longer(clip, number))(exchange)

    monkeypatch.setenv("STORYBOARD_LEDGER", postgres.url)
    monkeypatch.setenv("EMPIRIOLABS_API_KEY", KEY)
    hurry(HurriedClock(0.01), partial(monkeypatch.setattr, SystemClock))
    with StandIn(clip, always_media=own_clip) as service:
        made = Team(tmp_path, service, postgres)
        yield made
        service.stopping.set()
        made.end_all()


def of_ledger(team: Team) -> Counter[State]:
    return Counter(purchase.state for purchase in team.purchases())


def test_three_workers_of_which_two_are_killed_bring_all_home_and_a_colleague_joins_it(
    team: Team, storyboard: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {f"keeper{n}": CHAIN for n in range(3)} | {f"boat{n}": LONE for n in range(4)}
    team.write(**names, painter=FRAME, sailor=FRAME)
    count = team.agree()
    assert count == 12

    # The first request is registered and never answered: its worker dies in it.
    team.service.on_submit.append(team.service.accept_after(threading.Event()))
    team.service.always_poll = state("processing", 0.5)
    workers = [team.start(f"machine{n}") for n in range(3)]
    sendable = count - 3  # the second reels wait for the first ones
    team.until(lambda: len(team.service.posts) == sendable and len(team.purchases(State.BUYING)) == 1)
    (hanging,) = team.purchases(State.BUYING)
    assert team.killed_while(State.BUYING).key == hanging.key
    team.until(lambda: len(team.purchases(State.UNKNOWN)) == 1)
    assert team.purchases(State.UNKNOWN)[0].key == hanging.key
    team.empty_queue()
    team.cut_every_connection()
    team.service.always_poll = None
    team.until(lambda: of_ledger(team)[State.DONE] >= 2)
    team.empty_queue()
    victim = next(worker for worker in workers if worker.poll() is None)
    victim.kill()
    told = ended(victim).err

    with Ledger(team.database.url) as ledger:  # as storyboard jobs settle does by a person's word
        ledger.named(hanging.key, "job-1")
    team.until(lambda: of_ledger(team)[State.DONE] == count)
    last = next(worker for worker in workers if worker.poll() is None)
    told += team.stopped(last)
    assert told.count("Nobody knows what became of") == 1
    assert "storyboard jobs settle" in told
    assert "--series" not in told
    assert "Traceback" not in told

    assert len(team.service.posts) == count
    assert len({str(post.body) for post in team.service.posts}) == count
    kept = {path.stem for path in (team.store / "takes").rglob("*.mp4")}
    assert kept == {purchase.clip_sha256 for purchase in team.purchases()}
    assert len(kept) == count
    assert len(list((team.store / "frames").rglob("*/*"))) == 1
    assert team.queued() <= 4  # a sweep, and what dead workers left until they are seen to be dead

    downloads = len(team.service.downloads)
    colleague = team.copy_of_series("colleague")
    monkeypatch.chdir(colleague)
    result = storyboard("render", "--provider", "empirio", "--base-url", team.service.url)
    assert result.code == 0, result.err
    assert len(list((colleague / "renders").glob("*.mp4"))) == len(names) + 2
    assert len(team.service.posts) == count
    assert len(team.service.downloads) == downloads


def test_of_two_workers_that_race_for_a_purchase_one_sends_it(team: Team, tmp_path: Path) -> None:
    orders = [
        Order("empirio", team.service.url, {"prompt": f"a lamp {n}"}, 1, "series", "one", n, Decimal(1))
        for n in range(20)
    ]
    with Ledger(team.database.url) as ledger:
        ledger.agree(Run(ledger.now(), "series", "/", Decimal(20)), orders)
    script = Path(__file__).with_name("racing_worker.py")
    racers = [
        subprocess.Popen(
            [sys.executable, str(script), team.database.url, team.service.url, str(tmp_path / f"racer{n}")],
            env=environment(tmp_path, KEY),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        for n in range(2)
    ]
    team.started += racers
    hear = [racer.stdout.readline for racer in racers if racer.stdout]
    assert [line() for line in hear] == ["ready\n"] * 2
    for order in orders:
        for racer in racers:
            assert racer.stdin is not None
            racer.stdin.write(f"{order.key}\n")
            racer.stdin.flush()
        assert [line() for line in hear] == ["tried\n"] * 2
    assert [ended(racer).code for racer in racers] == [0, 0]
    assert len(team.service.posts) == len(orders)
    found = of_ledger(team)  # the one that comes second may ask after a job at once, and find it done
    assert found.total() == len(orders)
    assert set(found) <= {State.RUNNING, State.COLLECTING}


def test_a_worker_that_is_asked_to_stop_in_its_request_writes_the_answer_down_first(team: Team) -> None:
    team.write(boat=LONE)
    team.agree()
    answered = threading.Event()
    team.service.on_submit.append(team.service.accept_after(answered))
    worker = team.start("machine")
    team.until(lambda: bool(team.service.posts))
    worker.terminate()
    threading.Timer(0.5, answered.set).start()
    result = ended(worker)
    assert result.code == 0, result.err
    assert "accepted as job job-1" in result.err
    assert [(p.state, p.job_id) for p in team.purchases()] == [(State.RUNNING, "job-1")]


def test_what_the_journal_of_a_machine_knows_is_landed_when_a_worker_starts_there_again(team: Team) -> None:
    team.write(boat=LONE)
    team.agree()
    assert ended(team.start("machine", dies="before-the-ledger")).code == -9
    (key,) = [purchase.key for purchase in team.purchases(State.BUYING)]
    with team.desk("elsewhere") as (desk, told):
        assert desk.sweep() == [(key, 0.0)]
        assert desk.advance(key) == []
        assert "Nobody knows what became of" in told[0]
        assert desk.sweep() == []
    with team.desk("machine") as (desk, told):
        desk.recover()
        assert "found in the journal" in told[0]
        assert [due for due, _ in desk.sweep()] == [key]
    assert [(p.state, p.job_id) for p in team.purchases()] == [(State.RUNNING, "job-1")]
    assert len(team.service.posts) == 1


def test_what_a_person_has_to_change_is_told_once_and_left_alone(team: Team) -> None:
    team.write(boat=LONE)
    team.agree()
    (key,) = [purchase.key for purchase in team.purchases()]
    team.service.on_submit.append(refuse(402, "insufficient_credits"))
    with team.desk("machine") as (desk, told):
        assert desk.advance(key) == []
        assert [line.count("It will not do") for line in told] == [1]
        assert desk.sweep() == []
        assert desk.advance(key) == []  # it may have been in the queue twice
    assert len(team.service.posts) == 1
    assert [(p.state, p.wait_seconds) for p in team.purchases()] == [(State.PLANNED, RARELY)]


def test_a_reel_that_goes_on_from_another_is_not_looked_at_before_that_one_is_home(team: Team) -> None:
    team.write(keeper=CHAIN)
    team.agree()
    first, second = [purchase.key for purchase in team.purchases()]
    with team.desk("machine") as (desk, told):
        assert desk.sweep() == [(first, 0.0)]
        assert desk.advance(second) == []
        due = desk.advance(first)
        while [key for key, _ in due] == [first]:
            team.made_due(first)
            due = desk.advance(first)
        assert due == [(second, 0.0)]
        assert desk.sweep() == [(second, 0.0)]
    assert told[-1] == "episodes/keeper, reel 1: home"


def test_purchases_of_another_address_are_never_sent_to_it_with_this_key(team: Team) -> None:
    order = Order("empirio", "https://elsewhere.example", {"prompt": "p"}, 1, "series", "one", 1, Decimal(1))
    with Ledger(team.database.url) as ledger:
        ledger.agree(Run(ledger.now(), "series", "/", Decimal(1)), [order])
    with team.desk("machine") as (desk, told):
        assert desk.sweep() == []
        assert desk.advance(order.key) == []
        assert [
            line.startswith("Purchases at empirio, https://elsewhere.example are left alone") for line in told
        ] == [True]


def test_what_a_dead_worker_left_in_the_queue_is_removed_and_its_purchase_put_back(team: Team) -> None:
    team.write(boat=LONE)
    team.agree()
    (key,) = [purchase.key for purchase in team.purchases()]
    make_tables(team.database.conninfo)
    with psycopg.connect(team.database.conninfo) as connection:
        connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args, status)"
            " VALUES (%s, %s, %s, '{}', 'doing'), ('another', 'task', 'of-others', '{}', 'doing')",
            [QUEUE, ADVANCE, key],
        )

    async def refill(desk: Desk) -> None:
        queue = Queue(team.database.conninfo, desk, asyncio.to_thread, 1)
        async with queue.app.open_async():
            await queue.refill()
            await queue.refill()

    with team.desk("machine") as (desk, _):
        asyncio.run(refill(desk))
    with psycopg.connect(team.database.conninfo) as connection:
        rows = connection.execute("SELECT queueing_lock, status::text FROM procrastinate_jobs ORDER BY id").fetchall()
    assert rows == [("of-others", "doing"), (key, "todo")]


def test_workers_that_start_at_once_make_the_tables_of_the_queue_once(postgres: Database) -> None:
    with ThreadPoolExecutor(4) as threads:
        for made in [threads.submit(make_tables, postgres.conninfo) for _ in range(4)]:
            made.result()
    with psycopg.connect(postgres.conninfo) as connection:
        connection.execute("DROP FUNCTION procrastinate_fetch_job_v2")
    with pytest.raises(UsageError, match="made by another version of Procrastinate"):
        make_tables(postgres.conninfo)


def test_a_worker_says_what_it_lacks(
    storyboard: Callable[..., Ran], postgres: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = storyboard("worker")
    assert (result.code, "STORYBOARD_LEDGER is not set" in result.err) == (2, True)
    monkeypatch.setenv("STORYBOARD_LEDGER", str(tmp_path / "ledger.sqlite"))
    result = storyboard("worker")
    assert (result.code, "names the file" in result.err) == (2, True)
    monkeypatch.setenv("STORYBOARD_LEDGER", postgres.url)
    result = storyboard("worker", "--state", tmp_path / "state")
    assert (result.code, "There is no API key" in result.err) == (3, True)
    result = storyboard("worker", "--provider", "sandbox")
    assert (result.code, "needs no worker" in result.err) == (2, True)
    result = storyboard("worker", "--state", tmp_path / "state", "--store", "http://films")
    assert (result.code, "protocol http" in result.err) == (2, True)
