"""A piece that is to be made, as plain values: for another machine, which has the same takes and no other file."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from storyboard.assembly.edit_list import Black, Card, Footage, Lettering
from storyboard.assembly.film import PieceTask
from storyboard.assembly.media import Colour, Media
from storyboard.assembly.mezzanine import Mezzanine, MezzanineTask
from storyboard.assembly.picture_format import PictureFormat
from storyboard.assembly.piece_key import compose_key
from storyboard.assembly.pieces import Compose, Fade, Layer, Mix, Strip, Words
from storyboard.errors import StoryboardError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_KNOWN = {
    each.__name__: each
    for each in (
        Black, Card, Colour, Compose, Fade, Footage, Layer, Lettering, Mezzanine, Mix, PictureFormat, Strip, Words,
    )
}  # fmt: skip
"""All that a recipe is made of. A still, a matte and a font of the author's are files, and not in it."""


class RecipeError(StoryboardError):
    """What another machine asked for cannot be made here."""

    code = "recipe-unusable"


def recipe_of(task: object, takes: Mapping[str, str]) -> dict[str, Any] | None:
    """What a task makes, as plain values; None where that needs a file that others do not have.

    Args:
        task: What is to be made.
        takes: The SHA-256 of each take that others have, by what its picture goes by: that hash, or the key of its
            mezzanine.
    """
    try:
        if isinstance(task, PieceTask):
            return {"piece": _told(task.piece, takes), "picture": _told(task.picture, takes)}
        if isinstance(task, MezzanineTask):
            return {"mezzanine": _told(task.mezzanine, takes)}
    except _NotPortableError:
        pass
    return None


def task_of(recipe: Any, key: str, cache: Path, media_of: Callable[[str], Media]) -> PieceTask | MezzanineTask:
    """The task that a recipe means.

    Args:
        recipe: What another machine wrote.
        key: What it calls it.
        cache: Where what comes of it is kept.
        media_of: Finds a take by the SHA-256 of its bytes.

    Raises:
        RecipeError: It is none, or would come to something else here, as it does with another version of a tool.
    """
    try:
        task: PieceTask | MezzanineTask
        if "mezzanine" in recipe:
            mezzanine = _read(recipe["mezzanine"], media_of)
            task, found = MezzanineTask(mezzanine, key, cache), mezzanine.key
        else:
            piece, picture = _read(recipe["piece"], media_of), _read(recipe["picture"], media_of)
            task, found = PieceTask(piece, picture, key, cache), compose_key(piece, picture)
    except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError) as error:
        raise RecipeError(f"A piece that was asked for cannot be understood: {error}.", hint=_HINT) from None
    if found != key:
        raise RecipeError("A piece that was asked for would not come out the same on this machine.", hint=_HINT)
    return task


class _NotPortableError(Exception):
    """Others do not have what it is made from."""


def _told(value: Any, takes: Mapping[str, str]) -> Any:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, tuple):
        return [_told(each, takes) for each in value]
    if isinstance(value, Fraction):
        return {"": "Fraction", "value": str(value)}
    if isinstance(value, Media) and value.sha256 in takes:
        return {"": "Media", "take": takes[value.sha256], "goes_by": value.sha256}
    if type(value) in _KNOWN.values():
        fields = {field.name: _told(getattr(value, field.name), takes) for field in dataclasses.fields(value)}
        return {"": type(value).__name__, **fields}
    raise _NotPortableError


def _read(value: Any, media_of: Callable[[str], Media]) -> Any:
    if isinstance(value, list):
        return tuple(_read(each, media_of) for each in value)
    if not isinstance(value, dict):
        return value
    kind, fields = value[""], {name: each for name, each in value.items() if name}
    if kind == "Fraction":
        return Fraction(fields["value"])
    if kind == "Media":
        return dataclasses.replace(media_of(fields["take"]), sha256=fields["goes_by"])
    return _KNOWN[kind](**{name: _read(each, media_of) for name, each in fields.items()})


_HINT = "It is made by whoever asked for it. Have the same version of the program on all machines."
