"""A folder with an episode and small clips for its takes, and the film that comes of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from cutting_room import Watched

from storyboard.cutting.episode_takes import EpisodeTakes
from storyboard.cutting.stitch import read_cut, stitch
from storyboard.files import sha256_of
from storyboard.generation.prepare import prepare
from storyboard.generation.purchase import Order
from storyboard.generation.take import MadeReel, Take

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.assembly.piece_cache import PieceCache
    from storyboard.cutting.reach import Reach
    from storyboard.cutting.stitch import Stitch


@dataclass
class EpisodeRoom:
    """Where an episode is cut.

    Attributes:
        folder: Its story and its takes lie there.
        cache: Of its pieces.
        free: Whether its takes are the sandbox's.
    """

    folder: Path
    cache: PieceCache
    free: bool = False

    def read(self, story: str, *takes: Path, reach: Reach | None = None) -> Stitch:
        """Read an episode: its scenes and its cut, and the take of each reel."""
        path = self.folder / "story.yaml"
        path.write_text(f"storyboard: 1\ntitle: The Lamp\nrules: {{stretched: off}}\n{story}")
        prepared = prepare(path)
        made = {
            number: MadeReel(
                Take(take, sha256_of(take), f"job-{number}", 1),
                self._order(number),
            )
            for number, take in enumerate(takes, start=1)
        }
        this = EpisodeTakes(path, prepared.require_plan(), made, {})
        return read_cut(prepared, this=this, reach=reach, cache=self.cache)

    def _order(self, number: int) -> Order:
        order = Order("empirio", "https://example.com", {"reel": number}, 1, "lamp", "story", number, Decimal(1))
        return replace(order, provider="sandbox", free=True) if self.free else order

    def film(self, story: str, *takes: Path, reach: Reach | None = None, name: str = "story.mp4") -> Path:
        """Put the film of an episode together."""
        target = self.folder / name
        stitch(self.read(story, *takes, reach=reach), target, Watched(), verify=True)
        return target
