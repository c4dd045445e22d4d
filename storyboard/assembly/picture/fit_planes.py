"""A clip's picture brought into the frame in Y'CbCr: scaled once, then cut, or set between black bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Interpolation, VideoReformatter

from storyboard.assembly.picture.colour_space import ColourSpaceChange
from storyboard.assembly.picture.fit import ALONE, ROUNDED, inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from storyboard.assembly.edit_list import Footage
    from storyboard.assembly.picture.fit import Inside
    from storyboard.assembly.picture_format import PictureFormat

    Plane = NDArray[np.uint8]


class PlaneFitter:
    """Brings frames into the frame of a film, in its pixel format and colours; the same place as ``fit.Fitter``.

    Args:
        footage: Whose frames: see ``can_fit``.
        picture: How the film is encoded.
    """

    def __init__(self, footage: Footage, picture: PictureFormat) -> None:
        self._picture = picture
        self._place = _place(footage, picture)
        self._fills = (self._place.width, self._place.height) == picture.size
        self._media = footage.media
        self._scaler = VideoReformatter()  # it keeps its tables
        self._change: ColourSpaceChange | None = None
        self._canvas: Plane | None = None

    @staticmethod
    def can_fit(footage: Footage, picture: PictureFormat) -> bool:
        """Whether that is all: an upright picture in its own colours, with nothing but black beside it."""
        if footage.media.turned or footage.media.flipped or footage.matched_to:
            return False
        place, size = _place(footage, picture), picture.size
        if (place.width, place.height) == size:
            return True
        leaves_room = place.width < size[0] or place.height < size[1]
        is_long = place.width > 2 * size[0] or place.height > 2 * size[1]
        return picture.pixel_format == "yuv420p" and not is_long and not (leaves_room and footage.fit == "blur")

    def fitted(self, frame: VideoFrame) -> VideoFrame:
        """The picture of one decoded frame, in a frame of its own."""
        source, target = self._media.read_colour, self._picture.colour
        matrix, wanted = source.matrix_for(self._media.height), target.matrix_for(self._picture.size[1])
        is_rough = self._picture.is_rough
        # swscale leaves the matrix as it is where the pixels' format stays.
        after = (matrix, source.full_range) != (wanted, target.full_range)
        ranges = [ColorRange.JPEG if colour.full_range else ColorRange.MPEG for colour in (source, target)]
        scaled = self._scaler.reformat(
            frame,
            self._place.width,
            self._place.height,
            format=self._picture.pixel_format,
            src_colorspace=matrix,
            dst_colorspace=matrix if after else wanted,
            src_color_range=ranges[0],
            dst_color_range=ranges[0 if after else 1],
            interpolation=Interpolation.FAST_BILINEAR if is_rough else Interpolation.BICUBIC | ROUNDED,
            threads=ALONE,
        )
        if after:
            self._change = self._change or ColourSpaceChange(
                scaled.width,
                scaled.height,
                self._picture.pixel_format,
                matrices=(matrix, wanted),
                full_ranges=(source.full_range, target.full_range),
            )
            scaled = self._change.changed(scaled)
        return scaled if self._fills else self._placed(scaled)

    def _placed(self, scaled: VideoFrame) -> VideoFrame:
        """Cut it, or set it into a black frame: plane by plane, which is why places are even."""
        width, height = self._picture.size
        if self._canvas is None:
            self._canvas = np.empty((height * 3 // 2, width), np.uint8)
            black = 0 if self._picture.colour.full_range else 16
            for plane, value in zip(_planes(self._canvas, width, height), (black, 128, 128), strict=True):
                plane[:] = value
        left, top = self._place.left, self._place.top
        parts = zip(
            _planes(self._canvas, width, height),
            _planes(np.asarray(scaled.to_ndarray(), np.uint8), scaled.width, scaled.height),
            (1, 2, 2),
            strict=True,
        )
        for plane, whole, share in parts:
            seen = whole[max(0, -top) // share :, max(0, -left) // share :]
            into = plane[max(0, top) // share :, max(0, left) // share :]
            rows, columns = min(len(seen), len(into)), min(seen.shape[1], into.shape[1])
            into[:rows, :columns] = seen[:rows, :columns]
        return VideoFrame.from_ndarray(self._canvas, format="yuv420p")


def _place(footage: Footage, picture: PictureFormat) -> Inside:
    shown = footage.media.width * float(footage.media.pixel_shape), float(footage.media.height)
    return inside(shown, picture.size, cover=footage.fit == "cover")


def _planes(stored: Plane, width: int, height: int) -> Iterator[Plane]:
    """Luma and the two colour differences of a yuv420p frame."""
    flat = stored.reshape(-1)
    pixels = width * height
    yield flat[:pixels].reshape(height, width)
    yield flat[pixels : pixels * 5 // 4].reshape(height // 2, width // 2)
    yield flat[pixels * 5 // 4 :].reshape(height // 2, width // 2)
