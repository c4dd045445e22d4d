"""Small sound files, made in a moment, and what is in the ones that come out."""

from __future__ import annotations

from fractions import Fraction
from math import inf, log10
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from storyboard.assembly.soundtrack import SoundCue, SoundFacts, Soundtrack, render_soundtrack

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Sound = np.ndarray[Any, np.dtype[np.float32]]
RATE = 48000


def clicks(
    seconds: float, times: Sequence[float], *, rate: int = RATE, noise: float = 0.0, length: float = 0.001
) -> Sound:
    """Stereo silence, or quiet noise, with a short loud click at each time."""
    sound = np.random.default_rng(7).standard_normal((round(seconds * rate), 2)).astype(np.float32) * np.float32(
        noise
    )
    for time in times:
        place, count = round(time * rate), round(length * rate)
        sound[place : place + count] += (0.5 * (1 - np.arange(count) / count))[:, None].astype(np.float32)
    return sound


def tone(seconds: float, *, hertz: float = 440.0, level: float = 0.5, rate: int = RATE) -> Sound:
    """A stereo cosine: its first sample is its loudest."""
    wave = level * np.cos(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)
    return np.repeat(wave[:, None], 2, axis=1).astype(np.float32)


def speech(seconds: float, *, level: float = 0.1, seed: int = 1) -> Sound:
    """Noise with the rhythm of syllables and about the spectrum of a voice; ``level`` is its RMS at their height."""
    count = round(seconds * RATE)
    rhythm = np.clip(np.sin(2 * np.pi * 4 * np.arange(count) / RATE) + 0.4, 0.05, 1.4)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(count))
    hertz = np.fft.rfftfreq(count, 1 / RATE)
    noise = np.fft.irfft(spectrum * np.where(hertz > 100, 1, 0) / (1 + (hertz / 1000) ** 2), count)
    wave = noise / noise.std() * rhythm * level
    return np.repeat(wave[:, None], 2, axis=1).astype(np.float32)


def write(
    path: Path, sound: Sound, *, codec: str = "pcm_f32le", rate: int = RATE, layout: str = "stereo", late: float = 0.0
) -> Path:
    """Write a file of sound alone; with ``late`` its clock begins so many seconds after 0."""
    with av.open(str(path), "w") as output:
        stream: Any = output.add_stream(codec, rate=rate)
        stream.layout = layout
        encode(output, stream, sound, rate=rate, layout=layout, late=late)
    return path


def encode(
    output: Any, stream: Any, sound: Sound, *, rate: int = RATE, layout: str = "stereo", late: float = 0
) -> None:
    """Encode into a stream of a file that is being written."""
    for begin in range(0, len(sound), 4096):
        laid_out = np.ascontiguousarray(sound[begin : begin + 4096].T)
        frame = av.AudioFrame.from_ndarray(laid_out, format="fltp", layout=layout)
        frame.sample_rate, frame.time_base, frame.pts = rate, Fraction(1, rate), begin + round(late * rate)
        if stream.format.name != "fltp":
            (frame,) = av.AudioResampler(stream.format, layout, rate).resample(frame)
        output.mux(stream.encode(frame))
    output.mux(stream.encode(None))


def read(path: Path) -> Sound:
    """All of a file of stereo sound, as it would be heard; its first sample has to be at time 0."""
    blocks: list[Any] = []
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            if not blocks:
                assert not frame.pts
            whole = frame.to_ndarray()
            flat = whole.T if frame.format.is_planar else whole.reshape(-1, 2)
            blocks.append(flat / np.float32(32768) if flat.dtype == np.int16 else flat)
    sound: Sound = np.concatenate(blocks).astype(np.float32)
    return sound


def onsets(sound: Sound, threshold: float = 0.2) -> list[float]:
    """When it gets loud, in seconds: the first moment after at least 50 ms that were not."""
    loud = np.flatnonzero(np.abs(sound).max(axis=1) > threshold)
    first = np.ones(len(loud), bool)
    first[1:] = np.diff(loud) > RATE // 20
    return [float(place) / RATE for place in loud[first]]


def level(sound: Sound, begin: float, end: float) -> float:
    """RMS in dBFS between two times."""
    part = sound[round(begin * RATE) : round(end * RATE)].astype(np.float64)
    power = float(np.mean(part**2))
    return 10 * log10(power) if power else -inf


def cue(path: Path, *, at: float = 0, start: float = 0, length: float = 1, **more: Any) -> SoundCue:
    """A cue, with times written as plain numbers."""
    for name in ("speed", "fade_in", "fade_out"):
        if name in more:
            more[name] = Fraction(str(more[name]))
    return SoundCue(path, Fraction(str(at)), Fraction(str(start)), Fraction(str(length)), **more)


def render(
    target: Path, length: float, *cues: SoundCue, loudness: float | None = None, codec: str = "pcm_f32le"
) -> tuple[Sound, SoundFacts]:
    """Render cues, and read back what came out."""
    facts = render_soundtrack(Soundtrack(Fraction(str(length)), cues, loudness), target, codec=codec)
    return read(target), facts
