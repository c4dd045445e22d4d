"""A picture for clips that have none: hills at dusk, another for every prompt."""

from __future__ import annotations

import hashlib
import math
import random
from typing import NamedTuple

from PIL import Image, ImageChops, ImageDraw, ImageFilter

_Colour = tuple[int, int, int]


class _Palette(NamedTuple):
    zenith: _Colour
    middle: _Colour
    horizon: _Colour
    light: _Colour
    near: _Colour


_PALETTES = (
    _Palette((24, 28, 66), (120, 72, 112), (244, 158, 104), (255, 226, 176), (14, 16, 32)),
    _Palette((12, 34, 62), (58, 104, 130), (236, 190, 140), (255, 240, 206), (8, 22, 32)),
    _Palette((30, 18, 52), (134, 56, 92), (240, 124, 92), (255, 206, 150), (18, 10, 26)),
    _Palette((10, 20, 44), (34, 66, 104), (126, 156, 176), (236, 242, 250), (6, 12, 24)),
    _Palette((38, 44, 74), (146, 120, 142), (250, 198, 168), (255, 236, 214), (22, 24, 40)),
    _Palette((8, 40, 52), (46, 112, 112), (228, 202, 142), (255, 244, 204), (4, 22, 28)),
)


def seed_of(text: str) -> int:
    """A number that belongs to a text: the same on every machine."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big")


def draw_scenery(seed: int, size: tuple[int, int]) -> Image.Image:
    """Draw misty hills under an evening sky.

    Args:
        seed: The same seed draws the same picture.
        size: Width and height in pixels.

    Returns:
        An RGB picture.
    """
    chance = random.Random(seed)  # noqa: S311  a picture, nothing secret
    palette = chance.choice(_PALETTES)
    width, height = size
    horizon = chance.uniform(0.52, 0.6)
    sun = (width * chance.uniform(0.22, 0.78), height * (horizon - chance.uniform(0.08, 0.2)))
    picture = _sky(palette, size, horizon)
    _stars(picture, chance, horizon)
    picture = _glow(picture, palette.light, sun, min(width, height))
    picture = _clouds(picture, chance, palette, horizon)
    layers = chance.randint(5, 6)
    for layer in range(layers):
        picture = _hill(picture, chance, palette, layer / (layers - 1), horizon)
    # A little grain keeps the gradients from banding once they are compressed.
    grain = Image.frombytes("L", size, chance.randbytes(width * height)).point(
        lambda value: 128 + (value - 128) * 0.012
    )
    return ImageChops.overlay(picture, Image.merge("RGB", [grain] * 3))


def _mix(first: _Colour, second: _Colour, share: float) -> _Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def _sky(palette: _Palette, size: tuple[int, int], horizon: float) -> Image.Image:
    strip = Image.new("RGB", (1, 256))
    for row in range(256):
        share = min(1.0, row / 255 / (horizon + 0.1))
        lower = (share - 0.55) / 0.45
        colour = (
            _mix(palette.zenith, palette.middle, share / 0.55)
            if lower < 0
            else _mix(palette.middle, palette.horizon, lower)
        )
        strip.putpixel((0, row), colour)
    return strip.resize(size, Image.Resampling.BICUBIC)


def _stars(picture: Image.Image, chance: random.Random, horizon: float) -> None:
    draw = ImageDraw.Draw(picture, "RGBA")
    width, height = picture.size
    unit = min(width, height) / 480
    for _ in range(90):
        x, y = chance.uniform(0, width), height * horizon * 0.7 * chance.random() ** 1.6
        fade = 1 - y / (height * horizon * 0.75)
        radius = unit * chance.uniform(0.35, 1.0)
        alpha = round(170 * fade * chance.uniform(0.3, 1))
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(255, 250, 240, alpha))


def _glow(picture: Image.Image, light: _Colour, sun: tuple[float, float], side: int) -> Image.Image:
    mask = Image.new("L", picture.size, 0)
    for reach, strength in ((0.85, 0.42), (0.34, 0.40), (0.13, 0.45)):
        radius = side * reach
        disc = ImageChops.invert(Image.radial_gradient("L")).point(
            lambda value, strength=strength: round(255 * strength * max(0.0, (value - 75) / 180) ** 2)
        )
        disc = disc.resize((round(radius * 2), round(radius * 2)), Image.Resampling.BICUBIC)
        halo = Image.new("L", picture.size, 0)
        halo.paste(disc, (round(sun[0] - radius), round(sun[1] - radius)))
        mask = ImageChops.add(mask, halo)
    core = side * 0.034
    body = Image.new("L", picture.size, 0)
    ImageDraw.Draw(body).ellipse((sun[0] - core, sun[1] - core, sun[0] + core, sun[1] + core), fill=255)
    mask = ImageChops.lighter(mask, body.filter(ImageFilter.GaussianBlur(side / 500)))
    return Image.composite(Image.new("RGB", picture.size, light), picture, mask)


def _clouds(picture: Image.Image, chance: random.Random, palette: _Palette, horizon: float) -> Image.Image:
    width, height = picture.size
    mask = Image.new("L", picture.size, 0)
    draw = ImageDraw.Draw(mask)
    for _ in range(16):
        x, y = chance.uniform(-0.1, 1.1) * width, height * chance.uniform(0.12, horizon - 0.06)
        long, thick = width * chance.uniform(0.06, 0.24), height * chance.uniform(0.004, 0.014)
        for _ in range(7):
            dx, dy = chance.gauss(0, long / 2), chance.gauss(0, thick)
            reach = long * chance.uniform(0.25, 0.6)
            draw.ellipse(
                (x + dx - reach, y + dy - thick, x + dx + reach, y + dy + thick),
                fill=round(chance.uniform(30, 95)),
            )
    mask = mask.filter(ImageFilter.GaussianBlur(height / 90))
    tint = _mix(palette.horizon, palette.light, 0.45)
    return Image.composite(Image.new("RGB", picture.size, tint), picture, mask)


def _ridge(chance: random.Random, width: int, rough: float) -> list[float]:
    """Heights from about -1 to 1 along a ridge: waves of rising pitch, each weaker than the last."""
    waves = [
        (chance.uniform(0.7, 1.4) * 2**octave, chance.uniform(0, math.tau), rough**octave) for octave in range(7)
    ]
    total = sum(weight for _, _, weight in waves)
    return [
        sum(weight * math.sin(math.tau * pitch * x / width + turn) for pitch, turn, weight in waves) / total
        for x in range(0, width + 4, 4)
    ]


def _hill(picture: Image.Image, chance: random.Random, palette: _Palette, near: float, horizon: float) -> Image.Image:
    """One range of hills, from the farthest (``near`` 0.0) to the nearest (1.0), with mist at its foot."""
    width, height = picture.size
    base = height * (horizon + (0.96 - horizon) * near**1.25)
    swing = height * (0.075 + 0.055 * near)
    heights = _ridge(chance, width, 0.50 + 0.1 * near)
    tops = [(4 * step, base - swing * (0.35 + value)) for step, value in enumerate(heights)]
    shape = Image.new("L", picture.size, 0)
    ImageDraw.Draw(shape).polygon([*tops, (width + 4, height), (0, height)], fill=255)
    shape = shape.filter(ImageFilter.GaussianBlur(max(0.6, height / 900)))
    haze = _mix(palette.horizon, palette.middle, 0.35)
    colour = _mix(haze, palette.near, 0.16 + 0.84 * near**0.85)
    foot = _mix(colour, haze, 0.62 * (1 - near) + 0.10)
    fall = Image.linear_gradient("L").resize((width, max(1, round(swing * 2.6))))
    body = Image.new("RGB", picture.size, foot)
    top = min(y for _, y in tops)
    body.paste(colour, (0, 0, width, max(0, round(top))))
    shade = Image.composite(Image.new("RGB", fall.size, foot), Image.new("RGB", fall.size, colour), fall)
    body.paste(shade, (0, round(top)))
    return Image.composite(body, picture, shape)
