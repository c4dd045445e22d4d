"""A soak in simulated time: a thousand jobs, three processes, killed again and again, and answers that get lost.

Real processes run the real engine on one real ledger and are ended with SIGKILL; only the time and the service are
simulated. Promised, and seen at the end: no job is lost, none is bought twice, the service never has to answer 429,
and what nobody can know is told as unknown, for a person to settle.

    python -m bench.soak --seed 1
    python -m bench.soak --jobs 200 --chained 4 --database postgres
"""

from __future__ import annotations

import argparse
import importlib
import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
from PIL import Image

from bench.soak_service import Service
from bench.soak_time import Actor, Stage
from bench.soak_worker import CHOICE, CLIP, EPOCH, mark_of
from storyboard.files import sha256_of
from storyboard.generation.ledger import Ledger
from storyboard.generation.purchase import Order, Purchase, State
from storyboard.generation.runs import Run

if TYPE_CHECKING:
    from collections.abc import Sequence

LEDGER_BOUND = 10.0
"""Milliseconds that the ledger may take of a step in the median, on SQLite."""
PERSON_LOOKS = 600.0
"""Seconds after which a person looks again at what is unknown."""
STARTS_AGAIN = 5.0
"""Seconds from a kill to the process in its place."""
GIVES_UP = 12 * 3600.0
"""Seconds after which a soak that does not end has failed."""
MOMENTS = ("answered", "recording", "sending", "asking", "fetching", "anywhere")
"""When a process is killed: its POST taken, its answer just there, its POST not yet taken, in a poll, in a download,
or whatever it does."""
_AT_REQUEST = {"submit": ("answered", "recording", "sending"), "status": ("asking",), "fetch": ("fetching",)}
_PROMPT = "reel {number:04}\n" + "Mira winds the clockwork, wipes the glass and leans in to look out.\n" * 30


@dataclass(frozen=True)
class Settings:
    """What is soaked.

    Attributes:
        jobs: How many.
        seed: Of everything that chance decides.
        chained: How many reels go on from each other.
        processes: How many work at once.
        kill_every: Simulated seconds between two kills.
        kills: After how many kills there are no more; None goes on to the end.
        lost: The part of the answers that is lost or a 5xx.
        per_minute: How many requests a minute the program sends; two more are allowed.
        database: The URL of a ledger; None for a SQLite file.
    """

    jobs: int = 1000
    seed: int = 1
    chained: int = 1
    processes: int = 3
    kill_every: float = 600.0
    kills: int | None = None
    lost: float = 0.02
    per_minute: float = 48.0
    database: str | None = None


