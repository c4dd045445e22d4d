"""A shot list, row by row, as a draft: one row with an action is one segment."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from storyboard.errors import ImportRefusedError
from storyboard.story.importers.cameras import written_out
from storyboard.story.importers.columns import Column, fields_of, read_columns
from storyboard.story.importers.draft import MOST_SLOTS, Draft, DraftScene, DraftSegment, listed, one_line, plural
from storyboard.story.importers.headings import PLAIN_CUTS, capitalised, read_heading, transition_words
from storyboard.story.importers.lengths import SLOT, clock, lengths_between, seconds_of, slots_of
from storyboard.story.importers.names import Keys

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEADER_WITHIN = 30
"""Rows among which the titles of the columns are looked for."""
_OWN_WAY_IN = ("fade in", "fade up", "open")
"""Transitions that are the way into the shot beside which they stand; others are the way out of it."""
_SIDES = {"int": "interior", "interior": "interior", "i": "interior", "ext": "exterior", "exterior": "exterior"}


def find_header(rows: Sequence[Sequence[str]]) -> tuple[int, list[Column]] | None:
    """The row of titles and its columns: the one of the first rows that names most; None where none names any."""
    found = [(index, read_columns(row)) for index, row in enumerate(rows[:_HEADER_WITHIN])]
    best = max(found, key=lambda each: fields_of(each[1]), default=None)
    return best if best is not None and fields_of(best[1]) else None


def import_rows(rows: Sequence[Sequence[str]]) -> Draft:
    """Make a draft of a table.

    Raises:
        ImportRefusedError: No row can be the titles of its columns, or it is far too long.
    """
    found = find_header(rows)
    if found is None:
        first = [one_line(cell)[:30] for cell in next((row for row in rows if any(row)), []) if cell.strip()]
        shown = f" The first row has: {listed(first)}." if first else ""
        raise ImportRefusedError(
            f"No row of the table names its columns, such as: scene, action, camera, seconds, dialogue.{shown}",
            hint="Give each column a title; the one that tells what happens is called action or description.",
        )
    index, columns = found
    return _Reader(columns).read(rows[index + 1 :], index + 2, rows[:index])


@dataclass
class _Counts:
    """What there is to tell, with the rows of the list it is about."""

    no_action: list[int] = field(default_factory=list)
    no_length: list[int] = field(default_factory=list)
    rounded: int = 0
    plain_cuts: int = 0
    inside: int = 0
    written_out: int = 0
    formulas: int = 0
    told: Fraction = Fraction(0)
    lengths: int = 0


class _Reader:
    def __init__(self, columns: list[Column]) -> None:
        self._columns = columns
        self._draft = Draft()
        self._counts = _Counts()
        self._keys = Keys()
        self._places: dict[str, str] = {}
        self._segments = 0
        self._scene_now = self._place_now = self._time_now = ""
        self._way_out = ""

    def read(self, rows: Sequence[Sequence[str]], first: int, above: Sequence[Sequence[str]]) -> Draft:
        draft = self._draft
        alone = [filled[0] for row in above if len(filled := [cell.strip() for cell in row if cell.strip()]) == 1]
        if alone:
            draft.title, draft.title_from = one_line(alone[0]), "from the line above the columns"
        rows = self._with_lengths(rows)
        for number, row in enumerate(rows, start=first):
            self._row(number, row)
            if self._segments > MOST_SLOTS:
                break
        for scene in draft.scenes:
            _lift_camera(scene)
        draft.notes += self._notes()
        return draft

    def _with_lengths(self, rows: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
        """The rows with lengths, where their column has points in time."""
        column = next((each for each in self._columns if each.field == "length"), None)
        told = [n for n, row in enumerate(rows) if column and column.index < len(row) and row[column.index].strip()]
        lengths = lengths_between([rows[n][column.index] for n in told]) if column else None
        if column is None or lengths is None:
            return rows
        whole = [list(row) for row in rows]
        for n, length in zip(told, lengths, strict=True):
            whole[n][column.index] = length
        self._draft.notes.append(
            f"The column {column.title[:40]} has points in time: lengths are what lies between them, and the last "
            "has none."
        )
        return whole

    def _row(self, number: int, row: Sequence[str]) -> None:
        values = {name: self._value(row, name) for name in ("scene", "shot", "place", "time", "side", "length")}
        action, say = self._value(row, "action", " — "), self._value(row, "say", " ")
        if not any(cell.strip() for cell in row):
            return
        counts, draft = self._counts, self._draft
        counts.formulas += sum(cell.startswith("=") and len(cell) > 1 for cell in row)
        if not action:
            if say and draft.scenes and draft.scenes[-1].segments and values["scene"] in {"", self._scene_now}:
                last = draft.scenes[-1].segments[-1]
                last.say = f"{last.say} {say}".strip()
            elif say or any(values[name] for name in ("shot", "length")):
                counts.no_action.append(number)
            elif values["scene"]:
                self._enter(values, self._value(row, "transition in"))
            return
        self._enter(values, self._value(row, "transition in"))
        segment = DraftSegment((action,), say=say)
        segment.camera, short = written_out(self._value(row, "camera", ", "))
        counts.written_out += short
        self._length(segment, values["length"], number)
        self._transition(segment, self._value(row, "transition"))
        draft.scenes[-1].segments.append(segment)
        self._segments += 1
        notes = self._value(row, "notes", "; ")
        about = ": ".join(filter(None, [f"Shot {values['shot']}" if values["shot"] else "", notes]))
        segment.above = "; ".join(filter(None, [about, segment.above]))

    def _value(self, row: Sequence[str], name: str, between: str = " ") -> str:
        cells = [one_line(row[each.index]) for each in self._columns if each.field == name and each.index < len(row)]
        return between.join(dict.fromkeys(cell for cell in cells if cell))

    def _enter(self, values: dict[str, str], way_in: str) -> None:
        """Begin a scene where the list's scene, place or time changes; an empty cell means: as above."""
        scene, place = values["scene"] or self._scene_now, values["place"]
        heading = read_heading(scene) if not place and scene != self._scene_now else None
        if heading is not None and heading.side:  # the scene's column holds headings, as in a screenplay
            place, values = heading.place, {**values, "side": heading.side, "time": values["time"] or heading.time}
        place = self._place(place, values["side"]) or (self._place_now if scene == self._scene_now else "")
        time = values["time"].casefold() or (self._time_now if scene == self._scene_now else "")
        draft = self._draft
        now = (self._scene_now, self._place_now, self._time_now)
        if not draft.scenes or (scene, place, time) != now:
            name = f"Scene {scene}" if scene[:1].isdigit() and len(scene) <= 6 else scene
            if draft.scenes and scene == self._scene_now:
                name = ""  # the same scene goes on at another place
            draft.scenes.append(DraftScene(name=name, place=place, mood=time, transition=self._way_out))
            self._way_out = ""
        self._scene_now, self._place_now, self._time_now = scene, place, time
        words = transition_words(way_in)
        if words and words not in PLAIN_CUTS and not draft.scenes[-1].segments:
            draft.scenes[-1].transition = words

    def _place(self, place: str, side: str) -> str:
        if not place:
            return ""
        side = _SIDES.get(side.casefold().strip(". "), side.casefold())
        told = ", ".join(filter(None, [capitalised(place), side]))
        if told not in self._places:
            self._places[told] = self._keys.key_for(place, "place")
            self._draft.places[self._places[told]] = told
        return self._places[told]

    def _length(self, segment: DraftSegment, text: str, number: int) -> None:
        if not text:
            return
        column = next(each for each in self._columns if each.field == "length")
        seconds = None if column.unit == "frames" else seconds_of(text, column.unit)
        if seconds is None:
            self._counts.no_length.append(number)
            return
        segment.slots = slots_of(seconds)
        self._counts.lengths += 1
        self._counts.told += seconds
        if segment.slots * SLOT != seconds:
            self._counts.rounded += 1
            segment.length_told = f"{float(seconds):.6g} s in the list"

    def _transition(self, segment: DraftSegment, text: str) -> None:
        scene = self._draft.scenes[-1]
        if self._way_out:  # the scene goes on, so it was no way out of it
            self._counts.inside += 1
            scene.segments[-1].above = "; ".join(filter(None, [scene.segments[-1].above, f"ends by {self._way_out}"]))
            self._way_out = ""
        words = transition_words(text)
        if words in PLAIN_CUTS:
            self._counts.plain_cuts += 1
        elif words.startswith(_OWN_WAY_IN) and not scene.segments:
            scene.transition = ", ".join(filter(None, [scene.transition, words]))
        elif words:
            self._way_out = words

    def _notes(self) -> list[str]:
        counts, notes = self._counts, []
        if unknown := [each.title[:40] for each in self._columns if not each.field]:
            word = "column" if len(unknown) == 1 else "columns"
            notes.append(f"Left out, because a storyboard has no such thing: the {word} {listed(unknown, 8)}.")
        if counts.no_action:
            told = "tells no action" if len(counts.no_action) == 1 else "tell no action"
            notes.append(f"{_rows(counts.no_action)} {told}, and {_were(counts.no_action)} left out.")
        if counts.no_length:
            notes.append(
                f"{_rows(counts.no_length)}: what stands there as the length cannot be read as one; one "
                "slot of 4.5 seconds then."
            )
        if counts.rounded:
            kept = sum((each.slots or 0) for scene in self._draft.scenes for each in scene.segments) * SLOT
            notes.append(
                f"{counts.rounded:,} of {plural(counts.lengths, 'length')} rounded to whole slots of 4.5 s: "
                f"{clock(kept)} instead of {clock(counts.told)}."
            )
        if counts.written_out:
            notes.append(
                f"{plural(counts.written_out, 'short name')} of shot sizes written out, such as CU: close-up."
            )
        if counts.plain_cuts:
            notes.append(f"{plural(counts.plain_cuts, 'plain cut')} left out: a new scene is one.")
        if counts.inside:
            are = plural(counts.inside, "transition inside a scene is", "transitions inside a scene are")
            notes.append(f"{are} kept as a comment: only the way into a scene has a place in a storyboard.")
        if self._way_out:
            notes.append(f"“{self._way_out[:60]}” at the end left out: no scene follows.")
        if counts.formulas:
            notes.append(
                f"{plural(counts.formulas, 'cell')} with a formula taken as text: nothing is worked out. A CSV file "
                "saved by the spreadsheet has the values."
            )
        return notes


def _lift_camera(scene: DraftScene) -> None:
    """One camera for the whole scene, where all of its segments have the same."""
    cameras = {segment.camera for segment in scene.segments}
    if len(scene.segments) > 1 and len(cameras) == 1:
        scene.camera = cameras.pop()
        for segment in scene.segments:
            segment.camera = ""


def _rows(numbers: list[int]) -> str:
    return f"{'Row' if len(numbers) == 1 else 'Rows'} {listed([f'{number}' for number in numbers])}"


def _were(numbers: list[int]) -> str:
    return "was" if len(numbers) == 1 else "were"
