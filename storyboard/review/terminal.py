"""Findings and plans as text for a terminal: 80 columns, colour only where it is one."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from storyboard.compiler.plan import number
from storyboard.compiler.price import dollars
from storyboard.review.style import paint
from storyboard.story.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from storyboard.compiler.plan import Plan, PlannedReel, PlannedSegment
    from storyboard.story.findings import Finding

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


def finding_lines(finding: Finding, *, width: int) -> Iterator[str]:
    """A finding: where and what, the line it stands on with a mark under the place, what to do."""
    place = f"{finding.path}:{finding.line}:{finding.column}"
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


def plan_lines(plan: Plan, *, width: int) -> Iterator[str]:
    """A plan: what would be ordered, reel by reel, and the price."""
    reels = "one reel" if len(plan.reels) == 1 else f"{len(plan.reels)} reels"
    yield f"{paint(plan.title, 'bold')}   {clock(float(plan.seconds))}, {reels}, ${dollars(plan.cost)}"
    for reel in plan.reels:
        yield ""
        yield from _reel_lines(reel, len(plan.reels), width)


def _reel_lines(reel: PlannedReel, count: int, width: int) -> Iterator[str]:
    body = reel.base_request
    if count > 1:
        yield paint(f"Reel {reel.index} of {count}", "bold")
    facts = [
        ("first frame", str(reel.start)),
        ("length", f"{number(reel.seconds)} s at {body['resolution']}"),
        ("price", f"${dollars(reel.cost)}"),
        ("cfg", reel.cfg_reason),
    ]
    for name, text in facts:
        yield from _fact(name, text, width)
    yield ""
    yield from _timeline(reel.segments, width)
    yield ""
    yield paint("Prompt", "dim")
    for line in body["prompt"].splitlines():
        yield from wrapped(line, width, indent="  ", hanging="    ")
    yield ""
    yield paint("Negative prompt", "dim")
    yield from wrapped(body["negative_prompt"] or "(none)", width, indent="  ")


def _fact(name: str, text: str, width: int) -> Iterator[str]:
    label = paint(f"{name:<12}", "dim")
    first, *rest = wrapped(text, width - 14, indent="") or [""]
    yield f"{label}  {first}"
    for line in rest:
        yield " " * 14 + line


def _timeline(segments: Iterable[PlannedSegment], width: int) -> Iterator[str]:
    scene = None
    for segment in segments:
        if segment.scene != scene:
            scene = segment.scene
            yield paint(scene, "bold")
        times = f"{clock(float(segment.start)):>7} – {clock(float(segment.end)):<7}"
        first, *rest = wrapped(segment.action, width - 20, indent="")
        yield f"  {paint(times, 'dim')} {first}"
        for line in rest:
            yield " " * 20 + line


def clock(seconds: float) -> str:
    """A time such as ``0:04.5``."""
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes)}:{rest:04.1f}"


def wrapped(text: str, width: int, *, indent: str, hanging: str | None = None) -> list[str]:
    """The text in lines of at most ``width`` columns; wide characters count as two."""
    lines: list[str] = []
    current = indent
    empty = True
    for word in text.split():
        start = current if empty else current + " "
        if not empty and columns(start + word) > width:
            lines.append(current)
            current, start = "", hanging if hanging is not None else indent
        current, empty = start + word, False
    if not empty:
        lines.append(current)
    return lines


def columns(text: str) -> int:
    """How many columns of a terminal a text fills."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _window(line: str, column: int, width: int) -> tuple[str, int]:
    """The part of a line around a column that fits, and where in it the column is, in terminal columns."""
    line = line.replace("\t", " ")
    width = max(width, 20)
    start = 0
    if columns(line) > width and column > width * 2 // 3:
        start = column - width // 3
    text = ("…" if start else "") + line[start : start + width - 2]
    if start + width - 2 < len(line):
        text += "…"
    at = columns(line[start:column]) + (1 if start else 0)
    return text.rstrip(), at
