"""The words that a cut puts on the screen, as its author wrote them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from storyboard.assembly.edit_list import Card, Lettering, NamedFile
from storyboard.cutting.times import exact
from storyboard.drawing.font_names import is_font_file
from storyboard.files import sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from storyboard.assembly.edit_list import EditList
    from storyboard.cutting.notes import Notes
    from storyboard.story.cut import CaptionItem, TitleItem


def add_lettering_notes(edit: EditList, notes: Notes) -> None:
    """Tell what an author should know of the texts of a film.

    Args:
        edit: The film.
        notes: Told of it.
    """
    cards = [shot for shot in edit.shots if isinstance(shot.source, Card)]
    if not cards and not edit.overlays:
        return
    from storyboard.assembly.picture.text_notes import text_notes  # it brings numpy along

    for shot in cards:
        if isinstance(shot.source, Card):
            for note in text_notes(shot.source.lettering, "title", edit.size):
                notes.add(note, ("cut", "timeline", shot.item, "title"))
    for each in edit.overlays:
        where = ("cut", "timeline", each.item, "caption") if each.item is not None else ("cut", "burn_subtitles")
        for note in text_notes(each.lettering, "subtitle" if each.is_subtitle else "caption", edit.size):
            notes.add(note, where)


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
    font_file = None
    if item.font:
        from storyboard.drawing.typefaces import find_font  # it brings Pillow along, which a cut without fonts spares

        if is_font_file(item.font):
            path = file(item.font)
            find_font(str(path), Path())
            font_file = NamedFile(path, sha256_of(path))
        else:
            find_font(item.font, Path())
    return Lettering(
        text,
        subtitle,
        "" if font_file else item.font or "",
        font_file,
        item.size,
        item.place or "",
        round(exact(item.fade) * fps),
    )
