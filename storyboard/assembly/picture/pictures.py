"""Picture files that a cut names: stills and mattes. They may be a stranger's, so they are read within bounds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps

from storyboard.drawing.cover import flatten
from storyboard.generation.image_decode import decode_upright
from storyboard.generation.image_file import Role, read_image_file
from storyboard.profile import SVI_2_0_PRO

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_BOUNDS = replace(SVI_2_0_PRO, image_min_side=2, image_max_bytes=100 * 2**20)
_MATTE = Role("matte", "this program", "are read here", "no more of it is shown than the frame has pixels")
_PICTURE = _MATTE._replace(name="picture", video="Write clip: in place of image:.")


def read_picture(path: Path) -> Image.Image:
    """A picture file, upright, in RGB; over black, where it is transparent.

    Args:
        path: A JPEG, PNG, WebP, HEIC, HEIF, BMP or TIFF.

    Raises:
        ImageError: It is missing, unreadable, damaged, too large, or of another format.
    """
    return flatten(_read(path, _PICTURE), (0, 0, 0))


def picture_hash(path: Path, *, matte: bool = False) -> str:
    """The SHA-256 of a picture file that can be read, in hex.

    Args:
        path: The file.
        matte: Whether it is a matte.

    Raises:
        ImageError: As ``read_picture``.
    """
    role = _MATTE if matte else _PICTURE
    found = read_image_file(path, _BOUNDS, role)
    decode_upright(found.data, path, _BOUNDS, role)
    return found.sha256


def read_matte(path: Path, size: tuple[int, int]) -> NDArray[np.uint8]:
    """A matte for a luma transition: what is dark in the picture changes first.

    It is cut in its middle to the frame's shape, and stretched so that its darkest place is 0 and its brightest 255:
    a matte of greys alone would leave the beginning and the end of the transition empty.

    Args:
        path: A picture file, as ``read_picture`` takes it.
        size: Width and height of the frame, in pixels.

    Returns:
        A grey value for each pixel, of shape (height, width).

    Raises:
        ImageError: As ``read_picture``.
    """
    grey = flatten(_read(path, _MATTE)).convert("L")
    fitted = ImageOps.fit(grey, size, Image.Resampling.BICUBIC)
    return np.array(ImageOps.autocontrast(fitted))


def _read(path: Path, role: Role) -> Image.Image:
    return decode_upright(read_image_file(path, _BOUNDS, role).data, path, _BOUNDS, role)
