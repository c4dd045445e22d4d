"""The storyboards and series in a folder."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyboard.story.paths import SERIES_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_IS_STORYBOARD = re.compile(rb"^\xef?\xbb?\xbf?[\"']?storyboard[\"']?\s*:", re.MULTILINE)
_PROBE = 16 * 2**10  # bytes; the key stands at the top, below comments
_SKIPPED = {"node_modules", "renders", "__pycache__"}


@dataclass(frozen=True)
class Found:
    """What there is to look at.

    Attributes:
        series: The series files, in order, each once.
        storyboards: The storyboards, in order, each once; files that were named are among them, whatever they hold.
    """

    series: list[Path]
    storyboards: list[Path]


def find_files(paths: Iterable[Path]) -> Found:
    """The files named, and every series and storyboard in the folders named."""
    found: dict[Path, None] = {}
    for path in paths:
        is_folder = os.path.isdir(path)  # noqa: PTH112  Path.is_dir() raises for a name too long to be one
        found.update(dict.fromkeys(_below(path) if is_folder else [path]))
    series = [path for path in found if path.name == SERIES_FILE]
    return Found(series, [path for path in found if path.name != SERIES_FILE])


def storyboard_files(paths: Iterable[Path]) -> list[Path]:
    """The files named, and every storyboard in the folders named, in order, each once."""
    return find_files(paths).storyboards


def _below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name in _SKIPPED or path.is_symlink():
            continue
        if path.is_dir():
            yield from _below(path)
        elif path.suffix in {".yaml", ".yml"} and path.is_file():
            if path.name == SERIES_FILE:
                yield path
                continue
            with path.open("rb") as file:
                if _IS_STORYBOARD.search(file.read(_PROBE)):
                    yield path
