"""What a sheet says of itself, so that the next one may take its place, and that of nothing else."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from storyboard.review.sheet.content import MARK

if TYPE_CHECKING:
    from pathlib import Path

_HEADER_ENDS = 33  # a PNG's signature and its first chunk
_LOOKED_AT = 64 * 2**10


def marked_png(page: bytes) -> bytes:
    """A PNG file with a word on who made it (a tEXt chunk; PNG specification, 11.3.3)."""
    content = b"tEXtSoftware\0" + MARK.encode("ascii")
    chunk = struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))
    return page[:_HEADER_ENDS] + chunk + page[_HEADER_ENDS:]


def is_sheet(path: Path) -> bool:
    """Whether a PNG or PDF file says of itself that it is a sheet; what cannot be read is none."""
    try:
        with path.open("rb") as file:
            begins = file.read(_LOOKED_AT)
            file.seek(max(0, path.stat().st_size - _LOOKED_AT))
            ends = file.read()
    except OSError:
        return False
    if begins.startswith(b"\x89PNG"):
        return b"tEXtSoftware\0" + MARK.encode("ascii") in begins[:256]
    return begins.startswith(b"%PDF") and MARK.encode("ascii") in begins + ends
