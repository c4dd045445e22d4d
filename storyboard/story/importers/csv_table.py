"""A table in a text file, as spreadsheets write it: which character divides its cells is told by its titles."""

from __future__ import annotations

import csv
import io
import re
from itertools import islice
from typing import TYPE_CHECKING

from storyboard.errors import ImportRefusedError
from storyboard.story.importers.columns import fields_of, read_columns
from storyboard.story.importers.draft import MOST_SLOTS

if TYPE_CHECKING:
    from collections.abc import Iterator

_DIVIDERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "strokes"}
_SAYS_ITS_DIVIDER = re.compile(r"\s*\"?sep=(.)\"?[ \t]*\n", re.IGNORECASE)  # a line of Excel's own
_HEADER_WITHIN = 30
MOST_ROWS = 4 * MOST_SLOTS
"""The longest table that is read, in rows."""
MOST_COLUMNS = 500
"""The widest table that is read, in columns."""


def divider_of(text: str) -> str | None:
    """What divides the cells of a shot list; None where no row can be the titles of one."""
    own = _SAYS_ITS_DIVIDER.match(text)
    if own:
        return own[1]
    named = {
        divider: max(
            (
                fields_of(read_columns(row[:MOST_COLUMNS]))
                for row in islice(_rows(text[:100_000], divider), _HEADER_WITHIN)
            ),
            default=0,
        )
        for divider in _DIVIDERS
    }
    best = max(named, key=lambda divider: named[divider])
    return best if named[best] > 1 else None


def divided_alike(text: str) -> str:
    """``semicolons``, ``tabs`` or ``strokes`` where they divide all rows into as many cells; empty where not."""
    for divider, name in _DIVIDERS.items():
        # The last row may not be there to its end.
        rows = [row for row in islice(_rows(text[:100_000], divider), _HEADER_WITHIN + 1) if any(map(str.strip, row))]
        counts = {len(row) for row in rows[:_HEADER_WITHIN]}
        if divider != "," and len(rows) > 1 and len(counts) == 1 and counts != {1}:
            return name
    return ""


def read_rows(text: str, divider: str) -> list[list[str]]:
    """The rows of a table.

    Raises:
        ImportRefusedError: It is far too large, or a quotation mark in it is never closed.
    """
    own = _SAYS_ITS_DIVIDER.match(text)
    _see_that_cells_end(text, divider)
    rows: list[list[str]] = []
    for row in _rows(text[own.end() :] if own else text, divider):
        if len(row) > MOST_COLUMNS or len(rows) >= MOST_ROWS:
            raise too_large()
        rows.append(row)
    return rows


def _see_that_cells_end(text: str, divider: str) -> None:
    if not text.count('"') % 2:
        return
    try:
        for _ in csv.reader(io.StringIO(text, newline=""), delimiter=divider, strict=True):
            pass
    except csv.Error as error:
        if "unexpected end" in str(error):  # its other complaints are about marks that stand for inches, and the like
            raise ImportRefusedError(
                "A quotation mark of the table is opened and never closed, so that the rows after it are one cell.",
                hint="Look for a cell with a single quotation mark in it.",
            ) from None


def too_large() -> ImportRefusedError:
    """The error for a table that no story needs."""
    return ImportRefusedError(
        f"The table has more than {MOST_ROWS:,} rows, or more than {MOST_COLUMNS} columns in one.",
        hint="Split it into episodes.",
    )


def _rows(text: str, divider: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=divider)
    except csv.Error:
        raise ImportRefusedError(
            "A cell of the table is far too long, as if a quotation mark were never closed.",
            hint="Look for a cell with a single quotation mark in it.",
        ) from None
