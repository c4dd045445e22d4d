"""Files whose content lies in Git LFS: told from others, and found where the repository on this machine has it.

A pointer is a text that begins with the version and names the content by its SHA-256; what was fetched lies in
``lfs/objects`` of the repository, by that name (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from storyboard.files import sha256_of

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_POINTER = 1024
_POINTER = b"version https://git-lfs.github.com/spec/"
_NAME = re.compile(rb"^oid sha256:([0-9a-f]{64})$", re.MULTILINE)


def is_pointer(content: bytes) -> bool:
    """Whether a file's content is a pointer."""
    return len(content) < LONGEST_POINTER and content.startswith(_POINTER)


def is_pointer_file(path: Path) -> bool:
    """Whether a file is a pointer, and what it stands for is not there."""
    with path.open("rb") as file:
        return is_pointer(file.read(LONGEST_POINTER))


def content_of(pointer: bytes, store: Path | None) -> Path | None:
    """The file with the content that a pointer names, where it is there and is what the name says.

    Args:
        pointer: The pointer.
        store: The folder ``lfs/objects`` of the repository; None where none may be looked at.
    """
    found = _NAME.search(pointer)
    if store is None or found is None:
        return None
    name = found[1].decode("ascii")
    path = store / name[:2] / name[2:4] / name
    try:
        return path if path.is_file() and sha256_of(path) == name else None
    except OSError:
        return None
