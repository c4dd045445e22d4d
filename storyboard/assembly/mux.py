"""The pieces and the sound, one after the other in one file; and a look at that file's own times."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import av
import av.error

from storyboard.assembly.avc import AvcError, parameter_sets
from storyboard.assembly.media import opened_for_packets
from storyboard.assembly.pace import first_off_pace
from storyboard.errors import StoryboardError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from av.audio.stream import AudioStream
    from av.container import InputContainer, OutputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream

    from storyboard.assembly.avc import ParameterSets
    from storyboard.assembly.picture_format import PictureFormat


class JoinError(StoryboardError):
    """Pieces did not come together as they should."""

    code = "join-failed"


class Run(NamedTuple):
    """Packets of a file that follow each other.

    Attributes:
        path: The file.
        packet: The place of the first, counted from 0.
        order: For each packet which frame of the run it holds, counted from 0 as they are shown.
        sets: Of H.264: what its packets are decoded by.
    """

    path: Path
    packet: int
    order: tuple[int, ...]
    sets: ParameterSets | None


class Chapter(NamedTuple):
    """A chapter of the film.

    Attributes:
        title: What it is called.
        begins: Its first frame.
        ends: The frame after its last.
    """

    title: str
    begins: int
    ends: int


def join(
    runs: Sequence[Run],
    target: Path,
    picture: PictureFormat,
    *,
    sound: Path | None = None,
    chapters: Sequence[Chapter] = (),
    faststart: bool = True,
    tags: dict[str, str] | None = None,
    on_frames: Callable[[int], None] = lambda _: None,
) -> None:
    """Write runs of packets, in order, as one film.

    Args:
        runs: Without a gap; each begins where a decoder can begin.
        target: The file to write.
        picture: What they hold.
        sound: A file with the whole sound; left out, the film is silent.
        chapters: Of the film.
        faststart: Put the index of an MP4 file first, so that it plays while it loads.
        tags: What the file says of itself.
        on_frames: Told how many frames are written.

    Raises:
        JoinError: What is there is not what was planned.
    """
    options = {"movflags": "+faststart"} if faststart and target.suffix in {".mp4", ".mov"} else {}
    with av.open(str(target), "w", options=options) as output:
        output.metadata.update(tags or {})
        if chapters:
            output.set_chapters(
                [
                    {
                        "id": number,
                        "start": chapter.begins,
                        "end": chapter.ends,
                        "time_base": 1 / picture.fps,
                        "metadata": {"title": chapter.title},
                    }
                    for number, chapter in enumerate(chapters)
                ]
            )
        with _Voice(sound, output) as voice:
            _write(runs, output, picture, voice, on_frames)


def _write(
    runs: Sequence[Run],
    output: OutputContainer,
    picture: PictureFormat,
    voice: _Voice,
    on_frames: Callable[[int], None],
) -> None:
    # A packet's place among the stored ones, less the greatest delay of any run, is never later than the moment it is
    # shown at, and always rises: whatever the encoders of the pieces did.
    delay = max((stored - shown for run in runs for stored, shown in enumerate(run.order)), default=0)
    stream: Any = None
    written = 0
    for run in runs:
        with opened_for_packets(run.path) if stream else av.open(str(run.path)) as container:
            source = container.streams.video[0]
            if stream is None:
                stream = output.add_stream_from_template(source)
                stream.time_base = 1 / picture.fps
                if picture.codec == "h264":
                    stream.codec_context.extradata = _all_sets(runs).record()
                if picture.codec == "hevc" and output.format.name in {"mp4", "mov"}:
                    stream.codec_context.codec_tag = "hvc1"  # Apple's players open no other kind of HEVC
                voice.announce()
            begins = written
            for packet, shown in zip(_packets(container, source, run), run.order, strict=True):
                packet.pts, packet.dts = begins + shown, written - delay
                packet.duration, packet.time_base, packet.stream = 1, 1 / picture.fps, stream
                voice.write_until((written - delay) / picture.fps)
                output.mux(packet)
                written += 1
        on_frames(written)
    voice.write_until(None)


def _all_sets(runs: Sequence[Run]) -> ParameterSets:
    found: ParameterSets | None = None
    for sets in {run.sets for run in runs}:
        if sets is None:
            raise JoinError("A clip does not tell how it is decoded.", hint=_REPORT)
        try:
            found = found.with_those_of(sets) if found else sets
        except AvcError:
            raise JoinError("Two clips that were to be copied do not go together.", hint=_REPORT) from None
    if found is None:
        raise JoinError("There is nothing to join.", hint=_REPORT)
    return found


def _packets(container: InputContainer, stream: VideoStream, run: Run) -> Iterator[Packet[VideoStream]]:
    """The packets of a run.

    Raises:
        JoinError: The file has not so many: it was changed meanwhile.
    """
    count = 0
    for packet in container.demux(stream):
        if packet.dts is None and packet.pts is None:
            continue
        if count >= run.packet:
            yield packet
        count += 1
        if count == run.packet + len(run.order):
            return
    raise JoinError(f"{run.path} was changed while the film was put together.", hint="Run it again.")


class _Voice:
    """Lays the packets of a sound file between those of the picture."""

    def __init__(self, path: Path | None, output: OutputContainer) -> None:
        self._output = output
        self._container = av.open(str(path)) if path else None
        self._stream: Any = None
        self._packets: Iterator[Packet[AudioStream]] = iter(())
        self._next: Packet[AudioStream] | None = None
        self._heard = Fraction(0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._container:
            self._container.close()

    def announce(self) -> None:
        """Say that there will be sound; after the picture, and before the first packet."""
        if self._container:
            source = self._container.streams.audio[0]
            self._stream = _like(source, self._output)
            self._packets = self._container.demux(source)
            self._advance()

    def write_until(self, time: Fraction | None) -> None:
        """Write what is heard before a moment of the film, in seconds; all the rest where it is None."""
        while self._next is not None:
            packet = self._next
            if time is not None and self._heard > time:
                return
            packet.stream = self._stream
            self._output.mux(packet)
            self._advance()

    def _advance(self) -> None:
        self._next = next((packet for packet in self._packets if packet.dts is not None), None)
        if self._next is not None:
            self._heard = Fraction(self._next.dts or 0) * Fraction(self._next.time_base or 1)


def _like(source: AudioStream, output: OutputContainer) -> Any:
    """A stream for the packets of another, which says what its file did not.

    A copy of what is known of AAC does not have by how much its encoder is late, without which Matroska puts the
    picture that much later; nor has one of plain samples which is left and which is right. An encoder that is never
    used knows both.
    """
    codec = source.codec_context.name
    if codec not in {"aac", "pcm_s16le"}:
        return output.add_stream_from_template(source)
    stream: Any = output.add_stream(codec, rate=source.rate, layout="stereo")
    stream.bit_rate = source.bit_rate
    return stream


def packet_order(path: Path) -> tuple[tuple[int, ...], ParameterSets | None]:
    """For each packet of a piece which frame it holds, counted from 0 as they are shown; and its parameter sets."""
    with opened_for_packets(path) as container:
        stream = container.streams.video[0]
        times = [packet.pts for packet in container.demux(stream) if packet.pts is not None]
        place = {time: number for number, time in enumerate(sorted(times))}
        record = bytes(stream.codec_context.extradata or b"")
        is_avc = stream.codec_context.name == "h264"
        return tuple(place[time] for time in times), parameter_sets(record) if is_avc else None


def see_that_times_rise(path: Path, frames: int, picture: PictureFormat) -> None:
    """Look at a finished film's packets: every frame is there, at its moment, and both clocks rise.

    Raises:
        JoinError: They do not.
    """
    with opened_for_packets(path) as container:
        stream = container.streams.video[0]
        base = Fraction(stream.time_base or 1)
        has_clock = (
            "matroska" not in container.format.name
        )  # which stores no decoding times: libavformat guesses them
        shown: list[int] = []
        last: int | None = None
        for packet in container.demux(stream):
            if packet.pts is None:
                continue
            if packet.dts is not None and has_clock:
                if last is not None and packet.dts <= last:
                    raise JoinError(
                        f"The decoding times of {path.name} do not rise at packet {len(shown)}.", hint=_REPORT
                    )
                last = packet.dts
            shown.append(packet.pts)
    shown.sort()
    if len(shown) != frames:
        raise JoinError(f"The film has {len(shown)} frames where {frames} were planned.", hint=_REPORT)
    late = first_off_pace(shown, base, 1 / picture.fps, slack=base)
    if late is not None:
        raise JoinError(f"Frame {late} of the film is not at its moment.", hint=_REPORT)


_REPORT = "Please report it with the storyboard; every take and every finished piece is kept."
