"""Pieces are made in processes of their own, which are not troubled by what was going on where they were begun."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest
from coded import make_clip
from cutting_room import Watched

if TYPE_CHECKING:
    from pathlib import Path

    from cutting_room import CuttingRoom

pytest_plugins = ["assembly_fixtures"]

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


def test_what_is_made_is_told_frame_by_frame_long_before_a_piece_is_finished(
    room: CuttingRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_clip(room.folder / "slow.mp4", 4, 80, size=(640, 360))
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(Watched, "moves", lambda self, steps: told.append((steps, sum(self.weights))), raising=True)
    room.film("timeline: [{clip: slow.mp4}]\noutput: {codec: hevc, size: 640x360}\n", verify=False)
    assert [steps for steps, _ in told] == sorted(steps for steps, _ in told)
    assert told[-1] == (80, 80)
    assert any(steps > 0 and not finished for steps, finished in told)
