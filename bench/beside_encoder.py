"""A film that the program makes, timed beside libx264 alone on the same frames; in turn, so that noise meets both."""

from __future__ import annotations

import os
import statistics
import subprocess
from typing import TYPE_CHECKING

import imageio_ffmpeg

from bench.table import in_turn, print_times

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from storyboard.profile import Resolution

CEILING = 1.2


def compare(
    called: str,
    make: Callable[[Path], object],
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
        make: Makes it in a file.
        folder: Where the files may lie.
        runs: How often each is timed.
        frames: How many the film has.
        size: Of the picture.
        fps: Frames a second.
        encoder: The arguments that the program encodes with.
    """
    film, raw, alone_file = folder / "film.mp4", folder / "frames.yuv", folder / "alone.mp4"
    make(film)
    _ffmpeg("-i", str(film), "-f", "rawvideo", "-pix_fmt", "yuv420p", str(raw))
    source = ("-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{size.width}x{size.height}", "-r", str(fps))
    encode = (*source, "-i", str(raw), *encoder, "-movflags", "+faststart", str(alone_file))
    whole, alone = in_turn([lambda: make(film), lambda: _ffmpeg(*encode)], runs)
    ratio = statistics.median(whole) / statistics.median(alone)
    print(f"{frames} frames, {frames / fps:g} s, {size.name}, {os.cpu_count()} cores, {runs} runs")
    print(f"encoder: {' '.join(encoder)}")
    print()
    print_times([(called, whole), ("libx264 alone", alone)], unit="s")
    print(f"{'ratio of the medians':34}{ratio:12.2f}  (ceiling {CEILING})")


def _ffmpeg(*arguments: str) -> None:
    program = imageio_ffmpeg.get_ffmpeg_exe()
    subprocess.run([program, "-y", "-nostdin", "-loglevel", "error", *arguments], check=True)
