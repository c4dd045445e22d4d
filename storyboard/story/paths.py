"""Files that a storyboard names: relative to the file that names them, and never outside the series."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from pathlib import Path

SERIES_FILE = "series.yaml"
_SERIES_DEPTH = 4  # folders above a story in which its series is looked for, never past its repository


class OutsideError(ValueError):
    """A path leads out of the folder that a storyboard may use."""


def is_url(text: str) -> bool:
    """Whether this is an http(s) URL with a host."""
    try:
        parts = urlsplit(text)
    except ValueError:  # a bracket that is not part of an IPv6 address, a host no name can have
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def root_of(file: Path) -> Path:
    """The folder that a storyboard's files may lie in: its series' folder, or its own."""
    folder = file.resolve().parent
    for candidate in (folder, *folder.parents[:_SERIES_DEPTH]):
        if (candidate / SERIES_FILE).is_file():
            return candidate
        if (candidate / ".git").exists():
            break
    return folder


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
