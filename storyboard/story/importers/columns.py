"""What the columns of a shot list are called, in the variants that people and programs use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAMES: dict[str, str] = {
    "scene": "scene, scenes, sc, scn, scene no, scene nr, scene number, scene name, scene heading, slug, slugline, "
    "sequence, seq",
    "shot": "shot, shots, shot no, shot nr, shot number, shot id, setup, panel, frame, no, nr, number, id, clip",
    "action": "action, actions, description, shot description, scene description, action description, visual, "
    "visuals, video, picture, what happens, content, prompt, story, beat, event, events",
    "camera": "camera, cam, movement, camera movement, cam movement, move, camera move, camera work, shot type, "
    "type, shot size, size, framing, frame size, angle, camera angle, shot angle, camera direction, composition, "
    "type of shot",
    "length": "duration, dur, seconds, sec, secs, s, length, time, timing, est time, est duration, "
    "estimated duration, screen time, run time, runtime, trt, shot length, shot duration, duration sec, "
    "duration seconds, duration s, length s",
    "say": "dialogue, dialog, dialogues, vo, v o, voiceover, voice over, narration, narrator, spoken, speech, line, "
    "lines, script, says, say, dialogue vo, voice",
    "place": "location, loc, place, set, setting, where, locations",
    "time": "time of day, tod, day night, d n",
    "side": "int ext, i e, ie, interior exterior",
    "transition": "transition, transitions, trans, transition out, transition to next, cut type",
    "transition in": "transition in, transition from, enters by",
    "notes": "notes, note, comment, comments, remark, remarks, production notes, director s notes",
}
_FIELD_OF = {name: field for field, names in _NAMES.items() for name in names.split(", ")}
_UNIT = re.compile(r"\b(minutes?|mins?|frames?|frs?|f)\b")
_WORD = re.compile(r"[a-z0-9]+")
_LONGEST_TITLE = 80  # characters; what is longer is a sentence, and no title of a column
_SEVERAL = {"camera", "say", "notes", "action"}
"""What may be told in more than one column."""


@dataclass(frozen=True)
class Column:
    """A column of a shot list.

    Attributes:
        index: From 0.
        title: As it stands in the list.
        field: What it holds; empty where its name says nothing to us.
        unit: ``minutes`` or ``frames`` where its name has them, else empty.
    """

    index: int
    title: str
    field: str
    unit: str = ""


def read_columns(row: Sequence[str]) -> list[Column]:
    """What each column of a row of titles holds. A field that is there twice is taken from the first of them."""
    columns: list[Column] = []
    taken: set[str] = set()
    for index, title in enumerate(row):
        shown = " ".join(title.split()) if len(title) < _LONGEST_TITLE else title[:_LONGEST_TITLE]
        field = _field(shown) if len(shown) < _LONGEST_TITLE else ""
        if field in taken and field not in _SEVERAL:
            field = ""
        taken.add(field)
        if shown:
            columns.append(Column(index, shown, field, _unit(shown) if field == "length" else ""))
    return columns


def fields_of(columns: Sequence[Column]) -> int:
    """How many things a row of titles names; none where what happens is not among them."""
    fields = {column.field for column in columns if column.field}
    return len(fields) if "action" in fields else 0


def _field(title: str) -> str:
    """What a title means: as a whole, then without what stands in brackets, then its parts around a stroke."""
    if title in {"#", "№"}:
        return "shot"
    words = " ".join(_WORD.findall(title.casefold()))
    bare = " ".join(_WORD.findall(re.sub(r"[(\[].*?[)\]]", " ", title.casefold())))
    for name in (words, bare):
        if name in _FIELD_OF:
            return _FIELD_OF[name]
    for part in re.split(r"[/&+|]|\band\b|\bor\b", title.casefold()):
        name = " ".join(_WORD.findall(re.sub(r"[(\[].*?[)\]]", " ", part)))
        if name in _FIELD_OF:
            return _FIELD_OF[name]
    return ""


def _unit(title: str) -> str:
    found = _UNIT.search(title.casefold().replace("mm:ss", ""))
    if found is None:
        return ""
    return "minutes" if found.group().startswith("m") else "frames"
