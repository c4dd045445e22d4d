"""Text on the picture: wrapping it to a width, and writing it so that ASS takes none of it as a command."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from PIL import ImageFont

from storyboard.columns import NO_BREAK, clusters, words_of

FONTS = Path(__file__).with_name("fonts")


class Face(NamedTuple):
    """One cut of a typeface.

    Attributes:
        file: Its name in ``FONTS``, or the whole path of an author's own.
        family: What ASS calls it.
        weight: 400 is regular, 600 semi-bold.
        italic: Whether it leans.
        height: How ASS counts the size of its letters: in heights of a line, which are so many ems.
        descent: How far a line reaches below its baseline, in sizes of the letters as they are asked for.
    """

    file: str
    family: str
    weight: int = 400
    italic: bool = False
    height: float = 1.0
    descent: float = 0.24


# Its letters are laid out for the line's height, and so a little smaller than asked for: it leaves them air.
DEJAVU = Face("DejaVuSans.ttf", "DejaVu Sans", descent=0.2)
"""Plain, and with the letters of many scripts."""
INTER = Face("Inter-Regular.otf", "Inter", height=1.21)
INTER_BOLD = Face("Inter-SemiBold.otf", "Inter Semi Bold", weight=600, height=1.21)
INTER_ITALIC = Face("Inter-Italic.otf", "Inter", italic=True, height=1.21)
LORA = Face("Lora-Regular.ttf", "Lora", height=1.5, descent=0.294)
LORA_BOLD = Face("Lora-SemiBold.ttf", "Lora SemiBold", weight=600, height=1.5, descent=0.294)
JETBRAINS_MONO = Face("JetBrainsMono-Regular.ttf", "JetBrains Mono", height=1.32, descent=0.3)
EMOJI = Face("NotoEmoji-Regular.ttf", "Noto Emoji", height=1.172)
"""Pictographs, drawn in lines of one colour."""

MOST_LINES = 4
_LONGEST_TEXT = 1200
_MEASURED_AT = 100
_WORD_JOINER = "\u2060"


Measure = Callable[[str], float]
"""Tells how wide a text is, in pixels."""


class Lines(NamedTuple):
    """Text broken into lines, and the size of letters that makes them fit, in pixels."""

    size: int
    lines: tuple[str, ...]


@functools.cache
def _face(face: Face) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / face.file, _MEASURED_AT, layout_engine=ImageFont.Layout.BASIC)


@functools.cache
def _shaping(face: Face) -> ImageFont.FreeTypeFont:
    """As it is drawn: kerned, joined, and with pictures for what is joined, where Pillow was built to do so."""
    return ImageFont.truetype(FONTS / face.file, _MEASURED_AT, layout_engine=ImageFont.Layout.RAQM)


def face_for(text: str, wanted: Face) -> Face:
    """The face to write a text in: the one that is wanted where it has all the letters, else ``DEJAVU``.

    A text in two faces would jump from one to the other in the middle of a word.
    """
    return wanted if all(has(letter, wanted) for letter in set(text)) else DEJAVU


def line_height(size: int) -> float:
    """From one line to the next, in pixels, for letters of this size."""
    return size * 1.3


def measure(face: Face, size: float, *, spacing: float = 0.0, pictographs: bool = False) -> Measure:
    """What tells how wide a text is, in pixels.

    Args:
        face: What it is written in.
        size: Of the letters, in pixels.
        spacing: Pixels between letters, more than is usual.
        pictographs: Whether pictographs that the face lacks are written in ``EMOJI``.
    """

    def width(text: str) -> float:
        runs = runs_of(text, face) if pictographs else ((face, text),)
        ems = sum(_length(word, each) for each, part in runs for word in _WORDS.findall(part)) / _MEASURED_AT
        return ems * size + (spacing * sum(1 for _ in clusters(text)) if spacing else 0.0)

    return width


_WORDS = re.compile("[^ ]+| ")


@functools.lru_cache(maxsize=4096)
def _length(word: str, face: Face) -> float:
    """How long a word is: looking for the best lines measures the same few over and over."""
    return _shaping(face).getlength(word)


_PICTOGRAPH = "[\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff]"
_CHANGED = "[\ufe0f\u20e3\U0001f3fb-\U0001f3ff]*"
# One pictograph as it is seen: a flag, a key, or a picture with what changes it and what is joined to it.
_PICTOGRAPHS = re.compile(
    f"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|{_PICTOGRAPH}{_CHANGED}(?:\u200d{_PICTOGRAPH}{_CHANGED})*"
)


def runs_of(text: str, face: Face) -> tuple[tuple[Face, str], ...]:
    """A text in parts, each with the face it is written in: pictographs that the face lacks are ``EMOJI``'s."""
    runs: list[tuple[Face, str]] = []
    at = 0
    for found in _PICTOGRAPHS.finditer(text):
        picture = found.group()
        if (len(picture) == 1 and has(picture, face)) or not has(picture[0], EMOJI):
            continue
        runs += [(face, text[at : found.start()]), (EMOJI, picture)]
        at = found.end()
    return tuple((each, part) for each, part in (*runs, (face, text[at:])) if part)


