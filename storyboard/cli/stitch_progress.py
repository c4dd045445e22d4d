"""How far a film has come, frame by frame, on standard error."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from storyboard.cli.drawing_progress import drawing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from storyboard.assembly.film import FilmPlan
    from storyboard.assembly.making import Task


@contextmanager
def watching(name: str) -> Iterator[StitchWatcher]:
    """Whoever is told how it goes, and shows it with the time that is left.

    Args:
        name: Of the film.
    """
    with ExitStack() as stack:
        yield StitchWatcher(name, stack)


class StitchWatcher:
    """Shows how far a film has come.

    A bar needs a thread, and the processes that make the pieces are begun before there is one: so it appears when
    they are there.

    Args:
        name: Of the film.
        stack: Takes the bar away.
    """

    def __init__(self, name: str, stack: ExitStack) -> None:
        self._name = name
        self._stack = stack
        self._tell: Callable[[float], None] = lambda _: None
        self._whole = 1
        self._done = self._steps = 0

    def starts(self, plan: FilmPlan) -> None:
        """Everything that has to be made is being made."""
        self._tell = self._stack.enter_context(drawing(self._name))
        self._whole = sum(task.weight for task in plan.tasks) or 1

    def made(self, task: Task) -> None:
        """One of them is finished, here or elsewhere."""
        self._done += task.weight
        self._show()

    def moves(self, steps: int) -> None:
        """So much of what is made here is made."""
        self._steps = steps
        self._show()

    def _show(self) -> None:
        self._tell(min(1.0, max(self._done, self._steps) / self._whole))

    def joins(self, frames: int) -> None:
        """So many frames are joined, which takes no time to speak of."""
