"""The series that a story belongs to, looked for once a folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from storyboard.story.paths import SERIES_FILE, RealFolders, series_above
from storyboard.story.series_load import load_series

if TYPE_CHECKING:
    from storyboard.story.series_load import LoadedSeries


@dataclass(frozen=True)
class Home:
    """Where a story is at home.

    Attributes:
        root: The folder that its files may lie in: that of its series, or its own.
        up: That folder seen from the story's own, with ``/`` between names; ``.`` where it is the same.
        series: Its series; None where it belongs to none.
    """

    root: Path
    up: str
    series: LoadedSeries | None


class SeriesFinder:
    """Finds the series of stories, and asks the disk once for each folder.

    It believes for its whole life what it saw first: make one for one run over many episodes, and another for the
    next.
    """

    def __init__(self) -> None:
        self._homes: dict[tuple[Path, str], Home] = {}
        self._folders = RealFolders()

    def home_of(self, file: Path) -> Home:
        """Where a story is at home; a link is at home where the file itself lies."""
        named, folder = file.parent, self._folders.place_of(file)[0]
        home = self._homes.get((named, folder))
        if home is None:
            home = self._homes[named, folder] = _home(file, Path(folder))
        return home


def _home(file: Path, folder: Path) -> Home:
    root = series_above(folder)
    if root is None:
        return Home(folder, ".", None)
    up = Path(os.path.relpath(root, folder)).as_posix()
    return Home(root, up, load_series(root, shown=str(_as_named(file, root) / SERIES_FILE)))


def _as_named(file: Path, root: Path) -> Path:
    """The series' folder the way the person named the story: seen from the current folder, or from the root."""
    for folder in file.parents:
        if folder.resolve() == root:
            return folder
    if file.is_absolute():
        return root
    try:
        return Path(os.path.relpath(root))
    except ValueError:  # another drive
        return root
