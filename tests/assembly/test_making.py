"""Pieces are made in processes of their own, which are not troubled by what was going on where they were begun."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest
from coded import make_clip

if TYPE_CHECKING:
    from pathlib import Path

LEFT_BEHIND = """
    import gc, sys
    from dataclasses import dataclass

    import av

    from storyboard.assembly.making import make_all

    @dataclass(frozen=True)
    class Collect:
        weight: int = 1

        def run(self, go_on):
            gc.collect()

    def decode():
        container = av.open(sys.argv[1])
        container.streams.video[0].thread_type = "AUTO"
        circle = [container, next(container.decode(video=0))]
        circle.append(circle)
        return circle

    gc.disable()
    kept = decode()
    decode()  # nobody can reach this one, and nobody has freed it
    make_all([Collect(), Collect()], lambda task: print("made"), processes=2, on_start=lambda: None)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a process begins with nothing")
def test_a_decoder_with_threads_that_was_left_behind_holds_no_process_up(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", 1, 32)
    program = [sys.executable, "-c", textwrap.dedent(LEFT_BEHIND), str(clip)]
    ran = subprocess.run(program, capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout.split() == ["made", "made"]
