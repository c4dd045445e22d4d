"""What an author should know of the words of a film: what has no room, no letters, or no time to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.assembly.edit_list import Card
from storyboard.assembly.subtitles import SPEED, subtitles_of, too_fast
from storyboard.columns import columns
from storyboard.cutting.times import told

if TYPE_CHECKING:
    from fractions import Fraction

    from storyboard.assembly.edit_list import EditList
    from storyboard.assembly.spoken import SpokenLine
    from storyboard.assembly.subtitles import Subtitle
    from storyboard.cutting.faults import Where
    from storyboard.cutting.notes import Notes
    from storyboard.cutting.reader import CutPicture


def add_text_notes(picture: CutPicture, notes: Notes) -> None:
    """Tell what an author should know of the texts of a film.

    Args:
        picture: The film.
        notes: Told of it.
    """
    _add_hurried(picture, notes)
    _add_lettering(picture.edit, notes)


def _add_hurried(picture: CutPicture, notes: Notes) -> None:
    """The subtitles that go before they can be read."""
    edit = picture.edit
    fastest: dict[tuple[int, int] | str, tuple[Fraction, Subtitle]] = {}  # of each line, however often it is said
    for each in too_fast(subtitles_of(picture.spoken, edit.fps, [shot.begins for shot in edit.shots]), edit.fps):
        line = picture.spoken[each.spoken]
        speed = sum(map(columns, each.lines)) * edit.fps / (each.ends - each.begins)
        known = fastest.get(line.where or line.text)
        if known is None or speed > known[0]:
            fastest[line.where or line.text] = speed, each
    for speed, each in fastest.values():
        notes.add(
            f"The subtitle “{' '.join(each.lines)}” is seen for {told((each.ends - each.begins) / edit.fps)}: "
            f"{float(speed):.0f} characters a second, of which {SPEED} can be read.",
            "Say less, or give its segment more seconds.",
            _place(picture.spoken[each.spoken], notes),
        )


def _place(line: SpokenLine, notes: Notes) -> Where:
    """Where a line is written. Of another episode's, the film's own file tells no more than that it is shown."""
    if line.where is not None:
        scene, segment = line.where
        where = ("scenes", scene, "segments", segment, "say")
        if notes.stands_at(where, line.text):  # a pilot has scenes of its own
            return where
    return ("cut", "timeline") if line.item is None else ("cut", "timeline", line.item)


def _add_lettering(edit: EditList, notes: Notes) -> None:
    """What has no room, and letters that no font has."""
    cards = [shot for shot in edit.shots if isinstance(shot.source, Card)]
    if not cards and not edit.overlays:
        return
    from storyboard.assembly.picture.text_notes import text_notes  # it brings numpy along

    for shot in cards:
        if isinstance(shot.source, Card):
            for message, hint in text_notes(shot.source.lettering, "title", edit.size):
                notes.add(message, hint, ("cut", "timeline", shot.item, "title"))
    for each in edit.overlays:
        where = ("cut", "timeline", each.item, "caption") if each.item is not None else ("cut", "burn_subtitles")
        for message, hint in text_notes(each.lettering, "subtitle" if each.is_subtitle else "caption", edit.size):
            notes.add(message, hint, where)
