"""Clips that are made of nothing but facts, for a planner that opens no file."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from storyboard.assembly.avc import ParameterSets
from storyboard.assembly.edit_list import EditList, Footage
from storyboard.assembly.media import Colour, Media
from storyboard.assembly.picture_format import PictureFormat

FPS = Fraction(16)
SIZE = (832, 480)
WANTED = PictureFormat(SIZE, FPS)


def closed_groups(frames: int, keys: int, reordered: int = 2) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """What is stored in which order, and where a decoder can begin: a key frame every so often, B-frames between."""
    order: list[int] = []
    starts: list[int] = []
    for key in range(0, frames, keys):
        end = min(key + keys, frames)
        starts.append(len(order))
        order.append(key)
        for anchor in range(key + reordered + 1, end + reordered + 1, reordered + 1):
            shown = min(anchor, end - 1)
            first = anchor - reordered
            order += [shown, *range(first, shown)] if shown >= first else []
    return tuple(order), tuple(starts)


def sets(number: int = 0, what: bytes = b"a") -> ParameterSets:
    return ParameterSets(((number, b"s" + what),), ((number, b"p" + what),), 4, b"\x64\x00\x1e", b"")


def clip(name: str = "a", frames: int = 640, *, keys: int = 250, reordered: int = 2, **other: object) -> Media:
    order, starts = closed_groups(frames, keys, reordered)
    facts: dict[str, object] = {
        "path": Path(f"{name}.mp4"), "sha256": name, "codec": "h264", "pixel_format": "yuv420p", "width": SIZE[0],
        "height": SIZE[1], "fps": FPS, "frames": frames, "hidden": 0, "start": Fraction(0),
        "seconds": frames / FPS, "turned": 0, "pixel_shape": Fraction(1), "interlaced": False,
        "colour": Colour(), "counted": (), "order": order, "starts": starts, "sets": sets(), "has_sound": False,
    }  # fmt: skip
    return Media(**(facts | other))  # type: ignore[arg-type]  # any fact can be another


def footage(name: str = "a", frames: int = 640, **other: object) -> Footage:
    return Footage(clip(name, frames, **other))  # type: ignore[arg-type]


def edit_of(*shots: object, overlays: tuple[object, ...] = ()) -> EditList:
    return EditList(SIZE, FPS, shots, overlays, 0, shots[-1].ends)  # type: ignore[arg-type, attr-defined]
