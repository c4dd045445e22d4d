"""A film that the program makes, timed beside libx264 alone on the same frames; in turn, so that noise meets both.

The frames are those that the program draws, kept without loss: what a film decodes to is smoother, and so quicker to
encode again than it was the first time.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
from typing import TYPE_CHECKING

import imageio_ffmpeg

from bench.table import in_turn, print_times

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Protocol

    from storyboard.profile import Resolution

    class Make(Protocol):
        """What makes a film."""

        def __call__(self, target: Path, *, encoder: Sequence[str]) -> object:
            """Make it in a file, with an encoder."""


CEILING = 1.2
_LOSSLESS = ("-c:v", "libx264", "-preset", "ultrafast", "-qp", "0", "-pix_fmt", "yuv420p")


def compare(
    called: str,
    make: Make,
    folder: Path,
    runs: int,
    *,
    frames: int,
    size: Resolution,
    fps: int,
    encoder: Sequence[str],
) -> None:
    """Time both and print a table.

    Args:
        called: What is made.
        make: Makes it.
        folder: Where the files may lie.
        runs: How often each is timed.
        frames: How many the film has.
        size: Of the picture.
        fps: Frames a second.
        encoder: The arguments that the program encodes with.
    """
    film, raw, alone_file = folder / "film.mp4", folder / "frames.yuv", folder / "alone.mp4"
    make(film, encoder=_LOSSLESS)
    _ffmpeg("-i", str(film), "-f", "rawvideo", "-pix_fmt", "yuv420p", str(raw))
    source = ("-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{size.width}x{size.height}", "-r", str(fps))
    encode = (*source, "-i", str(raw), *encoder, "-movflags", "+faststart", str(alone_file))
    begun = _busy()
    whole, alone = in_turn([lambda: make(film, encoder=encoder), lambda: _ffmpeg(*encode)], runs)
    drawing = (_busy() - begun) / (runs + 1)
    ratio = statistics.median(whole) / statistics.median(alone)
    print(f"{frames} frames, {frames / fps:g} s, {size.name}, {os.cpu_count()} cores, {runs} runs")
    print(f"encoder: {' '.join(encoder)}")
    print()
    print_times([(called, whole), ("libx264 alone", alone)], unit="s")
    print(f"{'ratio of the medians':34}{ratio:12.2f}  (ceiling {CEILING})")
    print(f"{'CPU of this process, a film':34}{drawing:12.2f}  s")


def _busy() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _ffmpeg(*arguments: str) -> None:
    program = imageio_ffmpeg.get_ffmpeg_exe()
    subprocess.run([program, "-y", "-nostdin", "-loglevel", "error", *arguments], check=True)
