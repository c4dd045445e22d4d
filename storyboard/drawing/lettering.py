"""Text on the picture: wrapping it to a width, and writing it so that ASS takes none of it as a command."""

from __future__ import annotations

import functools
import re
import unicodedata
from pathlib import Path
from typing import NamedTuple

from PIL import ImageFont

FONTS = Path(__file__).with_name("fonts")


class Face(NamedTuple):
    """A typeface that ships with the program.

    Attributes:
        file: Its name in ``FONTS``.
        family: What ASS calls it.
        weight: 400 is regular, 600 semi-bold.
        italic: Whether it leans.
        height: How ASS counts the size of its letters: in heights of a line, which are so many ems.
    """

    file: str
    family: str
    weight: int = 400
    italic: bool = False
    height: float = 1.0


# Its letters are laid out for the line's height, and so a little smaller than asked for: it leaves them air.
DEJAVU = Face("DejaVuSans.ttf", "DejaVu Sans")
"""Plain, and with the letters of many scripts."""
INTER = Face("Inter-Regular.otf", "Inter", height=1.21)
INTER_BOLD = Face("Inter-SemiBold.otf", "Inter Semi Bold", weight=600, height=1.21)
INTER_ITALIC = Face("Inter-Italic.otf", "Inter", italic=True, height=1.21)

MOST_LINES = 4
_LONGEST_TEXT = 1200
_MEASURED_AT = 100
_WORD_JOINER = "\u2060"


class Lines(NamedTuple):
    """Text broken into lines, and the size of letters that makes them fit, in pixels."""

    size: int
    lines: tuple[str, ...]


@functools.cache
def _face(face: Face) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / face.file, _MEASURED_AT, layout_engine=ImageFont.Layout.BASIC)


def face_for(text: str, wanted: Face) -> Face:
    """The face to write a text in: the one that is wanted where it has all the letters, else ``DEJAVU``.

    A text in two faces would jump from one to the other in the middle of a word.
    """
    return wanted if all(_has(letter, wanted) for letter in set(text)) else DEJAVU


def line_height(size: int) -> float:
    """From one line to the next, in pixels, for letters of this size."""
    return size * 1.3


def _width(text: str, size: float, face: Face) -> float:
    return _face(face).getlength(text) * size / _MEASURED_AT


def plain(text: str) -> str:
    """One line of what can be shown: no control characters, no pictographs the font lacks, single spaces.

    Direction marks and joiners stay: scripts need them.
    """
    return " ".join("".join(map(_shown, text[: _LONGEST_TEXT * 4])).split())


@functools.lru_cache(maxsize=4096)
def _shown(letter: str) -> str:
    category = unicodedata.category(letter)
    if category in {"Cc", "Zl", "Zp", "Zs"}:
        return " "
    if category == "Cs" or (category in {"So", "Sk", "Co", "Cn"} and not _has(letter, DEJAVU)):
        return ""
    return letter


@functools.lru_cache(maxsize=4096)
def _has(letter: str, face: Face) -> bool:
    return letter == " " or _picture(letter, face) != _picture("\uffff", face)


def _picture(letter: str, face: Face) -> bytes:
    """How the font draws a letter; one it lacks looks like U+FFFF, which no font has."""
    return bytes(_face(face).getmask(letter))


def escape_ass(text: str) -> str:
    """Write plain text as ASS dialogue text.

    A backslash only commands what follows it directly, so an invisible word joiner (U+2060) after each
    takes its power away; braces are written as libass reads them literally.
    """
    return re.sub(r"\\", lambda _: "\\" + _WORD_JOINER, text).replace("{", r"\{").replace("}", r"\}")


def fit(
    text: str, width: float, largest: int, smallest: int, *, most: int = MOST_LINES, face: Face = DEJAVU
) -> Lines:
    """Break text into at most so many lines, with the largest letters that allow it.

    Args:
        text: What ``plain`` gave.
        width: Pixels a line may be wide.
        largest: Size of the letters to begin with, in pixels.
        smallest: Size below which the text is cut off with an ellipsis instead.
        most: The number of lines there is room for.
        face: What it is written in.
    """
    text = text[:_LONGEST_TEXT]
    for size in range(largest, smallest, -1):
        lines = _wrap(text, width, size, face)
        if len(lines) <= most:
            return Lines(size, tuple(_balance(text, width, size, lines, face)))
    lines = _wrap(text, width, smallest, face)
    if len(lines) > most:
        lines = lines[:most]
        lines[-1] = _shorten(lines[-1], width, smallest, face)
    return Lines(smallest, tuple(lines))


def _balance(text: str, width: float, size: int, lines: list[str], face: Face) -> list[str]:
    """Even out the lines, so that no word is left alone on the last one."""
    for share in (0.5, 0.6, 0.7, 0.8, 0.9):
        narrower = _wrap(text, width * share, size, face)
        if len(narrower) == len(lines):
            return narrower
    return lines


def _wrap(text: str, width: float, size: int, face: Face) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if _width(longer, size, face) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while _width(line, size, face) > width and len(line) > 1:
            head = _head(line, width, size, face)
            lines.append(head)
            line = line[len(head) :]
    return [*lines, line]


def _head(word: str, width: float, size: int, face: Face) -> str:
    """As much of a word as fits a line: scripts without spaces, and long names, break anywhere."""
    low, high = 1, len(word)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _width(word[:middle], size, face) <= width else (low, middle - 1)
    while low > 1 and unicodedata.combining(word[low : low + 1] or " "):
        low -= 1
    return word[:low]


def _shorten(line: str, width: float, size: int, face: Face) -> str:
    while line and _width(line + "…", size, face) > width:
        line = line[:-1]
    return line.rstrip(" ,;:.-") + "…"
