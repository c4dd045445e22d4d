"""What cannot be done of a cut, with its place in the storyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.errors import StoryboardError, StoryError
from storyboard.story.findings import Remark, Severity

if TYPE_CHECKING:
    from storyboard.story.source import Source

Where = tuple[str | int, ...]


class CutFaultError(StoryboardError):
    """Something in a cut cannot be done.

    Attributes:
        where: The place in the storyboard that it is about.
    """

    code = "cut-impossible"

    def __init__(self, message: str, *, hint: str = "", where: Where = ("cut",)) -> None:
        super().__init__(message, hint=hint)
        self.where = where

    def as_story_error(self, source: Source) -> StoryError:
        """The same, told where it stands."""
        remark = Remark(self.code, Severity.ERROR, self.message, self.hint, self.where)
        return StoryError(
            f"{source.shown} cannot be cut as it is written.", source.place([remark]), hint="Mend what is told above."
        )
