"""Clips whose every frame says which one it is: its number, and the clip's, as a row of black and white squares."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

SIZE = (128, 96)
SQUARE = 8
BITS = 14
FPS = 16


def drawn(clip: int, number: int, size: tuple[int, int] = SIZE) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """A frame: a grey that moves, and under it a row of squares: four bits of the clip, ten of the number."""
    width, height = size
    across, down = np.meshgrid(np.arange(width), np.arange(height))
    wave = 128 + 60 * np.sin((across + 2 * number) / 17 + clip) * np.cos((down + clip * 9) / 13)
    frame = np.repeat(wave[..., None], 3, 2)
    frame[..., clip % 3] *= 0.8
    code = (clip << 10) | number
    for bit in range(BITS):
        value = 235 if code >> bit & 1 else 20
        frame[height - 2 * SQUARE : height, bit * SQUARE : (bit + 1) * SQUARE] = value
    return frame.clip(0, 255).astype(np.uint8)


def read(frame: np.ndarray[Any, np.dtype[np.uint8]]) -> tuple[int, int]:
    """Which clip a frame says it is of, and which of its frames."""
    height = frame.shape[0]
    row = frame[height - SQUARE - 3 : height - SQUARE + 3].mean((0, 2))
    code = sum(1 << bit for bit in range(BITS) if row[bit * SQUARE + 2 : (bit + 1) * SQUARE - 2].mean() > 128)
    return code >> 10, code & 1023


def make_clip(
    path: Path,
    clip: int,
    frames: int,
    *,
    keys: int = 16,
    fps: Fraction | int = FPS,
    size: tuple[int, int] = SIZE,
    codec: str = "libx264",
    pixel_format: str = "yuv420p",
    options: dict[str, str] | None = None,
    sound: np.ndarray[Any, np.dtype[np.float32]] | None = None,
    rate: int = 48000,
) -> Path:
    """Write a clip.

    Args:
        path: The file.
        clip: Its number, 0 to 15.
        frames: How many, at most 1024.
        keys: Every how many frames there is a key frame.
        fps: Frames a second.
        size: Width and height.
        codec: The encoder.
        pixel_format: Of the frames.
        options: The encoder's.
        sound: Samples of one channel, -1.0 to 1.0.
        rate: Samples a second.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        usual = {"crf": "12", "g": str(keys), "keyint_min": str(keys)}
        stream: Any = container.add_stream(codec, rate=fps, options=usual | (options or {}))
        stream.width, stream.height = size
        stream.pix_fmt = pixel_format
        stream.codec_context.thread_count = 1
        audio: Any = container.add_stream("aac", rate=rate, layout="mono") if sound is not None else None
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(drawn(clip, number, size), format="rgb24")
            frame.pts, frame.time_base = number, 1 / Fraction(fps)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if sound is not None:
            for start in range(0, len(sound), 1024):
                heard = av.AudioFrame.from_ndarray(sound[None, start : start + 1024], format="fltp", layout="mono")
                heard.sample_rate, heard.pts, heard.time_base = rate, start, Fraction(1, rate)
                container.mux(audio.encode(heard))
            container.mux(audio.encode(None))
    return path


def codes(path: Path) -> list[tuple[int, int]]:
    """What every frame of a film says it is, in the order in which they are shown."""
    with av.open(str(path)) as container:
        return [read(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)) for frame in container.decode(video=0)]
