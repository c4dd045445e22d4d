"""The sandbox's words on screen, as one ASS script: a caption panel, a badge, a note."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.generation.sandbox.lettering import FONT_NAME, escape_ass, fit, line_height, plain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from storyboard.generation.sandbox.captions import Caption

BADGE = "SANDBOX"

_HEAD = """[Script Info]
ScriptType: v4.00+
PlayResX: {width}
PlayResY: {height}
WrapStyle: 2
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, \
Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, \
MarginV, Encoding
Style: Text,{font},20,&H00FFFFFF,&H00FFFFFF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,0,0,7,0,0,0,-1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def script(captions: Sequence[Caption], size: tuple[int, int], note: str) -> str:
    """Write what each caption puts on screen, as the second of that number in an ASS script.

    Everything is white, grey or black: what it adds to a picture has no colour of its own.

    Args:
        captions: What to show.
        size: Width and height of the frame, in pixels.
        note: One more small line for the top left corner; may be empty.
    """
    events = [
        f"Dialogue: 0,{_clock(number)},{_clock(number + 1)},Text,,0,0,0,,{text}\n"
        for number, caption in enumerate(captions)
        for text in (
            *_badge(size),
            *_note(plain(note), size),
            *_panel(caption, f"{number + 1}/{len(captions)}", size),
        )
    ]
    return _HEAD.format(width=size[0], height=size[1], font=FONT_NAME) + "".join(events)


def _clock(second: int) -> str:
    return f"{second // 3600}:{second // 60 % 60:02}:{second % 60:02}.00"


def _unit(size: tuple[int, int]) -> float:
    return min(size) / 480


def _rounded(left: float, top: float, right: float, bottom: float, radius: float, alpha: int) -> str:
    """A black box with round corners; alpha 0 is solid, 255 invisible."""
    pull = radius * 0.45
    path = (
        f"m {left + radius:.1f} {top:.1f} l {right - radius:.1f} {top:.1f} "
        f"b {right - pull:.1f} {top:.1f} {right:.1f} {top + pull:.1f} {right:.1f} {top + radius:.1f} "
        f"l {right:.1f} {bottom - radius:.1f} "
        f"b {right:.1f} {bottom - pull:.1f} {right - pull:.1f} {bottom:.1f} {right - radius:.1f} {bottom:.1f} "
        f"l {left + radius:.1f} {bottom:.1f} "
        f"b {left + pull:.1f} {bottom:.1f} {left:.1f} {bottom - pull:.1f} {left:.1f} {bottom - radius:.1f} "
        f"l {left:.1f} {top + radius:.1f} "
        f"b {left:.1f} {top + pull:.1f} {left + pull:.1f} {top:.1f} {left + radius:.1f} {top:.1f}"
    )
    return rf"{{\an7\pos(0,0)\1c&H000000&\1a&H{alpha:02X}&\p1}}{path}"


def _write(
    text: str, anchor: int, x: float, y: float, size: float, *, alpha: int = 0, spacing: float = 0, shadow: float = 0
) -> str:
    style = rf"\an{anchor}\pos({x:.1f},{y:.1f})\fs{size:.1f}\1a&H{alpha:02X}&\fsp{spacing:.1f}\shad{shadow:.1f}"
    return rf"{{{style}\4a&H70&}}{escape_ass(text)}"


def _badge(size: tuple[int, int]) -> list[str]:
    unit = _unit(size)
    right, top = size[0] - 16 * unit, 14 * unit
    wide, high = 86 * unit, 22 * unit
    return [
        _rounded(right - wide, top, right, top + high, high / 2, 0x78),
        _write(BADGE, 5, right - wide / 2 + unit, top + high / 2, 12.5 * unit, alpha=0x18, spacing=1.6 * unit),
    ]


def _note(note: str, size: tuple[int, int]) -> list[str]:
    if not note:
        return []
    unit = _unit(size)
    text = fit(note, size[0] - 150 * unit, round(13 * unit), round(13 * unit)).lines[0]
    return [_write(text, 4, 18 * unit, 25 * unit, 13 * unit, alpha=0x20, shadow=unit)]


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
        _rounded(left, top, right, bottom, 10 * unit, 0x50),
        _write(counter, 4, left + inset, top + 11 * unit + small / 2, small, alpha=0x30),
        _write(times, 6, right - inset, top + 11 * unit + small / 2, small, alpha=0x50),
        *(
            _write(line, 5, (left + right) / 2, first + step * number, letters.size)
            for number, line in enumerate(letters.lines)
            if line
        ),
    ]


def _seconds(value: Fraction) -> str:
    return f"{float(value):.1f}".removesuffix(".0")
