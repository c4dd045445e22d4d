"""The fonts that texts in the cut can be written in: those that ship with the program, and an author's own files."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, NamedTuple

from storyboard.drawing.font_file import read_face
from storyboard.drawing.font_names import is_font_file
from storyboard.drawing.lettering import (
    DEJAVU,
    INTER,
    INTER_BOLD,
    JETBRAINS_MONO,
    LORA,
    LORA_BOLD,
    Face,
)
from storyboard.errors import FontError

if TYPE_CHECKING:
    from pathlib import Path


class Typeface(NamedTuple):
    """A typeface as an author names it.

    Attributes:
        name: Such as ``Inter``; an author's own is called as its file is.
        text: The cut that captions and subtitles are written in.
        title: The cut that titles are written in.
    """

    name: str
    text: Face
    title: Face

    @property
    def files(self) -> frozenset[str]:
        """What ``Face.file`` says of its cuts: what the look of a text depends on."""
        return frozenset({self.text.file, self.title.file})


SHIPPED: dict[str, Typeface] = {
    each.name: each
    for each in (
        Typeface("Inter", INTER, INTER_BOLD),
        Typeface("Lora", LORA, LORA_BOLD),
        Typeface("JetBrains Mono", JETBRAINS_MONO, JETBRAINS_MONO),
        Typeface("DejaVu Sans", DEJAVU, DEJAVU),
    )
}
"""The typefaces that ship, by name: a sans serif, a serif, a monospace, and one with the letters of many scripts."""
USUAL = SHIPPED["Inter"]
"""What is used where the author names none."""


def font_names() -> tuple[str, ...]:
    """The names of the fonts that ship with the program."""
    return tuple(SHIPPED)


def find_font(name: str | None, base: Path) -> Typeface:
    """The typeface that an author means.

    Args:
        name: The name of one that ships, in small or capital letters, or the path of a ``.ttf`` or ``.otf`` file.
            None is the usual one.
        base: The folder that paths are relative to. Whether a path may leave it is for the story's own check.

    Raises:
        FontError: There is no such font, or its file cannot be used.
    """
    if name is None:
        return USUAL
    known = {each.casefold(): typeface for each, typeface in SHIPPED.items()}
    if (found := known.get(" ".join(name.split()).casefold())) is not None:
        return found
    if is_font_file(name):
        face = read_face(base / name)
        return Typeface(name, face, face)
    near = difflib.get_close_matches(" ".join(name.split()).casefold(), list(known), n=1, cutoff=0.5)
    meant = f"Did you mean “{known[near[0]].name}”?" if near else f"It can be {', '.join(SHIPPED)}."
    raise FontError(
        f"“{name}” is no font that ships with the program.",
        hint=f"{meant} Or name a font file, such as fonts/Title.ttf.",
    )
