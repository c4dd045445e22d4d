"""A clip's picture of another shape, brought into the frame."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from PIL import Image, ImageFilter

from storyboard.assembly.picture.frames import Frame, plain

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

Matrix = Literal["bt601", "bt709", "smpte240m", "bt2020"]
Fit = Literal["contain", "cover", "blur"]
"""``contain`` shows the whole picture between black bars, ``cover`` fills the frame and loses its edges, and ``blur``
shows the whole picture over a soft, dark, enlarged one of itself. A picture whose shape is all but the frame's fills
it under each of them: what is lost of 16:9 in 832 by 480 is ten pixels at each side, and bars of six pixels would
look like a flaw."""

ALIKE = 0.03
"""How far two shapes may differ, as a share, and still be taken for the same."""

ROUNDED = Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
"""swscale's quick ways to other colours cut off what they should round: a picture becomes a level or two darker."""

ALONE = 1
"""Threads for swscale. With several, it writes over the beginning of a line where two of them meet, in pictures of
some widths: rgb24 to yuv422p10le had grey dashes at 720x480, not the same ones each time. As many pieces as there are
cores are made at once, so more would gain nothing."""

BACK = 16
"""How many times smaller than the frame what lies behind a picture is drawn: enlarging it is what softens it."""

_HIGH = 720  # lines from which a picture that does not say so is taken to be of BT.709, as players do
_DIM = 0.45
_HAIR = 1e-6  # what arithmetic in floats may miss a whole number by
_MUCH = 6  # how many times the frame's pixels are scaled at most, before a long strip is cut first


@dataclass(frozen=True)
class Shape:
    """How a clip's picture is stored.

    Attributes:
        pixel: How wide its pixels are, in their heights (the sample aspect ratio).
        turn: Degrees that it has to be turned counterclockwise to stand upright: a multiple of 90, as
            ``VideoFrame.rotation`` gives.
        matrix: Which colour matrix its Y'CbCr is of. None: what each frame says, or BT.709 from 720 lines on and
            BT.601 below where it does not say.
        full_range: Whether its black is 0 and its white 255, and not 16 and 235. None: what each frame says.
        flipped: Whether it has to be flipped, top to bottom, before it is turned.
    """

    pixel: Fraction = Fraction(1)
    turn: int = 0
    matrix: Matrix | None = None
    full_range: bool | None = None
    flipped: bool = False


class Inside(NamedTuple):
    """Where a picture lies in a frame, in pixels; above 0 to the right and down."""

    left: int
    top: int
    width: int
    height: int


