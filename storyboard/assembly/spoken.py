"""The spoken lines of a film, with the frames in which they are heard."""

from __future__ import annotations

from typing import NamedTuple


class SpokenLine(NamedTuple):
    """A line that is spoken, or narrated.

    Attributes:
        text: What is said, as the author wrote it.
        begins: The first frame of the film in which it is heard.
        ends: The frame after the last.
    """

    text: str
    begins: int
    ends: int
