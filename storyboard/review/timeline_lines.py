"""A reel's timeline as a table for a terminal; where there is no room for columns, as a list."""

from __future__ import annotations

from itertools import groupby, zip_longest
from typing import TYPE_CHECKING

from storyboard.columns import columns
from storyboard.review.style import paint
from storyboard.review.terminal import clock, padded, runs_from_the_right, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from storyboard.compiler.plan import PlannedSegment

_COLOURS = ("cyan", "yellow", "green", "magenta")
_GAP = "  "
_LEAST_FOR_TEXT = 24  # columns for the action; with less, a list is easier to read
_MOST_FOR_CAMERA = 14


def segment_colour(place: int) -> str:
    """The colour of a segment, by its place in its reel: of its row, and of its line in the prompt."""
    return _COLOURS[place % len(_COLOURS)]


def timeline_lines(
    segments: Sequence[PlannedSegment], slots: Sequence[int], tokens: Sequence[int], *, width: int
) -> Iterator[str]:
    """The table.

    Args:
        segments: The reel's.
        slots: How many each fills.
        tokens: About how many tokens each takes of the prompt.
        width: Columns to write in.
    """
    table = _Table(segments, slots, tokens, width)
    if table.has_columns:
        yield table.head()
    place = 0
    for _, of_scene in groupby(segments, key=lambda segment: segment.where[0]):
        first, *others = of_scene
        yield from (paint(line, "bold") for line in wrapped(first.scene, width, indent=""))
        for _ in (first, *others):
            yield from table.row(place)
            place += 1


class _Table:
    def __init__(
        self, segments: Sequence[PlannedSegment], slots: Sequence[int], tokens: Sequence[int], width: int
    ) -> None:
        self._segments = segments
        self._figures = [
            (
                f"{clock(float(segment.start))} – {clock(float(segment.end))}",
                str(segment.index),
                str(slots[place]),
                f"~{tokens[place]}",
            )
            for place, segment in enumerate(segments)
        ]
        self._names = ("time", "no", "slots", "tokens")
        self._widths = [
            max(len(name), *(len(figures[at]) for figures in self._figures)) for at, name in enumerate(self._names)
        ]
        self._camera = min(_MOST_FOR_CAMERA, max(columns(segment.camera) for segment in segments))
        if self._camera:
            self._camera = max(self._camera, len("camera"))
        self._width = width
        taken = 2 + sum(self._widths) + len(_GAP) * len(self._widths) + (self._camera and self._camera + len(_GAP))
        self._text = width - taken
        self.has_columns = self._text >= _LEAST_FOR_TEXT

    def head(self) -> str:
        figures = _GAP.join(
            padded(name, width, right=True) for name, width in zip(self._names, self._widths, strict=True)
        )
        camera = padded("camera", self._camera) + _GAP if self._camera else ""
        return paint(f"  {figures}{_GAP}{camera}action", "dim")

    def row(self, place: int) -> Iterator[str]:
        segment, colour = self._segments[place], segment_colour(place)
        figures = self._figures[place]
        if not self.has_columns:
            time, number, slots, tokens = figures
            told = f"{number} {time}, {_slots(slots)}, {tokens} tokens"
            yield from (paint(line, colour) for line in wrapped(told, self._width, indent="  ", hanging="    "))
            yield from wrapped(segment.action, self._width, indent="    ")
            if segment.camera:
                yield from _dim(wrapped(f"camera: {segment.camera}", self._width, indent="    "))
            return
        head = _GAP.join(padded(text, width, right=True) for text, width in zip(figures, self._widths, strict=True))
        action = wrapped(segment.action, self._text, indent="")
        camera = wrapped(segment.camera, self._camera, indent="") if self._camera else []
        if runs_from_the_right(segment.camera) and runs_from_the_right(segment.action):
            # Side by side, two texts that run from the right would change places.
            action, camera = [*action, *wrapped(f"camera: {segment.camera}", self._text, indent="")], []
        blank = " " * len(head)
        for line, (left, text) in enumerate(zip_longest(camera, action, fillvalue="")):
            start = paint(head, colour) if not line else blank
            middle = paint(padded(left, self._camera), "dim") + _GAP if self._camera else ""
            yield f"  {start}{_GAP}{middle}{text}".rstrip()


def _slots(count: str) -> str:
    return "1 slot" if count == "1" else f"{count} slots"


def _dim(lines: Sequence[str]) -> Iterator[str]:
    return (paint(line, "dim") for line in lines)
