"""Pictures whose numbers mean other colours than a screen's: shown as they were meant."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from storyboard.drawing.cover import flatten

P3 = np.array([[0.51512, 0.29198, 0.15710], [0.24120, 0.69225, 0.06657], [-0.00105, 0.04189, 0.78407]])
SRGB = np.array([[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]])
"""Red, green and blue in XYZ, for a white of D50 (ICC.1:2022, profile connection space)."""


def profile(colours: Any, name: bytes = b"Wide") -> bytes:
    """An ICC profile of three primaries and a gamma of 2.2 (ICC.1:2001-04)."""

    def xyz(values: Any) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(float(value) * 65536)) for value in values)

    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256)) + b"\0\0"
    told = b"desc\0\0\0\0" + struct.pack(">I", len(name) + 1) + name + b"\0" + bytes(78)
    parts = {
        b"desc": told + bytes(-len(told) % 4),
        b"cprt": b"text\0\0\0\0none\0\0\0\0",
        b"wtpt": xyz((0.9642, 1.0, 0.8249)),
        **{key: xyz(colours[:, number]) for number, key in enumerate((b"rXYZ", b"gXYZ", b"bXYZ"))},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    place, table, data = 128 + 4 + 12 * len(parts), struct.pack(">I", len(parts)), b""
    for key, part in parts.items():
        table += key + struct.pack(">II", place + len(data), len(part))
        data += part
    head = struct.pack(">I4sI4s4s4s", place + len(data), b"\0\0\0\0", 0x02100000, b"mntr", b"RGB ", b"XYZ ")
    white = b"".join(struct.pack(">i", round(value * 65536)) for value in (0.9642, 1.0, 0.8249))
    head += bytes(12) + b"acsp" + bytes(28) + white
    return head + bytes(128 - len(head)) + table + data


def meant(colour: tuple[int, int, int]) -> Any:
    """What a colour of P3 at a gamma of 2.2 is in sRGB."""
    light = np.linalg.solve(SRGB, P3 @ ((np.array(colour) / 255) ** 2.2)).clip(0, 1)
    return 255 * np.where(light < 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
@pytest.mark.parametrize("colour", [(92, 196, 198), (84, 176, 68), (186, 60, 50), (128, 128, 128)])
def test_a_picture_with_a_profile_is_shown_in_the_colours_that_it_means(
    mode: str, colour: tuple[int, int, int]
) -> None:
    picture = Image.new("RGB", (8, 8), colour)
    picture = picture.quantize(4) if mode == "P" else picture.convert(mode)
    picture.info["icc_profile"] = profile(P3)
    shown = np.array(flatten(picture, (0, 0, 0)))[4, 4]
    assert np.abs(shown - meant(colour)).max() <= 3


def test_what_shines_through_a_picture_with_a_profile_stays() -> None:
    picture = Image.new("RGBA", (8, 8), (92, 196, 198, 0))
    picture.info["icc_profile"] = profile(P3)
    assert flatten(picture, (10, 20, 30)).getpixel((4, 4)) == (10, 20, 30)


@pytest.mark.parametrize("told", [b"no profile at all", profile(P3)[:200]])
def test_a_profile_that_is_damaged_is_passed_over(told: bytes) -> None:
    picture = Image.new("RGB", (8, 8), (92, 196, 198))
    picture.info["icc_profile"] = told
    assert flatten(picture).getpixel((4, 4)) == (92, 196, 198)


def test_the_profile_of_a_screen_changes_nothing() -> None:
    picture = Image.new("RGB", (8, 8), (92, 196, 198))
    picture.info["icc_profile"] = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert flatten(picture).getpixel((4, 4)) == (92, 196, 198)


def test_a_profile_whose_name_only_ends_like_a_screen_s_is_followed() -> None:
    picture = Image.new("RGB", (8, 8), (92, 196, 198))
    picture.info["icc_profile"] = profile(P3, b"Linear sRGB")
    assert flatten(picture).getpixel((4, 4)) != (92, 196, 198)


@pytest.mark.parametrize("odd", [1.02, float("nan"), float("inf")])
def test_an_odd_pixel_of_a_picture_of_floats_changes_no_other(odd: float) -> None:
    steps = np.tile(np.linspace(0, 1, 640, dtype=np.float32), (64, 1))
    steps[0, 0] = odd
    shown = np.array(flatten(Image.fromarray(steps)))
    assert int(shown[32, 320, 0]) == pytest.approx(128, abs=1)


@pytest.mark.parametrize(("most", "seen"), [(1.0, 255), (255.0, 255), (65535.0, 255)])
def test_a_picture_of_floats_is_as_light_as_its_range_says(most: float, seen: int) -> None:
    steps = np.tile(np.linspace(0, most, 64, dtype=np.float32), (8, 1))
    shown = np.array(flatten(Image.fromarray(steps)))
    assert int(shown[4, -1, 0]) == seen
    assert int(shown[4, 32, 0]) == pytest.approx(129, abs=2)
