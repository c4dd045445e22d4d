"""A picture's bytes, judged and decoded whole. The bytes may be hostile: bounds come before decoding."""

from __future__ import annotations

import io
import struct
import warnings
from typing import TYPE_CHECKING

from storyboard.errors import ImageError
from storyboard.generation.image_file import FIRST_FRAME
from storyboard.generation.images import ImageVerdict

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import Image

    from storyboard.generation.image_file import Role
    from storyboard.profile import ModelProfile

_MIME = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",  # a JPEG with further pictures behind the first, as phones and 3D cameras write it
    "PNG": "image/png",
    "WEBP": "image/webp",
    "BMP": "image/bmp",
    "TIFF": "image/tiff",
    "HEIF": "image/heif",
}
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"})
_HEIF_BRANDS = _HEIC_BRANDS | {b"mif1", b"msf1", b"hevm", b"hevs"}
_ORIENTATION = 0x0112

_OTHERS = (
    (b"GIF8", "a GIF"),
    (b"%PDF", "a PDF"),
    (b"8BPS", "a Photoshop document"),
    (b"%!PS", "a PostScript file"),
    (b"\x00\x00\x01\x00", "an icon file (ICO)"),
    (b"\x00\x00\x00\x0cjP  ", "a JPEG 2000 picture"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\x00\x00\x00\x0cJXL ", "a JPEG XL picture"),
    (b"v/1\x01", "an OpenEXR picture"),
    (b"gimp xcf", "a GIMP document"),
    (b"\x1aE\xdf\xa3", "a video (Matroska or WebM)"),
    (b"version https://git-lfs", "a Git LFS pointer, not the picture itself"),
    (b"PK\x03\x04", "a ZIP archive"),
)
_WORKING = "The formats that work are JPEG, PNG, WebP, HEIC, HEIF, BMP and TIFF."


def decode(data: bytes, path: Path, profile: ModelProfile) -> ImageVerdict:
    """What the picture is, after its first frame was decoded to the last row.

    Args:
        data: The file's bytes.
        path: Where they come from, for messages.
        profile: Whose bounds apply.

    Raises:
        ImageError: Another format, damaged, or outside the bounds.
    """
    return _decoded(data, path, profile, FIRST_FRAME)[1]


def decode_upright(data: bytes, path: Path, profile: ModelProfile, role: Role = FIRST_FRAME) -> Image.Image:
    """The picture itself, whole, turned as its metadata say.

    Args:
        data: The file's bytes.
        path: Where they come from, for messages.
        profile: Whose bounds apply.
        role: What it is read for.

    Raises:
        ImageError: As ``decode``.
    """
    from PIL import Image

    image, found = _decoded(data, path, profile, role)
    turned = Image.Transpose
    turns = {
        2: turned.FLIP_LEFT_RIGHT, 3: turned.ROTATE_180, 4: turned.FLIP_TOP_BOTTOM, 5: turned.TRANSPOSE,
        6: turned.ROTATE_270, 7: turned.TRANSVERSE, 8: turned.ROTATE_90,
    }  # fmt: skip
    return image.transpose(turns[found.orientation]) if found.orientation in turns else image


def _decoded(data: bytes, path: Path, profile: ModelProfile, role: Role) -> tuple[Image.Image, ImageVerdict]:
    formats = _formats(data)
    if not formats:
        what = _what_it_is(data)
        if role.video and what.startswith("a video"):
            raise ImageError(f"The {role.name} {path} is {what}.", hint=role.video)
        told = f"{what}, which {role.reader} does not read" if what else "of a format this program does not know"
        raise ImageError(
            f"The {role.name} {path} is {told}.",
            hint=f"Save it as a PNG or a JPEG. {_WORKING}",
        )
    if formats == ("WEBP",):
        # libwebp's decoder takes memory for the whole canvas as soon as a file is opened.
        _check_bounds(_webp_size(data), path, profile, role)
    from PIL import Image, ImageFile

    if formats == ("HEIF",):
        import pillow_heif

        pillow_heif.register_heif_opener()
    tolerant = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd metadata is no matter of ours; the pixels are
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=formats) as image:
                _check_bounds(image.size, path, profile, role)
                size, mime = image.size, _mime(image, data)
                image.load()
                orientation = _orientation(image)
    except ImageError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        raise _too_many_pixels(path, profile, role) from None
    except Exception as problem:  # a decoder that is fed a stranger's bytes raises almost anything
        raise ImageError(
            f"The {role.name} {path} is damaged: it starts as {_article(formats[0])}, but cannot be decoded "
            f"to its end ({str(problem).strip().rstrip('.') or type(problem).__name__}).",
            hint="Export or copy the picture once more; it may have been cut short on its way here.",
        ) from problem
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = tolerant
    return image, ImageVerdict(size[0], size[1], mime, orientation)


