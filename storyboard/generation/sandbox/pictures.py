"""First frames from strangers: read within bounds, turned upright, cropped to the shape of the frame."""

from __future__ import annotations

import base64
import binascii
import io
import struct
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pillow_heif
from PIL import Image, ImageOps

from storyboard.drawing.cover import cover, detailed, flatten
from storyboard.generation.sandbox.envelope import invalid
from storyboard.generation.sandbox.settings import is_loopback
from storyboard.profile import SVI_2_0_PRO

if TYPE_CHECKING:
    from storyboard.generation.sandbox.envelope import Refusal

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "BMP", "TIFF")
"""Pillow's names for the nine endings the service reads."""

_FETCH_SECONDS = 10.0
_DECODE_ERRORS = (
    OSError, ValueError, SyntaxError, TypeError, EOFError, ArithmeticError, LookupError, RuntimeError,
    NotImplementedError, MemoryError, struct.error, Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip


def read_image_field(value: str) -> bytes | None:
    """The bytes an ``image`` field stands for.

    Args:
        value: A ``data:<mime>;base64,`` URI or an http(s) URL.

    Returns:
        The file, or None for a URL on another machine: the sandbox asks nothing of the network.

    Raises:
        Refusal: 422 for anything else, for bad base64, a failed fetch from this machine, or too many bytes.
    """
    if value[:5].lower() == "data:":
        return _read_data_uri(value)
    try:
        parts = urlsplit(value)
        host = parts.hostname or ""
    except ValueError:
        raise invalid("image", "is not a URL that can be read.") from None
    if parts.scheme.lower() not in {"http", "https"} or not host:
        raise invalid("image", "must be an http(s) URL or a data:<mime>;base64, URI.")
    return _fetch(value) if is_loopback(host) else None


def _too_large() -> Refusal:
    return invalid("image", f"is larger than {SVI_2_0_PRO.image_max_bytes // 2**20} MiB.")


def _read_data_uri(value: str) -> bytes:
    head, comma, data = value.partition(",")
    if not comma or not head.lower().endswith(";base64") or not head.lower().startswith("data:image/"):
        raise invalid("image", "must be written data:image/<kind>;base64,<data>.")
    if len(data) > SVI_2_0_PRO.image_max_bytes * 4 // 3 + 4:
        raise _too_large()
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise invalid("image", "holds base64 that cannot be decoded.") from None


def _fetch(url: str) -> bytes:
    held = bytearray()
    try:
        with (
            httpx.Client(follow_redirects=False, trust_env=False, timeout=_FETCH_SECONDS) as client,
            client.stream("GET", url) as answer,
        ):
            if answer.status_code != 200:
                raise invalid("image", f"could not be fetched: its host answered {answer.status_code}.")
            for chunk in answer.iter_bytes():
                held += chunk
                if len(held) > SVI_2_0_PRO.image_max_bytes:
                    raise _too_large()
    except (httpx.HTTPError, httpx.InvalidURL):
        raise invalid("image", "could not be fetched from this machine.") from None
    return bytes(held)


def decode_picture(data: bytes, size: tuple[int, int]) -> Image.Image:
    """Read a picture and crop it to cover a frame.

    Args:
        data: The file.
        size: Width and height of the frame, in pixels.

    Returns:
        An RGB picture of the frame's shape, at most ``cover.DETAIL`` times its size, upright as its EXIF data say.

    Raises:
        Refusal: 422 when it cannot be read, or has too many pixels (checked before any are decoded).
    """
    pillow_heif.register_heif_opener()
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            if picture.width * picture.height > SVI_2_0_PRO.image_max_pixels:
                limit = SVI_2_0_PRO.image_max_pixels // 1_000_000
                raise invalid("image", f"has {picture.width}x{picture.height} pixels; {limit} million is the most.")
            picture.draft("RGB", detailed(size))
            return cover(flatten(ImageOps.exif_transpose(picture)), size)
    except _DECODE_ERRORS:
        kinds = ", ".join(suffix.lstrip(".") for suffix in SVI_2_0_PRO.image_suffixes)
        raise invalid("image", f"cannot be read as a picture. The service reads {kinds}.") from None
