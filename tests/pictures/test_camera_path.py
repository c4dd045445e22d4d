"""Where the camera of a preview is, at each moment."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from helpers import write_story
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storyboard.compiler.camera_path import WHOLE, path_over
from storyboard.generation.prepare import prepare
from storyboard.review.camera_path import camera_paths
from storyboard.review.shots import shots_of

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.compiler.camera_path import ShotPath
    from storyboard.drawing.pose import Pose

CAMERAS = (
    "", "fixed", "handheld", "slow push in", "push in", "crash zoom", "pull out", "zoom out", "pan left", "pan",
    "whip pan right", "tilt up", "tilt down", "crane up", "crane down", "track left", "tracking shot", "orbit",
    "orbit left", "barrel roll", "camera rolls left", "rack focus", "push in and pan right", "close-up",
    "pan left, then pan right", "extreme close-up, orbit", "wide, pull out, handheld",
    "crane down, pull out, pan left, orbit", "pull out and crane down", "tilt down and roll right",
    "pull out and roll left", "roll left, crane down, handheld", "track right while rolling left",
)  # fmt: skip


def paths(folder: Path, *cameras: str, seconds: float = 4.5) -> tuple[ShotPath, ...]:
    listed = "".join(
        f"      - {{action: a, seconds: {seconds}, camera: '{camera or 'eye level'}'}}\n" for camera in cameras
    )
    text = f"storyboard: 1\ntitle: T\nscenes:\n  - segments:\n{listed}"
    return camera_paths(shots_of(prepare(write_story(folder, text))))


def _corners_are_inside(pose: Pose, size: tuple[int, int]) -> bool:
    left, top, right, bottom = pose.box(*size)
    turn = math.radians(pose.roll)
    for x, y in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
        half_width, half_height = x * (right - left) / 2, y * (bottom - top) / 2
        across = (left + right) / 2 + half_width * math.cos(turn) + half_height * math.sin(turn)
        down = (top + bottom) / 2 - half_width * math.sin(turn) + half_height * math.cos(turn)
        if not (-0.01 <= across <= size[0] + 0.01 and -0.01 <= down <= size[1] + 0.01):
            return False
    return True


@given(st.sampled_from(CAMERAS[2:-10]), st.sampled_from(CAMERAS[2:-10]), st.sampled_from([3, 4.5, 9]))
def test_one_move_after_another_in_a_shot_is_no_cut(first: str, second: str, seconds: float) -> None:
    path = path_over(f"{first}, then {second}", seconds)
    before, after = (path.at(seconds / 2 + off) for off in (-1e-6, 1e-6))
    for one, two in zip(vars(before).values(), vars(after).values(), strict=True):
        assert abs(one - two) < 1e-3


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(CAMERAS), min_size=1, max_size=8), st.sampled_from([4.5, 9, 18]))
def test_the_camera_never_leaves_the_picture(tmp_path: Path, cameras: list[str], seconds: float) -> None:
    for path in paths(tmp_path, *cameras, seconds=seconds):
        for step in range(41):
            pose = path.at(path.seconds * step / 40)
            left, top, right, bottom = pose.box(832, 480)
            assert pose.zoom >= 1.0
            assert _corners_are_inside(pose, (832, 480))
            assert _corners_are_inside(pose, (480, 832))
            assert -0.01 <= left < right <= 832.01
            assert -0.01 <= top < bottom <= 480.01
            assert abs(pose.yaw) <= 0.2
            assert abs(pose.roll) <= 8
            assert 0 <= pose.blur <= 1


def test_a_shot_goes_on_where_the_one_before_ended(tmp_path: Path) -> None:
    first, second, third, _ = paths(tmp_path, "slow push in", "fixed", "slow push in", "fixed")
    assert first.at(0) == WHOLE or first.at(0).zoom == 1.0
    assert second.at(0) == second.at(4.5) == first.end
    assert third.at(0) == second.end
    assert third.end.zoom > second.end.zoom > 1.1


def test_a_camera_that_nobody_told_anything_drifts_a_very_little(tmp_path: Path) -> None:
    for path in paths(tmp_path, "", "", "", ""):
        assert 1.01 < max(path.at(0).zoom, path.end.zoom) / min(path.at(0).zoom, path.end.zoom) < 1.05


def test_a_whip_is_over_in_a_moment(tmp_path: Path) -> None:
    whip, *_ = paths(tmp_path, "whip pan right", "fixed", "fixed", "fixed")
    assert whip.at(0.8).across - whip.at(0).across > 0.3
    assert abs(whip.at(4.5).across - whip.at(0.8).across) < 0.01


def test_moves_that_are_parted_by_then_come_one_after_the_other(tmp_path: Path) -> None:
    both, *_ = paths(tmp_path, "pan left, then tilt up", "fixed", "fixed", "fixed")
    start, middle, end = both.at(0), both.at(2.25), both.at(4.5)
    assert middle.across < start.across - 0.1
    assert abs(end.across - middle.across) < 0.01
    assert end.down < middle.down - 0.1


def test_an_orbit_is_one_smooth_way() -> None:
    """What is seen at either side, frame by frame: its speed has no step in it, not even in the middle."""
    path = path_over("orbit left", 4)
    edges = []
    for frame in range(97):
        pose = path.at(frame / 24)
        left, top, right, bottom = pose.box(832, 480)
        half, high = (right - left) / 2 * (1 - pose.less), (bottom - top) / 2
        middle = (left + right) / 2
        edges.append((middle - half, middle + half, high * (1 - pose.less + pose.yaw)))
    jerks = np.abs(np.diff(np.array(edges), 2, axis=0))
    assert jerks.max() < 0.06