def plain(text: str) -> str:
    """One line of what can be shown: no control characters, no pictographs the font lacks, single spaces.

    Direction marks and joiners stay: scripts need them; so do spaces that keep words together.
    """
    return " ".join(words_of("".join(map(_shown, text[: _LONGEST_TEXT * 4]))))


@functools.lru_cache(maxsize=4096)
def _shown(letter: str) -> str:
    category = unicodedata.category(letter)
    if letter in NO_BREAK:
        return NO_BREAK[0]
    if category in {"Cc", "Zl", "Zp", "Zs"}:
        return " "
    if category == "Cs" or (category in {"So", "Sk", "Co", "Cn"} and not has(letter, DEJAVU)):
        return ""
    return letter


@functools.lru_cache(maxsize=4096)
def has(letter: str, face: Face) -> bool:
    """Whether a face can draw a letter."""
    return letter in {" ", NO_BREAK[0]} or _picture(letter, face) != _picture("\uffff", face)


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
        width_of = measure(face, size)
        lines = wrap(text, width, width_of)
        if len(lines) <= most:
            return Lines(size, tuple(balanced(text, width, lines, width_of)))
    width_of = measure(face, smallest)
    lines = wrap(text, width, width_of)
    if len(lines) > most:
        lines = lines[:most]
        lines[-1] = shortened(lines[-1], width, width_of)
    return Lines(smallest, tuple(lines))


def balanced(text: str, width: float, lines: list[str], width_of: Measure) -> list[str]:
    """Even out the lines, so that no word is left alone on the last one, and none is torn that was not.

    Args:
        text: The whole text.
        width: Pixels a line may be wide.
        lines: What ``wrap`` made of it.
        width_of: Measures a text.
    """
    for share in (0.5, 0.6, 0.7, 0.8, 0.9):
        narrower = wrap(text, width * share, width_of)
        if len(narrower) == len(lines) and _parts(narrower) == _parts(lines):
            return narrower
    return lines


def _parts(lines: list[str]) -> int:
    """How many words there are, where each part of one that is torn counts as one."""
    return sum(len(line.split(" ")) for line in lines)


def wrap(text: str, width: float, width_of: Measure) -> list[str]:
    """Break a text into lines.

    Args:
        text: Words with single spaces between them.
        width: Pixels a line may be wide.
        width_of: Measures a text.
    """
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width_of(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while len(head := _head(line, width, width_of)) < len(line):
            lines.append(head)
            line = line[len(head) :]
    return [*lines, line]


def _head(word: str, width: float, width_of: Measure) -> str:
    """As much of a word as fits a line: scripts without spaces, and long names, break anywhere."""
    low, high = 1, 2
    while high < len(word) and width_of(word[:high]) <= width:  # measuring takes as long as the text is
        low, high = high, 2 * high
    high = min(high, len(word))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width_of(word[:middle]) <= width else (low, middle - 1)
    if low == len(word):
        return word
    head = ""
    for cluster in clusters(word):
        if head and len(head) + len(cluster) > low:
            break
        head += cluster
    return head


def shortened(line: str, width: float, width_of: Measure) -> str:
    """A line that goes on elsewhere, cut off with an ellipsis so that it fits."""
    whole = list(clusters(line))
    while whole and width_of("".join(whole) + "…") > width:
        whole.pop()
    line = "".join(whole)
    return line.rstrip(" ,;:.-") + "…"
