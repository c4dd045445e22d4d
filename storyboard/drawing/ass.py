"""What libass is told to draw: one ASS script whose every second is another picture of words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.drawing.lettering import DEJAVU, Face, escape_ass, runs_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_HEAD = """[Script Info]
ScriptType: v4.00+
PlayResX: {width}
PlayResY: {height}
WrapStyle: 2
Kerning: yes
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, \
Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, \
MarginV, Encoding
Style: Text,{font},20,&H00FFFFFF,&H00FFFFFF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,0,0,7,0,0,0,-1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def script(pictures: Sequence[Iterable[str]], size: tuple[int, int]) -> str:
    """An ASS script that shows each picture for one second, one after the other.

    Everything should be white, grey or black: what an overlay adds to a frame has no colour of its own.

    Args:
        pictures: The texts of the dialogue lines of each, such as ``rounded_box`` and ``write_text`` give.
        size: Width and height of the frame, in pixels.
    """
    lines = [
        f"Dialogue: 0,{_clock(number)},{_clock(number + 1)},Text,,0,0,0,,{text}\n"
        for number, texts in enumerate(pictures)
        for text in texts
    ]
    return _HEAD.format(width=size[0], height=size[1], font=DEJAVU.family) + "".join(lines)


def _clock(second: int) -> str:
    return f"{second // 3600}:{second // 60 % 60:02}:{second % 60:02}.00"


def rounded_box(left: float, top: float, right: float, bottom: float, radius: float, alpha: int) -> str:
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


def write_text(
    text: str,
    anchor: int,
    x: float,
    y: float,
    size: float,
    *,
    face: Face = DEJAVU,
    alpha: int = 0,
    spacing: float = 0,
    shadow: float = 0,
    glow: float = 0,
    outline: float = 0,
    pictographs: bool = False,
) -> str:
    """A line of white letters.

    Args:
        text: What it says; none of it is taken as a command.
        anchor: Which part of it stands at the place, as on a keypad: 1 is its lower left corner, 5 its middle.
        x: Pixels from the left.
        y: Pixels from the top.
        size: Of the letters, in pixels.
        face: What it is written in.
        alpha: 0 is solid, 255 invisible.
        spacing: Pixels between letters, more than is usual.
        shadow: How far its shadow falls, in pixels.
        glow: How far a soft darkness reaches around the letters, in pixels; it keeps them readable on anything.
        outline: How wide a dark edge the letters have, in pixels; in place of a glow.
        pictographs: Whether those that the face lacks are written in ``EMOJI``.
    """
    style = (
        rf"\an{anchor}\pos({x:.1f},{y:.1f}){_written_in(face, size)}"
        rf"\1a&H{alpha:02X}&\fsp{spacing:.1f}\shad{shadow:.1f}\4a&H70&"
    )
    if outline:
        style += rf"\bord{outline:.1f}\3c&H000000&\3a&H10&\blur{outline / 3:.1f}"
    elif glow:
        style += rf"\bord{glow:.1f}\3c&H000000&\3a&H60&\blur{glow:.1f}"
    if not pictographs:
        return rf"{{{style}}}{escape_ass(text)}"
    parts = "".join(rf"{{{_written_in(each, size)}}}{escape_ass(part)}" for each, part in runs_of(text, face))
    # Without a letter that tells the script, libass draws the parts of a joined pictograph one by one: here is one,
    # too small to see, and invisible.
    return rf"{{{style}}}{parts}" + ("" if any(map(str.isalpha, text)) else _UNSEEN)


_UNSEEN = r"{\fs1\fsp0\bord0\shad0\alpha&HFF&}a"


def _written_in(face: Face, size: float) -> str:
    return rf"\fn{face.family}\b{face.weight}\i{int(face.italic)}\fs{size * face.height:.1f}"


def shade(left: float, top: float, right: float, bottom: float, alpha: int, soft: float) -> str:
    """A black area that fades out at its edges.

    Args:
        left: Pixels.
        top: Pixels.
        right: Pixels.
        bottom: Pixels.
        alpha: 0 is solid, 255 invisible, in its middle.
        soft: How far the fading reaches, in pixels.
    """
    path = f"m {left:.1f} {top:.1f} l {right:.1f} {top:.1f} {right:.1f} {bottom:.1f} {left:.1f} {bottom:.1f}"
    return rf"{{\an7\pos(0,0)\1c&H000000&\1a&H{alpha:02X}&\bord0\blur{soft:.1f}\p1}}{path}"
