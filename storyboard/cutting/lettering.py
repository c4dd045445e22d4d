"""The words that a cut puts on the screen, as its author wrote them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from storyboard.assembly.edit_list import Lettering, NamedFile
from storyboard.cutting.times import exact
from storyboard.drawing.font_names import is_font_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from storyboard.assembly.known_files import KnownFiles
    from storyboard.story.cut import CaptionItem, TitleItem


def lettering_of(
    item: TitleItem | CaptionItem,
    text: str,
    subtitle: str,
    fps: Fraction,
    file: Callable[[str], Path],
    known: KnownFiles,
) -> Lettering:
    """What is to be written, and how.

    Args:
        item: The item of the timeline.
        text: What it says.
        subtitle: A smaller line under it; empty for none.
        fps: Frames a second of the film.
        file: Finds a file that the cut names.
        known: Hashes it.

    Raises:
        FontError: There is no such font, or its file cannot be used.
        OSError: The font's file cannot be read.
    """
    font, font_file = font_of(item.font, file, known)
    return Lettering(
        text,
        subtitle,
        font,
        font_file,
        item.size,
        item.place or "",
        round(exact(item.fade) * fps),
    )


def font_of(name: str | None, file: Callable[[str], Path], known: KnownFiles) -> tuple[str, NamedFile | None]:
    """A font that an author names: its name where it ships, or its file; neither where none is named.

    Args:
        name: As it is written.
        file: Finds a file that the cut names.
        known: Hashes it.

    Raises:
        FontError: There is no such font, or its file cannot be used.
        OSError: The font's file cannot be read.
    """
    if not name:
        return "", None
    from storyboard.drawing.typefaces import find_font  # it brings Pillow along, which a cut without fonts spares

    if not is_font_file(name):
        find_font(name, Path())
        return name, None
    path = file(name)
    find_font(str(path), Path())
    return "", NamedFile(path, known.sha256_of(path))
