"""An author's own font file: what libass has to know of it. The file may be a stranger's, so it is read with care.

The tables are those of the OpenType specification (ISO/IEC 14496-22): ``name``, ``head``, ``hhea`` and ``OS/2``.
"""

from __future__ import annotations

import os
import re
import stat
import struct
from typing import TYPE_CHECKING

from PIL import ImageFont

from storyboard.drawing.lettering import Face
from storyboard.errors import FontError

if TYPE_CHECKING:
    from pathlib import Path

SUFFIXES = (".ttf", ".otf")
"""What a font file is called."""

_MOST_BYTES = 40 * 2**20
_MOST_TABLES, _MOST_NAMES = 256, 4096
_FAMILY, _FULL_NAME, _POSTSCRIPT_NAME = 1, 4, 6
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_OTHERS = {b"wOFF": "a WOFF font, made for web pages", b"wOF2": "a WOFF2 font, made for web pages",
           b"ttcf": "a collection of several fonts"}  # fmt: skip


def read_face(path: Path) -> Face:
    """The face in a font file.

    Args:
        path: A TrueType or OpenType font.

    Raises:
        FontError: It is missing, unreadable, too large, damaged, or of another format.
    """
    data = _read(path)
    kind = data[:4]
    if kind not in {b"\x00\x01\x00\x00", b"true", b"OTTO"}:
        what = _OTHERS.get(kind, "not a font that can be used")
        raise FontError(f"The font {path} is {what}.", hint="Name a TrueType or OpenType font: a .ttf or .otf file.")
    try:
        face = _face(data, path, kind == b"OTTO")
        ImageFont.truetype(str(path), 20, layout_engine=ImageFont.Layout.BASIC).getlength("n")
    except (struct.error, KeyError, ValueError, UnicodeError, OSError, ZeroDivisionError) as problem:
        raise FontError(
            f"The font {path} is damaged: {str(problem).strip() or type(problem).__name__}.",
            hint="Copy or download it once more.",
        ) from None
    return face


def _read(path: Path) -> bytes:
    try:
        _refuse_unless_regular(path.stat().st_mode, path)
        descriptor = os.open(path, _FLAGS)
        with open(descriptor, "rb") as file:  # noqa: PTH123  it is a descriptor, not a path
            found = os.fstat(descriptor)
            _refuse_unless_regular(found.st_mode, path)
            if found.st_size > _MOST_BYTES:
                raise FontError(
                    f"The font {path} is larger than the {_MOST_BYTES // 2**20} MiB that are read here.",
                    hint="Name a smaller one, or one that holds fewer scripts.",
                )
            return file.read(_MOST_BYTES)
    except FileNotFoundError:
        raise FontError(
            f"The font {path} does not exist.", hint="Check the path; it is relative to the file that names it."
        ) from None
    except (OSError, ValueError) as problem:  # ValueError: a path with a null character
        reason = getattr(problem, "strerror", None) or str(problem)
        raise FontError(
            f"The font {path} cannot be read: {reason}.", hint="Check the path and the file's permissions."
        ) from None


def _refuse_unless_regular(mode: int, path: Path) -> None:
    if not stat.S_ISREG(mode):
        raise FontError(f"The font {path} is not a file.", hint="Name a font file, such as fonts/Title.ttf.")


def _face(data: bytes, path: Path, is_postscript: bool) -> Face:
    tables = _tables(data)
    names = _names(tables[b"name"])
    # libass finds a font by its PostScript name where its outlines are PostScript's, else by its full name.
    wanted = (_POSTSCRIPT_NAME, _FULL_NAME) if is_postscript else (_FULL_NAME, _POSTSCRIPT_NAME)
    name = next((names[each] for each in (*wanted, _FAMILY) if names.get(each)), "")
    if not name or name.startswith("@") or re.search(r"[{}\\(),\x00-\x1f]", name):
        raise FontError(
            f"The font {path} has no name that it can be found by.", hint="Name another font, or one that ships."
        )
    (em,) = struct.unpack_from(">H", tables[b"head"], 18)
    ascent, descent = struct.unpack_from(">hh", tables[b"hhea"], 4)
    weight, above, below = 400, ascent, -descent
    if len(extra := tables.get(b"OS/2", b"")) >= 78:
        (weight,) = struct.unpack_from(">H", extra, 4)
        windows = struct.unpack_from(">HH", extra, 74)
        if sum(windows):
            above, below = windows  # what libass goes by, too
    height = (above + below) / em
    if not 0.2 <= height <= 10:
        raise ValueError("its lines have no height")
    return Face(str(path.absolute()), name, weight=min(max(weight, 100), 900), height=height, descent=below / em)


def _tables(data: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">H", data, 4)
    found: dict[bytes, bytes] = {}
    for number in range(min(count, _MOST_TABLES)):
        tag, _, offset, length = struct.unpack_from(">4sIII", data, 12 + 16 * number)
        if offset + length > len(data):
            raise ValueError("it ends before its tables do")
        if tag in {b"name", b"head", b"hhea", b"OS/2"}:
            found[tag] = data[offset : offset + length]
    return found


def _names(table: bytes) -> dict[int, str]:
    """The names by their number; Windows' in English, where there are several."""
    _, count, texts = struct.unpack_from(">HHH", table, 0)
    found: dict[int, tuple[int, str]] = {}
    for number in range(min(count, _MOST_NAMES)):
        platform, _, language, name, length, offset = struct.unpack_from(">6H", table, 6 + 12 * number)
        raw = table[texts + offset : texts + offset + length]
        rank = 2 if (platform, language) == (3, 0x409) else 1 if platform in {0, 3} else 0
        text = raw.decode("utf-16-be" if platform in {0, 3} else "mac-roman", "replace").strip()
        if name not in found or rank > found[name][0]:
            found[name] = (rank, text)
    return {name: text for name, (_, text) in found.items()}
