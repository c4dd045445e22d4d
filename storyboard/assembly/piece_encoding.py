"""Frames to a piece: one encoder, one thread, and a look at what came out."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import av.error
from av.video.reformatter import ColorRange

from storyboard.assembly.picture_format import ENCODERS
from storyboard.errors import StoryboardError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from av.packet import Packet
    from av.video.frame import VideoFrame

    from storyboard.assembly.picture_format import PictureFormat

PIECE_SUFFIXES = {"h264": ".mp4", "hevc": ".mp4", "prores": ".mov", "vp9": ".mkv"}
"""What a piece's file is called, by its codec."""
_KEY_FRAMES = 250


class PieceError(StoryboardError):
    """A piece did not come out as it has to be."""

    code = "piece-damaged"


def encode_piece(
    frames: Iterator[VideoFrame],
    path: Path,
    picture: PictureFormat,
    on_frame: Callable[[], None] = lambda: None,
    *,
    key_every: int | None = None,
) -> int:
    """Encode frames, one after the other.

    Args:
        frames: In order, of the picture's size; of any pixel format.
        path: The file to write.
        picture: How.
        on_frame: Told after each.
        key_every: H.264: a key frame every so many, nowhere else, and all frames stored in the order in which they
            are shown. Left out, as the encoder finds it best.

    Returns:
        How many there were.

    Raises:
        PieceError: The encoder does not take such a picture.
    """
    count = 0
    options = dict(picture.options())
    if key_every:
        options["x264-params"] += f":keyint={key_every}:min-keyint={key_every}:scenecut=0:bframes=0"
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(ENCODERS[picture.codec], rate=picture.fps, options=options)
        stream.width, stream.height = picture.size
        stream.pix_fmt = picture.pixel_format
        stream.time_base = 1 / picture.fps
        context = stream.codec_context
        context.time_base = 1 / picture.fps
        context.thread_count = 1
        context.gop_size = key_every or _KEY_FRAMES
        if picture.bitrate:
            context.bit_rate = picture.bitrate
        colour = picture.colour
        context.colorspace = colour.matrix
        context.color_range = ColorRange.JPEG.value if colour.full_range else ColorRange.MPEG.value
        context.color_primaries, context.color_trc = colour.primaries, colour.transfer
        for frame in frames:
            # Whatever a frame was where it comes from, it is the next one here, and the encoder decides its kind.
            frame.pts, frame.time_base, frame.pict_type = count, 1 / picture.fps, 0
            # Some encoders write what each frame says of itself, and not what the stream does.
            frame.colorspace, frame.color_range = context.colorspace, context.color_range
            frame.color_primaries, frame.color_trc = context.color_primaries, context.color_trc
            container.mux(_encoded(stream, frame, picture))
            count += 1
            on_frame()
        container.mux(_encoded(stream, None, picture))
    return count


def _encoded(stream: Any, frame: VideoFrame | None, picture: PictureFormat) -> list[Packet[Any]]:
    """What an encoder gives for a frame, or at the end; it is opened by its first."""
    try:
        packets: list[Packet[Any]] = stream.encode(frame)
    except av.error.ArgumentError as error:
        width, height = picture.size
        raise PieceError(
            f"{ENCODERS[picture.codec]} does not encode {width}x{height} at {float(picture.fps):g} frames a second: "
            f"{error.strerror}.",
            hint="Choose another size, or another codec, under output:.",
        ) from None
    return packets


def see_that_it_decodes(path: Path, frames: int, picture: PictureFormat) -> None:
    """Decode a piece whole.

    Raises:
        PieceError: It does not decode, or has not the frames it should.
    """
    found = 0
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            stream.codec_context.thread_count = 1
            stream.codec_context.options = {"err_detect": "explode"}
            base = Fraction(stream.time_base or 1)
            for frame in container.decode(stream):
                regular = abs(Fraction(frame.pts or 0) * base - found / picture.fps) <= base
                if frame.is_corrupt or (frame.width, frame.height) != picture.size or not regular:
                    raise PieceError(f"Frame {found} of a composed piece is not as it was made.", hint=_AGAIN)
                found += 1
    except (av.error.FFmpegError, OSError) as error:
        raise PieceError(f"A composed piece does not decode: {error}.", hint=_AGAIN) from None
    if found != frames:
        raise PieceError(f"A composed piece has {found} frames where {frames} were made.", hint=_AGAIN)


_AGAIN = "Run it again; if it happens again, please report it with the storyboard."
