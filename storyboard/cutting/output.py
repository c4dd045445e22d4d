"""The picture of a film as its author asked for it: its size, its rate, and how it is encoded."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

from storyboard.assembly.edit_list import Footage
from storyboard.assembly.picture_format import PictureFormat

if TYPE_CHECKING:
    from collections.abc import Iterable

    from storyboard.assembly.edit_list import Shot
    from storyboard.story.cut import Output

Size = tuple[int, int]


def picture_format(output: Output, size: Size) -> PictureFormat:
    """How a film is to be encoded.

    Args:
        output: What the author asked for.
        size: Width and height, in pixels.
    """
    return PictureFormat(
        size, Fraction(output.fps), output.codec, output.crf, output.bitrate, interpolation=output.interpolation
    )


def asked_size(output: Output) -> Size | None:
    """The size that the author asked for, in pixels; None where none is written."""
    return size_of(output.size) if output.size else None


def size_of(written: str) -> Size:
    """Width and height of what is written like 832x480."""
    width, height = map(int, written.split("x"))
    return width, height


def sizes_seen(shots: Iterable[Shot]) -> Counter[Size]:
    """The sizes, made even, of the footage that is seen, each with the number of its frames."""
    seen: Counter[Size] = Counter()
    for shot in shots:
        if isinstance(shot.source, Footage):
            width, height = shot.source.media.shown_size
            seen[max(2, width // 2 * 2), max(2, height // 2 * 2)] += shot.frames
    return seen
