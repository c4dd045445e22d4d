"""A still, made ready for a frame: its transparency filled, its middle cut to the frame's shape."""

from __future__ import annotations

from PIL import Image, ImageOps

DETAIL = 1.25
"""A first frame is kept at no more than this many times the frame's size: what the camera's closest view
shows. Finer detail would only glitter in the wider ones."""


def flatten(picture: Image.Image, behind: tuple[int, int, int] = (24, 24, 28)) -> Image.Image:
    """The picture in RGB, of whatever mode it is.

    Args:
        picture: Any.
        behind: What shines through it, RGB; left out, a dark grey.
    """
    if picture.mode.startswith("I") or picture.mode == "F":
        # Sixteen-bit grey would be cut off at 255, not scaled, by a plain conversion.
        picture = picture.convert("F").point(lambda value: value / 257).convert("L")
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    backdrop = Image.new("RGBA", picture.size, (*behind, 255))
    return Image.alpha_composite(backdrop, picture.convert("RGBA")).convert("RGB")


def detailed(size: tuple[int, int]) -> tuple[int, int]:
    """The largest size at which a picture for this frame is kept."""
    return round(size[0] * DETAIL), round(size[1] * DETAIL)


def cover(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Crop the middle of a picture to the shape of a frame, at most ``DETAIL`` times the frame's size."""
    width, height = size
    scale = min(DETAIL, max(1.0, min(picture.width / width, picture.height / height)))
    target = (round(width * scale), round(height * scale))
    return ImageOps.fit(picture, target, Image.Resampling.LANCZOS)
