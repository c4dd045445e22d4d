"""Title cards: a title, and a smaller line under it, over black or over what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from storyboard.assembly.picture.layer import Layer, draw_layer
from storyboard.assembly.picture.text_block import LEADING, SAFE, set_text
from storyboard.drawing.ass import write_text
from storyboard.drawing.lettering import EMOJI
from storyboard.drawing.typefaces import USUAL, Typeface

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from storyboard.assembly.picture.text_block import Block

Place = Literal["top", "center", "bottom"]

_TITLE, _SMALLEST = 0.1, 0.036  # sizes of the letters, in shorter sides of the frame
_SUBTITLE = 0.46  # in sizes of the title
_GAP = 0.42  # between the two, likewise
_TITLE_TRACKING, _SUBTITLE_TRACKING = 0.012, 0.03
_GREYER = 0x30
_SHARE = 0.7  # of the height that a title leaves at least some of to its subtitle
_MIDDLE = 0.485  # a little above the middle looks like the middle


def title_card(
    title: str,
    subtitle: str | None = None,
    *,
    size: tuple[int, int],
    typeface: Typeface = USUAL,
    letters: int | None = None,
    place: Place | None = None,
) -> Layer:
    """Draw a title card's lettering; what it lies over, such as black, is the caller's.

    All of it stays in the title-safe area. A title that is too long is broken into lines, then written smaller, then
    cut off with an ellipsis.

    Args:
        title: The text. Its line breaks stay.
        subtitle: A smaller text under it.
        size: Width and height of the frame, in pixels.
        typeface: As ``find_font`` gives.
        letters: Size of the title's letters, in pixels; None fits the frame.
        place: Where on the screen; None is the middle.

    Raises:
        ClipError: ffmpeg could not draw it.
    """
    width, height = size
    blocks = set_card(title, subtitle, size=size, typeface=typeface, letters=letters)
    gap = blocks[0].size * _GAP if subtitle else 0.0
    tall = sum(block.height for block in blocks) + gap
    top = {"top": height * SAFE, "bottom": height * (1 - SAFE) - tall}.get(
        place or "", min(max(height * _MIDDLE - tall / 2, height * SAFE), height * (1 - SAFE) - tall)
    )
    texts: list[str] = []
    for block, alpha in zip(blocks, (0, _GREYER), strict=False):
        texts += lines_of(block, width / 2, top, alpha=alpha)
        top += block.height + gap
    return lettered(texts, blocks, size)


def set_card(
    title: str, subtitle: str | None, *, size: tuple[int, int], typeface: Typeface, letters: int | None
) -> list[Block]:
    """Set a title card's texts: the title, and what is under it, if anything is. Takes what ``title_card`` does."""
    room = (size[0] * (1 - 2 * SAFE), size[1] * (1 - 2 * SAFE))
    smallest = max(8.0, min(size) * _SMALLEST)
    largest = float(letters or min(size) * _TITLE)
    share = _SHARE if subtitle else 1.0
    head = set_text(
        title, typeface.title, (room[0], room[1] * share), (largest, min(largest, smallest)), tracking=_TITLE_TRACKING
    )
    if not subtitle:
        return [head]
    under = max(min(head.size, smallest), head.size * _SUBTITLE)
    left = max(room[1] - head.height - head.size * _GAP, under * LEADING)
    below = set_text(
        subtitle, typeface.text, (room[0], left), (under, min(under, smallest)), tracking=_SUBTITLE_TRACKING
    )
    return [head, below]


def lines_of(
    block: Block, x: float, top: float, *, alpha: int = 0, glow: float = 0.0, outline: float = 0.0
) -> list[str]:
    """The dialogue lines of a block, each centred.

    Args:
        block: The text.
        x: Its middle, in pixels from the left.
        top: The top of its first line, in pixels.
        alpha: 0 is solid, 255 invisible.
        glow: How far a soft darkness reaches around the letters, in pixels.
        outline: How wide a dark edge they have, in pixels; in place of a glow.
    """
    step = block.size * LEADING
    # The space of a line is shared out so that its small letters stand in its middle, as the eye takes a line.
    baseline = top + step / 2 + 0.34 * block.size
    return [
        write_text(
            line, 2, x + block.spacing / 2, baseline + number * step + block.face.descent * block.size, block.size,
            face=block.face, alpha=alpha, spacing=block.spacing, glow=glow, outline=outline, pictographs=True,
        )
        for number, line in enumerate(block.lines)
        if line
    ]  # fmt: skip


def lettered(
    texts: list[str], blocks: list[Block], size: tuple[int, int], behind: NDArray[np.floating] | None = None
) -> Layer:
    """Draw the dialogue lines of blocks over a shade, if there is one."""
    faces = {block.face for block in blocks} | {EMOJI}
    layer = draw_layer(texts, size, faces, behind) if any(line for block in blocks for line in block.lines) else None
    return layer or Layer.nothing(size)
