"""The words that a cut puts on the screen, as its author wrote them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from storyboard.assembly.edit_list import Lettering, NamedFile
from storyboard.files import sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from storyboard.story.cut import CaptionItem, TitleItem

_FONT_FILES = (".ttf", ".otf", ".ttc", ".woff", ".woff2")


def lettering_of(
    item: TitleItem | CaptionItem, text: str, subtitle: str, fps: Fraction, file: Callable[[str], Path]
) -> Lettering:
    """What is to be written, and how.

    Args:
        item: The item of the timeline.
        text: What it says.
        subtitle: A smaller line under it; empty for none.
        fps: Frames a second of the film.
        file: Finds a file that the cut names.

    Raises:
        FontError: There is no such font, or its file cannot be used.
        OSError: The font's file cannot be read.
    """
    if item.font:  # imported only then: it brings Pillow along
        from storyboard.drawing.typefaces import find_font

        named = PurePath(item.font).suffix.lower() in _FONT_FILES
        where = file(item.font) if named else Path()
        find_font(where.name if named else item.font, where.parent)
    is_file = bool(item.font) and PurePath(item.font or "").suffix.lower() in _FONT_FILES
    font_file = None
    if is_file and item.font:
        path = file(item.font)
        font_file = NamedFile(path, sha256_of(path))
    return Lettering(
        text,
        subtitle,
        "" if is_file else item.font or "",
        font_file,
        item.size,
        item.place or "",
        round(Fraction(str(item.fade)) * fps),
    )