@dataclass
class Report:
    """What a soak showed.

    Attributes:
        rows: The table: what, and how much.
        broken: Each promise that was broken.
    """

    rows: list[tuple[str, str]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def see(self, *, holds: bool, promise: str) -> None:
        """Note a promise that was broken."""
        if not holds:
            self.broken.append(promise)

    def print(self) -> None:
        """Print the table."""
        for name, value in self.rows:
            print(f"{name:44}{value:>24}")
        for promise in self.broken:
            print(f"BROKEN: {promise}")


class Soak:
    """One soak.

    Args:
        settings: What is soaked.
        folder: An empty folder.
    """

    def __init__(self, settings: Settings, folder: Path) -> None:
        self._settings = settings
        self._folder = folder
        self._chance = random.Random(settings.seed)
        self._service = Service(random.Random(settings.seed + 1), settings.lost, int(settings.per_minute) + 2)
        where = settings.database or str(folder / "ledger.sqlite")
        self._stage = Stage(("-m", "bench.soak_worker", str(folder), where, str(settings.per_minute)), self._handle)
        self._ledger = Ledger(
            where if settings.database else Path(where), now=lambda: EPOCH + timedelta(seconds=self._stage.now)
        )
        self._kills: Counter[str] = Counter()
        self._kill_at: str | None = None
        self._settled: Counter[str] = Counter()
        self._steps: list[tuple[float, float]] = []
        self._unknown = 0
        self._home = False

    def run(self) -> Report:
        """Soak, and see what came of it."""
        begun = time.perf_counter()
        orders = self._agree()
        for _ in range(self._settings.processes):
            self._stage.start()
        self._stage.at(self._settings.kill_every, self._arm)
        self._stage.at(PERSON_LOOKS, self._person_looks)
        try:
            self._stage.run(until=lambda: self._home or self._stage.now > GIVES_UP)
        finally:
            self._stage.close()
            purchases = {purchase.key: purchase for purchase in self._ledger.all()}
            self._unknown = sum(event[2] is State.UNKNOWN for event in self._ledger.all_history())
            self._ledger.close()
        return self._report([purchases[order.key] for order in orders], time.perf_counter() - begun)

    def _agree(self) -> list[Order]:
        _make_clip(self._folder / CLIP)
        orders: list[Order] = []
        for number in range(self._settings.jobs):
            request: dict[str, Any] = {
                "model": "svi-2-0-pro",
                "prompt": _PROMPT.format(number=number + 1),
                "resolution": "832x480",
                "duration": 18,
            }
            place = number % self._settings.chained
            if place:
                request["image"] = {"handoff": orders[-1].key, "frame": "last"}
            episode = f"episodes/{number // self._settings.chained + 1:04}"
            orders.append(
                Order(CHOICE.name, CHOICE.base_url, request, 1, "The Soak", episode, place + 1, Decimal("2.52"))
            )
        self._ledger.agree(self._new_run(orders), orders)
        return orders

    def _new_run(self, orders: Sequence[Order]) -> Run:
        cost = sum((order.cost for order in orders), start=Decimal(0))
        return Run(self._ledger.now(), "The Soak", str(self._folder), cost)

    # What the processes ask

    def _handle(self, actor: Actor, kind: str, values: tuple[Any, ...]) -> None:
        steps, *values_ = values
        self._steps += steps
        now, stage = self._stage.now, self._stage
        if kind in _AT_REQUEST and self._kill_at in _AT_REQUEST[kind]:
            self._kill_in_request(actor, str(self._kill_at), values_)
            return
        match kind:
            case "submit":
                answer = self._service.submit(now, values_[0])
            case "status":
                answer = self._service.status(now, values_[0])
            case "fetch":
                answer = self._service.fetch(now, values_[0])
            case "idle":
                stage.answer(actor, values_[0], True)
                self._home = self._home or self._all_home()
                return
            case "sleep":
                stage.answer(actor, values_[0])
                return
            case _:
                stage.answer(actor, 0.0)
                return
        stage.answer(actor, answer.after, answer.kind, *answer.values)

    def _all_home(self) -> bool:
        return all(purchase.state is State.DONE for purchase in self._ledger.all())

    # Kills

    def _arm(self) -> None:
        """Choose when to kill next; where that moment does not come, whoever is there is killed two minutes later."""
        if sum(self._kills.values()) == self._settings.kills:
            return
        first = MOMENTS[sum(self._kills.values()) % 3]
        submits = self._service.counted["POSTs"] < self._settings.jobs
        moment = first if submits else self._chance.choice(MOMENTS[3:])
        self._kill_at = moment
        if moment == "anywhere":
            self._kill_somebody()
        self._stage.at(self._stage.now + self._settings.kill_every / 5, self._kill_somebody)
        self._stage.at(self._stage.now + self._settings.kill_every, self._arm)

    def _kill_somebody(self) -> None:
        if self._kill_at is not None and self._stage.actors:
            self._kill(self._chance.choice(self._stage.actors), "anywhere")

    def _kill_in_request(self, actor: Actor, moment: str, values: Sequence[Any]) -> None:
        if moment in {"answered", "recording"}:
            answer = self._service.submit(self._stage.now, values[0])
            if moment == "recording":
                actor.connection.send((self._stage.now, answer.kind, *answer.values))
                time.sleep(self._chance.uniform(0.0, 0.006))  # somewhere in the journal, or in the ledger
        self._kill(actor, moment)

    def _kill(self, actor: Actor, moment: str) -> None:
        self._kill_at = None
        self._kills[moment] += 1
        self._stage.kill(actor)
        self._stage.at(self._stage.now + STARTS_AGAIN, self._stage.start)

    # The person

    def _person_looks(self) -> None:
        """Settle what is unknown: with the job in the dashboard, or, where there is none, by buying again."""
        for purchase in self._ledger.all():
            if purchase.state is State.UNKNOWN:
                self._settle(purchase)
        self._stage.at(self._stage.now + PERSON_LOOKS, self._person_looks)

    def _settle(self, purchase: Purchase) -> None:
        job_id = self._service.job_of(_reel_of(purchase))
        if job_id is not None:
            self._ledger.named(purchase.key, job_id)
            self._settled["with its job"] += 1
            return
        self._ledger.not_bought(purchase.key, "by a person's word")
        self._ledger.agree(self._new_run([purchase.order]), [purchase.order])
        self._settled["bought again"] += 1

    # What came of it

    def _report(self, purchases: Sequence[Purchase], seconds: float) -> Report:
        report, service, settings = Report(), self._service, self._settings
        counted = service.counted
        waits = self._see_that_all_is_home(report, purchases)
        ledger = sorted(1000 * wall for wall, _ in self._steps) or [0.0]
        own = statistics.median([1000 * own for _, own in self._steps] or [0.0])
        settled = sum(self._settled.values())
        report.see(holds=not counted["429s"], promise=f"{counted['429s']} requests were answered 429")
        report.see(holds=not self._stage.deaths, promise="; ".join(self._stage.deaths))
        bound = settings.database is not None or statistics.median(ledger) < LEDGER_BOUND
        report.see(holds=bound, promise=f"the ledger takes more than {LEDGER_BOUND} ms of a step")
        report.rows = [
            ("ledger", settings.database.partition("+")[0] if settings.database else "SQLite"),
            ("seed", str(settings.seed)),
            ("jobs", str(settings.jobs)),
            ("reels in a chain", str(settings.chained)),
            ("simulated hours", f"{self._stage.now / 3600:.2f}"),
            ("POSTs, and jobs that the service took", f"{counted['POSTs']}, {len(service.jobs)}"),
            ("polls, and those before the job was done", f"{counted['polls']}, {counted['polls too early']}"),
            ("requests in the busiest minute, and allowed", f"{service.busiest}, {service.allowed}"),
            ("answers 429", str(counted["429s"])),
            ("kills", ", ".join(f"{n} {moment}" for moment, n in sorted(self._kills.items())) or "0"),
            ("lost answers and 5xx", str(counted["lost answers"])),
            ("unknown, and settled by a person", f"{self._unknown}, {settled}"),
            ("settled", ", ".join(f"{n} {how}" for how, n in sorted(self._settled.items())) or "none"),
            ("done to collected, median (minutes)", f"{statistics.median(waits) / 60:.1f}"),
            ("done to collected, 95 % (minutes)", f"{_part(waits, 0.95) / 60:.1f}"),
            ("done to collected, worst (minutes)", f"{waits[-1] / 60:.1f}"),
            ("the engine's steps", str(len(ledger))),
            ("ledger in a step, median (ms, real)", f"{statistics.median(ledger):.2f}"),
            ("ledger in a step, 95 % (ms, real)", f"{_part(ledger, 0.95):.2f}"),
            ("of that its own, without disk and others", f"{own:.2f}"),
            ("load of the machine, cores", f"{os.getloadavg()[0]:.1f}, {os.cpu_count()}"),
            ("real seconds", f"{seconds:.0f}"),
        ]
        return report

    def _see_that_all_is_home(self, report: Report, purchases: Sequence[Purchase]) -> list[float]:
        """See that each order has one job, and each job is home. Seconds from done to collected, shortest first."""
        jobs = self._service.jobs
        bought = Counter(job.reel for job in jobs.values())
        twice = [reel for reel, number in bought.items() if number > 1]
        report.see(holds=not twice, promise=f"{len(twice)} reels were bought twice")
        not_home = [purchase for purchase in purchases if purchase.state is not State.DONE]
        states = Counter(str(purchase.state) for purchase in not_home)
        report.see(holds=not not_home, promise=f"{len(not_home)} reels are not home: {dict(states)}")
        known = {purchase.job_id for purchase in purchases}
        lost = [job_id for job_id in jobs if job_id not in known]
        report.see(holds=not lost, promise=f"{len(lost)} paid jobs are not in the ledger")
        waits = [0.0]
        for purchase in purchases:
            if purchase.state is not State.DONE:
                continue
            job = jobs[purchase.job_id or ""]
            clip = self._folder / (purchase.clip or "")
            right = (
                job.reel == _reel_of(purchase)
                and sha256_of(clip) == purchase.clip_sha256
                and mark_of(clip.read_bytes()) == job.id
            )
            report.see(holds=right, promise=f"{purchase.clip} is not the clip of job {purchase.job_id}")
            if purchase.done_at is not None:
                waits.append((purchase.done_at - EPOCH).total_seconds() - job.done)
        return sorted(waits[1:] or waits)


def _reel_of(purchase: Purchase) -> str:
    return str(purchase.order.request["prompt"]).partition("\n")[0]


def _part(ordered: Sequence[float], part: float) -> float:
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)]


