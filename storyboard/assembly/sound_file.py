"""One continuous encode of sound, in a file of its own that begins at its first sample."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING, Any

import av

from storyboard.assembly.sound_graph import SoundChain, frame_of, in_blocks, samples_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from storyboard.assembly.sound_graph import Samples

_ENCODERS = {"opus": "libopus"}  # ffmpeg's own is called experimental
_LOSSLESS = ("pcm_", "flac")
_RICH = 160_000  # bits a second: enough for AAC to keep what lies above 18 kHz, and each side by itself


def write_sound(blocks: Iterable[Samples], path: Path, *, codec: str, bitrate: int, rate: int) -> int:
    """Encode blocks of sound, in one piece.

    What a codec puts before the first sample is left out by whoever plays the file: its container says so.

    Args:
        blocks: In order.
        path: The file; its ending says which container.
        codec: Such as ``aac``, ``opus``, ``flac`` or ``pcm_s16le``.
        bitrate: Bits a second, where the codec is a lossy one.
        rate: Samples a second.

    Returns:
        How many samples there were.
    """
    written = 0
    with av.open(str(path), "w") as output:
        stream: Any = output.add_stream(_ENCODERS.get(codec, codec), rate=rate, options=_options(codec, bitrate))
        stream.layout = "stereo"
        stream.time_base = Fraction(1, rate)
        if not is_lossless(codec):
            stream.bit_rate = bitrate
        for block in blocks:
            frame = frame_of(block, rate, planar=codec == "aac")
            frame.pts, frame.time_base = written, Fraction(1, rate)
            written += len(block)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return written


def decoded(path: Path, rate: int) -> Iterator[Samples]:
    """What ``write_sound`` wrote, as it is heard, with what the codec puts before and after it."""
    with av.open(str(path)) as container:
        frames = container.decode(audio=0)
        first = next(frames)
        to_blocks = SoundChain(
            in_blocks(rate), rate=first.sample_rate, sample_format=first.format.name, layout=first.layout.name
        )
        for frame in chain((first,), frames, (None,)):
            yield from map(samples_of, to_blocks.feed(frame))


def is_lossless(codec: str) -> bool:
    """Whether what is decoded is what was encoded."""
    return codec.startswith(_LOSSLESS)


def _options(codec: str, bitrate: int) -> dict[str, str]:
    if codec != "aac":
        return {}
    # The quicker way to choose quantisers: less than half the time, and the better sound but at low bitrates. Beside
    # it, intensity stereo was seen to lose 4 to 20 dB of what differs between the sides above 6 kHz, for no gain.
    return {"aac_coder": "fast"} | ({"cutoff": "20000", "aac_is": "0"} if bitrate >= _RICH else {})
