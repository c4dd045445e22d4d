"""What cannot be done of a cut, with its place in the storyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.errors import StoryboardError, StoryError
from storyboard.story.findings import Remark, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storyboard.story.findings import Finding
    from storyboard.story.source import Source

Where = tuple[str | int, ...]


class CutFaultError(StoryboardError):
    """Something in a cut cannot be done.

    Attributes:
        where: The place in the storyboard that it is about.
        others: What else is wrong with the cut.
    """

    code = "cut-impossible"

    def __init__(self, message: str, *, hint: str = "", where: Where = ("cut",)) -> None:
        super().__init__(message, hint=hint)
        self.where = where
        self.others: tuple[CutFaultError, ...] = ()

    @classmethod
    def of(cls, faults: Sequence[CutFaultError]) -> CutFaultError:
        """The first of several, with the others."""
        told = {(each.message, each.hint, each.where): each for each in faults}  # a clip may be shown twice
        first, *others = told.values()
        first.others = tuple(others)
        return first

    def as_story_error(self, source: Source) -> StoryError:
        """The same, told where it stands."""
        remarks = [
            Remark(each.code, Severity.ERROR, each.message, each.hint, each.where) for each in (self, *self.others)
        ]
        return not_as_written(source.shown, source.place(remarks))


def not_as_written(shown: str, findings: Sequence[Finding]) -> StoryError:
    """The error of a story whose cut cannot be made.

    Args:
        shown: Its file, as the person named it.
        findings: Why, each at its line.
    """
    return StoryError(f"{shown} cannot be cut.", findings, hint="What to do is told above.")
