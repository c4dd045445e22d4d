"""How loud sound is: ITU-R BS.1770 and EBU R 128, measured by libavfilter."""

from __future__ import annotations

from math import inf, log10
from typing import TYPE_CHECKING

from storyboard.assembly.sound_graph import SoundChain, frame_of

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame

    from storyboard.assembly.sound_graph import Samples

LOUDEST = 10.0
"""LUFS: libavfilter's meter tells no more of what is louder."""
_SILENCE = -70.0  # LUFS: BS.1770 leaves out what is quieter, so that this is what nothing measures as


class LoudnessMeter:
    """Measures sound that comes in blocks.

    Args:
        rate: Samples a second.
        peaks: Whether true peaks are wanted as well, which takes three times as long.
    """

    def __init__(self, rate: int, *, peaks: bool = True) -> None:
        self._rate = rate
        wanted = "metadata=1:peak=true" if peaks else "metadata=1"
        self._chain = SoundChain([("ebur128", wanted)], rate=rate, sample_format="flt", layout="stereo")
        self._loudness, self._peak = -inf, 0.0

    def hear(self, sound: Samples) -> None:
        """Take the next block."""
        self._read(frame_of(sound, self._rate))

    def measured(self) -> tuple[float, float]:
        """Integrated loudness in LUFS and true peak in dBTP of all that was heard; nothing may be heard after."""
        self._read(None)
        loudness = self._loudness if self._loudness > _SILENCE else -inf
        return loudness, 20 * log10(self._peak) if self._peak > 0 else -inf

    def _read(self, frame: AudioFrame | None) -> None:
        for given in self._chain.feed(frame):
            told = given.metadata
            self._loudness = float(told.get("lavfi.r128.I", self._loudness))
            self._peak = max(self._peak, *(float(told.get(f"lavfi.r128.true_peaks_ch{each}", 0)) for each in (0, 1)))
