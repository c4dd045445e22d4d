"""Sound as samples, and chains of libavfilter's filters for it: the seam to PyAV's filter graphs."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import av.error
import av.filter
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

Samples = np.ndarray[Any, np.dtype[np.float32]]
"""Stereo sound: of shape (samples, 2), where 1.0 is full scale."""

_BLOCKS = 4
"""A second has so many: a codec's own, of about fifty, take a third more time to handle."""
NOTHING: Samples = np.zeros((0, 2), np.float32)


class SoundChain:
    """Filters one after the other, from one format of sound to whatever the last one gives.

    Args:
        filters: Each with its arguments, as ffmpeg writes them.
        rate: Samples a second of what goes in.
        sample_format: Such as ``fltp``.
        layout: Such as ``stereo``.
    """

    def __init__(self, filters: list[tuple[str, str]], *, rate: int, sample_format: str, layout: str) -> None:
        self._graph = av.filter.Graph()
        self._base = Fraction(1, rate)
        self._fed = 0
        self._entrance = self._graph.add_abuffer(
            sample_rate=rate, format=sample_format, layout=layout, time_base=self._base
        )
        last = self._entrance
        for name, arguments in filters:
            following = self._graph.add(name, arguments)
            last.link_to(following)
            last = following
        self._exit = self._graph.add("abuffersink")
        last.link_to(self._exit)
        self._graph.configure()

    def feed(self, frame: av.AudioFrame | None, at: int | None = None) -> Iterator[av.AudioFrame]:
        """Put a frame in, None after the last one; what comes out of the far end by now.

        Args:
            frame: The next one.
            at: The moment of its first sample, counted in samples; left out, the end of the one before.
        """
        if frame is not None:
            frame.pts, frame.time_base = self._fed if at is None else at, self._base
            self._fed += frame.samples
        self._entrance.push(frame)
        while True:
            try:
                given = self._exit.pull()
            except (av.error.BlockingIOError, av.error.EOFError):  # nothing more for now; nothing more at all
                return
            assert isinstance(given, av.AudioFrame)  # noqa: S101  all filters here are for sound
            yield given


def in_blocks(rate: int) -> list[tuple[str, str]]:
    """The filters that make blocks of stereo floats of whatever comes, at a rate."""
    form = f"sample_fmts=flt:sample_rates={rate}:channel_layouts=stereo"
    return [("aformat", form), ("asetnsamples", f"{rate // _BLOCKS}:pad=0")]


def frame_of(sound: Samples, rate: int, *, planar: bool = False) -> av.AudioFrame:
    """A frame that holds these samples, channel after channel where it is to be planar."""
    laid_out = np.ascontiguousarray(sound.T) if planar else np.ascontiguousarray(sound).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(laid_out, format="fltp" if planar else "flt", layout="stereo")
    frame.sample_rate = rate
    return frame


def samples_of(frame: av.AudioFrame) -> Samples:
    """What a frame of stereo floats (``flt``) holds. Nothing is copied: the frame lives as long as this is in use."""
    return np.frombuffer(memoryview(frame.planes[0]), np.float32, frame.samples * 2).reshape(-1, 2)
