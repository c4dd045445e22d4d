"""What an author should know of a text before it is drawn: that some of it has no room, or no letters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from storyboard.assembly.picture.captions import set_caption, set_subtitle
from storyboard.assembly.picture.cards import set_card
from storyboard.drawing.typefaces import find_font
from storyboard.excerpt import excerpt

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    from storyboard.assembly.edit_list import Lettering
    from storyboard.drawing.typefaces import Typeface

    Kind = Literal["title", "caption", "subtitle"]


def typeface_of(lettering: Lettering) -> Typeface:
    """What a text is written in.

    Raises:
        FontError: There is no such font, or its file cannot be used.
    """
    name = str(lettering.font_file.path) if lettering.font_file else lettering.font
    return find_font(name or None, Path())


def text_notes(lettering: Lettering, kind: Kind, size: tuple[int, int]) -> Iterator[tuple[str, str]]:
    """What is cut off of a text, and what is not as its author wrote it; each with what to do.

    Args:
        lettering: The text.
        kind: What it is.
        size: Width and height of the frame, in pixels.
    """
    typeface = typeface_of(lettering)
    match kind:
        case "title":
            blocks = set_card(
                lettering.text, lettering.subtitle or None, size=size, typeface=typeface, letters=lettering.size
            )
        case "caption":
            blocks = [set_caption(lettering.text, size=size, typeface=typeface, letters=lettering.size)]
        case "subtitle":
            blocks = [set_subtitle(lettering.text.split("\n"), size, typeface)]
    key = "subtitle_font" if kind == "subtitle" else "font"
    advice = f"“{key}” takes a font file that has all letters."
    names = (kind, "line under the title")
    for block, text, name in zip(blocks, (lettering.text, lettering.subtitle), names, strict=False):
        if block.cut_off:
            cut_off = f"it is cut off before “{excerpt(block.cut_off)}”."
            yield (
                f"There is no room for all of the {name} “{excerpt(text)}”: {cut_off}",
                "Write less, or in smaller letters.",
            )
        if lettering.size and block is blocks[0] and block.size < lettering.size:
            wanted = f"in letters of {lettering.size} pixels: they have {block.size:g}."
            yield (
                f"There is no room for the {name} “{excerpt(text)}” {wanted}",
                "Write less, or ask for a smaller “size”.",
            )
        for note in block.notes:
            yield f"The {name} “{excerpt(text)}”: {note}", advice
