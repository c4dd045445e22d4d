"""A new storyboard as part of the series that it will lie in: its schema, and the names that are declared there."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from storyboard.story.importers.draft import Mention, listed
from storyboard.story.paths import SERIES_FILE, root_above
from storyboard.story.series_load import load_series

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from storyboard.story.importers.draft import Draft

SCHEMA = "schemas/storyboard.schema.json"
"""Where the schema lies in the folder of a series."""


@dataclass(frozen=True)
class Surroundings:
    """What there is where a storyboard will lie.

    Attributes:
        schema: The schema's file, seen from the storyboard; empty where there is none.
        characters: Names in braces that the series declares.
        places: Likewise.
    """

    schema: str = ""
    characters: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()


NOWHERE = Surroundings()
"""Of a storyboard that is printed: it may go anywhere."""


def surroundings_of(file: Path) -> Surroundings:
    """What there is where a file will lie; a series that cannot be read counts as none."""
    try:
        folder = file.resolve().parent
        root = root_above(folder)
        schema = root / SCHEMA
        seen = os.path.relpath(schema, folder).replace(os.sep, "/") if schema.is_file() else ""
        found = Surroundings(seen)
        series = load_series(root).series if (root / SERIES_FILE).is_file() else None
    except (OSError, ValueError, RuntimeError):  # no such folder; another drive; a loop of links
        return NOWHERE
    if series is None:
        return found
    return replace(found, characters=frozenset(series.characters), places=frozenset(series.places))


def fit_in(draft: Draft, around: Surroundings) -> None:
    """Take the series' own characters and places, and give what it has under another kind another name."""
    _rename_characters(draft, _other_names(draft.characters, around.places, {*draft.places, *around.characters}))
    renamed = _other_names(draft.places, around.characters, {*draft.characters, *around.places})
    draft.places = {renamed.get(key, key): told for key, told in draft.places.items()}
    for scene in draft.scenes:
        scene.place = renamed.get(scene.place, scene.place)
    shared = [key for key in draft.characters if key in around.characters]
    shared += [key for key in draft.places if key in around.places]
    if shared:
        for key in shared:
            draft.characters.pop(key, None)
            draft.places.pop(key, None)
        is_there = "stands in the series, and is" if len(shared) == 1 else "stand in the series, and are"
        draft.notes.append(f"{listed(shared)} {is_there} not described here again.")


def _other_names(keys: Iterable[str], not_these: frozenset[str], nor_these: set[str]) -> dict[str, str]:
    keys = list(keys)
    taken = {*keys, *not_these, *nor_these}
    renamed: dict[str, str] = {}
    for key in keys:
        if key in not_these:
            number = next(n for n in range(2, len(taken) + 3) if f"{key}_{n}" not in taken)
            renamed[key] = f"{key}_{number}"
            taken.add(renamed[key])
    return renamed


def _rename_characters(draft: Draft, renamed: dict[str, str]) -> None:
    if not renamed:
        return
    draft.characters = {renamed.get(key, key): told for key, told in draft.characters.items()}
    for scene in draft.scenes:
        for segment in scene.segments:
            segment.action = tuple(
                Mention(renamed.get(part.key, part.key)) if isinstance(part, Mention) else part
                for part in segment.action
            )
