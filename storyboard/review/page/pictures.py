"""First frames, small enough to travel inside a page."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

from storyboard.errors import ImageError
from storyboard.generation.image_cache import VerdictCache
from storyboard.generation.image_file import read_image_file
from storyboard.profile import SVI_2_0_PRO

if TYPE_CHECKING:
    from pathlib import Path

MOST_PICTURES = 24
"""First frames that one page holds; of further ones it tells the name. A choice of ours, so that it opens at once."""
LONGEST_SIDE = 832
"""Pixels: a clip at 480p has no more either."""
_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "BMP", "TIFF")
_QUALITY = 72
_made: dict[str, str] = {}  # by the hash of the file: a page that is written at every save makes each picture once


def picture_uri(path: Path) -> str:
    """A first frame as a WebP in a ``data:`` address: upright, at most 832 pixels wide or high.

    Raises:
        ImageError: The file can no longer be read, or is none that the service reads.
    """
    content = read_image_file(path, SVI_2_0_PRO)
    if content.sha256 not in _made:
        if VerdictCache(SVI_2_0_PRO).get(content.sha256) is None:  # changed since it was checked
            from storyboard.generation.image_decode import decode

            decode(content.data, path, SVI_2_0_PRO)
        data = base64.b64encode(_small(content.data, path)).decode("ascii")
        _made[content.sha256] = f"data:image/webp;base64,{data}"
        while len(_made) > MOST_PICTURES:
            del _made[next(iter(_made))]
    return _made[content.sha256]


def _small(data: bytes, path: Path) -> bytes:
    import pillow_heif
    from PIL import Image, ImageOps

    pillow_heif.register_heif_opener()
    written = io.BytesIO()
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # of a large JPEG, only as much as is needed
            upright = ImageOps.exif_transpose(image).convert("RGB")
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            upright.save(written, "WEBP", quality=_QUALITY)
    except Exception as problem:  # a decoder that is fed a stranger's bytes raises almost anything
        raise ImageError(f"The first frame {path} cannot be shown: {problem}.") from problem
    return written.getvalue()
