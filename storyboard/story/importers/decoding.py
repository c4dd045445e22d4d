"""The bytes of a file as text: which encoding they are in is told by the bytes; what is no text is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass

from storyboard.errors import ImportRefusedError

_BINARY = {
    b"%PDF": "a PDF file",
    b"{\\rtf": "a rich text file",
    b"\xd0\xcf\x11\xe0": "a file of an old Word or Excel",
    b"\xff\xd8\xff": "a picture",
    b"\x89PNG": "a picture",
    b"GIF8": "a picture",
    b"RIFF": "a sound, a video or a picture",
    b"\x1aE\xdf\xa3": "a video",
    b"PK\x03\x04": "a packed file",
    b"\x1f\x8b": "a packed file",
}
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MOST_CONTROLS = 0.02
"""The share of control characters above which a file is no text."""
_UTF_8_PAIR = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe1-\xec][\x80-\xbf]{2}|\xf0[\x90-\xbf][\x80-\xbf]{2}")


@dataclass(frozen=True)
class Decoded:
    """A text, with line feeds alone between its lines, and what there is to tell about how it was read."""

    text: str
    notes: tuple[str, ...] = ()


def decode(data: bytes) -> Decoded:
    """The text of a file: UTF-8 or UTF-16, with a mark at its start or without, or Windows-1252.

    Raises:
        ImportRefusedError: It is no text, or in more than one encoding.
    """
    for begins, what in _BINARY.items():
        if data.startswith(begins) or (begins == b"RIFF" and data[4:8] == b"ftyp"):
            raise ImportRefusedError(
                f"This is {what}, and no text.", hint="Save it as plain text, as CSV or as Fountain first."
            )
    text, notes = _decoded(data)
    controls = sum(1 for _ in _NO_TEXT.finditer(text))
    if controls > max(4, _MOST_CONTROLS * len(text)):
        raise ImportRefusedError("This is no text: it is full of control characters.", hint="Name a text file.")
    return Decoded(text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff"), notes)


def _decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    sixteen = _utf_16(data)
    if sixteen:
        try:
            return data.decode(sixteen), ()
        except UnicodeDecodeError:
            raise ImportRefusedError(
                "The file begins as UTF-16 and is damaged further on.", hint="Save it as UTF-8."
            ) from None
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    if data.startswith(b"\xef\xbb\xbf") or _UTF_8_PAIR.search(data):
        raise ImportRefusedError(
            f"Line {line:,} is not UTF-8, and other parts of the file are: it mixes encodings.",
            hint="Open it in an editor, mend that line, and save all of it as UTF-8.",
        )
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        raise ImportRefusedError(
            f"Line {line:,} is neither UTF-8 nor Windows-1252, so its letters cannot be told.",
            hint="Save it as UTF-8; most editors offer it under “Save with encoding”.",
        ) from None
    return text, ("Read as Windows-1252, as the file is not UTF-8: look at the letters with accents.",)


def _utf_16(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    start = data[:4096]
    first, second = start[::2].count(0), start[1::2].count(0)  # Latin letters have a zero byte each
    if max(first, second) < len(start) / 8:
        return ""
    return "utf-16-le" if second > 4 * first else "utf-16-be" if first > 4 * second else ""
