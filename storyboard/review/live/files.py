"""The files that a preview depends on, and what tells that one of them has changed.

They are asked after by ``stat``, twenty times a second. There is a handful of them and each is known by name, so
that this costs next to nothing; and it works where a system tells no changes: on network disks, in shared folders,
and with editors that write beside a file and then take its name.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from storyboard.generation.story_files import named_files
from storyboard.story.paths import SERIES_FILE, OutsideError, inside, root_of

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.generation.prepare import Prepared

Stamp = tuple[tuple[int, int, int, int] | None, ...]
"""Of each file what changes with it; None for one that is not there."""
_LEVELS = 5  # folders in which a story's series.yaml is looked for: its own, and four above it


def files_of(prepared: Prepared, path: Path) -> list[Path]:
    """The files whose change changes the preview; those that are not there yet among them.

    Args:
        prepared: What is known of the storyboard now.
        path: The storyboard.
    """
    folder = path.resolve().parent
    above = [folder, *folder.parents][:_LEVELS]
    files = [path, *(each / SERIES_FILE for each in above)]
    draft = prepared.loaded.draft
    root = root_of(path)
    for name, _ in named_files(draft) if draft else ():
        try:
            files.append(inside(root, folder, name))
        except OutsideError:  # the page says so, and what lies there is none of its business
            continue
    return list(dict.fromkeys(files))


def stamp(files: list[Path]) -> Stamp:
    """What the files are like now."""
    return tuple(_stamp(file) for file in files)


def _stamp(file: Path) -> tuple[int, int, int, int] | None:
    try:
        found = os.stat(file)  # noqa: PTH116  half the time of Path.stat, twenty times a second
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
