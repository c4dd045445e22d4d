"""What the sandbox's clip costs beside the encoder that it cannot do without.

Renders a 121.5 s clip at 832x480 (27 captions, text-to-video), and times libx264 alone on the frames it
draws, with the same settings; by turns, so that a busy machine slows both.

    python -m bench.sandbox_clip --runs 5
"""

from __future__ import annotations

import argparse
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bench.beside_encoder import compare
from storyboard.generation.sandbox.clip import ENCODER, FPS, ClipOrder, make_clip
from storyboard.profile import SVI_2_0_PRO

if TYPE_CHECKING:
    from fractions import Fraction

RESOLUTION = SVI_2_0_PRO.resolutions["832x480"]
ACTION = "Mira winds the clockwork, wipes the glass with her sleeve and leans in to look out, part {number}"


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
    compare(
        "sandbox clip", partial(make_clip, order), folder, runs,
        frames=order.frames, size=RESOLUTION, fps=FPS, encoder=ENCODER,
    )  # fmt: skip


if __name__ == "__main__":
    main()
