"""Texts over what is shown: captions with a soft shade behind them, and subtitles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from storyboard.assembly.picture.cards import lettered, lines_of
from storyboard.assembly.picture.text_block import SAFE, set_text
from storyboard.drawing.bidi import led_as
from storyboard.drawing.typefaces import USUAL, Typeface

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from storyboard.assembly.picture.cards import Place
    from storyboard.assembly.picture.layer import Layer
    from storyboard.assembly.picture.text_block import Block

_CAPTION, _CAPTION_SMALLEST = 0.056, 0.036  # sizes of the letters, in shorter sides of the frame
_SUBTITLE, _SUBTITLE_SMALLEST = 0.054, 0.034
_SHARE = 0.34  # of the frame's height that a caption may take: the lower third
_LINES = 2  # that a subtitle may have
_DARK, _DARK_AROUND = 0.78, 0.6  # at most, at the edge of the frame and in its middle
_LOW = 0.07  # how far subtitles stay from the lower edge, in heights: inside what is title-safe by SMPTE ST 2046-1


def caption(
    text: str,
    *,
    size: tuple[int, int],
    typeface: Typeface = USUAL,
    letters: int | None = None,
    place: Place | None = None,
) -> Layer:
    """Draw a caption and the shade behind it.

    Args:
        text: What it says. Its line breaks stay.
        size: Width and height of the frame, in pixels.
        typeface: As ``find_font`` gives.
        letters: Size of the letters, in pixels; None fits the frame.
        place: Where on the screen; None is the bottom.

    Raises:
        ClipError: ffmpeg could not draw it.
    """
    width, height = size
    block = set_caption(text, size=size, typeface=typeface, letters=letters)
    margin = height * SAFE
    top = {"top": margin, "center": (height - block.height) / 2}.get(place or "", height - margin - block.height)
    behind = _shade(size, top, top + block.height, 4 * block.size)
    return lettered(lines_of(block, width / 2, top, glow=block.size * 0.08), [block], size, behind)


def set_caption(text: str, *, size: tuple[int, int], typeface: Typeface, letters: int | None) -> Block:
    """Set a caption's text. Takes what ``caption`` does."""
    largest = float(letters or min(size) * _CAPTION)
    smallest = min(largest, max(8.0, min(size) * _CAPTION_SMALLEST))
    most = size[1] * (_SHARE if letters is None else 1 - 2 * SAFE)
    return set_text(text, typeface.text, (size[0] * (1 - 2 * SAFE), most), (largest, smallest))


def _shade(size: tuple[int, int], top: float, bottom: float, soft: float) -> NDArray[np.float64]:
    """How dark it is behind a text: a slow fall of light, towards the frame's edge or around the text.

    Args:
        size: Width and height of the frame, in pixels.
        top: Of the text, in pixels.
        bottom: Of the text, in pixels.
        soft: How far it takes to fade out, in pixels.
    """
    width, height = size
    rows, columns = np.arange(height) + 0.5, np.arange(width) + 0.5
    reach = soft + min(height - top, bottom, 2 * soft)
    if bottom > height * (1 - SAFE) - 1:
        return _spread(_DARK * _smooth((rows - top + soft) / reach), width)
    if top < height * SAFE + 1:
        return _spread(_DARK * _smooth((bottom + soft - rows) / reach), width)
    down = _smooth(1 - np.maximum(np.abs(rows - (top + bottom) / 2) - (bottom - top) / 4, 0.0) / soft)
    across = _smooth(np.minimum(columns, width - columns) / (width * 3 * SAFE))
    return _spread(_DARK_AROUND * down, width) * across


def _spread(rows: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    return np.repeat(rows[:, None], width, axis=1)


def _smooth(share: NDArray[np.floating]) -> NDArray[np.float64]:
    within = np.clip(share, 0.0, 1.0)
    return np.asarray(within * within * (3 - 2 * within), np.float64)


def subtitle_layer(
    lines: Sequence[str], size: tuple[int, int], typeface: Typeface = USUAL, *, at_top: bool = False
) -> Layer:
    """Draw a subtitle: two lines at most, low in the frame, with an edge that keeps it readable on anything.

    Args:
        lines: As they are to be broken. Lines that are too wide are written smaller, and then broken anew.
        size: Width and height of the frame, in pixels.
        typeface: As ``find_font`` gives.
        at_top: Whether it stands as high as it would be low.

    Raises:
        ClipError: ffmpeg could not draw it.
    """
    block = set_subtitle(lines, size, typeface)
    top = size[1] * _LOW if at_top else size[1] * (1 - _LOW) - block.height
    return lettered(lines_of(block, size[0] / 2, top, outline=max(1.2, block.size * 0.085)), [block], size)


def set_subtitle(lines: Sequence[str], size: tuple[int, int], typeface: Typeface = USUAL) -> Block:
    """Set a subtitle's text. Takes what ``subtitle_layer`` does."""
    sizes = (min(size) * _SUBTITLE, max(8.0, min(size) * _SUBTITLE_SMALLEST))
    room = (size[0] * (1 - 2 * SAFE), size[1] * _SHARE)
    whole = " ".join(lines)
    block = set_text("\n".join(led_as(line, whole) for line in lines), typeface.text, room, sizes, most=_LINES)
    if block.cut_off and len(lines) > 1:
        block = set_text(whole, typeface.text, room, sizes, most=_LINES)
    return block
