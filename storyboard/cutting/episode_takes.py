"""An episode and its takes, as a cut is given them."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyboard.errors import StoryboardError
from storyboard.generation.take import MadeReel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from storyboard.compiler.plan import Plan
    from storyboard.generation.take import Had


@dataclass(frozen=True)
class EpisodeTakes:
    """An episode, and its takes.

    Attributes:
        path: Its storyboard, as it was named.
        plan: What it compiles to.
        takes: By the number of the reel; those that are there.
        why: Why the others are not, by the number of the reel, in words.
    """

    path: Path
    plan: Plan
    takes: Mapping[int, MadeReel]
    why: Mapping[int, str]

    def made(self, reel: int) -> MadeReel:
        """The take of a reel.

        Raises:
            StoryboardError: There is none.
        """
        if reel in self.takes:
            return self.takes[reel]
        if reel not in {each.index for each in self.plan.reels}:
            count = len(self.plan.reels)
            raise StoryboardError(
                f"{self.path.name} has no reel {reel}: it has {'one' if count == 1 else count}.",
                hint="storyboard plan lists them.",
            )
        raise StoryboardError(
            f"Reel {reel} of {self.path.name} {self.why.get(reel, 'has no take yet')}.",
            hint=f"{_render(self.path)} makes it; storyboard plan says what it costs.",
        )


def _render(path: Path) -> str:
    return shlex.join(["storyboard", "render", str(path)])


def takes_had(path: Path, plan: Plan, had: Iterable[tuple[int, Had]]) -> EpisodeTakes:
    """The takes that a render has just brought home."""
    return EpisodeTakes(path, plan, {number: MadeReel(each.take, each.purchase.order) for number, each in had}, {})
