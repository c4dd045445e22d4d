"""The short names of shot sizes, written out: a video model reads words."""

from __future__ import annotations

import re

_SHORT = {
    "ecu": "extreme close-up", "xcu": "extreme close-up", "bcu": "big close-up", "cu": "close-up",
    "mcu": "medium close-up", "ms": "medium shot", "mls": "medium long shot", "mws": "medium wide shot",
    "ls": "long shot", "ws": "wide shot", "els": "extreme long shot", "ews": "extreme wide shot",
    "vws": "very wide shot", "fs": "full shot", "ots": "over the shoulder", "pov": "point of view",
    "2s": "two-shot", "hh": "handheld",
}  # fmt: skip
_WORD = re.compile(rf"(?<![\w-])(?:{'|'.join(_SHORT)})(?![\w-])", re.IGNORECASE)


def written_out(text: str) -> tuple[str, int]:
    """A camera column with the short names of shot sizes written out, and how many there were."""
    return _WORD.subn(lambda word: _SHORT[word.group().casefold()], text)