def _formats(data: bytes) -> tuple[str, ...]:
    """Pillow's name of the content's format, told by its first bytes; empty for any that does not work.

    Pillow is given this one only: some of its other readers start programs, or are little tested.
    """
    if data.startswith(b"\xff\xd8\xff"):
        return ("JPEG",)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return ("PNG",)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return ("WEBP",)
    if data.startswith((b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")):
        return ("TIFF",)
    if data[4:8] == b"ftyp":
        brands = {data[8:12], *(data[at : at + 4] for at in range(16, min(_box_length(data), 128), 4))}
        return ("HEIF",) if data[8:12] in _HEIF_BRANDS and not brands & {b"avif", b"avis"} else ()
    return ("BMP",) if data.startswith(b"BM") else ()


def _what_it_is(data: bytes) -> str:
    for start, name in _OTHERS:
        if data.startswith(start):
            return name
    if data[4:8] == b"ftyp":
        brands = data[8 : min(_box_length(data), 128)]
        return "an AVIF picture" if b"avif" in brands or b"avis" in brands else "a video (MP4 or QuickTime)"
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in head:
        return "an SVG drawing"
    if head.startswith((b"<!doctype html", b"<html")):
        return "a web page, not a picture"
    return ""


def _box_length(data: bytes) -> int:
    return int.from_bytes(data[:4], "big")


def _webp_size(data: bytes) -> tuple[int, int]:
    """The canvas from a WebP header (RFC 9649); (0, 0) where there is none, and Pillow may complain."""
    kind = data[12:16]
    try:
        if kind == b"VP8X":
            return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
        if kind == b"VP8 ":
            width, height = struct.unpack_from("<HH", data, 26)
            return width & 0x3FFF, height & 0x3FFF
        if kind == b"VP8L":
            (bits,) = struct.unpack_from("<I", data, 21)
            return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    except struct.error:
        return (0, 0)
    return (0, 0)


def _check_bounds(size: tuple[int, int], path: Path, profile: ModelProfile, role: Role) -> None:
    width, height = size
    if width * height > profile.image_max_pixels:
        raise _too_many_pixels(path, profile, role, size)
    if 0 < min(width, height) < profile.image_min_side:
        raise ImageError(
            f"The {role.name} {path} is {width} by {height} pixels; its shorter side needs "
            f"{profile.image_min_side} at least.",
            hint="Use a larger, sharp picture, best in the shape of the resolution, such as 832 by 480.",
        )


def _too_many_pixels(
    path: Path, profile: ModelProfile, role: Role, size: tuple[int, int] | None = None
) -> ImageError:
    how_many = f"{size[0]} by {size[1]} pixels" if size else "far too many pixels"
    return ImageError(
        f"The {role.name} {path} has {how_many}, more than the {profile.image_max_pixels // 1_000_000} "
        f"million that a {role.name} may have.",
        hint=f"Scale it down; {role.shown}.",
    )


def _mime(image: Image.Image, data: bytes) -> str:
    if image.format == "HEIF" and data[8:12] in _HEIC_BRANDS:
        return "image/heic"
    return _MIME[image.format or ""]


def _orientation(image: Image.Image) -> int:
    if image.format == "HEIF":
        return 1  # the decoder has turned it already
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001  damaged metadata is no reason to refuse a sound picture
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _article(name: str) -> str:
    return f"a {name} file"
