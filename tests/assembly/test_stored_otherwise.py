"""Clips that are stored otherwise than they are shown: turned, mirrored, in two fields; beside what ffmpeg shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from cutting_room import CuttingRoom, ffmpeg
from likeness import frames_of, ssim

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["assembly_fixtures"]

MATRICES = {
    "mirrored": ("-display_hflip",),
    "upside down, as in a mirror": ("-display_vflip",),
    "turned": ("-display_rotation", 90),
    "turned and mirrored": ("-display_rotation", 90, "-display_hflip"),
    "turned the other way and flipped": ("-display_rotation", 270, "-display_vflip"),
    "upside down": ("-display_rotation", 180),
}


def _clip(path: Path, *options: object) -> Path:
    ffmpeg("-f", "lavfi", "-i", "testsrc=size=160x96:rate=16:duration=0.5", *options, "-crf", 8, path)
    return path


@pytest.mark.parametrize("matrix", MATRICES)
def test_a_clip_is_shown_as_its_display_matrix_says(room: CuttingRoom, matrix: str) -> None:
    _clip(room.folder / "flat.mp4")
    ffmpeg(*MATRICES[matrix], "-i", room.folder / "flat.mp4", "-c", "copy", room.folder / "other.mp4")
    ffmpeg("-i", room.folder / "other.mp4", "-crf", 4, room.folder / "upright.mp4")
    wanted = frames_of(room.folder / "upright.mp4")
    height, width = wanted[0].shape
    shown = frames_of(room.film(f"{{timeline: [{{clip: other.mp4}}], output: {{size: {width}x{height}, crf: 8}}}}"))
    assert min(ssim(one, two) for one, two in zip(shown, wanted, strict=True)) > 0.99


@pytest.mark.parametrize("interpolation", ["duplicate", "motion"])
def test_of_two_fields_one_picture_is_made(room: CuttingRoom, interpolation: str) -> None:
    ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=size=320x192:rate=50:duration=1", "-vf", "interlace",
        "-flags", "+ildct+ilme", "-x264-params", "tff=1", "-crf", 8, room.folder / "fields.mp4",
    )  # fmt: skip
    ffmpeg("-i", room.folder / "fields.mp4", "-vf", "bwdif=mode=send_frame", "-crf", 4, room.folder / "whole.mp4")
    output = f"{{size: 320x192, fps: 25, crf: 8, interpolation: {interpolation}}}"
    shown = frames_of(room.film(f"{{timeline: [{{clip: fields.mp4}}], output: {output}}}"))
    wanted = frames_of(room.folder / "whole.mp4")
    assert min(ssim(one, two) for one, two in zip(shown, wanted, strict=True)) > 0.98
    combs = [np.abs(frame[2:-2] - (frame[1:-3] + frame[3:-1]) / 2).mean() for frame in (shown[12], wanted[12])]
    assert combs[0] < 1.05 * combs[1]
