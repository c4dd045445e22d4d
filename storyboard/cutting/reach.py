"""How much of a cut is made, and how large: all of it, a part of it, or a preview to be looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from storyboard.assembly.edit_list import smaller
from storyboard.cutting.times import told
from storyboard.cutting.told import within
from storyboard.errors import UsageError

if TYPE_CHECKING:
    from storyboard.cutting.reader import CutPicture


@dataclass(frozen=True)
class Reach:
    """How much of a cut is made, and how.

    Attributes:
        begins: The first second of the film; None for its beginning.
        ends: The last; None for its end.
        preview: Whether it is made small and quickly, to be looked at.
    """

    begins: Fraction | None = None
    ends: Fraction | None = None
    preview: bool = False


def part_of(picture: CutPicture, reach: Reach) -> CutPicture:
    """The part of a picture that is wanted, as large as it is wanted.

    Raises:
        UsageError: There is nothing in it.
    """
    edit, wanted = picture.edit, picture.wanted
    first = round((reach.begins or Fraction(0)) * edit.fps)
    last = min(edit.last, round(reach.ends * edit.fps)) if reach.ends is not None else edit.last
    if first >= edit.last:
        raise UsageError(
            f"The film is {told(edit.frames / edit.fps)} long, and nothing of it lies in that range.",
            hint="Choose a range that begins earlier.",
        )
    if first >= last:
        raise UsageError(
            f"That range is shorter than a frame: the film has {float(edit.fps):g} a second.",
            hint="Choose a longer range.",
        )
    edit = replace(edit, first=first, last=last)
    if reach.preview:
        size = (max(2, edit.size[0] // 4 * 2), max(2, edit.size[1] // 4 * 2))
        edit = smaller(edit, size)
        wanted = replace(wanted, size=size, is_rough=True, crf=28, bitrate=None, codec="h264")
    return replace(picture, edit=edit, wanted=wanted, chapters=within(picture.chapters, first, last))
