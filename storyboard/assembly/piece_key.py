"""What names a piece: everything that its frames depend on, and nothing else."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from fractions import Fraction
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyboard.assembly.edit_list import NamedFile
from storyboard.assembly.media import Media

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyboard.assembly.picture_format import PictureFormat
    from storyboard.assembly.pieces import Compose

REVISION = 16
"""Counts the changes to how pieces are made: after one, none that was made before is used."""
_TOOLS = ("av", "moviepy", "numpy", "pillow", "imageio-ffmpeg")


def compose_key(piece: Compose, picture: PictureFormat) -> str:
    """The name of a composed piece, in hex: it has the same wherever in a film it stands."""
    return key_of({"strips": piece.strips, "format": picture})


def key_of(recipe: Any) -> str:
    """The name of what is made from a recipe of plain values, dataclasses and files, in hex.

    Files count by their bytes, not by where they lie.
    """
    told = {"recipe": recipe, "tools": _tools(), "revision": REVISION}
    text = json.dumps(told, default=_plain, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def files_of(recipe: Any) -> Iterator[Path]:
    """The files that a recipe names, some of them more than once."""
    if isinstance(recipe, Media | NamedFile):
        yield recipe.path
    elif dataclasses.is_dataclass(recipe):
        for field in dataclasses.fields(recipe):
            yield from files_of(getattr(recipe, field.name))
    elif isinstance(recipe, tuple):
        for each in recipe:
            yield from files_of(each)


@cache
def _tools() -> dict[str, str]:
    return {name: version(name) for name in _TOOLS}


def _plain(value: Any) -> Any:
    if isinstance(value, Media | NamedFile):
        return {"sha256": value.sha256}
    if isinstance(value, Fraction):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return {"": type(value).__name__, **fields}
    if isinstance(value, Path):
        raise TypeError(f"{value} would name a piece by its path, not by its bytes")
    raise TypeError(f"a {type(value).__name__} cannot name a piece")
