"""What the rules cost: for one story of 27 segments, and in a check of many episodes on one core.

Times are of the processor, because other work on the machine should not count.

The check is run several times, for the least and the median; Python looks for unused cycles as seldom as it does in
``storyboard check``.

python -m bench.rules --episodes 1000 --passes 7
"""

from __future__ import annotations

import argparse
import gc
import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench.table import print_machine
from storyboard.compiler.compile import compile_storyboard
from storyboard.generation.kept_rates import rates_in_force
from storyboard.generation.prepare import facts_of, prepare
from storyboard.rules.registry import check_story
from storyboard.story.load import load_storyboard
from storyboard.story.series_find import SeriesFinder

if TYPE_CHECKING:
    from collections.abc import Callable

SEGMENTS = 27
RUNS = 200
ALLOCATIONS = 50_000  # as the command line sets it
SERIES = """series: 1
title: The Lighthouse
episodes: episodes/*.yaml
defaults: {style: "Live action, 35mm film, muted teal and amber"}
characters:
  mira: Mira, a woman in her sixties with cropped grey hair and a yellow oilskin coat
  tom: Tom, a boy of ten in a red jersey
places: {shore: "the shore, grey shingle with boats drawn up in a row"}
"""
DEEDS = (
    "{who} winds the clockwork, wipes the glass with one sleeve and leans in to look out",
    "{who} takes a lantern from the boat, lights it and swings it from side to side",
    "a gull lands on the rail, folds its wings and watches {who} coil the rope",
    "{who} bends down, picks up a folded letter and shakes the sand off it",
    "the wind whips the lake into short waves, and {who} grabs both oars",
    "{who} walks off along the shingle to the right and out of frame",
    "{who} comes back from the left with a bucket and sets it down",
    "the light fades, the beam sweeps across the water and finds a small boat",
)


def episode(number: int) -> str:
    """A storyboard of 27 segments in three scenes, another for each number."""
    chance = random.Random(number)
    parts = [f"storyboard: 1\ntitle: Episode {number}\nscenes:\n"]
    for index in range(SEGMENTS):
        if index % 9 == 0:
            parts.append(
                f"  - name: Watch {index}\n    place: shore\n    transition: the beam sweeps across the lens\n"
            )
            parts.append("    camera: slow push in\n    segments:\n")
        deed = chance.choice(DEEDS).replace("{who}", chance.choice(("{mira}", "{tom}")))
        parts.append(f'      - action: "{deed}, {number}-{index}"\n')
        if index % 3 == 0:
            parts.append("        camera: close-up, handheld\n")
    return "".join(parts)


def milliseconds(call: Callable[[], object], runs: int) -> float:
    """The median time of the processor that a call takes."""
    call()
    times = []
    for _ in range(runs):
        begun = time.process_time()
        call()
        times.append(time.process_time() - begun)
    return statistics.median(times) * 1000


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--episodes", type=int, default=1000)
    parser.add_argument("--passes", type=int, default=7)
    wanted = parser.parse_args()
    count = wanted.episodes
    gc.set_threshold(ALLOCATIONS)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name) / "episodes"
        folder.mkdir()
        (folder.parent / "series.yaml").write_text(SERIES, encoding="utf-8")
        files = [folder / f"{number:04}.yaml" for number in range(count)]
        for number, file in enumerate(files):
            file.write_text(episode(number), encoding="utf-8")
        story, source = load_storyboard(files[0]).storyboard, load_storyboard(files[0]).source
        if story is None or source is None or (plan := compile_storyboard(story).plan) is None:
            raise SystemExit("the benchmark's own story has errors")
        rules = milliseconds(lambda: check_story(facts_of(story, source, plan)), RUNS)
        loading = milliseconds(lambda: load_storyboard(files[0]), RUNS)
        compiling = milliseconds(lambda: compile_storyboard(story), RUNS)
        spent: list[float] = []
        told = 0
        for _ in range(wanted.passes):
            finder, rates = SeriesFinder(), rates_in_force()
            begun = time.process_time()
            told = sum(len(prepare(file, finder=finder, rates=rates).findings) for file in files)
            spent.append(time.process_time() - begun)
    print_machine(RUNS)
    print(f"{'loading, 27 segments':42}{loading:10.2f} ms")
    print(f"{'compiling':42}{compiling:10.2f} ms")
    print(f"{'all rules: under 0.5 ms':42}{rules:10.2f} ms")
    middle, least = statistics.median(spent), min(spent)
    print(f"{f'check of {count} episodes, {told} findings':42}{middle:10.2f} s (least {least:.2f})")
    print(f"{'episodes a second of one core: 300':42}{count / middle:10.0f} (most {count / least:.0f})")


if __name__ == "__main__":
    main()
