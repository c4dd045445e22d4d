"""The files that a cut names: where they lie, and where it names them."""

from __future__ import annotations

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
        told = max((path for path in self._named if path in error.message), key=len, default=None)
        if told is None:
            return None
        name, where = self._named[told]
        return CutFaultError(error.message.replace(told, name), hint=error.hint, where=where)

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
                raise StoryboardError(fault.message, hint=fault.hint) from None
            raise fault.as_story_error(self._source) from None
