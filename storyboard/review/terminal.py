"""Text for a terminal, and findings as such: 80 columns, colour only where it is one."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from storyboard.columns import columns
from storyboard.review.style import paint
from storyboard.story.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from storyboard.story.findings import Finding

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


def finding_lines(finding: Finding, *, width: int) -> Iterator[str]:
    """A finding: where and what, the line it stands on with a mark under the place, what to do."""
    place = f"{_visible(finding.path)}:{finding.line}:{finding.column}"
    severity = paint(str(finding.severity), _COLOURS[finding.severity], "bold")
    yield f"{paint(place, 'bold')}: {severity}: {paint(finding.code, 'dim')}"
    yield from wrapped(finding.message, width, indent="  ")
    if finding.excerpt.strip():
        number_shown = str(finding.line)
        text, at = _window(finding.excerpt, finding.column - 1, width - len(number_shown) - 6)
        yield f"  {paint(number_shown + ' |', 'dim')} {text}"
        yield f"  {' ' * len(number_shown)} {paint('|', 'dim')} {' ' * at}{paint('^', _COLOURS[finding.severity])}"
    if finding.hint:
        yield from wrapped(finding.hint, width, indent="  ")


def summary(findings: Iterable[Finding]) -> str:
    """Such as ``2 errors, 1 warning``; empty for none."""
    found = list(findings)
    counts = [(word, sum(f.severity is word for f in found)) for word in Severity]
    return ", ".join(f"{n} {_plural(str(word), n)}" for word, n in counts if n)


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"


def clock(seconds: float) -> str:
    """A time such as ``0:04.5``."""
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes)}:{rest:04.1f}"


def wrapped(text: str, width: int, *, indent: str, hanging: str | None = None) -> list[str]:
    """The text in lines of at most ``width`` columns; wide characters count as two, too long words are broken."""
    rest = indent if hanging is None else hanging
    lines: list[str] = []
    current, used = indent, columns(indent)
    empty = True
    for word in _visible(text).split():
        if not empty and used + 1 + columns(word) > width:
            lines.append(current)
            current, used, empty = rest, columns(rest), True
        if not empty:
            current, used = current + " ", used + 1
        *whole, last = _pieces(word, width - used, width - columns(rest))
        for piece in whole:
            lines.append(current + piece)
            current, used = rest, columns(rest)
        current, used, empty = current + last, used + columns(last), False
    if not empty:
        lines.append(current)
    return lines


def _pieces(word: str, room: int, more: int) -> list[str]:
    """A word in pieces: the first of at most ``room`` columns, the others of ``more``."""
    pieces = [""]
    used = 0
    for char in word:
        wide = columns(char)
        if pieces[-1] and used + wide > (more if len(pieces) > 1 else room):
            pieces.append("")
            used = 0
        pieces[-1] += char
        used += wide
    return pieces


def padded(text: str, width: int, *, right: bool = False) -> str:
    """The text with spaces up to a width in columns: after it, or before it."""
    spaces = " " * (width - columns(text))
    return spaces + text if right else text + spaces


def runs_from_the_right(text: str) -> bool:
    """Whether a text has letters that are read from right to left."""
    return not text.isascii() and any(unicodedata.bidirectional(c) in {"R", "AL"} for c in text)


# What moves the cursor or changes colours, and what turns the direction of the text that follows: an author's text
# may do neither to what stands beside it, such as the price.
_STEERING = dict.fromkeys(
    (*range(0x09), *range(0x0E, 0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)),
    "\N{REPLACEMENT CHARACTER}",
)


def _visible(text: str) -> str:
    """The text with control characters made visible."""
    return text.translate(_STEERING)


def _window(line: str, column: int, width: int) -> tuple[str, int]:
    """The part of a line around a column that fits, and where in it the column is, in terminal columns."""
    width = max(width, 20)
    start = max(0, column - 2 * width)
    line = _visible(line[start : column + 2 * width].replace("\t", " "))
    column -= start
    cut = start > 0
    if columns(line) > width and columns(line[:column]) > width * 2 // 3:
        while columns(line[:column]) > width // 3:
            line, column, cut = line[1:], column - 1, True
    shown = ("…" if cut else "") + line
    at = columns(line[:column]) + cut
    first, *more = _pieces(shown, width - 1, width)
    return (first + "…" if more and columns(shown) > width else shown).rstrip(), at
