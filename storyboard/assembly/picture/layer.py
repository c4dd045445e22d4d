"""What lies over a picture: drawn once, then laid over every frame at little cost."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from storyboard.assembly.picture.frames import FULL, rounded, weight
from storyboard.drawing.overlay import BLACK, WHITE, drawn_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from storyboard.assembly.picture.frames import Frame
    from storyboard.drawing.lettering import Face


class Layer:
    """Grey ink over a picture: lettering, and the shade behind it.

    Args:
        cover: How much of the picture is hidden, for each pixel of the frame: 0.0 nothing to 1.0 all of it.
        ink: What is seen instead, 0 black to 255 white.

    Attributes:
        box: The part of the frame that it changes, in pixels: left, top, right, bottom. All 0: it changes nothing.
    """

    def __init__(self, cover: NDArray[np.floating], ink: NDArray[np.floating]) -> None:
        whole = np.rint(np.clip(cover, 0.0, 1.0) * FULL).astype(np.uint16)
        rows, columns = np.flatnonzero(whole.any(axis=1)), np.flatnonzero(whole.any(axis=0))
        self.box = (
            (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1) if len(rows) else (0, 0, 0, 0)
        )
        left, top, right, bottom = self.box
        part = (slice(top, bottom), slice(left, right))
        self._cover = np.repeat(whole[part][:, :, None], 3, axis=2)
        self._ink = np.repeat(np.rint(np.clip(ink[part], 0, 255)).astype(np.uint16)[:, :, None], 3, axis=2)
        self._opacity = -1
        self._keep = np.empty_like(self._cover)
        self._add = np.empty_like(self._cover)
        self._sum = np.empty_like(self._cover)

    @classmethod
    def nothing(cls, size: tuple[int, int]) -> Layer:
        """A layer that changes nothing."""
        empty = np.zeros((size[1], size[0]), np.float32)
        return cls(empty, empty)

    def over(self, frame: Frame, opacity: float = 1.0) -> None:
        """Lay it over a frame, in place.

        Args:
            frame: Of the size that it was drawn for.
            opacity: How much of it is there: 0.0 nothing, 1.0 all.
        """
        left, top, right, bottom = self.box
        if right <= left or (there := weight(opacity)) == 0:
            return
        if there != self._opacity:  # the frames of a text that stands share what follows from it
            self._opacity = there
            if there == FULL:
                np.copyto(self._keep, self._cover)
            else:  # at most 256 times 255, which still fits
                np.multiply(self._cover, np.uint16(there), out=self._keep)
                np.right_shift(self._keep, 8, out=self._keep)
            np.multiply(self._ink, self._keep, out=self._add)
            np.subtract(np.uint16(FULL), self._keep, out=self._keep)
        part = frame[top:bottom, left:right]
        np.multiply(part, self._keep, out=self._sum)
        np.add(self._sum, self._add, out=self._sum)
        rounded(self._sum, part)


def draw_layer(
    texts: Iterable[str],
    size: tuple[int, int],
    faces: Iterable[Face],
    behind: NDArray[np.floating] | None = None,
) -> Layer:
    """Have libass draw a layer; it takes about a tenth of a second.

    Args:
        texts: Dialogue lines, as ``drawing.ass`` makes them: white, grey or black.
        size: Width and height of the frame, in pixels.
        faces: What they are written in.
        behind: How much of the picture a black shade behind the letters hides, for each pixel, 0.0 to 1.0.

    Raises:
        ClipError: ffmpeg could not draw it.
    """
    width, height = size
    even = (width + width % 2, height + height % 2)  # what is drawn on has its colour at half the size
    with (
        tempfile.TemporaryDirectory(prefix="storyboard-letters-", ignore_cleanup_errors=True) as folder,
        drawn_words([tuple(texts)], even, Path(folder), threading.Event(), faces) as drawn,
    ):
        over_black, over_white = (
            np.frombuffer(each, np.uint8).reshape(even[1], even[0])[:height, :width].astype(np.float32)
            for each in next(drawn)
        )
    span = WHITE - BLACK
    cover = 1 - (over_white - over_black) / span
    light = (over_black - BLACK) / span * 255
    if behind is not None:
        cover = 1 - (1 - cover) * (1 - behind)
    return Layer(cover, light / np.maximum(cover, 1 / span))
