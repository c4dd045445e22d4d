"""The sound of one file, from one point on: found, decoded, and brought to one rate and two sides."""

from __future__ import annotations

from contextlib import closing, suppress
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING

import av
import av.error
import numpy as np

from storyboard.assembly.sound_graph import NOTHING, Samples, SoundChain, in_blocks, samples_of
from storyboard.assembly.sound_probe import has_exact_headers, opened, promised_end, sound_track, time_zero, told
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
_FOLLOWED = 0.02  # the share by which a file's clock may go faster or slower than its samples
_ON_TIME = 0.005  # seconds: what is less off than that is left as it is
_CUT_OFF = 0.5  # seconds: so much less than a header promises is damage
_CLOCKLESS = {"aac", "ac3", "dts", "dtshd", "eac3", "loas", "mlp", "truehd"}
"""Formats of nothing but frames: libavformat guesses their moments from the bytes, which no clock is."""
_OFTEN_DIRTY = {"mp3", "mp3float"}  # tags and scraps between the frames are everyday, and no damage


class SoundSource:
    """The samples of a file, from one point on, in stereo and at one rate; mono goes to both sides at full level.

    Args:
        path: The file.
        start: Where to begin, in seconds from the file's time 0: the first frame of its picture where it has one,
            else its first sample.
        rate: Samples a second to give.
        speed: Seconds of the file a second; the pitch stays.
        lasts: At another speed, nothing that comes after so many seconds of the file gets into what is given.

    Raises:
        SoundError: As soon as it is known: the file is missing, holds no sound, is cut off, or does not decode.
    """

    def __init__(
        self,
        path: Path,
        *,
        start: Fraction,
        rate: int,
        speed: Fraction = Fraction(1),
        lasts: Fraction | None = None,
    ) -> None:
        self._blocks = _stretched(path, start, rate, speed, lasts)
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


def _stretched(path: Path, start: Fraction, rate: int, speed: Fraction, lasts: Fraction | None) -> Generator[Samples]:
    with closing(_samples(path, float(start), rate)) as blocks:
        if speed == 1:
            yield from blocks
            return
        stretch = TimeStretch(speed, rate)
        left = round(lasts * rate) if lasts is not None else None
        for block in blocks:
            yield stretch.feed(block[:left])
            if left is not None:
                left -= len(block)
                if left <= 0:
                    break
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
                missing = round((time - start) * rate) - given
                run = _Run(frame, rate, skip=max(0, round(-missing / rate * frame.sample_rate)))
                for length in _pieces(missing, rate):
                    yield np.zeros((length, 2), np.float32)
                    given += length
            for block in run.feed(time, frame):
                if not np.isfinite(block.sum()):
                    where = start + (given + int(np.isfinite(block).all(axis=1).argmin())) / rate
                    raise SoundError(
                        f"{path} is damaged: a sample of its sound at {where:.2f} s is not a finite number.",
                        path,
                        hint="Make it again, as whole numbers: pcm_s16le, for example.",
                    )
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
        self._drift = 0.0  # seconds by which the file's clock has moved away from its samples
        filters = [("atrim", f"start_sample={skip}")] if skip else []
        if frame.layout.nb_channels == 1:  # swresample would take 3 dB off
            filters.append(("pan", "stereo|c0=c0|c1=c0"))
        follow = f"async={_FOLLOWED * frame.sample_rate}:min_comp={_ON_TIME}"
        filters += [("aresample", f"{rate}:{follow}"), *in_blocks(rate)]
        self._chain = SoundChain(
            filters, rate=frame.sample_rate, sample_format=frame.format.name, layout=frame.layout.name
        )

    def ahead(self, time: float, frame: AudioFrame) -> float | None:
        """By how many seconds a frame is later than the end of this run; None where it is of another format.

        A clock that goes a little faster or slower than the samples leaves no hole, however far it gets: it is
        followed, by stretching or squeezing the sound as little.
        """
        if self._format != (frame.format.name, frame.layout.name, frame.sample_rate) or self._begins is None:
            return None
        return time - self._begins - self._count / frame.sample_rate - self._drift

    def feed(self, time: float, frame: AudioFrame) -> Iterator[Samples]:
        if self._begins is None:
            self._begins = time
        ahead, most = self.ahead(time, frame) or 0.0, _FOLLOWED * frame.samples / frame.sample_rate
        self._drift += max(-most, min(ahead, most))
        place = self._count + round(self._drift * frame.sample_rate)
        self._count += frame.samples
        return map(samples_of, self._chain.feed(frame, place))

    def end(self) -> Iterator[Samples]:
        return map(samples_of, self._chain.feed(None))


