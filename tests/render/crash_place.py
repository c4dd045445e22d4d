"""One folder, one ledger, one story: killed once, looked at, and set right by the same command."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import threading
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from render_command import Ended, environment
from stand_in import KEY

from storyboard.generation.journal import JOURNAL, Journal
from storyboard.generation.ledger import Ledger
from storyboard.generation.lock_file import LockFile

if TYPE_CHECKING:
    from pathlib import Path

    from crash_service import Hold, Service
    from stand_in import Exchange
    from warmed import Warmed

MOST_SETTLEMENTS = 3


@dataclass
class Place:
    """One folder, one ledger, one story: killed once, and then set right."""

    folder: Path
    ledger: str
    warmed: Warmed
    service: Service
    right: bytes
    bought_again: int = 0

    @property
    def film(self) -> Path:
        return self.folder / "renders" / "story.mp4"

    @property
    def state(self) -> Path:
        return self.folder / ".storyboard"

    @property
    def _environment(self) -> dict[str, str]:
        more = {"STORYBOARD_LEDGER": self.ledger} if self.ledger else {}
        return environment(self.folder, KEY, **more)

    @property
    def _arguments(self) -> list[str]:
        return ["render", "story.yaml", "--provider", "empirio", "--base-url", self.service.url, "--yes"]

    def render(self, **more: Any) -> Ended:
        self.warmed.start(self._arguments, self.folder, self._environment, **more)
        return self.warmed.ended()

    def held(self, hold: Hold) -> Ended:
        """A render that is killed while the service holds an answer."""
        reached, dead = threading.Event(), threading.Event()

        def step(exchange: Exchange) -> None:
            hold.do(self.service, exchange)
            reached.set()
            dead.wait(30)
            exchange.close_connection = True

        steps: Any = getattr(self.service, hold.on)
        steps.append(step)
        self.warmed.start(self._arguments, self.folder, self._environment)
        try:
            assert reached.wait(30), f"never came to: {hold.name}"
            os.kill(self.warmed.running, signal.SIGKILL)
            return self.warmed.ended()
        finally:
            dead.set()

    def go_on(self, problems: list[str]) -> str:
        """Start it again, plainly, and settle what is told as unknown; what came of it."""
        result = self.render()
        told = ""
        for _ in range(MOST_SETTLEMENTS):
            if result.code != 5:
                break
            told += self._settle(result, problems)
            result = self.render()
        self.service.settle()
        if result.code:
            problems.append(f"ended with {result.code}: {result.err}")
        elif self.film.read_bytes() != self.right:
            problems.append("the film is another")
        return f"{told}film" if not result.code else f"{told}{result.code}"

    def _settle(self, result: Ended, problems: list[str]) -> str:
        """Do what the message says: name the job where the service has one, and buy again where it has none."""
        problems += self.problems(after_kill=True)  # it was started again: still nothing may have been bought twice
        unknown = [key for key, state, job in self._purchases() if state == "unknown" and not job]
        if len(unknown) != 1 or unknown[0][:8] not in result.err or "Nobody knows" not in result.err:
            problems.append(f"exit 5 does not name what is unknown ({unknown}): {result.err}")
            return "?"
        (key,) = unknown
        jobs = self._jobs_nobody_knows()
        with Ledger(self.ledger or self.state / "ledger.sqlite") as ledger:
            if jobs:
                ledger.named(key, jobs[0])
            else:
                ledger.not_bought(key, "by a person's word")
                self.bought_again += 1
        return "unknown, named, " if jobs else "unknown, not taken, "

    def problems(self, *, after_kill: bool = False) -> list[str]:
        """What is wrong with what lies there now."""
        wrong = []
        prompts = Counter(post.body["prompt"] for post in self.service.posts)
        wrong += [f"{count} POSTs of one purchase" for count in prompts.values() if count > 1 + self.bought_again]
        purchases = self._purchases()
        unknown = [key for key, state, job in purchases if state in {"buying", "unknown"} and not job]
        lost = self._jobs_nobody_knows()
        if len(lost) > len(unknown):
            wrong.append(f"lost: {lost}")
        jobs = sorted(job for _, _, job in purchases if job)
        if not after_kill and (jobs != sorted(self.service.jobs) or {state for _, state, _ in purchases} != {"done"}):
            wrong.append(f"the ledger has {purchases}, and the service {self.service.jobs}")
        return wrong + self._half_written(after_kill=after_kill)

    def _half_written(self, *, after_kill: bool) -> list[str]:
        wrong = []
        clips = [*self.state.glob("takes/*"), *self.state.glob("parts/*.mp4")]
        wrong += [f"{each.name} is no whole clip" for each in clips if each.read_bytes() != self.service.clip]
        wrong += [f"{each} is no whole frame" for each in self.state.glob("frames/*") if not _is_frame(each)]
        if self.film.exists() and self.right and self.film.read_bytes() != self.right:
            wrong.append("half a film has its name")
        for manifest in self.folder.glob("renders/[!.]*.json"):
            json.loads(manifest.read_bytes())
        lock = LockFile(self.state / "storyboard.lock").read()
        if not after_kill and not lock.entries():
            wrong.append("the lock file has no take")
        return wrong

    def _jobs_nobody_knows(self) -> list[str]:
        known = {job for _, _, job in self._purchases()}
        known |= {entry.job_id for entry in Journal(self.state / JOURNAL).entries()}
        return [job for job in self.service.jobs if job not in known]

    def _purchases(self) -> list[tuple[str, str, str | None]]:
        """Key, state and job of each purchase; the ledger is left as it was."""
        question = "SELECT key, state, job_id FROM purchases ORDER BY created_at, reel"
        if self.ledger:
            return _ask_postgres(self.ledger, question)
        path = self.state / "ledger.sqlite"
        if not path.exists():
            return []
        copies = self.folder.parent / "copy"
        shutil.rmtree(copies, ignore_errors=True)
        copies.mkdir()
        for file in path.parent.glob("ledger.sqlite*"):
            shutil.copyfile(file, copies / file.name)
        with closing(sqlite3.connect(copies / path.name)) as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'purchases'").fetchall():
                return []
            return connection.execute(question).fetchall()


def _ask_postgres(url: str, question: str) -> list[Any]:
    import psycopg
    from sqlalchemy import make_url

    at = make_url(url)
    with psycopg.connect(host=str(at.query["host"]), user=at.username, dbname=at.database) as connection:
        (there,) = connection.execute("SELECT to_regclass('purchases')").fetchone() or (None,)
        return connection.execute(question).fetchall() if there else []


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _is_frame(path: Path) -> bool:
    return path.name.startswith(".") or path.name.partition(".")[0] == _sha256(path)
