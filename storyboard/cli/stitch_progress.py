"""How far a film has come, frame by frame, on standard error."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from storyboard.assembly.film_progress import FilmProgress
from storyboard.cli.drawing_progress import drawing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyboard.assembly.film import FilmPlan


@contextmanager
def watching(name: str) -> Iterator[FilmProgress]:
    """Whoever is told how it goes, and shows it with the time that is left.

    Args:
        name: Of the film.
    """
    with ExitStack() as stack:
        yield _Shown(name, stack)


class _Shown(FilmProgress):
    """Shows it. A bar needs a thread, and the processes that make the pieces are begun before there is one."""

    def __init__(self, name: str, stack: ExitStack) -> None:
        super().__init__(lambda _: None)
        self._name = name
        self._stack = stack

    def starts(self, plan: FilmPlan) -> None:
        super().starts(plan)
        self._stack.close()  # of an earlier bar, where it is told once more
        self._tell = self._stack.enter_context(drawing(self._name))
