"""What a clip is made of, as far as it can be told without decoding it: its frames, their times, its key frames."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from shlex import quote
from struct import unpack
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import av
import av.error
from av.format import Flags
from av.stream import Disposition
from av.video.reformatter import ColorRange, Colorspace

from storyboard.assembly.avc import AvcError, is_idr, is_parameter_set, parameter_sets, units
from storyboard.assembly.pace import first_off_pace
from storyboard.errors import StoryboardError
from storyboard.files import sha256_of
from storyboard.generation.take import is_cut_off
from storyboard.repository.lfs import is_pointer_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

    from storyboard.assembly.avc import ParameterSets

_STANDS_STILL = 10  # seconds: in a transport stream, ffmpeg too takes a longer wait for another clock
_MUCH_LONGER = 10  # times the usual wait, so that a slow stream is none that jumps
_SHUFFLED = {"h264", "hevc"}
"""AVI counts frames as they are stored. Where these codecs show them in another order, libav guesses when, and was
seen to guess wrong in either direction; of MPEG-4 it was right."""
_TELLING = {".mp4", ".mov", ".m4v"}
"""Endings of files whose headers tell all that libav would look for in a frame."""
_ROUNDED = Fraction(1, 1000)  # seconds
_PICTURES = ("image2", "png_pipe", "jpeg_pipe", "webp_pipe", "bmp_pipe", "tiff_pipe", "gif_pipe", "svg_pipe")


class ClipUnusableError(StoryboardError):
    """A file that a cut names is no clip that can be cut."""

    code = "clip-unusable"


PQ, HLG = 16, 18
"""Transfer characteristics of a high range, as ISO/IEC 23091-2 numbers them."""
_HIGH_RANGES = {PQ: "PQ", HLG: "HLG"}
_WIDE = {9: "BT.2020", 11: "DCI-P3", 12: "Display P3"}
"""Primaries that hold more colours than BT.709, as ISO/IEC 23091-2 numbers them."""


@dataclass(frozen=True)
class Colour:
    """How the numbers of a picture are meant.

    Attributes:
        matrix: Of luma and chroma, as ISO/IEC 23091-2 numbers it; 2 where the file does not say.
        full_range: Whether black is 0 and white 255, not 16 and 235.
        primaries: As ISO/IEC 23091-2 numbers them; 2 where the file does not say.
        transfer: As ISO/IEC 23091-2 numbers it; 2 where the file does not say.
    """

    matrix: int = 2
    full_range: bool = False
    primaries: int = 2
    transfer: int = 2

    @property
    def high_range(self) -> str:
        """What a person calls the way in which it holds light of a high range (HDR); empty where it does not."""
        return _HIGH_RANGES.get(self.transfer, "")

    @property
    def wide_gamut(self) -> str:
        """What its primaries are called where they hold more colours than a screen shows; else empty."""
        return _WIDE.get(self.primaries, "")

    @property
    def is_brought_down(self) -> bool:
        """Whether its frames are brought to BT.709 as they are read."""
        return bool(self.high_range or self.wide_gamut)

    def matrix_for(self, height: int) -> int:
        """The matrix, or the one that is meant where none is told: BT.601 below 720 lines, BT.709 from there."""
        if self.matrix in {2, 3}:
            return Colorspace.ITU601.value if height < 720 else Colorspace.ITU709.value
        return self.matrix


STANDARD = Colour(1, False, 1, 1)
"""BT.709, in limited range."""


@dataclass(frozen=True)
class Media:
    """A clip's picture.

    Attributes:
        path: The file.
        sha256: Of its bytes, in hex.
        codec: Such as ``h264``.
        pixel_format: Such as ``yuv420p``.
        width: Pixels, as coded.
        height: Pixels, as coded.
        fps: Frames a second; None where they do not come at one rate.
        frames: How many are shown.
        hidden: How many more there are, which an edit list keeps from being shown.
        start: When the first of them is shown, in seconds on the file's own clock.
        seconds: From the first frame to the end of the last.
        turned: By how many degrees it has to be turned counter-clockwise to stand upright: 0, 90, 180 or 270.
        pixel_shape: Width of a pixel over its height.
        interlaced: Whether its frames are of two fields.
        colour: How its numbers are meant.
        counted: Where its file tells no times to rely on: for each frame, as they are decoded, when it is shown, in
            seconds from the first. Else empty.
        order: For each packet as it is stored, which frame it holds, counted from 0 as they are shown. Where frames
            are hidden, of the packets of the others.
        starts: The stored places at which a decoder can begin: nothing from there on needs anything before.
        sets: Of H.264 in MP4: what its packets are decoded by. None where it cannot be told for the whole clip.
        has_sound: Whether there is a sound track.
        flipped: Whether it is stored upside down, and so has to be flipped before it is turned: a picture that is
            mirrored is told as one that is turned by 180 degrees and flipped.
    """

    path: Path
    sha256: str
    codec: str
    pixel_format: str
    width: int
    height: int
    fps: Fraction | None
    frames: int
    hidden: int
    start: Fraction
    seconds: Fraction
    turned: int
    pixel_shape: Fraction
    interlaced: bool
    colour: Colour
    counted: tuple[Fraction, ...]
    order: tuple[int, ...]
    starts: tuple[int, ...]
    sets: ParameterSets | None
    has_sound: bool
    flipped: bool = False

    @property
    def read_colour(self) -> Colour:
        """How the numbers of its frames are meant once they are read: what is more than BT.709 is brought to that."""
        return STANDARD if self.colour.is_brought_down else self.colour

    @property
    def shown_size(self) -> tuple[int, int]:
        """Width and height as it is meant to be seen: square pixels, upright."""
        size = (max(1, round(self.width * self.pixel_shape)), self.height)
        return size if self.turned in {0, 180} else (size[1], size[0])


def opened_for_packets(path: Path) -> InputContainer:
    """Open a file for its packets: where its headers tell all, libav need not decode a frame to know what it is."""
    return av.open(str(path), options={"skip_frame": "all"} if path.suffix.lower() in _TELLING else {})


def examine(path: Path, sha256_of: Callable[[Path], str] = sha256_of) -> Media:
    """Find out what a clip is, from its packets and its first frame.

    Args:
        path: The file.
        sha256_of: Tells files apart.

    Raises:
        ClipUnusableError: It is no video, or is cut off.
    """
    if path.is_dir():
        raise ClipUnusableError(f"{path} is a folder, not a clip.", hint="Name a file in it.")
    if not path.is_file():
        raise ClipUnusableError(f"{path} is not there.", hint="Check the name; names are told apart by case.")
    try:
        if is_pointer_file(path):
            raise ClipUnusableError(
                f"{path} is a Git LFS pointer, and the clip itself is not here.", hint="git lfs pull brings it."
            )
        if is_cut_off(path):
            raise ClipUnusableError(
                f"{path} is cut off: it has fewer bytes than its own headers promise.",
                hint="Copy or download it again.",
            )
        sha256 = sha256_of(path)  # before it is read: where it changes meanwhile, that is seen afterwards
        with opened_for_packets(path) as container:
            _see_that_it_shows_something(container, path)
            return _examine(container, path, sha256)
    except PermissionError:
        raise ClipUnusableError(f"{path} is not yours to read.", hint="Give yourself the right to read it.") from None
    except (av.error.FFmpegError, OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ClipUnusableError(
            f"{path} cannot be read as a video: {reason}.", hint="Play it, or make it again, for example as MP4."
        ) from None


def _see_that_it_shows_something(container: InputContainer, path: Path) -> None:
    if container.format.name.split(",")[0] in _PICTURES:
        raise ClipUnusableError(f"{path} is a picture, not a clip.", hint="Write image: in place of clip:.")
    if not container.streams.video and not container.streams.audio:
        raise ClipUnusableError(f"{path} holds neither picture nor sound.", hint="It is empty; make it again.")
    if all(stream.disposition & Disposition.attached_pic for stream in container.streams.video):  # a record's cover
        raise ClipUnusableError(
            f"{path} holds no picture, only sound.", hint="Sound alone goes under music: or narration:."
        )


def _examine(container: InputContainer, path: Path, sha256: str) -> Media:
    stream = container.streams.video[0]
    stream.codec_context.thread_count = 1  # for one frame
    first: _FirstFrame | None = None
    context, base = stream.codec_context, Fraction(stream.time_base or 1)
    is_bare = _has_flag(container, Flags.no_timestamps)
    is_shuffled = container.format.name == "avi" and context.name in _SHUFFLED and context.has_b_frames
    counted: tuple[Fraction, ...] = ()
    fps: Fraction | None
    read = _Packets(stream)
    for packet in container.demux(stream):
        if packet.size and (is_bare or packet.pts is not None or packet.dts is not None):  # an empty one ends it
            read.add(packet)
        if first is None:
            first = next(map(_FirstFrame.of, packet.decode()), None)
            if first is not None:
                gc.collect(0)  # a frame and its side data hold each other: while they are young, it costs nothing
    if first is None or not read.times:
        raise ClipUnusableError(f"{path} holds no frame.", hint="It is empty; make it again.")
    if is_bare:
        fps, start = Fraction(context.framerate or stream.guessed_rate or 1), stream.start_time or 0
        counted = tuple(number / fps for number in range(len(read.times)))
        seconds = len(counted) / fps
    else:
        if _has_flag(container, Flags.ts_discont):
            _see_that_one_clock_goes_on(read.clock, base, path)
        # As they are stored, frames of such an AVI come at the right pace, gaps and all; only not these frames.
        times = sorted(read.clock) if is_shuffled else sorted(read.times)
        fps, start = _constant_rate(times, base, stream), times[0]
        seconds = len(times) / fps if fps else (times[-1] - start + (read.last_duration or 1)) * base
        counted = tuple((time - start) * base for time in times) if is_shuffled else ()
    shown = tuple(range(len(counted))) if counted else read.as_shown()
    shape = Fraction(stream.sample_aspect_ratio or context.sample_aspect_ratio or 1) or Fraction(1)
    return Media(
        path,
        sha256,
        context.codec.canonical_name,  # its decoder may have another
        first.pixel_format,
        first.width,
        first.height,
        fps,
        len(shown),
        read.hidden,
        start * base,
        seconds,
        first.turned,
        shape if shape > 0 else Fraction(1),
        first.interlaced,
        first.colour,
        counted,
        shown,
        tuple(read.starts),
        read.sets,
        bool(container.streams.audio),
        first.flipped,
    )


class _FirstFrame(NamedTuple):
    """What a clip's first frame tells of all of them; the frame itself is let go of."""

    pixel_format: str
    width: int
    height: int
    turned: int
    interlaced: bool
    colour: Colour
    flipped: bool

    @classmethod
    def of(cls, frame: VideoFrame) -> Self:
        pixel_format = frame.format.name
        is_full = int(frame.color_range) == ColorRange.JPEG.value or pixel_format.startswith("yuvj")
        return cls(
            pixel_format,
            frame.width,
            frame.height,
            round(frame.rotation) % 360,
            bool(frame.interlaced_frame),
            Colour(int(frame.colorspace), is_full, int(frame.color_primaries), int(frame.color_trc)),
            _is_flipped(frame),
        )


