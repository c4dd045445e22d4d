"""A still picture in the cut, and a camera that moves over it in the author's words."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from storyboard.assembly.picture.fit import BACK, inside, softened
from storyboard.assembly.picture.pictures import read_picture
from storyboard.compiler.camera_path import WHOLE, path_over

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.assembly.picture.fit import Fit
    from storyboard.assembly.picture.frames import Frame
    from storyboard.drawing.pose import Pose

_DETAIL = 1.6  # how many times finer than the frame a picture is kept that a camera moves over
_MOST = 2**24  # pixels that it is kept at, whatever the frame's size
_BILINEAR, _BICUBIC, _LANCZOS = Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS


class Still:
    """A picture that stands for a number of frames.

    Each view is resampled from where the camera is, to a small part of a pixel: it glides, and does not step.

    Args:
        path: A picture file, as ``pictures.read_picture`` takes it.
        size: Width and height of the frame, in pixels.
        fit: What is done where the picture's shape is another.
        camera: The author's words, such as ``slow push in``; empty, the picture stands still.
        frames: How many frames it stands.
        fps: Frames a second.

    Raises:
        ImageError: It is no picture that can be used.
    """

    def __init__(
        self,
        path: Path,
        size: tuple[int, int],
        fit: Fit = "cover",
        camera: str | None = None,
        frames: int = 1,
        *,
        fps: float = 16,
    ) -> None:
        self._size = size
        self._fps = fps
        self._path = path_over(camera, max(frames, 2) / fps) if camera and camera.strip() else None
        stands = self._path.stands if self._path else WHOLE
        self._picture = _framed(read_picture(path), size, fit, stands.zoom if stands else self._detail())
        if stands:  # it is cut out of the picture at whole pixels, which takes nothing of its sharpness
            left, top = (round(edge) for edge in stands.box(*self._picture.size)[:2])
            self._picture = self._picture.crop((left, top, left + size[0], top + size[1]))
            self._path = None
        self._soft: Image.Image | None = None
        self._last: tuple[Pose, Frame] | None = None

    def frame(self, number: int) -> Frame:
        """One frame of it, counted from 0. Where the camera stands it is the same array again: copy it to draw on it.

        Args:
            number: Which; beyond its end the camera stands.
        """
        pose = self._path.at(number / self._fps) if self._path else WHOLE
        if self._last is None or self._last[0] != pose:
            self._last = (pose, np.array(self._view(pose)))
        return self._last[1]

    def _detail(self) -> float:
        return max(1.0, min(_DETAIL, math.sqrt(_MOST / (self._size[0] * self._size[1]))))

    def _view(self, pose: Pose) -> Image.Image:
        if not pose.blur:
            return _seen(self._picture, self._size, pose)
        sharp = replace(pose, blur=0.0)
        if self._soft is None:
            self._soft = self._picture.filter(ImageFilter.GaussianBlur(min(self._picture.size) / 110))
        return Image.blend(self._view(sharp), _seen(self._soft, self._size, sharp), pose.blur)


def _framed(picture: Image.Image, size: tuple[int, int], fit: Fit, detail: float) -> Image.Image:
    """A picture brought to the frame's shape, at so many times its size."""
    target = (round(size[0] * detail), round(size[1] * detail))
    place = inside(picture.size, target, cover=fit == "cover")
    if place.left <= 0 and place.top <= 0:
        return ImageOps.fit(picture, target, _LANCZOS)
    behind = _behind(picture, target) if fit == "blur" else Image.new("RGB", target)
    behind.paste(picture.resize((place.width, place.height), _LANCZOS), (place.left, place.top))
    return behind


def _behind(picture: Image.Image, target: tuple[int, int]) -> Image.Image:
    small = ImageOps.fit(picture, (max(2, target[0] // BACK), max(2, target[1] // BACK)), _BILINEAR)
    return softened(small).resize(target, _BICUBIC)


def _seen(picture: Image.Image, size: tuple[int, int], pose: Pose) -> Image.Image:
    left, top, right, bottom = pose.box(*picture.size)
    if not pose.roll and not pose.yaw:
        return picture.resize(size, _BICUBIC, (left, top, right, bottom))
    middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
    scale = (right - left) / size[0]
    turn = math.radians(pose.roll)
    a, b = math.cos(turn) * scale, math.sin(turn) * scale
    if not pose.yaw:
        matrix = (
            a, b, middle_x - a * size[0] / 2 - b * size[1] / 2,
            -b, a, middle_y + b * size[0] / 2 - a * size[1] / 2,
        )  # fmt: skip
        return picture.transform(size, Image.Transform.AFFINE, matrix, _BILINEAR)
    # The near edge shows less of the picture's height than the far one: a card that is walked around.
    at_left, at_right = 1 - pose.less + pose.yaw, 1 - pose.less - pose.yaw
    half = (bottom - top) / 2
    across = (right - left) / 2 * (1 - pose.less)
    corners = (
        (middle_x - across, middle_y - half * at_left), (middle_x - across, middle_y + half * at_left),
        (middle_x + across, middle_y + half * at_right), (middle_x + across, middle_y - half * at_right),
    )  # fmt: skip
    return picture.transform(size, Image.Transform.PERSPECTIVE, _perspective(size, corners), _BILINEAR)


def _perspective(size: tuple[int, int], corners: tuple[tuple[float, float], ...]) -> tuple[float, ...]:
    """Pillow's eight numbers for a view whose corners show these places.

    Args:
        size: Width and height of the view.
        corners: Where its upper left, lower left, lower right and upper right corners are in the picture.
    """
    width, height = size
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(((0, 0), (0, height), (width, height), (width, 0)), corners, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    wanted = [part for corner in corners for part in corner]
    return tuple(np.linalg.solve(np.array(rows, float), np.array(wanted, float)).tolist())
