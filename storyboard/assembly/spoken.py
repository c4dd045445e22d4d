"""The spoken lines of a film, with the frames in which they are heard."""

from __future__ import annotations

from typing import NamedTuple


class SpokenLine(NamedTuple):
    """A line that is spoken, or narrated.

    Attributes:
        text: What is said, as the author wrote it.
        begins: The frame of the film in which it begins, or would, if the film did not come to it later.
        ends: The frame after the last, or after what would be the last if the film did not leave it before.
        first: The first frame in which it is heard; None for ``begins``.
        last: The frame after the last in which it is heard; None for ``ends``.
        where: Index of its scene, and of its segment in that; None where it is not of the film's own story.
        item: Which item of the timeline shows it, counted from 0.
    """

    text: str
    begins: int
    ends: int
    first: int | None = None
    last: int | None = None
    where: tuple[int, int] | None = None
    item: int | None = None

    @property
    def heard(self) -> tuple[int, int]:
        """The first frame in which it is heard, and the one after the last."""
        return self.begins if self.first is None else self.first, self.ends if self.last is None else self.last
