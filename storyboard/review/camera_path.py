"""Where the camera of a preview is at each moment, from the first shot of an episode to the last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.compiler.camera_path import FRAMED, path_through
from storyboard.drawing.pose import Pose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storyboard.compiler.camera_moves import Framing
    from storyboard.compiler.camera_path import ShotPath
    from storyboard.review.shots import Shot


def camera_paths(shots: Sequence[Shot]) -> tuple[ShotPath, ...]:
    """The camera's way through each shot.

    A shot begins where the one before ended, as the model goes on from its last frame; a new scene, a new picture,
    another framing, or a move that has no room left begin anew.
    """
    paths: list[ShotPath] = []
    base: dict[str, float] = {}
    framed: Framing | None = None
    for number, shot in enumerate(shots):
        before = shots[number - 1] if number else None
        first = base.setdefault(shot.still.name, FRAMED[shot.framing] if shot.framing else 1.0)
        goes_on = before is not None and before.scene == shot.scene and before.still.name == shot.still.name
        if not goes_on:
            framed = shot.framing
        elif shot.framing and shot.framing is not framed:
            framed, goes_on = shot.framing, False
        fresh = Pose(max(1.0, FRAMED[framed] / first) if framed and not shot.still.is_sketch else 1.0, 0.5, 0.45)
        start = paths[-1].end if goes_on and paths else fresh
        paths.append(path_through(shot.camera, shot.moves, float(shot.seconds), start, fresh))
    return tuple(paths)
