"""A take: the clip of a finished job, checked against what was ordered, and its last frame for a handoff."""

from __future__ import annotations

import io
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import av.error

from storyboard.files import sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import BinaryIO

    from av.video.frame import VideoFrame

    from storyboard.generation.purchase import Order, Purchase


@dataclass(frozen=True)
class Take:
    """A clip that is home and was checked.

    Attributes:
        path: Its file.
        sha256: Of its bytes.
        job_id: The job that made it.
        number: Which take of the reel it is, from 1.
    """

    path: Path
    sha256: str
    job_id: str
    number: int


def take_of(purchase: Purchase, folder: Path) -> Take:
    """The take of a purchase that is done.

    Args:
        purchase: Its row.
        folder: The ledger's folder.
    """
    return Take(
        folder / (purchase.clip or ""), purchase.clip_sha256 or "", purchase.job_id or "", purchase.order.take
    )


@dataclass(frozen=True)
class MadeReel:
    """A reel that was made.

    Attributes:
        take: What came of it.
        order: What was ordered.
    """

    take: Take
    order: Order


@dataclass(frozen=True)
class Had:
    """A reel that is there.

    Attributes:
        take: Its take.
        purchase: Its row in the ledger.
        reused: True where it had been there before.
    """

    take: Take
    purchase: Purchase
    reused: bool


@dataclass(frozen=True)
class ClipFacts:
    """What a video file turned out to be when every frame of it was decoded.

    Attributes:
        width: Pixels.
        height: Pixels.
        fps: Frames a second, as the container says.
        frames: How many were decoded.
        seconds: frames / fps.
        codec: Such as ``h264``.
        pixel_format: Such as ``yuv420p``.
        last_frame: The last frame as a PNG.
    """

    width: int
    height: int
    fps: Fraction
    frames: int
    seconds: float
    codec: str
    pixel_format: str
    last_frame: bytes


class ClipUnreadableError(Exception):
    """A file is no video, or does not decode to its end. The message says which, in a sentence."""


def inspect_clip(path: Path, on_frame: Callable[[int], None] = lambda _: None) -> ClipFacts:
    """Decode a video file from its first frame to its last.

    Args:
        path: The file.
        on_frame: Told of the number of frames decoded so far, now and then.

    Raises:
        ClipUnreadableError: It is no video, or a part of it does not decode.
    """
    try:
        if is_cut_off(path):
            raise ClipUnreadableError("It is cut off before its end.")
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise ClipUnreadableError("It holds no picture.")
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            # A decoder hides damage by default; here it has to be told.
            stream.codec_context.options = {"err_detect": "explode"}
            frames, last = 0, None
            for frame in container.decode(stream):
                if frame.is_corrupt:
                    raise ClipUnreadableError(f"Frame {frames + 1} is damaged.")
                frames, last = frames + 1, frame
                if frames % 32 == 0:
                    on_frame(frames)
            fps = stream.average_rate or stream.guessed_rate
            if last is None or not fps:
                raise ClipUnreadableError("It holds no frame.")
            return ClipFacts(
                last.width,
                last.height,
                Fraction(fps),
                frames,
                float(frames / fps),
                stream.codec_context.name,
                last.format.name,
                _png(last),
            )
    except (av.error.FFmpegError, OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ClipUnreadableError(f"It does not decode: {reason}.") from None


def is_cut_off(path: Path) -> bool:
    """Whether a file's own headers promise more bytes than it has: a decoder takes that for a shorter clip.

    MP4 and Matroska (WebM) make such promises; what else there is, is for the decoder to judge.
    """
    whole = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(8)
        if start[4:] == b"ftyp":
            return _boxes_end(file, whole) > whole
        return start[:4] == _EBML and _segment_end(file, whole) > whole


def _boxes_end(file: BinaryIO, whole: int) -> int:
    """Where the boxes of an MP4 end: a row, each beginning with its size (ISO/IEC 14496-12, 4.2)."""
    place = 0
    while place < whole:
        file.seek(place)
        header = file.read(16)
        size = int.from_bytes(header[:4])
        if size == 1:  # the size proper follows, in eight bytes
            size = int.from_bytes(header[8:16])
        if size < 8:  # 0 reaches to the end, wherever that is
            return whole
        place += size
    return place


_EBML, _SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"


def _segment_end(file: BinaryIO, whole: int) -> int:
    """Where a Matroska file's one segment ends; the file's own end where its size was not known when it was begun.

    An element is its name, its size, and that many bytes (RFC 8794, 4 to 6). The first is a header, the segment holds
    all the rest (RFC 9559, 4.5); there may be an empty one between them.
    """
    place = 0
    while place < whole:
        file.seek(place)
        header = file.read(12)
        told = _element_size(header, 9 - header[0].bit_length())  # a name is as long as the zeros in it say
        if told is None:
            return whole
        place += sum(told)
        if header.startswith(_SEGMENT):
            return place
    return place


def _element_size(data: bytes, place: int) -> tuple[int, int] | None:
    """Where the data of an element begins, and how many bytes it is; None where that is not told (RFC 8794, 4).

    The zeros a size begins with tell how many more bytes it has; all ones mean that nobody knew.
    """
    width = 9 - data[place].bit_length() if place < len(data) else 9
    size = int.from_bytes(data[place : place + width]) & ((1 << 7 * width) - 1)
    return (place + width, size) if width < 9 and size != (1 << 7 * width) - 1 else None


def _png(frame: VideoFrame) -> bytes:
    buffer = io.BytesIO()
    frame.to_image().save(buffer, format="PNG")  # type: ignore[no-untyped-call]  # PyAV leaves it untyped
    return buffer.getvalue()


def differences(
    facts: ClipFacts, *, width: int, height: int, fps: int, seconds: Fraction, slack: Fraction
) -> list[str]:
    """How a clip differs from what was ordered, in words; nothing where it does not.

    Args:
        facts: The clip.
        width: Pixels ordered.
        height: Pixels ordered.
        fps: Frames a second ordered.
        seconds: Length ordered.
        slack: By how much the length may differ, in seconds.
    """
    found: list[str] = []
    if (facts.width, facts.height) != (width, height):
        found.append(f"it is {facts.width}x{facts.height} and not {width}x{height}")
    if abs(facts.fps - fps) > Fraction(1, 100):
        found.append(f"it has {float(facts.fps):g} frames a second and not {fps}")
    if abs(Fraction(facts.frames) / facts.fps - seconds) > slack:
        found.append(f"it is {facts.seconds:g} seconds long and not {float(seconds):g}")
    return found


def same_bytes(path: Path, sha256: str | None) -> bool:
    """Whether a file is there and holds the bytes it held before."""
    return path.is_file() and sha256 is not None and sha256_of(path) == sha256
