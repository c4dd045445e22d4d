"""How the colours of two clips differ, in the words that players and other tools have for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storyboard.assembly.media import Colour

_COMMON = {1: "BT.709", 2: "unknown", 5: "BT.470 BG", 6: "SMPTE 170M", 7: "SMPTE 240M"}
_WORDS = {
    "matrix": {**_COMMON, 0: "RGB", 9: "BT.2020", 10: "BT.2020"},
    "primaries": {**_COMMON, 9: "BT.2020", 11: "DCI-P3", 12: "Display P3"},
    "transfer": {
        **_COMMON, 4: "gamma 2.2", 5: "gamma 2.8", 8: "linear", 13: "sRGB", 14: "BT.2020", 15: "BT.2020", 16: "PQ",
        18: "HLG",
    },
}  # fmt: skip
"""What the numbers of ISO/IEC 23091-2 are called."""


def difference(one: Colour, others: Colour) -> str:
    """The first thing in which a clip's colours differ from those of others; empty where nothing does."""
    for name, words in _WORDS.items():
        own, usual = getattr(one, name), getattr(others, name)
        if own != usual:
            its, theirs = (words.get(number, f"number {number}") for number in (own, usual))
            return f"its colours are meant otherwise than those of the other clips ({name} {its}, not {theirs})"
    return "its colours have full range" if one.full_range != others.full_range else ""
