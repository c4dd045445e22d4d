"""A text set into a space: in letters that have it, broken into lines, made smaller, and cut off at last."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyboard.columns import NO_BREAK, words_of
from storyboard.drawing.bidi import led_as
from storyboard.drawing.lettering import (
    DEJAVU,
    EMOJI,
    INTER,
    INTER_BOLD,
    Face,
    balanced,
    has,
    measure,
    runs_of,
    shortened,
    wrap,
)

if TYPE_CHECKING:
    from storyboard.drawing.lettering import Measure

SAFE = 0.1
"""How far lettering stays from each edge, as a share of the frame: 80 % of it is title-safe by SMPTE RP 218, made for
the tubes of old; the 90 % of SMPTE ST 2046-1, for flat screens, lie around it."""

LEADING = 1.28
"""From one baseline to the next, in sizes of the letters."""

_LONGEST = 20_000  # letters that are looked at
_SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")  # Thai, Lao, Burmese, Khmer
_NAMED = 8  # letters that a note names at most


@dataclass(frozen=True)
class Block:
    """A text set into lines.

    Attributes:
        face: What it is written in.
        size: Of its letters, in pixels.
        lines: From top to bottom.
        spacing: Pixels between letters, more than is usual.
        cut_off: What there was no room for.
        notes: What the author should know, in sentences.
    """

    face: Face
    size: float
    lines: tuple[str, ...]
    spacing: float = 0.0
    cut_off: str = ""
    notes: tuple[str, ...] = ()

    @property
    def height(self) -> float:
        """From the top of its first line to the bottom of its last, in pixels."""
        return len(self.lines) * self.size * LEADING


def set_text(
    text: str,
    face: Face,
    room: tuple[float, float],
    sizes: tuple[float, float],
    *,
    most: int | None = None,
    tracking: float = 0.0,
) -> Block:
    """Set a text into a space, in the largest letters that let all of it in.

    No word is torn that would be whole in letters half as large.

    Args:
        text: What the author wrote. Its line breaks stay.
        face: What it should be written in; where that lacks letters, all of the text is written in ``DEJAVU``.
        room: Width and height that there is, in pixels.
        sizes: The largest and the smallest size of the letters, in pixels. At the smallest, what does not fit is cut
            off with an ellipsis.
        most: How many lines there may be, if less than there is room for.
        tracking: How much wider than usual letters stand, in sizes of the letters. Scripts that join their letters
            are not torn apart.
    """
    face, shown, notes = _writable(text, face)
    tracking = 0.0 if _joins(shown) else tracking
    width, height = room
    words = [word for word in words_of(shown) if not _breaks_anywhere(word)]

    def lines_for(size: float) -> int:
        fitting = int(height / (size * LEADING) + 1e-6)
        return min(fitting, most) if most else fitting

    def measured(size: float) -> Measure:
        return measure(face, size, spacing=tracking * size, pictographs=True)

    def is_whole(size: float) -> bool:
        width_of = measured(size)
        return all(width_of(word) <= width for word in words)

    def broken(size: float) -> list[str]:
        width_of = measured(size)
        return [led_as(line, part) for part in shown.split("\n") for line in _evened(part, width, width_of)]

    low, high = int(min(sizes)), int(max(sizes))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if len(broken(middle)) <= lines_for(middle) else (low, middle - 1)
    low = next((size for size in range(low, max(int(min(sizes)), low // 2) - 1, -1) if is_whole(size)), low)
    lines, room_for, cut_off = broken(low), max(1, lines_for(low)), ""
    if len(lines) > room_for:
        width_of = measured(low)
        last = shortened(lines[room_for - 1], width, width_of)
        kept = len(last) - 1  # the ellipsis
        cut_off = " ".join((lines[room_for - 1][kept:], *lines[room_for:])).strip()
        lines = [*lines[: room_for - 1], last]
    return Block(face, low, tuple(lines), tracking * low, cut_off, notes)


def _evened(text: str, width: float, width_of: Measure) -> list[str]:
    lines = wrap(text, width, width_of)
    return balanced(text, width, lines, width_of) if 1 < len(lines) <= 4 else lines


def _writable(text: str, wanted: Face) -> tuple[Face, str, tuple[str, ...]]:
    """The face that has a text's letters, the text without what no face has, and what there is to tell of it."""
    kept: list[str] = []
    lost: dict[str, None] = {}
    for part in text[:_LONGEST].replace("\r\n", "\n").split("\n"):
        letters: list[str] = []
        for face, run in runs_of(_plain(part), wanted):
            if face is EMOJI:
                letters.append(run)
                continue
            for letter in run:
                if _invisible(letter) or has(letter, wanted) or has(letter, DEJAVU):
                    letters.append(letter)
                else:
                    lost[letter] = None
        kept.append(" ".join(words_of("".join(letters))))
    shown = "\n".join(kept).strip("\n")
    plain = {letter for line in kept for face, run in runs_of(line, wanted) if face is not EMOJI for letter in run}
    lacking = [letter for letter in sorted(plain) if not (_invisible(letter) or has(letter, wanted))]
    notes: list[str] = []
    if lacking:  # then all of it is written in the other face, which may lack what this one has
        lost |= dict.fromkeys(letter for letter in sorted(plain) if not (_invisible(letter) or has(letter, DEJAVU)))
        shown = "".join(letter for letter in shown if letter not in lost)
    if lost:
        notes.append(f"No font that ships has {_named(lost)}, which is left out.")
    if lacking and wanted not in {DEJAVU, INTER, INTER_BOLD}:  # of those nobody asked for, nothing is told
        notes.append(f"{wanted.family} lacks {_named(lacking)}, so the text is written in {DEJAVU.family}.")
    return (_like(wanted) if lacking else wanted), shown, tuple(notes)


def _like(wanted: Face) -> Face:
    """The face with the letters of many scripts, as large and as strong as the one that was wanted."""
    return DEJAVU._replace(height=1.164, descent=0.236, weight=wanted.weight)


def _plain(text: str) -> str:
    return "".join(
        NO_BREAK[0]
        if letter in NO_BREAK
        else " "
        if unicodedata.category(letter) in {"Cc", "Zl", "Zp", "Zs"}
        else letter
        for letter in unicodedata.normalize("NFC", text)
        if unicodedata.category(letter) not in {"Cs", "Co", "Cn"} or _is_pictograph(letter)
    )


def _invisible(letter: str) -> bool:
    """Whether a letter has no picture of its own: marks of direction, joiners, and what chooses a variant."""
    return letter in {" ", NO_BREAK[0]} or unicodedata.category(letter) == "Cf" or "\ufe00" <= letter <= "\ufe0f"


def _named(letters: dict[str, None] | list[str]) -> str:
    listed = [f"“{letter}”" for letter in letters]
    return ", ".join(listed[:_NAMED]) + (" and others" if len(listed) > _NAMED else "")


def _breaks_anywhere(word: str) -> bool:
    """Whether it has letters of a script without spaces between words: of East Asia, or Thai and its neighbours."""
    return any(
        (unicodedata.east_asian_width(each) in "WF" and not _is_pictograph(each)) or _SPACELESS.match(each)
        for each in word
    )


def _is_pictograph(letter: str) -> bool:
    """Whether Unicode keeps its place for pictographs; Python may not know the newest of them."""
    return "\U0001f000" <= letter <= "\U0001faff"


def _joins(text: str) -> bool:
    """Whether a text has letters that are written joined, or from right to left."""
    return any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in text)
