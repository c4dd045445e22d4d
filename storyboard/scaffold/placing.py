"""Files that are put into a folder together: none over one that is there, and none where not all can be."""

from __future__ import annotations

import errno
import shutil
import uuid
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyboard.errors import UsageError
from storyboard.files import NO_ROOM, name_new, write_whole
from storyboard.story.paths import OutsideError, inside

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Placed:
    """What came of placing files.

    Attributes:
        made: The names of the new files, in order.
        kept: The names that were taken already; those files are as they were.
    """

    made: tuple[str, ...]
    kept: tuple[str, ...]


def place_files(root: Path, files: Mapping[str, str]) -> Placed:
    """Write ``{name: text}`` below a folder, in order, and make the folder if need be.

    All of them are written beside their places first, so that a full disk leaves nothing behind. The last file is
    the one that counts: a process that is killed halfway leaves whole files, and not that one.

    Raises:
        UsageError: The folder cannot be written to. Everything is as it was.
    """
    new_folders: list[Path] = []
    made: list[str] = []
    try:
        _make_folder(root, new_folders)
        for name in files:
            _see_that_it_lies_inside(root, name)
        staged = root / f".{uuid.uuid4().hex[:8]}.part"
        try:
            for name, text in files.items():
                write_whole(staged / name, text.encode("utf-8", "replace"))
            for name in files:
                _make_folder((root / name).parent, new_folders)
                if name_new(staged / name, root / name):
                    made.append(name)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    except BaseException as error:
        _undo(root, made, new_folders)
        if isinstance(error, OSError):
            raise cannot_write(root, error) from None
        raise
    return Placed(tuple(made), tuple(name for name in files if name not in made))


def cannot_write(root: Path, error: OSError) -> UsageError:
    """What stood in the way of writing below ``root``."""
    if error.errno in NO_ROOM:
        return UsageError(f"The disk of {root} is full. Nothing was made.", hint="Free some room, then again.")
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return UsageError(
            f"{root} cannot be written to: {error.strerror}. Nothing was made.",
            hint="Change its rights, or take another folder.",
        )
    if error.errno in {errno.ENOTDIR, errno.EEXIST}:
        where = error.filename or root
        return UsageError(
            f"{where} is a file where a folder is needed. Nothing was made.",
            hint="Move it away, or take another folder.",
        )
    return UsageError(
        f"{root} cannot be written to: {error.strerror or error}. Nothing was made.", hint="Take another folder."
    )


def _see_that_it_lies_inside(root: Path, name: str) -> None:
    try:
        inside(root, root, str((root / name).relative_to(root).parent))
    except OutsideError:
        folder = name.partition("/")[0]
        raise UsageError(
            f"{root / folder} is a link that leads out of {root}. Nothing was made.", hint="Move it away."
        ) from None


def _make_folder(folder: Path, new_folders: list[Path]) -> None:
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        each.mkdir()
        new_folders.append(each)


def _undo(root: Path, made: list[str], new_folders: list[Path]) -> None:
    for name in made:
        with suppress(OSError):
            (root / name).unlink()
    for folder in reversed(new_folders):
        with suppress(OSError):
            folder.rmdir()
