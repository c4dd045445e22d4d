"""A still that a camera can move over: held finer than it is shown, so that each view costs next to nothing."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image, ImageFilter

if TYPE_CHECKING:
    from typing import IO

    from storyboard.drawing.pose import Pose

# RGB to video-range Y'CbCr (ITU-R BT.601), as rows for Pillow.
_BT601 = (
    0.256788, 0.504129, 0.097906, 16.0,
    -0.148223, -0.290993, 0.439216, 128.0,
    0.439216, -0.367788, -0.071427, 128.0,
)  # fmt: skip
# How many fine pixels there are to a pixel of luma, each way; to one of the two colours it is half as many. With two,
# fine detail trembles as the camera moves, and a film of a photograph is a third larger; with six, it is a twentieth
# smaller, and what the encoder saves the drawing loses to a memory that is too slow for it.
_FINER = 4
_NEAREST = Image.Resampling.NEAREST


class Planes(NamedTuple):
    """One frame of video: luma at full size, the two colour differences at half, 8 bits, video range."""

    luma: Image.Image
    blue: Image.Image
    red: Image.Image

    def write(self, pipe: IO[bytes]) -> None:
        """Write it as raw yuv420p, all of it: a raw pipe may take only a part at a time."""
        for plane in self:
            view = memoryview(plane.tobytes())
            while view:
                view = view[pipe.write(view) :]

    def copy(self) -> Planes:
        """One of its own, to draw on."""
        return Planes(*(plane.copy() for plane in self))

    def toward(self, other: Planes, share: float) -> Planes:
        """A frame part of the way from this one (0.0) to another (1.0)."""
        return Planes(*(Image.blend(mine, theirs, share) for mine, theirs in zip(self, other, strict=True)))

    @classmethod
    def plain(cls, size: tuple[int, int], luma: int) -> Planes:
        """A grey frame; 16 is black and 235 white."""
        half = (size[0] // 2, size[1] // 2)
        return cls(Image.new("L", size, luma), Image.new("L", half, 128), Image.new("L", half, 128))


class FinePicture:
    """A picture as three planes, each several times as large as it is shown.

    A view of it is then cut by picking the nearest of these fine pixels, which moves in steps of a quarter
    of a pixel, needs no further filter, and costs a tenth of one.

    Args:
        picture: An RGB picture of the frame's shape.
        size: Width and height of the frame, in pixels, even.
    """

    def __init__(self, picture: Image.Image, size: tuple[int, int]) -> None:
        self.size = size
        self._half = (size[0] // 2, size[1] // 2)
        luma, blue, red = picture.convert("RGB", _BT601).split()
        halves = (self._half[0] * _FINER // 2, self._half[1] * _FINER // 2)
        self._planes = Planes(
            luma.resize((size[0] * _FINER, size[1] * _FINER), Image.Resampling.BICUBIC),
            blue.resize(halves, Image.Resampling.BICUBIC),
            red.resize(halves, Image.Resampling.BICUBIC),
        )
        self._soft: FinePicture | None = None
        self._picture = picture

    def view(self, pose: Pose) -> Planes:
        """What the camera sees."""
        frame = Planes(
            *(_cut(plane, size, pose) for plane, size in zip(self._planes, self._sizes(), strict=True)),
        )
        return frame.toward(self._blurred().view(_sharp(pose)), pose.blur) if pose.blur else frame

    def _sizes(self) -> tuple[tuple[int, int], ...]:
        return self.size, self._half, self._half

    def _blurred(self) -> FinePicture:
        if self._soft is None:
            radius = min(self._picture.size) / 110
            self._soft = FinePicture(self._picture.filter(ImageFilter.GaussianBlur(radius)), self.size)
        return self._soft


def _sharp(pose: Pose) -> Pose:
    return replace(pose, blur=0.0)


def _cut(plane: Image.Image, size: tuple[int, int], pose: Pose) -> Image.Image:
    box = pose.box(*plane.size)
    if pose.roll:
        return _leaning(plane, size, box, pose.roll)
    if pose.yaw:
        return _turned(plane, size, box, pose)
    return plane.resize(size, _NEAREST, box)


_STEP = 0.8  # pixels that what is shown jumps by, where two strips meet, at the very top and bottom
_FEWEST_STRIPS = 8


def _turned(
    plane: Image.Image, size: tuple[int, int], box: tuple[float, float, float, float], pose: Pose
) -> Image.Image:
    """A view whose one edge is nearer than the other, put together of upright strips.

    Pillow's own perspective takes ten times as long; of strips there are only as many as it takes for them to meet
    to within a part of a pixel.
    """
    left, top, right, bottom = box
    strips = max(_FEWEST_STRIPS, math.ceil(abs(pose.yaw) * size[1] / _STEP))
    edges = [size[0] * number // strips for number in range(strips + 1)]
    # How much of the plane's height each strip shows: most of it at the far edge, the less the nearer it is.
    shares = [1 - pose.less + pose.yaw * (1 - (start + end) / size[0]) for start, end in pairwise(edges)]
    scale = (right - left) / size[0]
    x = left + (right - left) * pose.less / 2
    middle, half = (top + bottom) / 2, (bottom - top) / 2
    turned = Image.new("L", size)
    for (start, end), share in zip(pairwise(edges), shares, strict=True):
        if end == start:
            continue
        across = min(x + (end - start) * scale * share, plane.size[0])
        strip = (x, middle - half * share, across, middle + half * share)
        turned.paste(plane.resize((end - start, size[1]), _NEAREST, strip), (start, 0))
        x = across
    return turned


def _leaning(
    plane: Image.Image, size: tuple[int, int], box: tuple[float, float, float, float], roll: float
) -> Image.Image:
    left, top, right, bottom = box
    scale = (right - left) / size[0]
    turn = math.radians(roll)
    cosine, sine = math.cos(turn) * scale, math.sin(turn) * scale
    middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
    matrix = (
        cosine, sine, middle_x - cosine * size[0] / 2 - sine * size[1] / 2,
        -sine, cosine, middle_y + sine * size[0] / 2 - cosine * size[1] / 2,
    )  # fmt: skip
    return plane.transform(size, Image.Transform.AFFINE, matrix, _NEAREST)