def _is_flipped(frame: VideoFrame) -> bool:
    """Whether a frame's display matrix does not only turn it: whether its determinant is negative."""
    matrix: Any = frame.side_data.get("DISPLAYMATRIX")
    if matrix is None:
        return False
    a, b, _, c, d, *_ = unpack("=9i", bytes(matrix))
    return bool(a * d < b * c)


def _has_flag(container: InputContainer, flag: Flags) -> bool:
    flags: Any = container.format.flags  # an int, whatever PyAV's types say
    return bool(flags & flag.value)


def _see_that_one_clock_goes_on(times: list[int], base: Fraction, path: Path) -> None:
    """Refuse what was put together of several transport streams, each with a clock of its own.

    Raises:
        ClipUnusableError: It was.
    """
    waits = sorted(later - earlier for earlier, later in pairwise(times))
    usual = waits[len(waits) // 2] if waits else 0
    for earlier, later in pairwise(times):
        wait = later - earlier
        if wait < 0 or (wait * base > _STANDS_STILL and wait > _MUCH_LONGER * usual):
            raise ClipUnusableError(
                f"{path} has a clock that jumps after {float((earlier - times[0]) * base):.1f} s, as where several "
                "files were made one by “cat”.",
                hint=f"Write it once more with one clock: ffmpeg -i {quote(str(path))} -c copy "
                f"{quote(f'{path.stem}-whole{path.suffix}')}",
            )


class _Packets:
    """Reads the packets of a stream, in the order in which they are stored."""

    def __init__(self, stream: VideoStream) -> None:
        self.times: list[int] = []
        self.clock: list[int] = []
        self.starts: list[int] = []
        self.sets: ParameterSets | None = None
        self.last_duration: int | None = None
        self.hidden = 0
        self._is_avc = stream.codec_context.name == "h264"
        if self._is_avc:
            try:
                self.sets = parameter_sets(bytes(stream.codec_context.extradata or b""))
            except (AvcError, IndexError):
                self.sets = None

    def add(self, packet: Any) -> None:
        """Take the next packet."""
        if packet.is_discard:
            self.hidden += 1
            return
        if packet.is_keyframe:
            self._key_frame(bytes(packet))
        if packet.dts is not None:
            self.clock.append(packet.dts)
        self.times.append(packet.pts if packet.pts is not None else packet.dts)
        self.last_duration = packet.duration

    def _key_frame(self, data: bytes) -> None:
        if self.sets is None:
            if not self._is_avc:
                self.starts.append(len(self.times))
            return
        held = list(units(data, self.sets.length_bytes))
        known = {unit for _, unit in self.sets.sps + self.sets.pps}
        if any(is_parameter_set(unit) and unit not in known for unit in held):
            self.sets = None  # it changes on the way: what the file says of the stream is not all
        elif any(is_idr(unit) for unit in held):
            self.starts.append(len(self.times))

    def as_shown(self) -> tuple[int, ...]:
        """For each packet its frame's place among the shown ones."""
        place = {time: number for number, time in enumerate(sorted(self.times))}
        return tuple(place[time] for time in self.times)


def _constant_rate(times: list[int], base: Fraction, stream: VideoStream) -> Fraction | None:
    """The rate at which frames come, if each comes within a tick of its time, or a thousandth of a second.

    Matroska counts in thousandths, and whatever is made of it by copying keeps them, in finer ticks. Of frames that
    are shorter than four of those, a quarter is the most.
    """
    for rate in filter(None, (stream.average_rate, stream.guessed_rate, stream.base_rate)):
        each = 1 / Fraction(rate)
        if first_off_pace(times, base, each, slack=min(max(base, _ROUNDED), each / 4)) is None:
            return Fraction(rate)
    return None
