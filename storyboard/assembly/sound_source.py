"""The sound of one file: whether there is any, how long it is, and its samples from one point on."""

from __future__ import annotations

from contextlib import closing, contextmanager
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING

import av
import av.error
import numpy as np
from av.stream import Disposition

from storyboard.assembly.sound_graph import NOTHING, Samples, SoundChain
from storyboard.assembly.time_stretch import TimeStretch
from storyboard.errors import SoundError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer

_SEEK_FROM = 2.0  # seconds: what lies before is decoded and thrown away sooner than looked for
_LEAD_IN = 0.5  # seconds: decoders of MP3, AAC and Opus need a few frames before they are right
_GAP = 0.015  # seconds: by so much a file's clock may be off before it counts as a hole
_CUT_OFF = 0.25  # seconds: so much less than a header promises is damage
_EXACT_HEADERS = {"mov", "wav", "flac", "aiff"}  # formats whose headers say how long a track really is
_OFTEN_DIRTY = {"mp3", "mp3float"}  # tags and scraps between the frames are everyday, and no damage


def see_that_it_is_there(path: Path) -> None:
    """Raise an error if there is no such file.

    Raises:
        SoundError: It is missing.
    """
    if not path.is_file():
        raise SoundError(f"{path} is not there.", path, hint="Check the name; names are told apart by case.")


def has_sound(path: Path) -> bool:
    """Whether a file holds a sound track.

    Raises:
        SoundError: It is missing, or no file of sound or pictures at all.
    """
    with _opened(path) as container:
        return bool(container.streams.audio)


def sound_length(path: Path) -> Fraction:
    """How long a file sounds, in seconds, from its time 0 to the end of its sound track.

    Raises:
        SoundError: It is missing, holds no sound, or cannot be read.
    """
    with _opened(path) as container:
        stream = _track(container, path)
        zero = _zero(container, stream)
        promised = _promised_end(container, stream)
        if promised is not None:
            return max(Fraction(0), promised - zero)
        base, end = Fraction(stream.time_base or 1), zero
        with _told(path):
            for packet in container.demux(stream):
                if packet.pts is not None:
                    end = max(end, (packet.pts + (packet.duration or 0)) * base)
        return end - zero


class SoundSource:
    """The samples of a file, from one point on, in stereo and at one rate; mono goes to both sides at full level.

    Args:
        path: The file.
        start: Where to begin, in seconds from the file's time 0: the first frame of its picture where it has one,
            else its first sample.
        rate: Samples a second to give.
        speed: Seconds of the file a second; the pitch stays.

    Raises:
        SoundError: As soon as it is known: the file is missing, holds no sound, is cut off, or does not decode.
    """

    def __init__(self, path: Path, *, start: Fraction, rate: int, speed: Fraction = Fraction(1)) -> None:
        self._blocks = _stretched(path, start, rate, speed)
        self._left = NOTHING

    def read(self, count: int) -> Samples:
        """The next ``count`` samples, fewer only where the sound ends."""
        blocks, have = [self._left], len(self._left)
        while have < count:
            block = next(self._blocks, None)
            if block is None:
                break
            blocks.append(block)
            have += len(block)
        whole = np.concatenate(blocks)
        self._left = whole[count:]
        return whole[:count]

    def close(self) -> None:
        """Close the file."""
        self._blocks.close()


def _stretched(path: Path, start: Fraction, rate: int, speed: Fraction) -> Generator[Samples]:
    with closing(_samples(path, float(start), rate)) as blocks:
        if speed == 1:
            yield from blocks
            return
        stretch = TimeStretch(speed, rate)
        for block in blocks:
            yield stretch.feed(block)
        yield stretch.finish()


def _samples(path: Path, start: float, rate: int) -> Generator[Samples]:
    """Blocks at the file's own speed. Holes in it are silence, so that what follows them is in time."""
    given = 0
    run: _Run | None = None
    with closing(_frames(path, start)) as frames:
        for time, frame in frames:
            ahead = None if run is None else run.ahead(time, frame)
            if ahead is not None and ahead <= -frame.samples / frame.sample_rate:
                continue  # told twice
            if run is None or ahead is None or abs(ahead) > _GAP:
                if run is not None:
                    for block in run.end():
                        yield block
                        given += len(block)
                run = _Run(frame, rate, skip=max(0, round((start - time) * frame.sample_rate)))
                missing = round((time - start) * rate) - given
                for length in _pieces(missing, rate):
                    yield np.zeros((length, 2), np.float32)
                    given += length
            for block in run.feed(time, frame):
                yield block
                given += len(block)
        if run is not None:
            yield from run.end()


def _pieces(count: int, most: int) -> Iterator[int]:
    while count > 0:
        yield min(count, most)
        count -= most


