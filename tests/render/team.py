"""A team for tests: a series on a person's machine, workers as real processes, a ledger on Postgres, one store."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from render_command import ended, environment
from stand_in import KEY, StandIn
from still_clip import png

from storyboard.generation.holder import Holder
from storyboard.generation.lazy_provider import LazyProvider
from storyboard.generation.ledger import Ledger
from storyboard.generation.provider import choice_of
from storyboard.production import Production
from storyboard.project import project_of
from storyboard.team.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from postgres.postgres_server import Database

    from storyboard.generation.purchase import Purchase, State

WORKER = Path(__file__).with_name("quick_worker.py")
CHAIN = """\
storyboard: 1
title: {name}
rules: {{stretched: off}}
reels: by-scene
scenes:
  - segments: [{name} climbs the stair and lifts the lamp]
  - segments: [the beam sweeps over the reef and finds {name}]
"""
LONE = """\
storyboard: 1
title: {name}
rules: {{stretched: off}}
scenes:
  - segments: [{name} lifts the lamp and turns it to the sea]
"""
FRAME = LONE.replace("scenes:", "image: ../keeper.png\nscenes:")


@dataclass
class Team:
    """Everybody."""

    folder: Path
    service: StandIn
    database: Database
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def series(self) -> Path:
        """The checkout of the person who agrees."""
        return self.folder / "person"

    @property
    def store(self) -> Path:
        return self.folder / "store"

    def write(self, **episodes: str) -> None:
        (self.series / "episodes").mkdir(parents=True)
        head = f"series: 1\ntitle: The Lighthouse\nepisodes: episodes/*.yaml\nstore: {self.store.as_uri()}\n"
        (self.series / "series.yaml").write_text(head)
        (self.series / "keeper.png").write_bytes(png())
        for name, text in episodes.items():
            (self.series / "episodes" / f"{name}.yaml").write_text(text.format(name=name))

    def copy_of_series(self, name: str) -> Path:
        """The same checkout on another machine: nothing but what is in the repository."""
        copy = self.folder / name
        shutil.copytree(self.series, copy, ignore=shutil.ignore_patterns(".storyboard", "renders"))
        return copy

    def agree(self) -> int:
        """A person agrees to all of it, and leaves; how many purchases that is."""
        project = project_of(self.series)
        files = sorted((self.series / "episodes").iterdir())
        with Production(project, files, choice_of("empirio", self.service.url)) as production:
            production.outlook()
            production.agree()
        return len(self.purchases())

    def start(self, name: str, *, dies: str = "never", **more: str) -> subprocess.Popen[str]:
        """Start a worker on a machine of that name."""
        env = environment(self.folder, KEY, STORYBOARD_LEDGER=self.database.url, **more)
        words = ["worker", "--base-url", self.service.url, "--state", str(self.folder / name), "--concurrency", "3"]
        process = subprocess.Popen(
            [sys.executable, str(WORKER), dies, *words],
            cwd=self.folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        self.started.append(process)
        return process

    def end_all(self) -> None:
        """Leave no process behind, whatever became of the test."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
            with process:
                process.wait()

    @contextmanager
    def desk(self, name: str) -> Iterator[tuple[Desk, list[str]]]:
        """A worker in this process, without a queue, on a machine of that name; and what it tells."""
        told: list[str] = []
        (self.folder / name).mkdir(exist_ok=True)
        with (
            Ledger(self.database.url) as ledger,
            LazyProvider(choice_of("empirio", self.service.url)) as provider,
        ):
            yield Desk(ledger, provider, self.folder / name, told.append), told

    def made_due(self, key: str) -> None:
        """Let a purchase's wait be over."""
        with Ledger(self.database.url) as ledger:
            assert ledger.hold(key, "test")
            ledger.let_go(key, "test")

    def stopped(self, process: subprocess.Popen[str]) -> str:
        """What a worker told that is asked to stop, and does."""
        process.send_signal(signal.SIGTERM)
        result = ended(process)
        assert result.code == 0, result.err
        return result.err

    def purchases(self, state: State | None = None) -> list[Purchase]:
        with Ledger(self.database.url) as ledger:
            return [purchase for purchase in ledger.all() if state in {None, purchase.state}]

    def killed_while(self, state: State) -> Purchase:
        """Kill the worker that works on a purchase in that state."""
        found = [(p, Holder.read(p.holder.partition("#")[0])) for p in self.purchases(state) if p.holder]
        purchase, holder = found[0]
        assert holder is not None
        os.kill(holder.pid, signal.SIGKILL)
        (process,) = [each for each in self.started if each.pid == holder.pid]
        assert ended(process).code == -signal.SIGKILL
        return purchase

    def empty_queue(self) -> int:
        """Remove every job from the queue; how many there were."""
        with psycopg.connect(self.database.conninfo) as connection:
            return connection.execute("DELETE FROM procrastinate_jobs").rowcount

    def cut_every_connection(self) -> None:
        """As a database server does that is started anew."""
        with psycopg.connect(self.database.conninfo) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    def queued(self) -> int:
        with psycopg.connect(self.database.conninfo) as connection:
            row = connection.execute("SELECT count(*) FROM procrastinate_jobs").fetchone()
        return row[0] if row else 0

    def until(self, condition: Callable[[], bool], *, within: float = 90) -> None:
        end = time.monotonic() + within
        while not condition():
            alive = [process for process in self.started if process.poll() is None]
            if time.monotonic() > end or not alive:
                told = "\n".join(self._told(process) for process in self.started)
                raise AssertionError(f"{[(str(p.state), p.reason) for p in self.purchases()]}\n{told}")
            time.sleep(0.05)

    def _told(self, process: subprocess.Popen[str]) -> str:
        if process.poll() is None:
            process.kill()
        return f"-- {process.pid}\n" + (
            "" if process.stderr is None or process.stderr.closed else process.stderr.read()
        )
