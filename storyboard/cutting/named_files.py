"""The files that a cut names: where they lie, and where it names them."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from storyboard.cutting.faults import CutFaultError
from storyboard.errors import StoryboardError, StoryError
from storyboard.story.paths import inside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from storyboard.cutting.faults import Where
    from storyboard.story.source import Source


class NamedFiles:
    """Finds the files that a cut names, and remembers where each was first named.

    Args:
        source: The file with the cut.
        has_cut: Whether it has one of its own; else its episode is joined as it is.
    """

    def __init__(self, source: Source, *, has_cut: bool) -> None:
        self._source = source
        self._has_cut = has_cut
        self._root = source.root
        self._folder = source.path.resolve().parent
        self._named: dict[str, tuple[str, Where]] = {}

    def find(self, name: str, where: Where) -> Path:
        """Where a file lies.

        Args:
            name: As the author wrote it.
            where: The place in the storyboard that names it.

        Raises:
            OutsideError: It leads out of the folder that a storyboard may use.
        """
        path = inside(self._root, self._folder, name)
        self._named.setdefault(str(path), (name, where))
        return path

    def add_take(self, path: Path, where: Where) -> None:
        """Remember which item of the timeline shows a take."""
        self._named.setdefault(str(path), (str(path), where))

    def fault(self, error: StoryboardError) -> CutFaultError | None:
        """An error at the place that names the file it tells of, by the author's name for that; None for another."""
        told = max((path for path in self._named if _told_in(path).search(error.message)), key=len, default=None)
        if told is None:
            return None
        name, where = self._named[told]
        message, hint = (_told_in(told).sub(lambda _: name, text) for text in (error.message, error.hint))
        return CutFaultError(message, hint=hint, where=where)

    @contextmanager
    def telling_where(self) -> Iterator[None]:
        """Raise what is raised inside at its line of the storyboard, where it has one.

        Raises:
            StoryError: It has.
            StoryboardError: It has none: it is about no file that is named, or there is no cut that could name one.
        """
        try:
            yield
        except StoryError:
            raise
        except StoryboardError as error:
            fault = error if isinstance(error, CutFaultError) else self.fault(error)
            if fault is None:
                raise
            if not self._has_cut:
                # There is no line to tell it at; an error that only a cut can have would puzzle.
                is_cuts = isinstance(error, CutFaultError)
                raise (StoryboardError(error.message, hint=error.hint) if is_cuts else error) from None
            raise fault.as_story_error(self._source) from None


def _told_in(path: str) -> re.Pattern[str]:
    """Finds a path in a message; a longer one that begins like it is another file."""
    return re.compile(rf"{re.escape(path)}(?![\w/\\])(?!\.\w)")