class _Run:
    """Frames of one format that follow each other without a hole."""

    def __init__(self, frame: AudioFrame, rate: int, *, skip: int) -> None:
        self._format = (frame.format.name, frame.layout.name, frame.sample_rate)
        self._begins: float | None = None
        self._count = 0
        filters = [("atrim", f"start_sample={skip}")] if skip else []
        if frame.layout.nb_channels == 1:  # swresample would take 3 dB off
            filters.append(("pan", "stereo|c0=c0|c1=c0"))
        filters.append(("aformat", f"sample_fmts=flt:sample_rates={rate}:channel_layouts=stereo"))
        self._chain = SoundChain(
            filters, rate=frame.sample_rate, sample_format=frame.format.name, layout=frame.layout.name
        )

    def ahead(self, time: float, frame: AudioFrame) -> float | None:
        """By how many seconds a frame is later than the end of this run; None where it is of another format."""
        if self._format != (frame.format.name, frame.layout.name, frame.sample_rate) or self._begins is None:
            return None
        return time - self._begins - self._count / frame.sample_rate

    def feed(self, time: float, frame: AudioFrame) -> Iterator[Samples]:
        if self._begins is None:
            self._begins = time
        self._count += frame.samples
        return map(_as_samples, self._chain.feed(frame))

    def end(self) -> Iterator[Samples]:
        return map(_as_samples, self._chain.feed(None))


def _as_samples(frame: AudioFrame) -> Samples:
    return frame.to_ndarray().reshape(-1, 2).astype(np.float32, copy=False)


def _frames(path: Path, start: float) -> Generator[tuple[float, AudioFrame]]:
    """Decoded frames that end after ``start``, each with its time in the file, in seconds."""
    if start > _SEEK_FROM:
        with _opened(path) as container:
            frames = _decoded(container, path, seek_to=start - _LEAD_IN)
            first = next(frames, None)
            if first is not None and first[0] <= start:
                for time, frame in chain([first], frames):
                    if time + frame.samples / frame.sample_rate > start:
                        yield time, frame
                return
    with _opened(path) as container:  # from its beginning: also where looking for the place has led past it
        for time, frame in _decoded(container, path, seek_to=None):
            if time + frame.samples / frame.sample_rate > start:
                yield time, frame


def _decoded(container: InputContainer, path: Path, *, seek_to: float | None) -> Iterator[tuple[float, AudioFrame]]:
    stream = _track(container, path)
    base, zero = float(stream.time_base or 1), float(_zero(container, stream))
    end = zero
    exact = not _EXACT_HEADERS.isdisjoint(container.format.name.split(","))
    if seek_to is not None:
        try:
            container.seek(int((seek_to + zero) / base), stream=stream)
        except av.error.FFmpegError:
            return  # not every file can be wound forward; then it is read from its beginning
    decoded_any = False
    with _told(path):
        for packet in container.demux(stream):
            try:
                frames = packet.decode()
            except av.error.InvalidDataError as error:
                if stream.codec_context.name in _OFTEN_DIRTY:
                    continue
                if packet.is_corrupt and exact:
                    break  # half of one, at the end of a file that is cut off
                raise SoundError(
                    f"{path} is damaged: its sound does not decode at {end - zero:.1f} s.",
                    path,
                    hint="Copy or download it again.",
                ) from error
            for frame in frames:
                time = end if frame.pts is None else frame.pts * base
                end = time + frame.samples / frame.sample_rate
                decoded_any = True
                yield time - zero, frame
    promised = _promised_end(container, stream)
    if not decoded_any:
        if seek_to is not None or promised == zero:
            return
        raise SoundError(f"{path} holds a sound track, but no sound in it decodes.", path, hint="Make it again.")
    if exact and promised is not None and promised - end > _CUT_OFF:
        raise SoundError(
            f"{path} is cut off: its sound ends at {end - zero:.1f} s, and should last {promised - zero:.1f} s.",
            path,
            hint="Copy or download it again.",
        )


@contextmanager
def _opened(path: Path) -> Iterator[InputContainer]:
    see_that_it_is_there(path)
    with _told(path):
        container = av.open(str(path))
    with container:
        yield container


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Make what PyAV raises into an error of the program."""
    try:
        yield
    except (av.error.FFmpegError, OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SoundError(
            f"{path} cannot be read as sound: {reason}.", path, hint="Play it, or make it again."
        ) from error


def _track(container: InputContainer, path: Path) -> AudioStream:
    if not container.streams.audio:
        raise SoundError(f"{path} holds no sound.", path, hint="Name a file that has a sound track.")
    return container.streams.best("audio") or container.streams.audio[0]  # type: ignore[return-value]  # of all kinds


def _zero(container: InputContainer, stream: AudioStream) -> Fraction:
    """The file's time 0 on its own clock, in seconds."""
    pictures = [each for each in container.streams.video if not each.disposition & Disposition.attached_pic]
    for each in (*pictures, stream):
        if each.start_time is not None and each.time_base is not None:
            return each.start_time * Fraction(each.time_base)
    return Fraction(0)


def _promised_end(container: InputContainer, stream: AudioStream) -> Fraction | None:
    """Where the sound ends on the file's own clock, as far as its headers say."""
    if stream.duration is None or stream.time_base is None:
        return None
    return ((stream.start_time or 0) + stream.duration) * Fraction(stream.time_base)
