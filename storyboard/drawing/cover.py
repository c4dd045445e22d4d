"""A still, made ready for a frame: its transparency filled, its middle cut to the frame's shape."""

from __future__ import annotations

import io

from PIL import Image, ImageOps

DETAIL = 1.25
"""A first frame is kept at no more than this many times the frame's size: what the camera's closest view
shows. Finer detail would only glitter in the wider ones."""


_MOST_OF_16 = 65_535
_WITH_PROFILES = {"RGB", "RGBA", "CMYK", "L", "P"}


def flatten(picture: Image.Image, behind: tuple[int, int, int] = (24, 24, 28)) -> Image.Image:
    """The picture in sRGB, of whatever mode it is, and whatever colours its own profile says its numbers are.

    Args:
        picture: Any.
        behind: What shines through it, RGB; left out, a dark grey.
    """
    if picture.mode.startswith("I") or picture.mode == "F":
        # Grey of more than eight bits would be cut off at 255, not scaled, by a plain conversion.
        most = picture.getextrema()[1] if picture.mode == "F" else _MOST_OF_16
        scale = 255.0 if float(most) <= 1 else 1.0 if float(most) <= 255 else 1 / 257  # type: ignore[arg-type]  # of one band
        picture = picture.convert("F").point(lambda value: value * scale).convert("L")
    picture = _in_srgb(picture)
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    backdrop = Image.new("RGBA", picture.size, (*behind, 255))
    return Image.alpha_composite(backdrop, picture.convert("RGBA")).convert("RGB")


def _in_srgb(picture: Image.Image) -> Image.Image:
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in _WITH_PROFILES:
        return picture
    from PIL import ImageCms  # most pictures have no profile

    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(own).casefold():
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
