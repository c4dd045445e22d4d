"""The sound of a cut: from cues on a timeline to one continuous encode.

Sound is decoded, mixed and encoded a second at a time, so that two hours take no more memory than two minutes.
It takes two passes (EBU R 128): the mix is measured while it is written, as plain samples, to an unnamed file beside
the target (384 kB a second); then it is read back, amplified, and encoded. No file is decoded twice. Where peaks are
high, what was encoded is measured as well.
"""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import IO, TYPE_CHECKING, Protocol

import numpy as np

from storyboard.assembly.limiter import CEILING, Limiter
from storyboard.assembly.loudness import LOUDEST, LoudnessMeter
from storyboard.assembly.sound_cue import SoundCue, SoundFacts, Soundtrack
from storyboard.assembly.sound_file import decoded, is_lossless, write_sound
from storyboard.assembly.sound_mix import mixed
from storyboard.assembly.sound_probe import has_sound, see_that_it_is_there, sound_length
from storyboard.files import whole_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from storyboard.assembly.sound_graph import Samples

__all__ = [
    "SoundCue", "SoundFacts", "SoundStoppedError", "Soundtrack", "has_sound", "render_soundtrack", "sound_length",
]  # fmt: skip

_NEARLY_SILENT = -60.0  # LUFS: what is quieter is not meant to be heard, and amplified would be hiss
_MIXING = 0.4  # the share of the time that the first of two passes takes
_BITRATE = 192_000
_HARD = 1.0  # dB: from here on, what the limiter takes off is heard as less loud
_CLOSE = 0.4  # LU: what misses the target by less is on it after one more correction
_ROUNDS = 4
_LEAST_SLOPE = 0.3
_MOST_MORE = 6.0  # dB: what is all peaks does not get louder by more gain, only worse
_HIGHEST = -1.0  # dBTP: what EBU R 128 allows; a lossy encoder adds more to some peaks than the limiter left it
_SURE = -6.0  # dBTP: what no encoder was seen to bring above _HIGHEST
_MORE_BITS = (256_000, 320_000, 320_000, 320_000)  # a second: the more there are, the less it adds
_SPARE = 0.1  # dB
_STEP_DOWN, _MOST_DOWN = 30.0, 120.0  # dB


class CanBeSet(Protocol):
    """An event, of threads or of processes."""

    def is_set(self) -> bool:
        """Whether it is set."""


class SoundStoppedError(Exception):
    """Whoever wanted the sound told it to stop."""


def render_soundtrack(
    soundtrack: Soundtrack,
    target: Path,
    *,
    codec: str = "aac",
    bitrate: int = _BITRATE,
    on_progress: Callable[[float], None] = lambda _: None,
    stop: CanBeSet | None = None,
) -> SoundFacts:
    """Write the sound of a cut as a file of sound alone.

    The file plays from sample 0 of the timeline and is as long as it, to within a frame of the codec. It takes its
    name once it is whole. True peaks are held below -1.5 dBTP, whatever the loudness, and below -1 once they are
    encoded. A mix that is quieter than -60 LUFS is left as it is.

    Args:
        soundtrack: What is heard when.
        target: The file; its ending says which container: ``.m4a``, ``.mov``, ``.mka``, ``.webm``, ``.wav``.
        codec: As ffmpeg calls it: ``aac``, ``opus``, ``flac``, ``pcm_s16le`` and the like.
        bitrate: Bits a second, of a lossy codec.
        on_progress: Told the share that is done, 0.0 to 1.0.
        stop: Set, it ends within a second of sound, whatever it is at.

    Raises:
        SoundError: A file that is heard is missing, holds no sound, is cut off, or does not decode.
        SoundStoppedError: ``stop`` was set.
        OSError: The disk is full, or the like.
    """
    for cue in soundtrack.cues:
        see_that_it_is_there(cue.path)  # an hour of mixing is too late to be told
    job = _Job(soundtrack, codec, bitrate, on_progress, stop)
    with whole_path(target) as part, tempfile.TemporaryFile(dir=target.parent) as kept:
        return job.run(part, kept)


