"""One more episode of a series, where the series will find it."""

from __future__ import annotations

import os
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from storyboard.errors import StoryError, UsageError
from storyboard.scaffold.episode_place import find_place
from storyboard.scaffold.placing import cannot_write, place_files
from storyboard.scaffold.texts import checked_title, readable, template, yaml_text
from storyboard.story.braces import is_name
from storyboard.story.paths import SERIES_FILE, root_above
from storyboard.story.series_load import LoadedSeries, load_series

if TYPE_CHECKING:
    from storyboard.story.series import Series

_MOST_NAMES = 30
_SOMEBODY = "a woman in a long grey coat"
_SCHEMA = "schemas/storyboard.schema.json"


@dataclass(frozen=True)
class NewEpisode:
    """An episode that was made.

    Attributes:
        path: Its file, as it is named from the current folder.
        title: What it is called.
    """

    path: Path
    title: str


def add_episode(folder: Path, name: str, *, title: str | None = None) -> NewEpisode:
    """Add an episode to the series that ``folder`` is or lies in; never writes over a file.

    Args:
        folder: The series' folder, or one in it.
        name: A title or a file's name. The others' numbers are gone on with, unless it brings one.
        title: What it is called; left out, the name made readable.

    Raises:
        UsageError: There is no series, its ``episodes`` would not find the file, the file is there already or
            cannot be written, or the name or title is of no use.
        StoryError: ``series.yaml`` has errors.
    """
    try:
        loaded = _series_above(folder)
        if loaded.series is None:
            told = f"{loaded.shown} has errors. Nothing was made."
            raise StoryError(told, loaded.findings, hint="Mend what is told above.")
        place = find_place(loaded.root, loaded.series, name)
        whole = checked_title(title if title is not None else readable(place.words))
        text = _text(whole, loaded.series, loaded.root, place.file)
        made = place_files(loaded.root, {place.file: text}).made
    except OSError as error:
        raise cannot_write(folder, error) from None
    if not made:
        raise UsageError(
            f"{loaded.folder / place.file} is there already, and stays as it is.", hint="Take another NAME."
        )
    return NewEpisode(loaded.folder / place.file, whole)


def _series_above(folder: Path) -> LoadedSeries:
    if not folder.is_dir():
        raise UsageError(f"There is no folder {folder}.", hint="Name the folder of a series.")
    root = root_above(folder.resolve())
    if not (root / SERIES_FILE).is_file():
        raise UsageError(
            f"There is no {SERIES_FILE} in {folder.resolve()} or above it.",
            hint="storyboard init makes a series; --series names one that lies elsewhere.",
        )
    return load_series(root, shown=str(_seen_from_here(root) / SERIES_FILE))


def _seen_from_here(folder: Path) -> Path:
    try:
        return Path(os.path.relpath(folder))
    except ValueError:  # another drive
        return folder


def _text(title: str, series: Series, root: Path, file: str) -> str:
    characters = [name for name in series.characters if is_name(name)]
    places = [name for name in series.places if is_name(name)]
    up = "../" * file.count("/")
    modeline = f"# yaml-language-server: $schema={up}{_SCHEMA}\n" if (root / _SCHEMA).is_file() else ""
    return template(
        "episode.yaml",
        {
            "modeline": modeline,
            "up": up,
            "names": _names(characters, places),
            "title": yaml_text(title),
            "place": f"    place: {yaml_text(places[0])}\n" if places else "",
            "who": f"{{{characters[0]}}}" if characters else _SOMEBODY,
        },
    )


def _names(characters: list[str], places: list[str]) -> str:
    """The names an author may use here, as a comment."""
    told = [f"{{{name}}}" for name in characters] + [f"{name} (a place)" for name in places]
    if not told:
        return ""
    shown = told if len(told) <= _MOST_NAMES else [*told[:_MOST_NAMES], "…"]
    lines = textwrap.wrap(f"The series has {', '.join(shown)}.", 98, break_long_words=False, break_on_hyphens=False)
    return "".join(f"# {line}\n" for line in lines)
