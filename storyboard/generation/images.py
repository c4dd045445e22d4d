"""First frames: what a file holds, whether the service can use it, and how it goes into a request.

Importing this imports no decoder; Pillow comes in only where a file is decoded for the first time.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyboard.errors import ImageError
from storyboard.generation.image_file import read_image_file
from storyboard.profile import SVI_2_0_PRO, ModelProfile

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class ImageVerdict:
    """What a usable first frame is.

    Attributes:
        width: Pixels, as stored.
        height: Pixels, as stored.
        mime: The MIME type of the content, whatever the file is called: ``image/png``.
        orientation: The EXIF orientation, 1 to 8; 1 is upright. Viewers turn the picture by it, and with 5
            to 8 swap its sides; whether the service does is not documented.
    """

    width: int
    height: int
    mime: str
    orientation: int = 1


@dataclass(frozen=True)
class FirstFrame:
    """A first frame that was decoded whole and can be sent. Its bytes are read again when they are needed.

    Attributes:
        path: The file.
        mime: The MIME type of its content.
        sha256: Of the file's bytes, in hex: what names this picture in a request's identity.
        width: Pixels, as stored.
        height: Pixels, as stored.
        size: Bytes of the file.
    """

    path: Path
    mime: str
    sha256: str
    width: int
    height: int
    size: int


def load_first_frame(path: Path, profile: ModelProfile = SVI_2_0_PRO) -> FirstFrame:
    """Read and decode a first frame, whole.

    Args:
        path: The file.
        profile: Whose bounds apply: bytes, pixels, shortest side.

    Raises:
        ImageError: The file is missing, not a regular file, too large, too small, damaged, or of a format the
            service does not read.
    """
    from storyboard.generation.image_decode import decode

    content = read_image_file(path, profile)
    verdict = decode(content.data, path, profile)
    return FirstFrame(path, verdict.mime, content.sha256, verdict.width, verdict.height, len(content.data))


def data_uri(frame: FirstFrame, profile: ModelProfile = SVI_2_0_PRO) -> str:
    """``data:<mime>;base64,<bytes>``: the form in which a file goes into a request.

    Raises:
        ImageError: The file can no longer be read, or is not the one that was loaded.
    """
    content = read_image_file(frame.path, profile)
    if content.sha256 != frame.sha256:
        raise ImageError(
            f"The first frame {frame.path} was changed while the program was running.",
            hint="Run the command again, so that what is sent is what was checked.",
        )
    return f"data:{frame.mime};base64,{base64.b64encode(content.data).decode('ascii')}"


def verdict(path: Path, profile: ModelProfile = SVI_2_0_PRO) -> ImageVerdict:
    """What a first frame is, for a check. A file that was found good before is hashed, not decoded again.

    Raises:
        ImageError: As ``load_first_frame``.
    """
    from storyboard.generation.image_cache import VerdictCache

    content = read_image_file(path, profile)
    cache = VerdictCache(profile)
    known = cache.get(content.sha256)
    if known is not None:
        return known
    from storyboard.generation.image_decode import decode

    found = decode(content.data, path, profile)
    cache.put(content.sha256, found)
    return found