class _Job:
    def __init__(
        self,
        soundtrack: Soundtrack,
        codec: str,
        bitrate: int,
        on_progress: Callable[[float], None],
        stop: CanBeSet | None,
    ) -> None:
        self._soundtrack = soundtrack
        self._codec, self._bitrate, self._rate = codec, bitrate, soundtrack.rate
        self._on_progress, self._stop = on_progress, stop

    def run(self, part: Path, kept: IO[bytes]) -> SoundFacts:
        """Mix and measure; then amplify and encode."""
        before = loudness, peak = self._mixed(kept)
        target, gain = self._soundtrack.loudness, 0.0
        if target is not None and loudness >= _NEARLY_SILENT:
            gain = target - loudness
        lossless = is_lossless(self._codec)
        if peak + gain <= (CEILING if lossless else _SURE):  # one gain, and nothing else: what it will be is known
            self._write(part, self._watched(self._amplified(kept, gain), _MIXING, 1.0), self._bitrate)
            return self._facts(before, (loudness + gain, peak + gain), gain, limited=False)
        if target is not None and gain and peak + gain > CEILING + _HARD:
            gain = self._settled(kept, gain, target)
        ceiling = CEILING
        for number, bitrate in enumerate((self._bitrate, *_MORE_BITS)):
            limiter = Limiter(self._rate, ceiling)
            first = not number
            louder = self._watched(self._amplified(kept, gain), _MIXING, 1.0, told=first)
            self._write(part, limiter.held_down(louder), bitrate)
            after = self._measured(decoded(part, self._rate))
            over = after[1] - _HIGHEST
            if lossless or over <= 0:
                break
            if not first:
                ceiling -= over + _SPARE
        return self._facts(before, after, gain, limited=limiter.limited)

    def _mixed(self, kept: IO[bytes]) -> tuple[float, float]:
        """Mix into a file; how loud that is, and its true peak."""
        meter = LoudnessMeter(self._rate)
        with closing(mixed(self._soundtrack)) as mix:
            for block in _metered(self._watched(mix, 0.0, _MIXING), meter):
                kept.write(np.ascontiguousarray(block).data)
        loudness, peak = meter.measured()
        less = 0.0
        while loudness - less >= LOUDEST and less < _MOST_DOWN:  # where the meter ends, and sound in floats need not
            less += _STEP_DOWN
            loudness = self._measured(self._amplified(kept, -less), peaks=False)[0] + less
        return loudness, peak

    def _settled(self, kept: IO[bytes], gain: float, target: float) -> float:
        """The gain that comes out at the target once the limiter has taken off the peaks."""
        most = gain + _MOST_MORE
        slope, last = 1.0, (gain, target)
        for number in range(_ROUNDS):
            loudness = self._measured(Limiter(self._rate).held_down(self._amplified(kept, gain)), peaks=False)[0]
            if number and gain != last[0]:  # the louder, the more of it the limiter takes off again
                slope = min(1.0, max(_LEAST_SLOPE, (loudness - last[1]) / (gain - last[0])))
            last = gain, loudness
            gain = min(gain + (target - loudness) / slope, most)
            if abs(target - loudness) < _CLOSE or gain == most:
                break
        return gain

    def _measured(self, blocks: Iterable[Samples], *, peaks: bool = True) -> tuple[float, float]:
        meter = LoudnessMeter(self._rate, peaks=peaks)
        for _block in _metered(blocks, meter):
            self._look_up()
        return meter.measured()

    def _write(self, part: Path, blocks: Iterable[Samples], bitrate: int) -> None:
        write_sound(blocks, part, codec=self._codec, bitrate=bitrate, rate=self._rate)

    def _amplified(self, kept: IO[bytes], gain: float) -> Iterator[Samples]:
        """The mix, with a gain in dB."""
        factor = np.float32(10 ** (gain / 20))
        kept.seek(0)
        while data := kept.read(self._rate * 8):
            yield np.frombuffer(data, np.float32).reshape(-1, 2) * factor

    def _watched(
        self, blocks: Iterable[Samples], begin: float, end: float, *, told: bool = True
    ) -> Iterator[Samples]:
        """The same blocks; progress goes from ``begin`` to ``end``, and a wish to stop is seen."""
        done = 0
        for block in blocks:
            self._look_up()
            yield block
            done += len(block)
            if told:
                self._on_progress(begin + (end - begin) * done / self._soundtrack.samples)

    def _look_up(self) -> None:
        if self._stop is not None and self._stop.is_set():
            raise SoundStoppedError

    def _facts(
        self, before: tuple[float, float], after: tuple[float, float], gain: float, *, limited: bool
    ) -> SoundFacts:
        return SoundFacts(
            *(before[0], after[0], before[1], after[1]),
            gain=gain,
            limited=limited,
            samples=self._soundtrack.samples,
            rate=self._rate,
        )


def _metered(blocks: Iterable[Samples], meter: LoudnessMeter) -> Iterator[Samples]:
    """The same blocks; each is measured while whoever wants them works on it, and the next is made."""
    with ThreadPoolExecutor(1, "loudness") as measuring:
        under_way: Future[None] | None = None
        for block in blocks:
            if under_way is not None:
                under_way.result()
            under_way = measuring.submit(meter.hear, block)
            yield block
        if under_way is not None:
            under_way.result()
