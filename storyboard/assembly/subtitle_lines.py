"""A spoken text broken into screens of subtitles, where a reader pauses.

The figures are those of the field: two lines of 42 characters at most (Netflix, Timed Text Style Guide: General
Requirements and English). A letter of East Asia counts as two: 21 in a line, where that guide asks for 13 of Japanese
and 16 of Chinese.
"""

from __future__ import annotations

import unicodedata
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from storyboard.columns import clusters, columns, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LINE = 42
LINES = 2
_STOPS = (".", "!", "?", "…", "。", "\uff01", "\uff1f", "؟")
_PAUSES = (",", ";", ":", "–", "—", "-", "、", "\uff0c", "\uff1a", "\uff1b", "،")
_NOT_FIRST = {*_STOPS, *_PAUSES, *"\uff0e‥ー々ゝゞヽヾぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ"}
"""What no line of East Asian text begins with, besides what closes a bracket or a quotation (JIS X 4051)."""
_DASHES = ("-", "–", "—", "―")


class _Unit(NamedTuple):
    """What stays on one line.

    Attributes:
        text: Of it.
        gap: What stands between it and the one before where they share a line: a space or nothing.
        width: In columns.
    """

    text: str
    gap: str
    width: int


def screens_of(text: str) -> list[tuple[str, ...]]:
    """A text in few screens, each of at most two lines of at most 42 columns.

    The lines of an author who broke them, for two who speak or for a verse, stay as they are where each has room.
    """
    written = [" ".join(words_of(line)) for line in text.splitlines() if line.strip()]
    if len(written) > 1 and all(columns(line) <= LINE for line in written):
        return [tuple(written[place : place + LINES]) for place in range(0, len(written), LINES)]
    if len(written) > 1 and all(line.startswith(_DASHES) for line in written):  # several who speak
        return [screen for line in written for screen in screens_of(line)]
    units = list(_units(text))
    # How wide the text is up to each unit, with all gaps: of a stretch of it, one difference.
    ends = [0, *accumulate(len(unit.gap) + unit.width for unit in units)]
    costs, screens = [0.0] * (len(units) + 1), [0] * len(units)  # from each unit on, and where its screen ends
    for first in reversed(range(len(units))):
        ways = ((_cost(units, ends, first, end) + costs[end], end) for end in _ends(units, ends, first))
        costs[first], screens[first] = min(ways)
    found, first = list[tuple[str, ...]](), 0
    while first < len(units):
        found.append(_even(units, ends, first, screens[first]))
        first = screens[first]
    return found


def _units(text: str) -> Iterator[_Unit]:
    for word in words_of(text):
        gap = " "
        for part in _parts(word):
            for piece in _pieces(part):
                yield _Unit(piece, gap, columns(piece))
                gap = ""


def _parts(word: str) -> Iterator[str]:
    """A word; of East Asian text, which has no spaces, each letter with the marks that belong to it."""
    part = ""
    for cluster in clusters(word):
        begins = _is_wide(cluster) or (part and _is_wide(part[-1]))
        if part and begins and not _stays_behind(cluster) and unicodedata.category(part[-1]) not in {"Ps", "Pi"}:
            yield part
            part = ""
        part += cluster
    if part:
        yield part


def _is_wide(cluster: str) -> bool:
    return unicodedata.east_asian_width(cluster[0]) in "WF" and unicodedata.category(cluster[0]) != "So"


def _stays_behind(cluster: str) -> bool:
    return cluster[0] in _NOT_FIRST or unicodedata.category(cluster[0]) in {"Pe", "Pf"}


def _pieces(part: str) -> Iterator[str]:
    """What is wider than a line in pieces that are not."""
    if columns(part) <= LINE:
        yield part
        return
    piece = ""
    for cluster in clusters(part):
        if piece and columns(piece) + columns(cluster) > LINE:
            yield piece
            piece = ""
        piece += cluster
    yield piece


def _width(units: Sequence[_Unit], ends: Sequence[int], first: int, end: int) -> int:
    return ends[end] - ends[first] - len(units[first].gap)


def _ends(units: Sequence[_Unit], ends: Sequence[int], first: int) -> Iterator[int]:
    """Where a screen can end that begins with a unit: after it, or after any other that still has room."""
    line, begins = 1, first
    for place in range(first, len(units)):
        if _width(units, ends, begins, place + 1) > LINE:
            line, begins = line + 1, place
        if line > LINES:
            return
        yield place + 1


def _cost(units: Sequence[_Unit], ends: Sequence[int], first: int, end: int) -> float:
    """How much a screen of these is against a reader: that it is one more, how it ends, and how empty it is."""
    if end == len(units):
        pause = 0.0
    else:
        last = units[end - 1].text.rstrip("\"'”’»)」』")
        pause = 0.0 if last.endswith(_STOPS) else 0.3 if last.endswith(_PAUSES) else 1.0
    letters = sum(unit.width for unit in units[first:end])
    return 3 + pause + (1 - letters / (LINE * LINES)) ** 2


def _even(units: Sequence[_Unit], ends: Sequence[int], first: int, end: int) -> tuple[str, ...]:
    """Two lines of nearly one length read easier than a long one and a word."""
    if _width(units, ends, first, end) <= LINE:
        return (_joined(units[first:end]),)

    def widths(place: int) -> tuple[int, int]:
        upper, lower = _width(units, ends, first, place), _width(units, ends, place, end)
        return max(upper, lower), -upper

    place = min(range(first + 1, end), key=widths)
    return _joined(units[first:place]), _joined(units[place:end])


def _joined(units: Sequence[_Unit]) -> str:
    return "".join(unit.gap + unit.text for unit in units)[len(units[0].gap) :]
