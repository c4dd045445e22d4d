"""What is heard when in a cut: cues on one timeline, in exact seconds."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

RUN_UP = 2
"""Seconds before the beginning of a part of a film whose sound matters to it: music may still be on its way back."""
Role = Literal["clip", "music", "narration"]


@dataclass(frozen=True)
class SoundCue:
    """A stretch of one file's sound, laid on the timeline.

    The source's time 0 is the first frame of its picture where it has one, else its first sample. A source that ends
    before its cue leaves silence after it.

    Two clips that overlap, one fading out over the overlap and the other in, are a crossfade. Fades are linear in
    amplitude, so the two always add up to one: a sound that goes on from one take to the next keeps its level, and
    nothing that was below full scale comes out above it. Two sounds that have nothing in common dip by 3 dB halfway.

    Attributes:
        path: The file: any that holds a sound track.
        at: Where on the timeline it begins, in seconds.
        start: Where in the source it begins, in seconds.
        length: How long it is heard, in seconds of the timeline.
        speed: Seconds of the source that pass in a second of the timeline; the pitch stays.
        volume: Gain, in dB.
        fade_in: Seconds from nothing to the volume.
        fade_out: Seconds from the volume to nothing, at the cue's end.
        role: Clips and narration count as speech; music may give way to them.
        duck: Of music: whether it is lowered under speech.
    """

    path: Path
    at: Fraction
    start: Fraction
    length: Fraction
    speed: Fraction = Fraction(1)
    volume: float = 0.0
    fade_in: Fraction = Fraction(0)
    fade_out: Fraction = Fraction(0)
    role: Role = "clip"
    duck: bool = True

    def __post_init__(self) -> None:
        if self.at < 0 or self.start < 0 or self.length <= 0 or self.speed <= 0:
            raise ValueError("A cue begins at 0 or later, is longer than nothing, and plays forwards.")
        if self.fade_in < 0 or self.fade_out < 0:
            raise ValueError("A fade cannot be shorter than nothing.")

    @property
    def ends(self) -> Fraction:
        """Where on the timeline it ends, in seconds."""
        return self.at + self.length


@dataclass(frozen=True)
class Soundtrack:
    """All that is heard in a cut, in stereo.

    Attributes:
        length: In seconds.
        cues: In any order; what they have before its beginning and after its end is not heard.
        loudness: What the whole is brought to, in LUFS (EBU R 128); None leaves it as it is.
        rate: Samples a second: a multiple of 1000.
        begins: Where on the timeline it begins, in seconds.
    """

    length: Fraction
    cues: tuple[SoundCue, ...]
    loudness: float | None = -16.0
    rate: int = 48000
    begins: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        if self.rate <= 0 or self.rate % 1000:
            raise ValueError("The rate has to be a multiple of 1000 samples a second.")
        if self.samples <= 0:
            raise ValueError("A soundtrack has to be longer than nothing.")

    @property
    def samples(self) -> int:
        """Its length in samples: the nearest whole number."""
        return round(self.length * self.rate)


@dataclass(frozen=True)
class SoundFacts:
    """How loud a soundtrack was, and is.

    Loudness is in LUFS, integrated over the whole; true peaks are in dBTP. Both are as ITU-R BS.1770 says, and are
    negative infinity for silence. “After” is what was written, measured where peaks were high enough to matter.

    Attributes:
        loudness_before: Of the mix.
        loudness_after: Of what was written.
        true_peak_before: Of the mix.
        true_peak_after: Of what was written.
        gain: What the mix was amplified by, in dB; 0 where it was left as it is.
        limited: Whether peaks had to be held down.
        samples: How many were written, a channel.
        rate: Samples a second.
    """

    loudness_before: float
    loudness_after: float
    true_peak_before: float
    true_peak_after: float
    gain: float
    limited: bool
    samples: int
    rate: int
