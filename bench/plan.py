"""How long ``storyboard plan`` lasts over a whole series, as whole processes: with and without what it keeps.

python -m bench.plan --episodes 1000 --runs 5
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from bench.table import print_machine, print_times
from storyboard.briefing import brief_all
from storyboard.generation.ledger_tables import purchases
from storyboard.generation.outlook import Options
from storyboard.generation.provider import choose_provider
from storyboard.generation.runs import Run
from storyboard.ledgers import open_ledger
from storyboard.planning import make_plan
from storyboard.project import episode_files, project_of

if TYPE_CHECKING:
    from collections.abc import Sequence

COLD, WARM, MEGABYTES = 3.0, 1.0, 300
FLOOR = "import yaml, jinja2, typer, sqlalchemy; from pydantic import BaseModel"
SEGMENTS = 27
SERIES = """series: 1
title: The Lighthouse
episodes: episodes/*.yaml
defaults: {resolution: 832x480, adherence: loose, style: "Live action, 35mm film, muted teal and amber"}
characters:
  mira: Mira, a woman in her sixties with cropped grey hair and a yellow oilskin coat
  tomas: Tomas, her brother, a broad man with a grey beard and a blue jersey
places:
  lantern: the lantern room of a granite lighthouse, brass clockwork at its centre
  reef: a dark reef below the lighthouse, foam between the rocks
ceilings: {episode: 8.00, series: 10000.00}
"""
SCENE = """  - name: Watch {number}
    place: {place}
    camera: slow push in
    transition: the beam sweeps across the lens
    segments:
"""
SEGMENT = """      - action: "{{{who}}} winds the clockwork, wipes the glass and looks out, {number} of {episode}"
        camera: close-up, handheld
        say: Hold, you old girl.
"""
# In a small process of its own: what is started counts the memory of what started it.
WATCH = (
    "import resource, subprocess, sys, time\n"
    "begun = time.perf_counter()\n"
    "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
    "took, used = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)\n"
    "print(took, used.ru_utime + used.ru_stime, used.ru_maxrss)"
)


@dataclass
class Case:
    """One way to run the command, and what it took: seconds, seconds of processor, megabytes of a process."""

    name: str
    command: Sequence[str]
    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    def run(self, root: Path) -> None:
        """Run it once more."""
        watch = [sys.executable, "-S", "-c", WATCH, *self.command]
        ran = subprocess.run(watch, cwd=root, check=True, capture_output=True, text=True)
        wall, processor, memory = map(float, ran.stdout.split())
        self.wall.append(wall)
        self.processor.append(processor)
        self.memory.append(memory / (2**20 if sys.platform == "darwin" else 2**10))


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--episodes", type=int, default=1000)
    parser.add_argument("--bought", type=int, default=500, help="how many of them are rendered already")
    parser.add_argument("--runs", type=int, default=5)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        root = Path(folder) / "series"
        write_series(root, wanted.episodes)
        os.environ["STORYBOARD_CACHE"] = str(Path(folder) / "cache")
        os.environ["PYTHONPYCACHEPREFIX"] = str(Path(folder) / "bytecode")  # as an installed program has it
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        buy(root, wanted.bought)
        measure(root, wanted.runs)


def measure(root: Path, runs: int) -> None:
    """Time the cases in turn, so that a busy machine slows all alike."""
    command = [str(Path(sys.executable).with_name("storyboard")), "plan", "--provider", "empirio"]
    floor = Case("the imports alone", [sys.executable, "-c", FLOOR])
    cold, warm, changed = (Case(name, command) for name in ("cold", "nothing changed", "one changed"))
    cases = (floor, cold, warm, changed)
    one = sorted((root / "episodes").iterdir())[-1]
    story = one.read_text("utf-8")
    for run in range(runs + 1):
        floor.run(root)
        for kept in Path(os.environ["STORYBOARD_CACHE"]).glob("briefs*"):
            kept.unlink()
        cold.run(root)
        warm.run(root)
        one.write_text(story.replace("A long watch", f"A long watch {run}"), "utf-8")
        changed.run(root)
        one.write_text(story, "utf-8")
    for case in cases:  # the first run does not count: it writes the bytecode
        del case.wall[0], case.processor[0]
    print(f"{len(list((root / 'episodes').iterdir()))} episodes of {SEGMENTS} segments")
    print_machine(runs)
    print_times([(case.name, case.wall) for case in cases])
    print(f"\n{'':34}{'/ imports':>12}{'processor s':>14}{'/ imports':>12}{'most MB':>10}")
    wall, processor = statistics.median(floor.wall), statistics.median(floor.processor)
    for case in cases:
        figures = statistics.median(case.wall), statistics.median(case.processor)
        print(
            f"{case.name:34}{figures[0] / wall:12.2f}{figures[1]:14.2f}{figures[1] / processor:12.2f}"
            f"{max(case.memory):10.0f}"
        )
    print()
    for case, most in ((cold, COLD), (warm, WARM)):
        print(f"{f'{case.name}: under {most} s':34}{statistics.median(case.wall):12.2f}")
    print(f"{f'memory: under {MEGABYTES} MB a process':34}{max(max(case.memory) for case in cases):12.0f}")


def write_series(root: Path, episodes: int) -> None:
    """Write a series of different episodes; every fiftieth begins with an image."""
    from PIL import Image

    (root / "episodes").mkdir(parents=True)
    (root / "images").mkdir()
    (root / "series.yaml").write_text(SERIES, "utf-8")
    for episode in range(episodes):
        head = f"storyboard: 1\ntitle: A long watch, part {episode}\n"
        if episode % 50 == 0:
            Image.new("RGB", (832, 480), (episode % 256, 90, 120)).save(root / "images" / f"{episode}.png")
            head += f"image: ../images/{episode}.png\n"
        parts = [head, "scenes:\n"]
        for number in range(SEGMENTS):
            if number % 9 == 0:
                parts.append(SCENE.format(number=number // 9 + 1, place=("lantern", "reef")[number % 2]))
            parts.append(SEGMENT.format(who=("mira", "tomas")[number % 2], number=number, episode=episode))
        (root / "episodes" / f"e{episode:04}.yaml").write_text("".join(parts), "utf-8")


def buy(root: Path, count: int) -> None:
    """Fill the ledger as if the first episodes had been rendered."""
    from sqlalchemy import update

    if not count:
        return
    project, choice, options = project_of(root), choose_provider("empirio", None, None), Options()
    plan = make_plan(project, brief_all(episode_files(project, []), options), choice, options)
    orders = [prospect.order for outlook in plan.outlooks for prospect in outlook.prospects][:count]
    with open_ledger(project, free=False) as ledger:
        ledger.agree(Run(ledger.now(), project.name, str(root), Decimal(0)), orders)
        now = ledger.now()
        with ledger.database.transaction() as connection:
            for number, order in enumerate(orders):
                done = update(purchases).where(purchases.c.key == order.key)
                connection.execute(
                    done.values(
                        state="done",
                        job_id=f"job-{number}",
                        clip=f"takes/{number}.mp4",
                        clip_sha256="0" * 64,
                        accepted_at=now - timedelta(minutes=45),
                        ready_at=now,
                        done_at=now,
                    )
                )


if __name__ == "__main__":
    main()
