"""The sandbox's words on screen: a caption panel, a badge, a note."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.drawing.ass import rounded_box, write_text
from storyboard.drawing.lettering import fit, line_height, plain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from storyboard.generation.sandbox.captions import Caption

BADGE = "SANDBOX"


def pictures(captions: Sequence[Caption], size: tuple[int, int], note: str) -> list[tuple[str, ...]]:
    """What each caption puts on screen, as the dialogue lines that ``drawing.ass`` takes.

    Args:
        captions: What to show.
        size: Width and height of the frame, in pixels.
        note: One more small line for the top left corner; may be empty.
    """
    return [
        (
            *_badge(size),
            *_note(plain(note), size),
            *_panel(caption, f"{number + 1}/{len(captions)}", size),
        )
        for number, caption in enumerate(captions)
    ]


def _unit(size: tuple[int, int]) -> float:
    return min(size) / 480


def _badge(size: tuple[int, int]) -> list[str]:
    unit = _unit(size)
    right, top = size[0] - 16 * unit, 14 * unit
    wide, high = 86 * unit, 22 * unit
    return [
        rounded_box(right - wide, top, right, top + high, high / 2, 0x78),
        write_text(BADGE, 5, right - wide / 2 + unit, top + high / 2, 12.5 * unit, alpha=0x18, spacing=1.6 * unit),
    ]


def _note(note: str, size: tuple[int, int]) -> list[str]:
    if not note:
        return []
    unit = _unit(size)
    text = fit(note, size[0] - 150 * unit, round(13 * unit), round(13 * unit)).lines[0]
    return [write_text(text, 4, 18 * unit, 25 * unit, 13 * unit, alpha=0x20, shadow=unit)]


def _panel(caption: Caption, counter: str, size: tuple[int, int]) -> list[str]:
    unit = _unit(size)
    margin, inset = 24 * unit, 16 * unit
    left, right, bottom = margin, size[0] - margin, size[1] - 20 * unit
    letters = fit(plain(caption.text), right - left - 2 * inset, round(24 * unit), round(15 * unit))
    step = line_height(letters.size)
    small = 13 * unit
    top = bottom - (small * 1.5 + step * len(letters.lines) + 2 * 11 * unit)
    times = f"{_seconds(caption.start)}–{_seconds(caption.end)} s"
    first = top + 11 * unit + small * 1.5 + step / 2
    return [
        rounded_box(left, top, right, bottom, 10 * unit, 0x50),
        write_text(counter, 4, left + inset, top + 11 * unit + small / 2, small, alpha=0x30),
        write_text(times, 6, right - inset, top + 11 * unit + small / 2, small, alpha=0x50),
        *(
            write_text(line, 5, (left + right) / 2, first + step * number, letters.size)
            for number, line in enumerate(letters.lines)
            if line
        ),
    ]


def _seconds(value: Fraction) -> str:
    return f"{float(value):.1f}".removesuffix(".0")
