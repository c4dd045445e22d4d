"""What the sandbox's clip costs beside the encoder that it cannot do without.

Renders a 121.5 s clip at 832x480 (27 captions, text-to-video), decodes those very frames once to a raw
file, and times libx264 alone on them with the same settings; by turns, so that a busy machine slows both.

    python -m bench.sandbox_clip --runs 5
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import imageio_ffmpeg

from bench.table import in_turn, print_times
from storyboard.generation.sandbox.clip import ENCODER, FPS, ClipOrder, make_clip
from storyboard.profile import SVI_2_0_PRO

if TYPE_CHECKING:
    from fractions import Fraction

if TYPE_CHECKING:
    from fractions import Fraction

RESOLUTION = SVI_2_0_PRO.resolutions["832x480"]
ACTION = "Mira winds the clockwork, wipes the glass with her sleeve and leans in to look out, part {number}"
CEILING = 1.2


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="how often each is timed; the medians are compared")
    parser.add_argument("--slots", type=int, default=RESOLUTION.max_slots, help="the clip's length (27 = 121.5 s)")
    arguments = parser.parse_args()
    prompt = "\n".join(ACTION.format(number=number + 1) for number in range(arguments.slots))
    seconds = SVI_2_0_PRO.seconds(arguments.slots)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        _compare(prompt, seconds, Path(name), arguments.runs)


def _compare(prompt: str, seconds: Fraction, folder: Path, runs: int) -> None:
    order = ClipOrder(prompt, RESOLUTION.width, RESOLUTION.height, seconds)
    clip, raw = folder / "clip.mp4", folder / "frames.yuv"
    make_clip(order, clip)
    _ffmpeg("-i", str(clip), "-f", "rawvideo", "-pix_fmt", "yuv420p", str(raw))
    whole, alone = in_turn([lambda: make_clip(order, clip), lambda: _encode(raw, folder / "alone.mp4")], runs)
    ratio = statistics.median(whole) / statistics.median(alone)
    print(f"{order.frames} frames, {float(seconds)} s, {RESOLUTION.name}, {os.cpu_count()} cores, {runs} runs")
    print(f"encoder: {' '.join(ENCODER)}")
    print()
    print_times([("sandbox clip", whole), ("libx264 alone", alone)], unit="s")
    print(f"{'ratio of the medians':34}{ratio:12.2f}  (ceiling {CEILING})")


def _encode(raw: Path, target: Path) -> None:
    size = f"{RESOLUTION.width}x{RESOLUTION.height}"
    source = ("-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", size, "-r", str(FPS), "-i", str(raw))
    _ffmpeg(*source, *ENCODER, "-movflags", "+faststart", str(target))


def _ffmpeg(*arguments: str) -> None:
    program = imageio_ffmpeg.get_ffmpeg_exe()
    subprocess.run([program, "-y", "-nostdin", "-loglevel", "error", *arguments], check=True)


if __name__ == "__main__":
    main()
