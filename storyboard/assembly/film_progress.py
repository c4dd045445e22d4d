"""How far a film has come, as one share of what had to be made."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from storyboard.assembly.film import FilmPlan
    from storyboard.assembly.making import Task


class FilmProgress:
    """A film's watcher that counts.

    Args:
        tell: Told the share that is done, 0.0 to 1.0.
    """

    def __init__(self, tell: Callable[[float], None]) -> None:
        self._tell = tell
        self._whole = 1
        self._done = self._steps = 0

    def starts(self, plan: FilmPlan) -> None:
        """Everything that has to be made is being made; told once more where pieces vanished meanwhile."""
        self._done = self._steps = 0
        self._whole = sum(task.weight for task in plan.tasks) or 1

    def made(self, task: Task) -> None:
        """One of them is finished, here or elsewhere."""
        self._done += task.weight
        self._show()

    def moves(self, steps: int) -> None:
        """So much of what is made here is made."""
        self._steps = steps
        self._show()

    def joins(self, frames: int) -> None:
        """So many frames are joined, which takes no time to speak of."""

    def _show(self) -> None:
        self._tell(min(1.0, max(self._done, self._steps) / self._whole))
