"""How long a storyboard of 27 segments takes to compile, parsed and from YAML text.

python -m bench.compiling --runs 50
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

from bench.table import in_turn, print_machine, print_times
from storyboard.compiler.compile import compile_storyboard
from storyboard.story.load import load_storyboard

SEGMENTS = 27
HEAD = """storyboard: 1
title: A long watch
style: Live action, 35mm film, muted teal and amber
negative: {add: [lens flare], remove: [artwork]}
characters:
  mira: Mira, a woman in her sixties with cropped grey hair and a yellow oilskin coat
places:
  lantern: the lantern room of a granite lighthouse, brass clockwork at its centre
scenes:
"""
SCENE = """  - name: Watch {number}
    place: lantern
    camera: slow push in
    transition: the beam sweeps across the lens
    segments:
"""
SEGMENT = """      - action: "{{mira}} winds the clockwork, wipes the glass with her sleeve and looks out, {number}"
        camera: close-up, handheld
        say: Hold, you old girl.
"""


def story(segments: int = SEGMENTS) -> str:
    """A storyboard of that many segments, nine to a scene."""
    parts = [HEAD]
    for number in range(segments):
        if number % 9 == 0:
            parts.append(SCENE.format(number=number // 9 + 1))
        parts.append(SEGMENT.format(number=number + 1))
    return "".join(parts)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=50)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "story.yaml"
        path.write_text(story(), encoding="utf-8")
        parsed = load_storyboard(path).storyboard
        if parsed is None:
            raise SystemExit("the benchmark's own story has errors")
        compiled, whole = in_turn([lambda: compile_storyboard(parsed), lambda: _from_text(path)], runs)
    print_machine(runs)
    print_times([(f"compile, {SEGMENTS} segments, parsed", compiled), ("from YAML text, with positions", whole)])
    print(f"{'parsed: under 1 ms':34}{statistics.median(compiled) * 1000:12.2f}")
    print(f"{'from text: under 3 ms':34}{statistics.median(whole) * 1000:12.2f}")


def _from_text(path: Path) -> None:
    loaded = load_storyboard(path)
    if loaded.storyboard is None or compile_storyboard(loaded.storyboard).plan is None:
        raise SystemExit("the benchmark's own story has errors")


if __name__ == "__main__":
    main()
