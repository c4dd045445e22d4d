"""The frames of a clip, one after the other, at the moments they are asked for: only what is needed is decoded."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING, Self

import av
import av.error
import av.filter

from storyboard.assembly.media import ClipUnusableError
from storyboard.assembly.picture.as_read import AsRead
from storyboard.assembly.picture.standard_range import StandardRange

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.video.frame import VideoFrame

    from storyboard.assembly.media import Media

_FAR, _VERY_FAR = 4, 10
"""Seconds. From so far on, a look for a place to go on from pays; from so far on, also where none is known."""
_AFTER_LAST = 2
"""So many frames ``minterpolate`` wants after one before it gives it: without them, the last would never be seen."""


class FrameReader:
    """Reads a clip forwards, in standard range. It holds three frames at most, and has to be closed.

    Args:
        media: The clip.
        interpolate: Make frames at this rate where the clip has none so often, by motion; None leaves them all.
        between: With ``interpolate``: nothing of what lies before the first of these moments, or from the second on,
            gets into the frames that are made; and one is made for the first moment. In seconds from the first frame.
        roughly: Leave out the smoothing of blocks: good enough to be looked at small.
    """

    def __init__(
        self,
        media: Media,
        *,
        interpolate: Fraction | None = None,
        between: tuple[Fraction, Fraction] | None = None,
        roughly: bool = False,
    ) -> None:
        self._media = media
        self._window = between or (Fraction(0), media.seconds)
        has_them = interpolate and media.fps and (media.fps / interpolate).denominator == 1
        self._interpolate = None if has_them else interpolate
        self._roughly = roughly
        self._open()
        self._base = Fraction(self._stream.time_base or 1)
        self._start = media.start
        self._change = (
            StandardRange(self._stream, media.colour, media.height)
            if media.colour.is_brought_down
            else AsRead(self._base)
        )
        self._converted: tuple[VideoFrame, VideoFrame] | None = None
        self._frames: Iterator[tuple[Fraction, VideoFrame]] | None = None
        self._from_start = True
        self._current: tuple[Fraction, VideoFrame] | None = None
        self._next: tuple[Fraction, VideoFrame] | None = None

    def _open(self) -> None:
        try:
            self._container = av.open(str(self._media.path))
        except (av.error.FFmpegError, OSError) as error:
            raise ClipUnusableError(
                f"{self._media.path} can no longer be opened: {error.strerror or error}.",
                hint="It was there when the film was planned. Put it back, and run again.",
            ) from None
        self._stream = self._container.streams.video[0]
        context = self._stream.codec_context
        context.thread_count = 1  # as many pieces as there are cores are made at once
        # A decoder hides damage by default; here it has to be told.
        context.options = {"err_detect": "explode"} | ({"skip_loop_filter": "all"} if self._roughly else {})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._frames = None
        self._current = self._next = self._converted = None
        self._container.close()

    def at(self, time: Fraction) -> VideoFrame:
        """The frame that is shown at a moment; before the first it is the first, after the last it is the last.

        Args:
            time: Seconds from the clip's first frame. Asking backwards costs a search.

        Raises:
            ClipUnusableError: It does not decode there.
        """
        try:
            try:
                return self._at(time)
            except ClipUnusableError:
                if self._from_start:
                    raise
            # Not every place that a file can be entered at has all that the frames after it need.
            self._begin_at_start()
            return self._at(time)
        except (av.error.FFmpegError, OSError) as error:
            raise self._damaged(time, getattr(error, "strerror", None) or str(error)) from None

    def _at(self, time: Fraction) -> VideoFrame:
        # A container's ticks are coarser than the times asked for: what is less than half a tick away is meant.
        moment = time + self._base / 2
        if self._frames is None or self._current is None or self._current[0] > moment or self._leaps(moment):
            self._seek(time)
        while self._next is not None and self._next[0] <= moment:
            self._current, self._next = self._next, self._following()
        if self._current is None:
            raise ClipUnusableError(
                f"{self._media.path} has no picture at {float(time):.2f} s.", hint="Copy or download it again."
            )
        frame = self._current[1]
        return frame if self._interpolate else self._changed(frame)

    def _leaps(self, moment: Fraction) -> bool:
        """Whether a moment lies so far ahead that a decoder gets there sooner from another place than from here."""
        if self._interpolate or self._next is None or moment - self._next[0] < _FAR:
            return False
        media = self._media
        if media.fps is None or not media.starts:
            return moment - self._next[0] >= _VERY_FAR
        return any(self._next[0] < media.order[start] / media.fps <= moment for start in media.starts)

    def _seek(self, time: Fraction) -> None:
        """Begin at a frame that is not later than a moment.

        A container counts key frames by when they are decoded: the one it finds may be shown only after the moment.
        """
        for earlier in (0, 1, 4, 16, 64, None) if not self._media.counted else (None,):
            begins = max(time - earlier, Fraction(0)) if earlier is not None else Fraction(0)
            if begins:
                place = int((begins + self._start) / self._base)
                try:
                    self._container.seek(place, stream=self._stream, backward=True)
                except av.error.FFmpegError:  # not every file can be wound forward
                    continue
                self._from_start = False
                self._begin()
            else:
                self._begin_at_start()
            if not begins or (self._current is not None and self._current[0] <= time + self._base / 2):
                break

    def _begin_at_start(self) -> None:
        """Begin anew: looking for the first frame passes it by in an MPEG transport stream."""
        if self._frames is not None:
            self._container.close()
            self._open()
        self._from_start = True
        self._begin()

    def _begin(self) -> None:
        self._frames = self._between() if self._interpolate else self._whole()
        self._current = self._following()
        self._next = self._following()

    def _changed(self, frame: VideoFrame) -> VideoFrame:
        """As it is given. A frame that is shown twice is converted once."""
        if self._converted is None or self._converted[0] is not frame:
            self._converted = frame, self._change.converted(frame)
        return self._converted[1]

    def _following(self) -> tuple[Fraction, VideoFrame] | None:
        return next(self._frames, None) if self._frames else None

    def _decoded(self) -> Iterator[tuple[Fraction, VideoFrame]]:
        begun: int | None = None
        counted = iter(self._media.counted)
        for packet in self._container.demux(self._stream):
            time = packet.pts if packet.pts is not None else packet.dts
            if begun is None and packet.is_keyframe:
                begun = time
            try:
                frames = packet.decode()
            except av.error.InvalidDataError:
                # What lies before the first key frame, or is not shown, may need what was skipped; it is not wanted.
                if begun is None or time is None or time < begun or time * self._base < self._start:
                    continue
                raise self._damaged(time * self._base - self._start) from None
            for frame in frames:
                if self._media.counted:
                    frame.pts = round((self._start + next(counted, self._media.seconds)) / self._base)
                if frame.pts is not None:
                    yield Fraction(frame.pts) * self._base - self._start, frame

    def _whole(self) -> Iterator[tuple[Fraction, VideoFrame]]:
        """The frames; of two fields taken one after the other, one picture is made (libavfilter's ``bwdif``)."""
        graph: av.filter.Graph | None = None
        for now, frame in chain(self._decoded(), [(Fraction(0), None)]):
            if graph is None and frame is not None and frame.interlaced_frame:  # a clip may begin with whole ones
                graph = self._fields_woven()
            if graph is None:
                if frame is not None:
                    yield now, frame
                continue
            graph.vpush(frame)
            for time, whole in self._pulled(graph, self._start):  # which counts in half ticks
                whole.pts, whole.time_base = round((time + self._start) / self._base), self._base
                yield time, whole

    def _fields_woven(self) -> av.filter.Graph:
        graph = av.filter.Graph()
        source = graph.add_buffer(template=self._stream)
        made = graph.add("bwdif", "mode=send_frame:deint=interlaced")
        sink = graph.add("buffersink")
        source.link_to(made)
        made.link_to(sink)
        graph.configure()
        return graph

    def _pulled(self, graph: av.filter.Graph, zero: Fraction) -> Iterator[tuple[Fraction, VideoFrame]]:
        """What has come out of a chain of filters by now; ``zero`` is when the clip begins, on the chain's clock."""
        while True:
            try:
                frame = graph.vpull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            if frame.pts is not None:
                yield Fraction(frame.pts) * Fraction(frame.time_base or 1) - zero, frame

    def _damaged(self, time: Fraction, reason: str = "there is damage in it") -> ClipUnusableError:
        return ClipUnusableError(
            f"{self._media.path} does not decode at {float(time):.2f} s: {reason}.",
            hint="Copy or download it again, or leave that stretch out.",
        )

    def _between(self) -> Iterator[tuple[Fraction, VideoFrame]]:
        """The frames that libavfilter's ``minterpolate`` makes, moving what moves."""
        rate = self._interpolate
        graph = av.filter.Graph()
        form = av.VideoFormat("yuv420p") if self._media.colour.is_brought_down else None
        source = graph.add_buffer(template=self._stream, format=form)
        motion = graph.add("minterpolate", f"fps={rate}:mi_mode=mci:mc_mode=aobmc:vsbmc=1")
        sink = graph.add("buffersink")
        source.link_to(motion)
        motion.link_to(sink)
        graph.configure()

        # The filter makes frames at whole multiples of its rate: its clock begins where the first is wanted.
        first, end = self._window
        begins = round((first + self._start) / self._base)
        each, zero = 1 / self._media.fps if self._media.fps else first + 1, -first
        last: VideoFrame | None = None
        for time, frame in self._whole():
            if time + each <= first + self._base / 2:
                continue
            if last is not None and time >= end - self._base / 2:
                break
            last = self._changed(frame)
            if last.pts is not None:
                last.pts -= begins
            graph.vpush(last)
            yield from self._pulled(graph, zero)
        if last is not None and last.pts is not None:
            ticks = max(1, round(1 / (self._media.fps or rate or Fraction(1)) / self._base))
            for _ in range(_AFTER_LAST):
                last.pts += ticks
                graph.vpush(last)
        graph.vpush(None)
        yield from self._pulled(graph, zero)