def inside(shown: tuple[float, float], size: tuple[int, int], *, cover: bool) -> Inside:
    """The place of a picture in the frame, its middle in the frame's, to within the two pixels that share a colour.

    Args:
        shown: Width and height at which the picture is upright and its pixels are square.
        size: Width and height of the frame, in pixels.
        cover: Whether it fills the frame, and so reaches beyond it.
    """
    ratios = size[0] / shown[0], size[1] / shown[1]
    fills = cover or max(ratios) <= min(ratios) * (1 + ALIKE)
    scale = max(ratios) if fills else min(ratios)
    halves = (ceil(long * scale / 2 - _HAIR) if fills else max(1, round(long * scale / 2)) for long in shown)
    width, height = (2 * half for half in halves)
    return Inside((size[0] - width) // 4 * 2, (size[1] - height) // 4 * 2, width, height)


def softened(small: Image.Image) -> Image.Image:
    """What lies behind a picture that does not fill the frame, before it is enlarged: soft and dark."""
    return small.filter(ImageFilter.GaussianBlur(1.5)).point(_DARKER)


class Fitter:
    """Brings decoded frames into the frame of the cut, in RGB.

    Args:
        size: Width and height of the cut, in pixels.
        fit: What is done where the shapes differ.
        shape: How the clip's picture is stored.
    """

    def __init__(self, size: tuple[int, int], fit: Fit, shape: Shape | None = None) -> None:
        self._size = size
        self._fit = fit
        self._shape = shape or Shape()
        self._quarters = self._shape.turn // 90 % 4
        self._canvas = plain(size)
        self._scaler, self._small_scaler = VideoReformatter(), VideoReformatter()  # each keeps its tables

    def fitted(self, frame: VideoFrame) -> Frame:
        """The picture of one decoded frame, in a frame of its own."""
        width, height = frame.width * float(self._shape.pixel), float(frame.height)
        shown = (height, width) if self._quarters % 2 else (width, height)
        place = inside(shown, self._size, cover=self._fit == "cover")
        if place.width * place.height > _MUCH * self._size[0] * self._size[1]:
            return self._cut_first(frame, place)
        picture = self._upright(frame, place.width, place.height)
        left, top = max(0, -place.left), max(0, -place.top)
        picture = picture[top : top + self._size[1], left : left + self._size[0]]
        if picture.shape[:2] == self._canvas.shape[:2]:
            return np.ascontiguousarray(picture)
        out = self._canvas.copy()
        if self._fit == "blur":
            self._soften(out, frame, shown, place)
        top, left = max(0, place.top), max(0, place.left)
        out[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
        return out

    def _upright(self, frame: VideoFrame, width: int, height: int, *, small: bool = False) -> Frame:
        """The whole picture, turned upright and scaled to this width and height."""
        stored = (height, width) if self._quarters % 2 else (width, height)
        return np.rot90(self._rgb(frame, *stored, small=small), self._quarters)

    def _rgb(self, frame: VideoFrame, width: int, height: int, *, small: bool = False) -> Frame:
        matrix = self._shape.matrix or _MATRICES.get(int(frame.colorspace))
        if matrix is None:
            matrix = "bt709" if min(frame.width, frame.height) >= _HIGH else "bt601"
        full = self._shape.full_range
        if full is None:
            full = int(frame.color_range) == ColorRange.JPEG or frame.format.name.startswith("yuvj")
        scaler = self._small_scaler if small else self._scaler
        is_scaled = (width, height) != (frame.width, frame.height)
        way = Interpolation.BICUBIC if is_scaled else Interpolation.POINT
        scaled = scaler.reformat(
            frame, width, height, "rgb24",
            src_colorspace=_COLORSPACES[matrix],
            src_color_range=ColorRange.JPEG if full else ColorRange.MPEG,
            dst_color_range=ColorRange.JPEG,
            interpolation=Interpolation.AREA if small else way | ROUNDED,
            threads=ALONE,
        )  # fmt: skip
        picture = np.asarray(scaled.to_ndarray(), np.uint8)
        return picture[::-1] if self._shape.flipped else picture

    def _cut_first(self, frame: VideoFrame, place: Inside) -> Frame:
        """The middle of a picture that is so long that most of it lies beyond the frame."""
        picture = np.rot90(self._rgb(frame, frame.width, frame.height), self._quarters)
        height, width = picture.shape[:2]
        across, down = self._size[0] * width / place.width, self._size[1] * height / place.height
        left, top = (width - across) / 2, (height - down) / 2
        box = (left, top, left + across, top + down)
        return np.array(Image.fromarray(np.ascontiguousarray(picture)).resize(self._size, _BICUBIC, box))

    def _soften(self, out: Frame, frame: VideoFrame, shown: tuple[float, float], place: Inside) -> None:
        """Draw what lies beside a picture: itself, filling the frame, soft and dark."""
        width, height = self._size
        small = (max(2, width // BACK // 2 * 2), max(2, height // BACK // 2 * 2))  # even, as all that is put inside
        across, down = width / small[0], height / small[1]
        over = inside(shown, small, cover=True)
        whole = self._upright(frame, over.width, over.height, small=True)
        cut = np.ascontiguousarray(whole[-over.top :, -over.left :][: small[1], : small[0]])
        soft = softened(Image.fromarray(cut))
        right, bottom = place.left + place.width, place.top + place.height
        beside = ((0, 0, width, place.top), (0, bottom, width, height), (0, 0, place.left, height),
                  (right, 0, width, height))  # fmt: skip
        for left, top, end, foot in beside:
            if end <= left or foot <= top:
                continue
            box = (left / across, top / down, min(small[0], end / across), min(small[1], foot / down))
            out[top:foot, left:end] = np.asarray(soft.resize((end - left, foot - top), _BICUBIC, box))


_DARKER = [round(value * _DIM) for value in range(256)] * 3
_BICUBIC = Image.Resampling.BICUBIC
_MATRICES: dict[int, Matrix] = {1: "bt709", 4: "bt601", 5: "bt601", 6: "bt601", 7: "smpte240m", 9: "bt2020"}
"""The matrices of ITU-T H.273: 1 is BT.709; 4 (FCC), 5 and 6 (BT.601) are the same to a level."""
_COLORSPACES = {
    "bt601": Colorspace.ITU601,
    "bt709": Colorspace.ITU709,
    "smpte240m": Colorspace.SMPTE240M,
    "bt2020": Colorspace.BT2020,
}


def matrix_named(number: int) -> Matrix:
    """The matrix that ITU-T H.273 numbers so; BT.601 where it is none of those that are known here."""
    return _MATRICES.get(number, "bt601")
