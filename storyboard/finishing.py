"""An episode from its takes: joined, checked, and written down in a manifest."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from storyboard.assembly.join import join_clips
from storyboard.compiler.price import dollars
from storyboard.errors import StoryboardError
from storyboard.export.manifest import is_free, write_manifest
from storyboard.generation.take import inspect_clip

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from storyboard.generation.outlook import PreparedOutlook
    from storyboard.generation.take import Had


@dataclass
class Progress:
    """What is known of an episode so far; it grows while the episode is rendered.

    Attributes:
        path: The story's file, as the person named it.
        title: The episode's.
        reels: What is there, by the number of the reel.
        episode: The finished file, once there is one.
        manifest: Its manifest.
    """

    path: Path
    title: str
    reels: dict[int, Had] = field(default_factory=dict)
    episode: Path | None = None
    manifest: Path | None = None

    def as_json(self) -> dict[str, Any]:
        """The episode as plain values, for ``--json``."""
        return {
            "title": self.title,
            "storyboard": str(self.path),
            "episode": str(self.episode) if self.episode else None,
            "manifest": str(self.manifest) if self.manifest else None,
            "reels": [
                {
                    "reel": number,
                    "job_id": had.take.job_id,
                    "take": str(had.take.path),
                    "take_number": had.take.number,
                    "request_sha256": had.purchase.order.request_sha256,
                    "cost_usd": dollars(had.purchase.order.cost),
                    "reused": had.reused,
                }
                for number, had in sorted(self.reels.items())
            ],
        }


def episode_path(folder: Path, name: str, *, free: bool) -> Path:
    """Where a finished file lies. A free clip takes the place of a free clip, and of nothing else."""
    path = folder / f"{name}.mp4"
    if free and path.exists() and not is_free(path):
        return folder / f"{name}.sandbox.mp4"
    return path


def finish(
    outlook: PreparedOutlook,
    progress: Progress,
    target: Path,
    *,
    fps: int,
    at: datetime,
    revision: Mapping[str, Any] | None = None,
) -> None:
    """Join the takes of an episode, see that nothing is missing, and write its manifest.

    Args:
        outlook: The episode.
        progress: With a take of every reel; the finished file is added to it.
        target: Where the finished file goes.
        fps: Frames a second of the clips.
        at: The moment.
        revision: Which revision of which repository it was rendered from, where it is known.

    Raises:
        StoryboardError: It could not be written, or frames are missing.
    """
    had = [progress.reels[reel.index] for reel in outlook.plan.reels]
    takes = [each.take.path for each in had]

    def check(joined: Path) -> None:
        frames = sum(inspect_clip(take).frames for take in takes)
        found = inspect_clip(joined).frames
        if found != frames:
            raise StoryboardError(
                f"{target} has {found} frames, and its takes have {frames}: the join went wrong.",
                hint="The takes are kept; please report this.",
            )

    source = outlook.prepared.loaded.source
    if source is None:
        raise ValueError("an episode without the file it was made from")
    try:
        join_clips(takes, target, fps=fps, check=check)
        progress.manifest = write_manifest(
            target,
            outlook.path.name,
            source.sha256,
            outlook.plan,
            had,
            program=version("storyboard-composer"),
            at=at,
            revision=revision,
        )
    except OSError as error:
        raise StoryboardError(
            f"{target} could not be written: {error.strerror or error}. Every take is kept in {takes[0].parent}.",
            hint="Make room, or choose another folder with --output, then run again: nothing is bought twice.",
        ) from error
    progress.episode = target
