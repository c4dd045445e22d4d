"""The bytes of a picture file, read with care: the path may come from a stranger's storyboard."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyboard.errors import ImageError

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.profile import ModelProfile

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


@dataclass(frozen=True)
class ImageFile:
    """A picture file's bytes, and their SHA-256 in hex."""

    data: bytes
    sha256: str


def read_image_file(path: Path, profile: ModelProfile) -> ImageFile:
    """Read a regular file of at most ``profile.image_max_bytes``. It never waits on a pipe or a device.

    Raises:
        ImageError: Missing, unreadable, not a regular file, empty or too large.
    """
    limit = profile.image_max_bytes
    try:
        # Asked before it is opened, because to open some devices is to use them; and again after, because
        # a path can be exchanged in between.
        _refuse_unless_regular(path.stat().st_mode, path)
        descriptor = os.open(path, _FLAGS)
        with open(descriptor, "rb") as file:  # noqa: PTH123  it is a descriptor, not a path
            found = os.fstat(descriptor)
            _refuse_unless_regular(found.st_mode, path)
            data = file.read(min(found.st_size, limit) + 1)  # read() takes memory for all it is asked for
    except FileNotFoundError:
        raise ImageError(
            f"The first frame {path} does not exist.",
            hint="Check the path; it is relative to the file that names it.",
        ) from None
    except (OSError, ValueError) as problem:  # ValueError: a path with a null character
        reason = getattr(problem, "strerror", None) or str(problem)
        raise ImageError(
            f"The first frame {path} cannot be read: {reason}.",
            hint="Check the path and the file's permissions.",
        ) from None
    if not data:
        raise ImageError(f"The first frame {path} is an empty file.", hint="Export the picture once more.")
    if len(data) > limit:
        raise ImageError(
            f"The first frame {path} is larger than the {limit // 2**20} MiB that a request can carry.",
            hint="Save it smaller, or as a JPEG; the service renders it at 720p at most.",
        )
    return ImageFile(data, hashlib.sha256(data).hexdigest())


def _refuse_unless_regular(mode: int, path: Path) -> None:
    if not stat.S_ISREG(mode):
        kind = "a folder" if stat.S_ISDIR(mode) else "a pipe, a device or a socket"
        raise ImageError(
            f"The first frame {path} is {kind}, not a file.", hint="Name a picture file, such as keeper.png."
        )
