"""Which storyboard a preview is of, and where its page goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.errors import StoryError, UsageError
from storyboard.files import write_whole
from storyboard.story.paths import root_of

if TYPE_CHECKING:
    from pathlib import Path

PAGE_ENDING = ".preview.html"
"""What is added to an episode's name for its page."""
_ENDINGS = {".html", ".htm"}


def story_file(named: Path) -> Path:
    """The storyboard that a person means: a file, or an episode of the series in this folder by its name.

    Raises:
        UsageError: It is a folder, or no episode has that name.
        StoryError: It is a name, and the series.yaml has errors.
    """
    if named.is_dir():
        raise UsageError(
            f"{named} is a folder.", hint="Name one storyboard, or an episode of the series by its name."
        )
    if named.suffix or named.exists():
        return named
    from storyboard.selection import select  # only for a name: it takes longer to import than a story to read

    (selection,) = select([named], None)
    (file,) = selection.files
    return file


def page_file(story: Path, chosen: Path | None) -> Path:
    """Where the page of a storyboard goes.

    Args:
        story: The storyboard.
        chosen: The page's file, or a folder for it; None is where the films of the series go.

    Raises:
        UsageError: The place is no page's.
    """
    name = story.stem + PAGE_ENDING
    if chosen is None:
        return _output_folder(story) / name
    path = chosen / name if chosen.is_dir() else chosen
    if path.suffix.lower() not in _ENDINGS:
        raise UsageError(
            f"{chosen} is no name for a web page.", hint="Give one that ends in .html, or - to print it."
        )
    return path


def _output_folder(story: Path) -> Path:
    from storyboard.project import RENDERS_FOLDER, project_of

    try:
        project = project_of(story)
    except StoryError:  # the series has errors: the page that tells them still needs a place
        return root_of(story) / RENDERS_FOLDER
    return project.output_folder(story, None)


def save_page(path: Path, data: bytes) -> None:
    """Write a page in one step, and make its folder if need be.

    Raises:
        UsageError: It cannot be written.
    """
    try:
        write_whole(path, data)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.", hint="Check the folder.") from None
