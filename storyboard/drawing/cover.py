"""A still, made ready for a frame: its transparency filled, its middle cut to the frame's shape."""

from __future__ import annotations

import io

from PIL import Image, ImageOps

DETAIL = 1.25
"""A first frame is kept at no more than this many times the frame's size: what the camera's closest view
shows. Finer detail would only glitter in the wider ones."""


_WITH_PROFILES = {"RGB", "RGBA", "CMYK", "L", "P"}


def flatten(picture: Image.Image, behind: tuple[int, int, int] = (24, 24, 28)) -> Image.Image:
    """The picture in sRGB, of whatever mode it is, and whatever colours its own profile says its numbers are.

    Args:
        picture: Any.
        behind: What shines through it, RGB; left out, a dark grey.
    """
    if picture.mode == "F":
        picture = _of_floats(picture)
    elif picture.mode.startswith("I"):
        # Sixteen-bit grey would be cut off at 255, not scaled, by a plain conversion.
        picture = picture.convert("F").point(lambda value: value / 257).convert("L")
    picture = _in_srgb(picture)
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    backdrop = Image.new("RGBA", picture.size, (*behind, 255))
    return Image.alpha_composite(backdrop, picture.convert("RGBA")).convert("RGB")


def _of_floats(picture: Image.Image) -> Image.Image:
    """Grey whose numbers go to 1, to 255 or to 65,535: which of them, nearly all of its pixels say."""
    import numpy as np  # such pictures are rare

    values = np.nan_to_num(np.asarray(picture, np.float32), posinf=0.0, neginf=0.0)
    most = float(np.percentile(values, 99.5))
    whole = next((each for each in (1.0, 255.0) if most <= 1.5 * each), 65_535.0)
    return Image.fromarray((np.clip(values / whole, 0, 1) * 255).round().astype(np.uint8))


def _in_srgb(picture: Image.Image) -> Image.Image:
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in _WITH_PROFILES:
        return picture
    from PIL import ImageCms  # most pictures have no profile

    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if ImageCms.getProfileDescription(own).casefold().startswith("srgb"):
            return picture
        if picture.mode == "P":
            picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
        mode = "RGBA" if picture.mode == "RGBA" else "RGB"
        converted = ImageCms.profileToProfile(picture, own, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):  # a profile that is damaged, or is of another kind of picture
        return picture
    return converted or picture


def detailed(size: tuple[int, int]) -> tuple[int, int]:
    """The largest size at which a picture for this frame is kept."""
    return round(size[0] * DETAIL), round(size[1] * DETAIL)


def cover(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Crop the middle of a picture to the shape of a frame, at most ``DETAIL`` times the frame's size."""
    width, height = size
    scale = min(DETAIL, max(1.0, min(picture.width / width, picture.height / height)))
    target = (round(width * scale), round(height * scale))
    return ImageOps.fit(picture, target, Image.Resampling.LANCZOS)
