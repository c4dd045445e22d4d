"""An episode and its takes, as a cut is given them."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from storyboard.errors import StoryboardError
from storyboard.generation.take import MadeReel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from storyboard.compiler.plan import Plan, PlannedReel
    from storyboard.generation.take import Had


@dataclass(frozen=True)
class EpisodeTakes:
    """An episode, and its takes.

    Attributes:
        path: Its storyboard, as it was named.
        plan: What it compiles to.
        takes: By the number of the reel; those that are there.
        why: Why the others are not, by the number of the reel, in words.
        options: Those that a render needs to make them, such as ``--provider empirio``.
    """

    path: Path
    plan: Plan
    takes: Mapping[int, MadeReel]
    why: Mapping[int, str]
    options: tuple[str, ...] = ()

    def made(self, reel: int) -> MadeReel:
        """The take of a reel.

        Raises:
            StoryboardError: There is none, or not even such a reel.
        """
        if reel in self.takes:
            return self.takes[reel]
        raise StoryboardError(
            f"Reel {self.reel(reel).index} of {self.path.name} {self.why.get(reel, 'has no take yet')}.",
            hint=f"{_render(self.path, self.options)} makes it; storyboard plan says what it costs.",
        )

    def is_free(self, reel: int) -> bool:
        """Whether a reel has a take, and that is the sandbox's."""
        return reel in self.takes and self.takes[reel].order.free

    def reel(self, number: int) -> PlannedReel:
        """A reel, whether it has a take or none.

        Args:
            number: Counted from 1.

        Raises:
            StoryboardError: There is none of that number.
        """
        count = len(self.plan.reels)
        if number > count:
            raise StoryboardError(
                f"{self.path.name} has no reel {number}: it has {'one' if count == 1 else count}.",
                hint="storyboard plan lists them.",
            )
        return self.plan.reels[number - 1]


def _render(path: Path, options: tuple[str, ...]) -> str:
    here, whole = Path.cwd(), path.resolve()
    named = str(whole.relative_to(here) if whole.is_relative_to(here) else path)
    return shlex.join(["storyboard", "render", named, *options])


def takes_had(path: Path, plan: Plan, had: Iterable[tuple[int, Had]]) -> EpisodeTakes:
    """The takes that a render has just brought home."""
    return EpisodeTakes(path, plan, {number: MadeReel(each.take, each.purchase.order) for number, each in had}, {})
