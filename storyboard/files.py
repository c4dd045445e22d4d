"""Files that are whole or not there: written beside their place, flushed to the disk, then moved into it."""

from __future__ import annotations

import errno
import glob
import hashlib
import os
import shutil
import time
import uuid
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NO_ROOM = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})
"""The errors of a disk, a quota or a limit that is reached. Windows knows no quota of its own."""

_LEFT = 86_400  # seconds


@contextmanager
def whole_path(path: Path) -> Iterator[Path]:
    """A path to write to; what is there after the block takes the name ``path``, whole and on the disk.

    The folder is made if need be. The path has the same ending as ``path``. Where the block raises, ``path`` is
    left as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.stem}.{uuid.uuid4().hex[:8]}.part{path.suffix}")
    try:
        yield part
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    flush_folder(path.parent)


def clear_left_parts(path: Path) -> None:
    """Take away the parts of ``path`` that killed processes left: those that nobody has written to for a day."""
    for part in path.parent.glob(f".{glob.escape(path.stem)}.????????.part{path.suffix}"):
        with suppress(OSError):  # somebody else takes it away at this moment
            if time.time() - part.stat().st_mtime > _LEFT:
                part.unlink()


def write_whole(path: Path, data: bytes) -> None:
    """Write a file in one step."""
    with whole_path(path) as part:
        part.write_bytes(data)


def write_new(path: Path, data: bytes) -> bool:
    """Write a file in one step, and never over one that is there.

    Returns:
        Whether it was written; False where something has that name, which is as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.stem[:60]}.{uuid.uuid4().hex[:8]}.part")
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if not name_new(part, path):
            return False
    finally:
        part.unlink(missing_ok=True)
    flush_folder(path.parent)
    return True


def name_new(part: Path, path: Path) -> bool:
    """Give a finished file its name, unless something has that name; the file may keep its old one as well.

    Returns:
        Whether it has the name now.
    """
    try:
        os.link(part, path)  # other than a rename, never over a file that is there
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links
        if os.path.lexists(path):
            return False
        part.rename(path)
    return True


def copy_whole(source: Path, path: Path) -> None:
    """Copy a file in one step."""
    with whole_path(path) as part:
        shutil.copyfile(source, part)


def flush_folder(folder: Path) -> None:
    """Put a folder's own entries on the disk, where the system has a way to."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
