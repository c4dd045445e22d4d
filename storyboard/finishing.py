"""An episode from its takes: joined, checked, and written down in a manifest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from storyboard.assembly.film_progress import FilmProgress
from storyboard.assembly.picture_format import SUFFIXES
from storyboard.compiler.price import dollars
from storyboard.cutting.episode_takes import takes_had
from storyboard.cutting.stitch import read_cut, stitch
from storyboard.export.manifest import is_free

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
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


SANDBOX_ENDING = ".sandbox"
"""Added to the name of a sandbox's film that lies beside one that was paid for."""


def episode_path(folder: Path, name: str, codec: str, *, free: bool) -> Path:
    """Where a finished film lies. A free one takes the place of a free one, and of nothing else.

    Args:
        folder: For finished films.
        name: Without the ending.
        codec: The picture's; the ending comes from it.
        free: Whether anything in it is the sandbox's.
    """
    suffix = SUFFIXES[codec]
    path = folder / f"{name}{suffix}"
    if free and path.exists() and not is_free(path):
        return folder / f"{name}{SANDBOX_ENDING}{suffix}"
    return path


def finish(
    outlook: PreparedOutlook,
    progress: Progress,
    target: Path,
    *,
    at: datetime,
    revision: Mapping[str, Any] | None = None,
    note: Callable[[str], None] = lambda _: None,
    on_progress: Callable[[float], None] = lambda _: None,
) -> None:
    """Put an episode together by its cut, see that it is whole, and write its subtitles and its manifest.

    Args:
        outlook: The episode.
        progress: With a take of every reel; the finished file is added to it.
        target: Where the finished file goes.
        at: The moment.
        revision: Which revision of which repository it was rendered from, where it is known.
        note: Told what is worth knowing of it.
        on_progress: Told the share that is done, 0.0 to 1.0.

    Raises:
        StoryboardError: It could not be put together, or not be written.
    """
    takes = takes_had(outlook.path, outlook.plan, sorted(progress.reels.items()))
    order = next(iter(takes.takes.values())).order
    made = read_cut(outlook.prepared, this=takes, provider=order.provider, base_url=order.base_url)
    for each in made.notes:
        note(each)
    written = stitch(made, target, FilmProgress(on_progress), at=at, revision=revision, note=note)
    for each in made.cache.told():
        note(each)
    progress.episode, progress.manifest = written[0], written[-1]
