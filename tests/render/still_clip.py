"""Small valid clips, made in a moment: two still pictures, one after the other."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path


def picture(width: int, height: int, seed: int) -> Image.Image:
    """A soft, coloured picture that is another for each seed."""
    patches = Image.effect_noise((8, 6), 80).resize((width, height), Image.Resampling.BICUBIC)
    tint = Image.new("RGB", (width, height), [(200, 60, 40), (40, 120, 200), (60, 180, 90)][seed % 3])
    return Image.blend(patches.convert("RGB"), tint, 0.5)


def longer(clip: bytes, size: int) -> bytes:
    """The same clip, with ``size`` bytes more that mean nothing (a box of the kind ``free``)."""
    return clip + (size + 8).to_bytes(4) + b"free" + bytes(size)


def make_clip(
    path: Path, *, width: int = 832, height: int = 480, frames: int = 288, fps: int = 16, crf: int = 24, seed: int = 0
) -> Path:
    """A clip whose first half shows one picture and whose second half another."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as output:
        stream: Any = output.add_stream("libx264", rate=fps, options={"crf": str(crf), "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        pictures = [
            av.VideoFrame.from_image(picture(width, height, seed + n)).reformat(format="yuv420p")  # type: ignore[no-untyped-call]  # PyAV leaves it untyped
            for n in (0, 1)
        ]
        for number in range(frames):
            frame = pictures[number >= frames // 2]
            frame.pts, frame.time_base = number, Fraction(1, fps)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def png(seed: int = 0, size: tuple[int, int] = (832, 480)) -> bytes:
    """A first frame."""
    buffer = io.BytesIO()
    Image.new("RGB", size, [(200, 60, 40), (40, 120, 200), (60, 180, 90)][seed % 3]).save(buffer, format="PNG")
    return buffer.getvalue()
