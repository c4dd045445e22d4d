"""A shared store that is a folder, on this machine or mounted on it."""

from __future__ import annotations

import os
import shutil
import uuid
from contextlib import suppress
from typing import TYPE_CHECKING

from storyboard.files import copy_whole, flush_folder, sha256_of, whole_path
from storyboard.generation.stored_take import Kind, object_name, refuse_changed, refuse_damaged, told

if TYPE_CHECKING:
    from pathlib import Path


class FolderStore:
    """Keeps takes in a folder.

    Args:
        folder: Absolute; made when the first take is put.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, path: Path, sha256: str, kind: Kind = Kind.TAKE) -> None:
        """Keep a take; a damaged one of that name is replaced."""
        kept = self._folder / object_name(sha256, kind)
        with told(self.describe(), "cannot be written"):
            if kept.is_file() and sha256_of(kept) == sha256:
                return
            kept.parent.mkdir(parents=True, exist_ok=True)
            part = kept.with_name(f".{uuid.uuid4().hex}.part")
            try:
                shutil.copyfile(path, part)
                refuse_changed(path, sha256, copy=part, kind=kind)
                with part.open("rb+") as file:
                    os.fsync(file.fileno())
                part.replace(kept)
            finally:
                part.unlink(missing_ok=True)
            with suppress(OSError):  # some network file systems cannot; the rename stands all the same
                flush_folder(kept.parent)

    def get(self, sha256: str, to: Path, kind: Kind = Kind.TAKE) -> bool:
        """Fetch a take."""
        kept = self._folder / object_name(sha256, kind)
        with told(self.describe(), f"cannot be read into {to}"):
            if not kept.is_file():
                return False
            with whole_path(to) as part:
                shutil.copyfile(kept, part)
                refuse_damaged(part, sha256, str(kept), kind)
        return True

    def has(self, sha256: str, kind: Kind = Kind.TAKE) -> bool:
        """Whether it is there."""
        with told(self.describe(), "cannot be read"):
            return (self._folder / object_name(sha256, kind)).is_file()

    def put_named(self, path: Path, name: str) -> None:
        """Keep a file under a name, in place of what has it."""
        with told(self.describe(), "cannot be written"):
            copy_whole(path, self._folder / name)

    def get_named(self, name: str, to: Path) -> bool:
        """Fetch the file of a name."""
        kept = self._folder / name
        with told(self.describe(), f"cannot be read into {to}"):
            if not kept.is_file():
                return False
            copy_whole(kept, to)
        return True

    def describe(self) -> str:
        """The folder."""
        return str(self._folder)
