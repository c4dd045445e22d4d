"""What stands on the picture: captions, spoken lines, where one is, and the card that opens a scene."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.drawing.ass import shade, write_text
from storyboard.drawing.lettering import INTER, INTER_BOLD, INTER_ITALIC, face_for, fit, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storyboard.drawing.lettering import Face, Lines
    from storyboard.review.shots import Shot

SLATE_SECONDS = 1.0
"""How long a card lies over the first picture of a scene. It adds no time."""

_LINE = 1.32


def pictures(shots: Sequence[Shot], title: str, size: tuple[int, int]) -> list[tuple[str, ...]]:
    """What stands on each shot, as the dialogue lines that ``drawing.ass`` takes.

    A shot that opens a scene has two pictures: first that with the card, then that without.

    Args:
        shots: All of the episode.
        title: The episode's.
        size: Width and height of the frame, in pixels.
    """
    drawn: list[tuple[str, ...]] = []
    for shot in shots:
        words = (*_corner(shot, len(shots), size), *_caption(shot, size))
        if shot.opens_scene:
            dark, *card = _slate(shot, title if shot is shots[0] else "", size)
            drawn.append((dark, *words, *card))  # the captions stay as readable as they are
        drawn.append(words)
    return drawn


def _unit(size: tuple[int, int]) -> float:
    return min(size) / 480


def _line(
    text: str, wanted: Face, width: float, largest: float, *, most: int = 1, smallest: float = 0.0
) -> tuple[Face, Lines]:
    """A text broken for a width, with the face that has its letters."""
    shown = plain(text)
    face = face_for(shown, wanted)
    return face, fit(shown, width, round(largest), round(smallest or largest * 0.75), most=most, face=face)


def _caption(shot: Shot, size: tuple[int, int]) -> list[str]:
    unit, (width, height) = _unit(size), size
    room = width - 2 * 44 * unit
    blocks = [_line(shot.action, INTER, room, 19 * unit, most=4, smallest=14 * unit)]
    if shot.say:
        blocks.insert(0, _line(f"“{shot.say}”", INTER_ITALIC, room, 21 * unit, most=2, smallest=15 * unit))
    gap = 9 * unit
    tall = sum(lines.size * _LINE * len(lines.lines) for _, lines in blocks) + gap * (len(blocks) - 1)
    y = height - 24 * unit - tall
    drawn = [shade(-80 * unit, y - 8 * unit, width + 80 * unit, height + 80 * unit, 0x48, 26 * unit)]
    for number, (face, lines) in enumerate(blocks):
        spoken = len(blocks) > 1 and number == 0
        for line in lines.lines:
            step = lines.size * _LINE
            drawn.append(
                write_text(
                    line, 5, width / 2, y + step / 2, lines.size,
                    face=face, alpha=0x00 if spoken else 0x14, glow=1.6 * unit,
                )
            )  # fmt: skip
            y += step
        y += gap
    return drawn


def _corner(shot: Shot, count: int, size: tuple[int, int]) -> list[str]:
    """Top left the number and the scene; top right what the camera does."""
    unit, (width, _) = _unit(size), size
    margin, y, letters = 20 * unit, 23 * unit, 13.5 * unit
    number = f"{shot.number}/{count}"
    drawn = [
        shade(-80 * unit, -80 * unit, width + 80 * unit, 30 * unit, 0x78, 22 * unit),
        write_text(number, 4, margin, y, letters, face=INTER_BOLD, glow=1.2 * unit),
    ]
    beside = margin + (len(number) * 0.68 + 0.6) * letters
    room = (width - beside - margin) * (0.5 if shot.camera else 1.0) - 8 * unit
    face, lines = _line(shot.scene_name, INTER, room, letters, smallest=letters)
    drawn.append(write_text(lines.lines[0], 4, beside, y, letters, face=face, alpha=0x28, glow=1.2 * unit))
    if shot.camera:
        face, lines = _line(shot.camera, INTER, room, letters, smallest=letters)
        drawn.append(
            write_text(lines.lines[0], 6, width - margin, y, letters, face=face, alpha=0x28, glow=1.2 * unit)
        )
    return drawn


def _slate(shot: Shot, title: str, size: tuple[int, int]) -> list[str]:
    unit, (width, height) = _unit(size), size
    room = width - 2 * 56 * unit
    over = f"SCENE {shot.scene + 1}"
    under = " · ".join(part for part in (shot.place, shot.mood) if part)
    blocks: list[tuple[Face, str, float, float, int]] = []
    if title:
        face, lines = _line(title, INTER_BOLD, room, 38 * unit, most=2, smallest=24 * unit)
        blocks += [(face, line, lines.size, 0.0, 0) for line in lines.lines]
        face, lines = _line(shot.scene_name, INTER, room, 19 * unit, smallest=15 * unit)
        blocks.append((face, lines.lines[0], lines.size, 0.0, 0x18))
    else:
        blocks.append((INTER_BOLD, over, 12 * unit, 3.2 * unit, 0x38))
        face, lines = _line(shot.scene_name, INTER_BOLD, room, 34 * unit, most=2, smallest=22 * unit)
        blocks += [(face, line, lines.size, 0.0, 0) for line in lines.lines]
        if under:
            face, lines = _line(under, INTER, room, 15 * unit, most=2, smallest=13 * unit)
            blocks += [(face, line, lines.size, 0.0, 0x28) for line in lines.lines]
    tall = sum(letters * 1.4 for _, _, letters, _, _ in blocks)
    y = height * 0.42 - tall / 2
    drawn = [shade(-width, -height, 2 * width, 2 * height, 0x78, 0.0)]
    for face, line, letters, spacing, alpha in blocks:
        y += letters * 1.4
        drawn.append(
            write_text(line, 5, width / 2, y - letters * 0.7, letters, face=face, alpha=alpha, spacing=spacing)
        )
    return drawn
