"""A whole series that renders at once."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from storyboard.errors import UsageError
from storyboard.export.schema import SCHEMA_NAMES, schema_text
from storyboard.scaffold.placing import cannot_write, place_files
from storyboard.scaffold.texts import checked_title, heading, readable, template, yaml_text
from storyboard.story.paths import SERIES_FILE, root_above

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.scaffold.placing import Placed

_TEMPLATES = {  # a name that begins with a point would hide or act where the templates lie
    "README.md": "README.md",
    ".gitignore": "gitignore",
    ".gitattributes": "gitattributes",
    ".editorconfig": "editorconfig",
    ".idea/jsonSchemas.xml": "idea/jsonSchemas.xml",
    ".vscode/settings.json": "vscode/settings.json",
    ".vscode/extensions.json": "vscode/extensions.json",
    ".github/workflows/review.yml": "workflows/review.yml",
    "images/README.md": "images/README.md",
    "episodes/01-the-wet-umbrella.yaml": "episodes/01-the-wet-umbrella.yaml",
    "episodes/02-the-humming-suitcase.yaml": "episodes/02-the-humming-suitcase.yaml",
    SERIES_FILE: "series.yaml",
}
FIRST_EPISODE = "episodes/01-the-wet-umbrella.yaml"
"""The episode of a new series that is there to be tried."""


@dataclass(frozen=True)
class NewSeries:
    """A series that was made.

    Attributes:
        folder: Where, as the person named it.
        title: What it is called.
        placed: Its files: those made, and those that were there and are as they were.
        repository: The git repository the folder lies in without being its root; None where there is none.
    """

    folder: Path
    title: str
    placed: Placed
    repository: Path | None


def make_series(folder: Path, *, title: str | None = None) -> NewSeries:
    """Make a series with two episodes, editor settings and a review workflow; never writes over a file.

    Args:
        folder: Where; made if need be.
        title: What it is called; left out, the folder's name made readable.

    Raises:
        UsageError: The folder is a series, lies in one, or cannot be written to; the title is of no use.
    """
    try:
        _see_that_it_is_free(folder)
        whole = checked_title(title if title is not None else readable(folder.resolve().name) or "A new series")
        repository = _repository_above(folder)
        placed = place_files(folder, _files(whole, folder, repository))
    except OSError as error:
        raise cannot_write(folder, error) from None
    return NewSeries(folder, whole, placed, repository)


def _see_that_it_is_free(folder: Path) -> None:
    if os.path.lexists(folder / SERIES_FILE):
        raise UsageError(
            f"{folder / SERIES_FILE} is there already: the folder is a series.",
            hint="storyboard new NAME adds an episode to it; storyboard check looks at those it has.",
        )
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file.", hint="Name a folder; it is made if need be.")
    here = folder.resolve()
    above = root_above(here)
    if above != here:
        raise UsageError(
            f"{folder} lies in a series: there is a {SERIES_FILE} in {above}.",
            hint="storyboard new NAME adds an episode to that one. A series of its own needs a folder outside.",
        )


def _repository_above(folder: Path) -> Path | None:
    here = folder.resolve()
    for candidate in (here, *here.parents):
        if (candidate / ".git").exists():
            return None if candidate == here else candidate
    return None


def _files(title: str, folder: Path, repository: Path | None) -> dict[str, str]:
    """Every file by its name, ``series.yaml`` last."""
    working_directory = ""
    if repository is not None:
        relative = folder.resolve().relative_to(repository).as_posix()
        working_directory = f"    working-directory: {yaml_text(relative)}\n"
    values = {
        "title": yaml_text(title),
        "heading": heading(title),
        "version": version("storyboard-composer"),
        "working_directory": working_directory,
    }
    schemas = {f"schemas/{name}.schema.json": schema_text(name) for name in SCHEMA_NAMES}
    return {**schemas, **{name: template(source, values) for name, source in _TEMPLATES.items()}}
