"""Files that a storyboard names: relative to the file that names them, and never outside the series."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

SERIES_FILE = "series.yaml"
TEMPLATE_ENDING = ".j2"
"""How the name of a prompt template ends that is a file of its own."""
_SERIES_DEPTH = 4  # folders above a story in which its series is looked for, never past its repository


class OutsideError(ValueError):
    """A path leads out of the folder that a storyboard may use."""


class RealFolders:
    """Where files really lie, links followed. Each folder is asked once: make one for one run over many files."""

    def __init__(self) -> None:
        self._real: dict[str, str] = {}

    def place_of(self, file: Path) -> tuple[str, str]:
        """The folder that a file really lies in, and its name there."""
        above, name = os.path.split(file)
        if name in {"", "..", "."} or os.path.islink(file):  # noqa: PTH114  a third of the time of Path's
            above, name = os.path.split(os.path.realpath(file))
            return above, name
        if above not in self._real:
            self._real[above] = os.path.realpath(above)
        return self._real[above], name


def is_template_file(name: str) -> bool:
    """Whether a storyboard's ``template`` names a file of its own rather than one that ships."""
    return name.endswith(TEMPLATE_ENDING)


def is_url(text: str) -> bool:
    """Whether this is an http(s) URL with a host."""
    try:
        parts = urlsplit(text)
    except ValueError:  # a bracket that is not part of an IPv6 address, a host no name can have
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def root_of(file: Path) -> Path:
    """The folder that a storyboard's files may lie in: its series' folder, or its own."""
    return root_above(file.resolve().parent)


def root_above(folder: Path) -> Path:
    """The folder that the files of the storyboards in a folder may lie in: their series' folder, or that folder.

    Args:
        folder: With links followed.
    """
    return series_above(folder) or folder


def series_above(folder: Path) -> Path | None:
    """The folder of the series that a folder belongs to; None where it belongs to none.

    Args:
        folder: With links followed.
    """
    # os.path: Path's own methods raise where a folder above cannot be read, and cost several times as much.
    candidate = str(folder)
    for _ in range(_SERIES_DEPTH + 1):
        if os.path.isfile(os.path.join(candidate, SERIES_FILE)):  # noqa: PTH113, PTH118
            return Path(candidate)
        above = os.path.dirname(candidate)  # noqa: PTH120
        if above == candidate or os.path.exists(os.path.join(candidate, ".git")):  # noqa: PTH110, PTH118
            return None
        candidate = above
    return None


def inside(root: Path, folder: Path, text: str) -> Path:
    """The file that ``text`` names, seen from ``folder``.

    Links are followed before the comparison, so that a link cannot lead out either.

    Raises:
        OutsideError: It lies outside ``root``, or no file can have that name.
    """
    try:
        found = (folder / text).resolve()
    except (OSError, ValueError, RuntimeError) as error:  # a NUL, a loop of links
        raise OutsideError(str(error)) from None
    if not found.is_relative_to(root.resolve()):
        raise OutsideError(text)
    return found
