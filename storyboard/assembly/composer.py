"""The seam to MoviePy: each strip of a piece is a MoviePy clip, drawn frame by frame by a function of ours.

MoviePy's own sources, compositing and effects are not used, for what they cost: they decode in a second process,
blend in floats and carry a mask over every frame. A ``VideoClip`` with a frame function is what a strip needs of it.
What is footage and nothing else does not even pass through that: its frames go from the decoder to the encoder.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, VideoReformatter

from storyboard.assembly.edit_list import Footage
from storyboard.assembly.frame_reader import FrameReader
from storyboard.assembly.picture.fit import ALONE
from storyboard.assembly.picture.fit_planes import PlaneFitter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction
    from pathlib import Path

    from storyboard.assembly.picture_format import PictureFormat
    from storyboard.assembly.pieces import Compose, Strip


@contextmanager
def composed_frames(piece: Compose, picture: PictureFormat) -> Iterator[Iterator[VideoFrame]]:
    """The frames of a piece, in order, one at a time; whatever they need is open as long as the block lasts.

    Args:
        piece: What is on it.
        picture: How the film is encoded: every frame comes in its size, its pixel format and its colours.

    Yields:
        As many frames as the piece has.

    Raises:
        ClipUnusableError: A clip does not decode where it is needed.
    """
    with ExitStack() as stack:
        yield _frames(piece, picture, Readers(picture, stack))


class Readers:
    """The clips of a piece, each opened when it is first needed, and no oftener.

    Args:
        picture: How the film is encoded.
        stack: Closes them.
    """

    def __init__(self, picture: PictureFormat, stack: ExitStack) -> None:
        self._fps = picture.fps if picture.interpolation == "motion" else None
        self._roughly = picture.is_rough
        self._stack = stack
        self._open: dict[tuple[Path, Fraction | None, tuple[Fraction, Fraction] | None, bool], FrameReader] = {}

    def of(self, footage: Footage, *, over: bool) -> FrameReader:
        """The reader of a clip; one for what is under and one for what is over, because each only goes forwards."""
        rate = self._fps / footage.speed if self._fps else None
        key = (footage.media.path, rate, footage.between, over)
        if key not in self._open:
            self._open[key] = self._stack.enter_context(
                FrameReader(footage.media, interpolate=rate, between=footage.between, roughly=self._roughly)
            )
        return self._open[key]


def _frames(piece: Compose, picture: PictureFormat, readers: Readers) -> Iterator[VideoFrame]:
    for strip in piece.strips:
        source = strip.under.source
        if strip.is_plain and isinstance(source, Footage) and PlaneFitter.can_fit(source, picture):
            yield from _untouched(strip, source, picture, readers)
        else:
            yield from _painted(strip, picture, readers)


def _untouched(strip: Strip, footage: Footage, picture: PictureFormat, readers: Readers) -> Iterator[VideoFrame]:
    """Footage as it was decoded, in the film's size, pixel format and colours."""
    reader, fitter = readers.of(footage, over=False), PlaneFitter(footage, picture)
    before: VideoFrame | None = None
    for number in range(strip.frames):
        frame = reader.at(strip.under.moment(number, picture.fps))
        if before is None or frame is not before:  # where frames are repeated, one is brought into the film once
            before, fitted = frame, fitter.fitted(frame)
        yield fitted


def _painted(strip: Strip, picture: PictureFormat, readers: Readers) -> Iterator[VideoFrame]:
    from moviepy import VideoClip

    from storyboard.assembly.painting import StripPainter

    painter = StripPainter(strip, picture, readers.of)
    fps = float(picture.fps)
    converter = VideoReformatter()  # it keeps its tables
    clip = VideoClip(lambda time: painter.frame(round(time * fps - 0.5)), duration=strip.frames / fps)
    for number in range(strip.frames):
        # The middle of each frame, so that no rounding of a time can name another.
        drawn = VideoFrame.from_ndarray(clip.get_frame((number + 0.5) / fps), format="rgb24")
        yield converter.reformat(
            drawn,
            format=picture.pixel_format,
            dst_colorspace=picture.colour.matrix_for(picture.size[1]),
            dst_color_range=ColorRange.JPEG if picture.colour.full_range else ColorRange.MPEG,
            src_color_range=ColorRange.JPEG,
            threads=ALONE,
        )
