"""What an animatic costs beside the encoder that it cannot do without.

Makes one of a 121.5 s episode at 832x480 (27 segments, three scenes, the camera moves of working stories by turns),
and times libx264 alone on the frames it draws, with the same settings; by turns, so that a busy machine slows both.
``--moves`` takes others: ``pan left`` for one that only pans; ``--image`` takes a photograph.

    python -m bench.animatic --runs 5
"""

from __future__ import annotations

import argparse
import tempfile
from functools import partial
from pathlib import Path

from bench.beside_encoder import compare
from storyboard.generation.prepare import prepare
from storyboard.profile import SVI_2_0_PRO
from storyboard.review.animatic.film import ENCODER, FPS, Animatic, make_animatic
from storyboard.review.shots import shots_of

RESOLUTION = SVI_2_0_PRO.resolutions["832x480"]
ACTION = "Mira winds the clockwork, wipes the glass with her sleeve and leans in to look out, part {number}"
MOVES = (
    "fixed camera", "slow push in", "", "handheld", "pan left", "slow crane up", "tracking shot",
    "camera arcs around her", "pull out",
)  # fmt: skip


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="how often each is timed; the medians are compared")
    parser.add_argument("--slots", type=int, default=RESOLUTION.max_slots, help="the film's length (27 = 121.5 s)")
    parser.add_argument("--moves", nargs="+", default=MOVES, help="camera words, taken by turns")
    parser.add_argument("--image", type=Path, help="a first frame; left out, a picture is drawn for each scene")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        _compare(_animatic(folder, arguments), folder, arguments.runs)


def _animatic(folder: Path, arguments: argparse.Namespace) -> Animatic:
    lines = ["storyboard: 1", "title: Bench", "reels: one"]
    if arguments.image:
        (folder / "first.jpg").write_bytes(arguments.image.read_bytes())
        lines.append("image: first.jpg")
    lines.append("scenes:")
    for number in range(arguments.slots):
        if number % 9 == 0:
            lines += [f"  - name: Part {number // 9 + 1}", "    segments:"]
        lines.append(f"      - action: {ACTION.format(number=number + 1)}")
        camera = arguments.moves[number % len(arguments.moves)]
        if camera:
            lines.append(f"        camera: {camera}")
    story = folder / "story.yaml"
    story.write_text("\n".join(lines) + "\n", encoding="utf-8")
    prepared = prepare(story)
    plan = prepared.require_plan()
    return Animatic(plan.title, shots_of(prepared), plan.resolution)


def _compare(animatic: Animatic, folder: Path, runs: int) -> None:
    compare(
        "animatic", partial(make_animatic, animatic), folder, runs,
        frames=animatic.frames, size=RESOLUTION, fps=FPS, encoder=ENCODER,
    )  # fmt: skip


if __name__ == "__main__":
    main()
