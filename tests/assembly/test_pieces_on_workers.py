"""Pieces as tasks of a team's workers: they help, and whatever becomes of them and of the queue, the film is made."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from coded import codes
from cutting_room import CuttingRoom, Watched

from storyboard.assembly import making_together
from storyboard.assembly.film import FilmPlan, assemble
from storyboard.assembly.piece_cache import PieceCache
from storyboard.assembly.piece_recipe import RecipeError, recipe_of, task_of
from storyboard.assembly.shared_pieces import SharedPieces
from storyboard.files import sha256_of
from storyboard.generation.store import open_named_files, open_store
from storyboard.team.piece_desk import PieceDesk
from storyboard.team.piece_queue import MAKE_PIECE, PIECES, PieceQueue
from storyboard.team.queue_tables import make_tables
from storyboard.team.telling import Lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from postgres.postgres_server import Database

    from storyboard.assembly.media import Media

pytest_plugins = ["assembly_fixtures", "postgres.postgres_fixtures"]

WORKER = Path(__file__).parents[1] / "render" / "quick_worker.py"
CUT = """\
{mezzanine: true, timeline: [
  {title: The Lighthouse Keeper, seconds: 1}, {clip: a.mp4, in: 0.5, transition: crossfade 0.25},
  {clip: c.mp4, in: 0.25, transition: wipe 0.5}, {clip: b.mp4, transition: {kind: fade through black}},
]}"""


@dataclass
class Lot:
    """A film, a store that has its clips as takes, and a queue."""

    room: CuttingRoom
    store: Path
    database: Database
    plan: FilmPlan

    @property
    def takes(self) -> dict[str, str]:
        """The clips, by their hashes, and by the keys of their mezzanines."""
        hashes = {name: sha256_of(self.room.folder / f"{name}.mp4") for name in "abc"}
        return {each: each for each in hashes.values()} | {
            key: each.take.sha256 for key, each in self.plan.film.mezzanines.items()
        }

    def queue(self, **other: str) -> PieceQueue:
        return PieceQueue(other.get("conninfo", self.database.conninfo), self.store.as_uri(), self.takes)

    def film(self, queue: PieceQueue, *, processes: int = 1) -> tuple[list[tuple[int, int]], Watched]:
        """Put it together; its frames, and what was told."""
        watched, target = Watched(), self.room.folder / "film.mp4"
        assemble(self.plan, target, self.room.cache, watched, processes=processes, elsewhere=queue)
        return codes(target), watched

    def queued(self) -> int:
        with psycopg.connect(self.database.conninfo) as connection:
            row = connection.execute("SELECT count(*) FROM procrastinate_jobs WHERE queue_name = %s", [PIECES])
            return int((row.fetchone() or [0])[0])

    def put_in_queue(self, key: str, args: dict[str, Any], status: str) -> None:
        with psycopg.connect(self.database.conninfo) as connection:
            connection.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args, status)"
                " VALUES (%s, %s, %s, %s, %s::procrastinate_job_status)",
                [PIECES, MAKE_PIECE, key, json.dumps(args), status],
            )


@pytest.fixture
def lot(room: CuttingRoom, postgres: Database, tmp_path: Path) -> Lot:
    store = tmp_path / "store"
    for name in "abc":
        path = room.folder / f"{name}.mp4"
        open_store(store.as_uri(), tmp_path).put(path, sha256_of(path))
    room.cache = PieceCache(tmp_path / "own", shared=SharedPieces(open_named_files(store.as_uri())))
    make_tables(postgres.conninfo)
    return Lot(room, store, postgres, room.read(CUT).plan)


@pytest.fixture
def expected(room: CuttingRoom, lot: Lot, tmp_path: Path) -> list[tuple[int, int]]:
    """The frames of the film, as one machine alone makes it."""
    return codes(CuttingRoom(room.folder, PieceCache(tmp_path / "alone")).film(CUT))


@pytest.fixture
def worker(lot: Lot, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """``storyboard worker`` on another machine."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("STORYBOARD", "EMPIRIO", "CI"))}
    own = {"EMPIRIOLABS_API_KEY": "sk-a-key-for-tests", "STORYBOARD_LEDGER": lot.database.url}
    words = ["worker", "--base-url", "http://127.0.0.1:9", "--state", str(tmp_path / "machine")]
    process = subprocess.Popen(
        [sys.executable, str(WORKER), "never", *words],
        env=kept | own,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    with process:
        yield process
        process.kill()


def told_by(process: subprocess.Popen[str]) -> str:
    """What a worker told that is asked to stop, and does."""
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return err


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_workers_make_what_they_are_asked_for_and_the_film_finds_all_of_it_in_the_store(
    lot: Lot, expected: list[tuple[int, int]], worker: subprocess.Popen[str]
) -> None:
    queue = lot.queue()
    assert queue.offer(lot.plan.tasks) == {task.key for task in lot.plan.tasks}
    until(lambda: not queue.open())
    queue.end()
    assert told_by(worker).count(": made, ") == len(lot.plan.tasks) > 3
    assert lot.room.read(CUT).plan.tasks == ()
    assert codes(lot.room.film(CUT)) == expected


def test_a_film_that_workers_help_with_is_the_same_and_leaves_nothing_in_the_queue(
    lot: Lot, expected: list[tuple[int, int]], worker: subprocess.Popen[str]
) -> None:
    first = lot.queue()
    assert first.offer(lot.plan.tasks[:1])
    until(lambda: not first.open())  # now it is there
    first.end()
    frames, watched = lot.film(lot.queue())
    assert frames == expected
    assert sorted(watched.weights) == sorted(task.weight for task in lot.plan.tasks)
    until(lambda: lot.queued() == 0)
    assert "Traceback" not in told_by(worker)


def test_a_queue_that_nobody_looks_at_keeps_no_film_waiting(
    lot: Lot, expected: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making_together, "LOOK_EVERY", 0.05)
    frames, watched = lot.film(lot.queue())
    assert frames == expected
    assert len(watched.weights) == len(lot.plan.tasks)
    assert lot.queued() == 0


def test_what_a_dead_worker_has_begun_is_made_here(
    lot: Lot, expected: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making_together, "LOOK_EVERY", 0.05)
    for task in lot.plan.tasks:
        lot.put_in_queue(task.key, {}, "doing")
    frames, watched = lot.film(lot.queue())
    assert frames == expected
    assert len(watched.weights) == len(lot.plan.tasks)


@pytest.mark.parametrize("gone", ["tables", "database"])
def test_a_queue_that_is_not_there_keeps_no_film_from_being_made(
    lot: Lot, expected: list[tuple[int, int]], gone: str
) -> None:
    if gone == "tables":
        with psycopg.connect(lot.database.conninfo) as connection:
            connection.execute("DROP TABLE procrastinate_jobs CASCADE")
        queue = lot.queue()
    else:
        queue = lot.queue(conninfo="host=127.0.0.1 port=9 dbname=none")
    frames, watched = lot.film(queue)
    assert frames == expected
    assert len(watched.weights) == len(lot.plan.tasks)


def test_a_database_that_goes_away_meanwhile_leaves_everything_to_who_wants_the_film(lot: Lot) -> None:
    queue = lot.queue()
    keys = queue.offer(lot.plan.tasks)
    assert queue.open() == dict.fromkeys(keys, False)
    with psycopg.connect(lot.database.conninfo) as connection:
        connection.execute("ALTER TABLE procrastinate_jobs RENAME TO gone")
    assert queue.open() == {}
    assert all(queue.take_back(key) for key in keys)
    queue.end()


def test_two_that_want_the_same_film_ask_for_each_piece_once(lot: Lot, expected: list[tuple[int, int]]) -> None:
    one, other = lot.queue(), lot.queue()
    keys = one.offer(lot.plan.tasks)
    assert other.offer(lot.plan.tasks) == keys
    assert lot.queued() == len(keys)
    other.end()
    assert lot.queued() == len(one.open()) == 0
    assert lot.film(one)[0] == expected
    one.end()


def test_a_worker_that_is_to_stop_leaves_its_piece_to_who_asked_for_it(lot: Lot, tmp_path: Path) -> None:
    told: list[str] = []
    desk = PieceDesk(tmp_path / "machine", Lines(told.append))
    task = max(lot.plan.tasks, key=lambda task: task.weight)
    args = (task.key, recipe_of(task, lot.takes), lot.store.as_uri())
    threading.Timer(0.05, desk.stopping.set).start()
    desk.make(*args)
    desk.stopping.set()
    desk.make(*args)
    assert told == []
    assert not (lot.store / "pieces").exists()
    desk.stopping.clear()
    desk.make(*args)
    assert [": made, " in line for line in told] == [True]
    assert len(list((lot.store / "pieces").glob("??/*.mp4"))) == 1


def test_what_a_worker_cannot_make_is_told_by_it_and_made_here(
    lot: Lot, expected: list[tuple[int, int]], worker: subprocess.Popen[str]
) -> None:
    (lot.store / "takes").rename(lot.store / "gone")
    queue = lot.queue()
    keys = queue.offer(lot.plan.tasks)
    until(lambda: not queue.open())
    queue.end()
    assert told_by(worker).count("does not have the take") > 0
    assert lot.film(lot.queue())[0] == expected
    assert keys


def test_a_piece_of_a_clip_that_the_store_does_not_have_is_not_asked_for(lot: Lot) -> None:
    queue = PieceQueue(lot.database.conninfo, lot.store.as_uri(), {})
    offered = queue.offer(lot.plan.tasks)
    assert offered < {task.key for task in lot.plan.tasks}
    queue.end()


def test_a_recipe_comes_to_the_same_piece_on_another_machine(lot: Lot, tmp_path: Path) -> None:
    for task in lot.plan.tasks:
        recipe = json.loads(json.dumps(recipe_of(task, lot.takes)))
        assert str(tmp_path) not in str(recipe)
        again = task_of(recipe, task.key, tmp_path / "elsewhere", media_of(lot))
        assert (again.key, again.weight, again.cache) == (task.key, task.weight, tmp_path / "elsewhere")
        assert recipe_of(again, lot.takes) == recipe


def test_a_recipe_that_would_come_to_something_else_here_is_refused(lot: Lot, tmp_path: Path) -> None:
    for task in lot.plan.tasks:
        recipe = recipe_of(task, lot.takes)
        with pytest.raises(RecipeError, match="not come out the same"):
            task_of(recipe, "0" * 64, tmp_path, media_of(lot))


@pytest.mark.parametrize(
    "recipe",
    [
        None, 7, [], {}, {"piece": {}, "picture": {}}, {"mezzanine": {"": "Path"}}, {"mezzanine": []},
        {"piece": {"": "Fraction", "value": "1/0"}, "picture": None}, {"mezzanine": {"": "Compose", "why": 1}},
    ],
)  # fmt: skip
def test_what_is_no_recipe_is_refused_in_words(recipe: Any, lot: Lot, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="cannot be understood"):
        task_of(recipe, "0" * 64, tmp_path, media_of(lot))


def media_of(lot: Lot) -> Callable[[str], Media]:
    """The clips, as another machine finds them."""
    found = {
        shot.source.media.sha256: shot.source.media
        for shot in lot.room.read(CUT).picture.edit.shots
        if hasattr(shot.source, "media")
    }
    return found.__getitem__