def _make_clip(path: Path) -> None:
    """The one clip: 18 seconds of a grey wall."""
    with av.open(str(path), "w", format="mp4") as output:
        stream: Any = output.add_stream("libx264", rate=16, options={"preset": "ultrafast", "crf": "40"})
        stream.width, stream.height, stream.pix_fmt = 832, 480, "yuv420p"
        grey = Image.new("RGB", (832, 480), "grey")
        for _ in range(18 * 16):
            output.mux(stream.encode(av.VideoFrame.from_image(grey)))  # type: ignore[no-untyped-call]  # as PyAV has it
        output.mux(stream.encode(None))


def main() -> None:
    """Soak, print the table, and end with 1 where a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--chained", type=int, default=1, help="how many reels go on from each other")
    parser.add_argument("--processes", type=int, default=3)
    parser.add_argument("--kill-every", type=float, default=600.0, help="simulated seconds")
    parser.add_argument("--kills", type=int, help="after how many there are no more")
    parser.add_argument("--lost", type=float, default=0.02, help="the part of the answers that gets lost")
    parser.add_argument("--per-minute", type=float, default=48.0, help="requests; the service allows two more")
    parser.add_argument(
        "--database", help="the URL of an empty one, or postgres for the tests' own; left out, a SQLite file"
    )
    settings = Settings(**vars(parser.parse_args()))
    with tempfile.TemporaryDirectory(prefix="soak-") as folder, ExitStack() as opened:
        if settings.database == "postgres":
            tests = importlib.import_module("tests.postgres.postgres_server")
            server = opened.enter_context(tests.running_postgres())
            settings = replace(settings, database=opened.enter_context(server.database()).url)
        report = Soak(settings, Path(folder)).run()
    report.print()
    print("\nSimulated: time, service, downloads. Each distinct picture is decoded once a process, then known by its")
    print("hash; the rest of the check, the engine, the loop, the ledger, the journal and the kills are real.")
    sys.exit(1 if report.broken else 0)


if __name__ == "__main__":
    main()
