"""The bytes of a picture file, read with care: the path may come from a stranger's storyboard."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from storyboard.errors import ImageError

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.profile import ModelProfile

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class Role(NamedTuple):
    """What a picture is read for, in the words of what is told where it cannot be used.

    Attributes:
        name: What it is called.
        reader: Who has to be able to read it.
        carrier: What bounds its bytes, after “larger than the 30 MiB that”.
        shown: Why a smaller one would do.
        video: What to do where it is a video; empty for what holds of all that is not read.
    """

    name: str = "first frame"
    reader: str = "the service"
    carrier: str = "a request can carry"
    shown: str = "the service renders it at 1280 by 720 at most"
    video: str = ""


FIRST_FRAME = Role()


@dataclass(frozen=True)
class ImageFile:
    """A picture file's bytes, and their SHA-256 in hex."""

    data: bytes
    sha256: str


def read_image_file(path: Path, profile: ModelProfile, role: Role = FIRST_FRAME) -> ImageFile:
    """Read a regular file of at most ``profile.image_max_bytes``. It never waits on a pipe or a device.

    Raises:
        ImageError: Missing, unreadable, not a regular file, empty or too large.
    """
    limit = profile.image_max_bytes
    try:
        # Asked before it is opened, because to open some devices is to use them; and again after, because
        # a path can be exchanged in between.
        _refuse_unless_regular(path.stat().st_mode, path, role)
        descriptor = os.open(path, _FLAGS)
        with open(descriptor, "rb") as file:  # noqa: PTH123  it is a descriptor, not a path
            found = os.fstat(descriptor)
            _refuse_unless_regular(found.st_mode, path, role)
            data = file.read(min(found.st_size, limit) + 1)  # read() takes memory for all it is asked for
    except FileNotFoundError:
        raise ImageError(
            f"The {role.name} {path} does not exist.",
            hint="Check the path; it is relative to the file that names it.",
        ) from None
    except (OSError, ValueError) as problem:  # ValueError: a path with a null character
        reason = getattr(problem, "strerror", None) or str(problem)
        raise ImageError(
            f"The {role.name} {path} cannot be read: {reason}.",
            hint="Check the path and the file's permissions.",
        ) from None
    if not data:
        raise ImageError(f"The {role.name} {path} is an empty file.", hint="Export the picture once more.")
    if len(data) > limit:
        raise ImageError(
            f"The {role.name} {path} is larger than the {limit // 2**20} MiB that {role.carrier}.",
            hint=f"Save it smaller, or as a JPEG; {role.shown}.",
        )
    return ImageFile(data, hashlib.sha256(data).hexdigest())


def _refuse_unless_regular(mode: int, path: Path, role: Role) -> None:
    if not stat.S_ISREG(mode):
        kind = "a folder" if stat.S_ISDIR(mode) else "a pipe, a device or a socket"
        raise ImageError(
            f"The {role.name} {path} is {kind}, not a file.", hint="Name a picture file, such as keeper.png."
        )
