"""The sound of a cut: from cues on a timeline to one continuous encode.

Sound is decoded, mixed and encoded a second at a time, so that two hours take no more memory than two minutes.
Loudness takes two passes (EBU R 128): the mix is measured while it is written, as plain samples, to an unnamed file
beside the target (384 kB a second); then it is read back, amplified, and encoded. No file is decoded twice.
"""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import IO, TYPE_CHECKING

import numpy as np

from storyboard.assembly.limiter import CEILING, Limiter
from storyboard.assembly.loudness import LoudnessMeter
from storyboard.assembly.sound_cue import SoundCue, SoundFacts, Soundtrack
from storyboard.assembly.sound_file import write_sound
from storyboard.assembly.sound_mix import mixed
from storyboard.assembly.sound_probe import has_sound, see_that_it_is_there, sound_length
from storyboard.files import whole_path

if TYPE_CHECKING:
    import threading
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
_CLOSE = 0.5  # LU: what misses the target by less is on it after one more correction
_MOST_MORE = 6.0  # dB: what is all peaks does not get louder by more gain, only worse


class SoundStoppedError(Exception):
    """Whoever wanted the sound told it to stop."""


def render_soundtrack(
    soundtrack: Soundtrack,
    target: Path,
    *,
    codec: str = "aac",
    bitrate: int = _BITRATE,
    on_progress: Callable[[float], None] = lambda _: None,
    stop: threading.Event | None = None,
) -> SoundFacts:
    """Write the sound of a cut as a file of sound alone.

    The file plays from sample 0 of the timeline and is as long as it, to within a frame of the codec. It takes its
    name once it is whole. True peaks are held below -1.5 dBTP, whatever the loudness. A mix that is quieter than -60
    LUFS is left as it is.

    Args:
        soundtrack: What is heard when.
        target: The file; its ending says which container: ``.m4a``, ``.mov``, ``.mka``, ``.webm``, ``.wav``.
        codec: As ffmpeg calls it: ``aac``, ``opus``, ``flac``, ``pcm_s16le`` and the like.
        bitrate: Bits a second, of a lossy codec.
        on_progress: Told the share that is done, 0.0 to 1.0.
        stop: Set, it ends within a second of sound.

    Raises:
        SoundError: A file that is heard is missing, holds no sound, is cut off, or does not decode.
        SoundStoppedError: ``stop`` was set.
        OSError: The disk is full, or the like.
    """
    for cue in soundtrack.cues:
        see_that_it_is_there(cue.path)  # an hour of mixing is too late to be told
    job = _Job(soundtrack, codec, bitrate, on_progress, stop)
    with whole_path(target) as part:
        if soundtrack.loudness is None:
            return job.as_it_is(part)
        with tempfile.TemporaryFile(dir=target.parent) as kept:
            return job.at_loudness(part, kept, soundtrack.loudness)


class _Job:
    def __init__(
        self,
        soundtrack: Soundtrack,
        codec: str,
        bitrate: int,
        on_progress: Callable[[float], None],
        stop: threading.Event | None,
    ) -> None:
        self._soundtrack = soundtrack
        self._codec, self._bitrate, self._rate = codec, bitrate, soundtrack.rate
        self._on_progress, self._stop = on_progress, stop

    def as_it_is(self, part: Path) -> SoundFacts:
        """Mix and encode in one pass."""
        before, after = LoudnessMeter(self._rate, peaks=False), LoudnessMeter(self._rate)
        limiter = Limiter(self._rate)
        with closing(mixed(self._soundtrack)) as mix:
            heard = _metered(self._watched(mix, 0.0, 1.0), before)
            self._write(part, _metered(limiter.held_down(heard), after))
        (loudness, _), written = before.measured(), after.measured()
        return self._facts((loudness, limiter.highest if limiter.limited else written[1]), written, 0.0, limiter)

    def at_loudness(self, part: Path, kept: IO[bytes], target: float) -> SoundFacts:
        """Mix and measure; then amplify and encode."""
        meter = LoudnessMeter(self._rate)
        with closing(mixed(self._soundtrack)) as mix:
            for block in _metered(self._watched(mix, 0.0, _MIXING), meter):
                kept.write(np.ascontiguousarray(block).data)
        before = loudness, peak = meter.measured()
        gain = target - loudness if loudness >= _NEARLY_SILENT else 0.0
        if peak + gain <= CEILING:  # one gain, and nothing else: what it will be is known
            self._write(part, self._watched(_amplified(self._read(kept), gain), _MIXING, 1.0))
            return self._facts(before, (loudness + gain, peak + gain), gain, None)
        if gain and peak + gain > CEILING + _HARD:
            gain = self._settled(kept, gain, target)
        limiter, after = Limiter(self._rate), LoudnessMeter(self._rate)
        louder = self._watched(_amplified(self._read(kept), gain), _MIXING, 1.0)
        self._write(part, _metered(limiter.held_down(louder), after))
        return self._facts(before, after.measured(), gain, limiter)

    def _settled(self, kept: IO[bytes], gain: float, target: float) -> float:
        """The gain that comes out at the target once the limiter has taken off the peaks."""
        most = gain + _MOST_MORE
        for _ in range(3):
            meter = LoudnessMeter(self._rate, peaks=False)
            for _block in _metered(Limiter(self._rate).held_down(_amplified(self._read(kept), gain)), meter):
                self._look_up()
            missing = target - meter.measured()[0]
            gain = min(gain + missing, most)
            if abs(missing) < _CLOSE or gain == most:
                break
        return gain

    def _write(self, part: Path, blocks: Iterable[Samples]) -> None:
        write_sound(blocks, part, codec=self._codec, bitrate=self._bitrate, rate=self._rate)

    def _read(self, kept: IO[bytes]) -> Iterator[Samples]:
        kept.seek(0)
        while data := kept.read(self._rate * 8):
            yield np.frombuffer(data, np.float32).reshape(-1, 2)

    def _watched(self, blocks: Iterable[Samples], begin: float, end: float) -> Iterator[Samples]:
        """The same blocks; progress goes from ``begin`` to ``end``, and a wish to stop is seen."""
        done = 0
        for block in blocks:
            self._look_up()
            yield block
            done += len(block)
            self._on_progress(begin + (end - begin) * done / self._soundtrack.samples)

    def _look_up(self) -> None:
        if self._stop is not None and self._stop.is_set():
            raise SoundStoppedError

    def _facts(
        self, before: tuple[float, float], after: tuple[float, float], gain: float, limiter: Limiter | None
    ) -> SoundFacts:
        return SoundFacts(
            *(before[0], after[0], before[1], after[1]),
            gain=gain,
            limited=limiter is not None and limiter.limited,
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


def _amplified(blocks: Iterable[Samples], gain: float) -> Iterator[Samples]:
    factor = np.float32(10 ** (gain / 20))
    return (block * factor for block in blocks)