class _Grid:
    """The moments at which frames of one length begin, where a container rounds them to more than a sample.

    What is read from another place would else be beside what is read from the beginning, by up to half a millisecond
    in Matroska and WebM: a tone would jump where a cut goes on in the same file.
    """

    def __init__(self, container: InputContainer, stream: AudioStream) -> None:
        self._rate, self._tick = stream.rate, float(stream.time_base or 1)
        self._begins: float | None = None
        if self._tick * self._rate > 1:
            with suppress(av.error.FFmpegError):  # told by whoever reads on
                first = next((frame for packet in container.demux(stream) for frame in packet.decode()), None)
                if first is not None:  # it may lack what its encoder put before the sound; all others are whole
                    self._begins = (first.pts or 0) * self._tick + first.samples / self._rate

    def exactly(self, time: float, samples: int) -> float:
        """When the frame begins that is told to begin at ``time``, in seconds."""
        if self._begins is None:
            return time
        each = samples / self._rate
        exact = self._begins + round((time - self._begins) / each) * each
        return exact if abs(exact - time) <= self._tick else time


def _frames(path: Path, start: float) -> Generator[tuple[float, AudioFrame]]:
    """Decoded frames that end after ``start``, each with its time in the file, in seconds."""
    if start > _SEEK_FROM:
        with opened(path) as container:
            is_clockless = container.format.name in _CLOCKLESS
            frames = iter(()) if is_clockless else _decoded(container, path, seek_to=start - _LEAD_IN)
            first = next(frames, None)
            if first is not None and first[0] <= start:
                for time, frame in chain([first], frames):
                    if time + frame.samples / frame.sample_rate > start:
                        yield time, frame
                return
    with opened(path) as container:  # from its beginning: also where looking for the place has led past it
        for time, frame in _decoded(container, path, seek_to=None):
            if time + frame.samples / frame.sample_rate > start:
                yield time, frame


def _decoded(container: InputContainer, path: Path, *, seek_to: float | None) -> Iterator[tuple[float, AudioFrame]]:
    stream = sound_track(container, path)
    base, zero = float(stream.time_base or 1), float(time_zero(container, stream))
    end = zero
    exact = has_exact_headers(container)
    grid = _Grid(container, stream) if seek_to is not None else None
    is_clockless = container.format.name in _CLOCKLESS
    rounded = base if base * stream.rate > 1 else 0.0  # so coarse a clock is as good as its frames' lengths
    if seek_to is not None:
        try:
            container.seek(int((seek_to + zero) / base), stream=stream)
        except av.error.FFmpegError:
            return  # not every file can be wound forward; then it is read from its beginning
    decoded_any = held_any = False
    with told(path):
        for packet in container.demux(stream):
            held_any |= packet.size > 0
            try:
                frames = packet.decode()
            except av.error.InvalidDataError as error:
                if stream.codec_context.name in _OFTEN_DIRTY or (seek_to is not None and not decoded_any):
                    continue  # looking for a place may end within a frame
                if packet.is_corrupt and exact:
                    break  # half of one, at the end of a file that is cut off
                raise SoundError(
                    f"{path} is damaged: its sound does not decode at {end - zero:.1f} s.",
                    path,
                    hint="Copy or download it again.",
                ) from error
            for frame in frames:
                time = end if frame.pts is None else frame.pts * base
                if decoded_any and (is_clockless or abs(time - end) <= rounded):
                    time = end
                elif grid is not None and not decoded_any:
                    time = grid.exactly(time, frame.samples)
                end = time + frame.samples / frame.sample_rate
                decoded_any = True
                yield time - zero, frame
    promised = promised_end(container, stream)
    if not decoded_any:
        if seek_to is not None or promised == zero or not held_any:
            return
        raise SoundError(f"{path} holds a sound track, but no sound in it decodes.", path, hint="Make it again.")
    if exact and promised is not None and promised - end > _CUT_OFF:
        raise SoundError(
            f"{path} is cut off: its sound ends at {end - zero:.1f} s, and should last {promised - zero:.1f} s.",
            path,
            hint="Copy or download it again.",
        )
