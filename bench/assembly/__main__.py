"""Whole processes that put the same films together, in turn: ours beside the usual ways.

T1: three matching takes cut hard. T2: the same with two cards of another form and half-second crossfades. T3: T2 with
a music bed, ducked and normalised. T4: T2, after one take of three was changed. T5: two hours of 120 takes. At 24
frames a second nothing of T2 can be copied, and all is composed.

    python -m bench.assembly --runs 5 --keys 250 32
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from bench.assembly.inputs import make_inputs, make_minutes
from bench.assembly.usual_ways import CLIPS, ffmpeg
from bench.table import print_machine

if TYPE_CHECKING:
    from collections.abc import Callable

IMAGES = Path(__file__).parents[2] / "examples" / "images"
OURS = (sys.executable, "-m", "storyboard", "stitch")
AT_MEDIUM = (sys.executable, "-m", "bench.assembly.at_preset", "medium", "stitch")
HEAD = "storyboard: 1\ntitle: The cut\ncut:\n"


@dataclass
class Figures:
    """What runs of one way took.

    Attributes:
        wall: Seconds.
        cpu: Seconds, of all its processes.
        peak: MiB, of all its processes at once; what they share counts once.
    """

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    peak: list[float] = field(default_factory=list)


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="how often each is timed; the medians are compared")
    parser.add_argument("--keys", type=int, nargs="+", default=[250, 32], help="key frames of the takes")
    parser.add_argument("--ours", action="store_true", help="only our own rows")
    parser.add_argument("--long", action="store_true", help="only T5")
    parser.add_argument("--folder", type=Path, help="where the films lie, and stay; left out, they go again")
    arguments = parser.parse_args()
    print_machine(arguments.runs)
    kept = nullcontext(str(arguments.folder)) if arguments.folder else tempfile.TemporaryDirectory(prefix="bench-")
    with kept as name:
        if arguments.long:
            _long(Path(name) / "long")
            return
        for keys in arguments.keys:
            folder = Path(name) / f"keys-{keys}"
            if not folder.exists():
                make_inputs(folder, IMAGES, keys)
            _compare(folder, keys, arguments.runs, ours_alone=arguments.ours)


def _compare(folder: Path, keys: int, runs: int, *, ours_alone: bool) -> None:
    _write_cuts(folder)
    cache = folder / "cache"

    def ours(
        cut: str, before: Callable[[], None], *options: str, program: tuple[str, ...] = OURS
    ) -> Callable[[], list[str]]:
        def command() -> list[str]:
            before()
            out = "preview.out.mp4" if "--preview" in options else f"{cut}.out.mp4"
            return [*program, str(folder / f"{cut}.yaml"), *options, "--output", str(folder / out)]

        return command

    def usual(way: str) -> Callable[[], list[str]]:
        return lambda: [
            sys.executable,
            "-m",
            "bench.assembly.usual_ways",
            way,
            str(folder),
            str(folder / f"{way}.mp4"),
        ]

    def empty() -> None:
        shutil.rmtree(cache, ignore_errors=True)

    def one_changed() -> None:
        empty()
        _measure([*OURS, str(folder / "t2.yaml"), "--output", str(folder / "t2.out.mp4")], cache)

    rows = {
        "T1 ffmpeg concat, copy": lambda: _concat(folder),
        "T1 ours, without sound": ours("t1-silent", empty),
        "T1 ours": ours("t1", empty),
        "T2 ours": ours("t2", empty),
        "T2 ours, nothing changed": ours("t2", lambda: None),
        "T3 ours (music, ducked)": ours("t3", empty),
        "T4 ours, one of three changed": ours("t4", one_changed),
        "T2 ours, --preview": ours("t2", empty, "--preview"),
        "T2 ours, at 24 a second": ours("t2-24", empty),
        "the same, --preview": ours("t2-24", empty, "--preview"),
        "T2 ours, preset medium": ours("t2", empty, program=AT_MEDIUM),
    }
    if not ours_alone:
        rows |= {
            "T2 one ffmpeg graph": usual("graph"),
            "T2 one graph, preset medium": usual("graph-medium"),
            "T2 MoviePy as written": usual("moviepy"),
        }
    figures = {row: Figures() for row in rows}
    for _ in range(runs):
        for row, command in rows.items():
            wall, cpu, peak = _measure(command(), cache)
            figures[row].wall.append(wall)
            figures[row].cpu.append(cpu)
            figures[row].peak.append(peak)
    print(f"key frames every {keys}")
    print(f"{'':32}{'wall s':>10}{'least':>8}{'most':>8}{'CPU s':>8}{'peak MiB':>10}")
    for row, found in figures.items():
        wall = statistics.median(found.wall)
        print(
            f"{row:32}{wall:10.2f}{min(found.wall):8.2f}{max(found.wall):8.2f}{statistics.median(found.cpu):8.1f}"
            f"{max(found.peak):10.0f}"
        )
    _ratios({row: statistics.median(found.wall) for row, found in figures.items()}, keys)


def _ratios(wall: dict[str, float], keys: int) -> None:
    ours = wall["T2 ours"]
    copy = wall["T1 ffmpeg concat, copy"]
    print(f"\nT1 without sound: {wall['T1 ours, without sound']:.2f} s, at most {1.5 * copy + 0.3:.2f}")
    print(f"T3 / T2: {wall['T3 ours (music, ducked)'] / ours:.2f}, at most 1.3")
    print(f"T4 / T2: {wall['T4 ours, one of three changed'] / ours:.2f}, at most 0.55")
    print(f"nothing changed: {wall['T2 ours, nothing changed']:.2f} s, at most 0.8")
    print(f"preview / T2: {wall['T2 ours, --preview'] / ours:.2f}")
    composed = wall["the same, --preview"] / wall["T2 ours, at 24 a second"]
    print(f"preview / T2, all composed: {composed:.2f}, at most 0.25")
    if "T2 MoviePy as written" in wall:
        most, graph = (0.10, 0.17) if keys == 32 else (0.25, 0.42)
        print(f"T2 / MoviePy: {ours / wall['T2 MoviePy as written']:.3f}, at most {most}")
        medium, others = wall["T2 ours, preset medium"], wall["T2 one graph, preset medium"]
        print(f"T2 / one graph, both at our preset: {ours / wall['T2 one ffmpeg graph']:.3f}, at most {graph}")
        print(f"T2 / one graph, both at medium: {medium / others:.3f}, at most {graph}")
        print(f"T2 / one graph at medium, as ffmpeg has it: {ours / others:.3f}")
    print()


def _concat(folder: Path) -> list[str]:
    listed = folder / "concat.txt"
    listed.write_text("".join(f"file '{folder / name}.mp4'\n" for name in "abc"))
    return ffmpeg(
        "-f", "concat", "-safe", "0", "-i", str(listed), "-c", "copy", "-movflags", "+faststart",
        str(folder / "concat.mp4"),
    )  # fmt: skip


def _write_cuts(folder: Path) -> None:
    for name in "abc":
        _silenced(folder / f"{name}.mp4", folder / f"{name}-silent.mp4")
    fades = "".join(
        f"    - clip: {name}.mp4\n" + ("      transition: crossfade 0.5\n" if number else "      fit: contain\n")
        for number, name in enumerate(CLIPS)
    )
    music = "  music: {file: music.m4a, volume: -12 dB, fade: 2}\n"
    cuts = {
        "t1": "  timeline:\n" + "".join(f"    - clip: {name}.mp4\n" for name in "abc"),
        "t1-silent": "  timeline:\n" + "".join(f"    - clip: {name}-silent.mp4\n" for name in "abc"),
        "t2": f"  timeline:\n{fades}",
        "t3": f"  timeline:\n{fades}{music}",
        "t4": "  timeline:\n" + fades.replace("clip: b.mp4", "clip: b2.mp4"),
    }
    for name, cut in cuts.items():
        (folder / f"{name}.yaml").write_text(f"{HEAD}{cut}  output: {{size: 832x480}}\n")
    (folder / "t2-24.yaml").write_text(f"{HEAD}{cuts['t2']}  output: {{size: 832x480, fps: 24}}\n")


def _silenced(source: Path, target: Path) -> None:
    subprocess.run(ffmpeg("-i", str(source), "-c", "copy", "-an", str(target)), check=True)


def _measure(words: list[str], cache: Path) -> tuple[float, float, float]:
    """Wall and CPU seconds of a process and all it starts, and the most MiB they held at once."""
    before = os.times()
    begun = time.perf_counter()
    env = {**os.environ, "STORYBOARD_CACHE": str(cache)}
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # a program that is installed has its bytecode
    with subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        peak = [0.0]
        watch = threading.Thread(target=_watch, args=(process.pid, peak))
        watch.start()
        said = process.communicate()[1]
        wall = time.perf_counter() - begun
        watch.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(words)}: {said.decode()}")
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, cpu, peak[0]


def _watch(pid: int, peak: list[float]) -> None:
    while psutil.pid_exists(pid):
        total = 0
        try:
            root = psutil.Process(pid)
            for each in [root, *root.children(recursive=True)]:
                total += each.memory_full_info().pss
        except psutil.Error:
            pass
        peak[0] = max(peak[0], total / 2**20)
        time.sleep(0.2)  # looking takes a few milliseconds a process


def _long(folder: Path) -> None:
    """Two hours of 120 takes with crossfades, and a tenth of that: memory, and seconds a composed second."""
    minutes = make_minutes(folder, IMAGES, 32)
    for count in (12, 120):
        names = [folder / f"long-{number}.mp4" for number in range(count)]
        for number, name in enumerate(names):
            _tagged(minutes[number % len(minutes)], name, str(number))
        timeline = "".join(
            f"    - clip: {name.name}\n" + ("      transition: crossfade 0.5\n" if number else "")
            for number, name in enumerate(names)
        )
        cut = folder / f"long{count}.yaml"
        cut.write_text(f"{HEAD}  timeline:\n{timeline}  output: {{size: 832x480}}\n")
        wall, cpu, peak = _measure(
            [*OURS, str(cut), "--output", str(folder / f"long{count}.out.mp4")], folder / f"cache{count}"
        )
        print(
            f"{count} takes of 60 s: {wall:.1f} s, CPU {cpu:.1f} s, peak {peak:.0f} MiB, {wall / count:.3f} s a take"
        )


def _tagged(source: Path, target: Path, tag: str) -> None:
    """The same clip, with other bytes."""
    subprocess.run(ffmpeg("-i", str(source), "-c", "copy", "-metadata", f"comment={tag}", str(target)), check=True)


if __name__ == "__main__":
    main()
