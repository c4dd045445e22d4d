"""The films that the ways are compared on: three takes of 40 s with sound, two cards of another form, and music.

A camera glides over photographs, by parts of a pixel, under the little grain that the model leaves. Much depends on
that: a picture that jumps by whole pixels under strong grain takes an encoder twice as long, and whoever encodes
least looks best. Here one filter graph takes 0.6 of MoviePy's time, as in the measurements that the bounds come from.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TAKE = ((832, 480), 16, 40)
CARD = ((1280, 720), 30, 5)
_RATE = 48000


def make_inputs(folder: Path, images: Path, key_frames: int) -> None:
    """Make ``a.mp4``, ``b.mp4``, ``c.mp4``, ``b2.mp4`` (what b becomes), ``title.mp4``, ``end.mp4``, ``music.m4a``.

    Args:
        folder: Where.
        images: The folder of the pictures that the takes move over.
        key_frames: Every how many frames a take has a key frame.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = _pictures(images)
    for number, name in enumerate(("a", "b", "c", "b2")):
        _write(folder / f"{name}.mp4", found[number % len(found)], TAKE, key_frames, number)
    for number, name in enumerate(("title", "end")):
        _write(folder / f"{name}.mp4", found[number % len(found)], CARD, 250, 7 + number)
    with av.open(str(folder / "music.m4a"), "w") as container:
        stream: Any = container.add_stream("aac", rate=_RATE, layout="stereo")
        for frame in _sound(140, 99):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def make_minutes(folder: Path, images: Path, key_frames: int) -> list[Path]:
    """Make six takes of 60 s each, with sound, and give their paths; the other arguments are `make_inputs`'s."""
    folder.mkdir(parents=True, exist_ok=True)
    found = _pictures(images)
    size, fps, _ = TAKE
    takes = [folder / f"minute-{number}.mp4" for number in range(6)]
    for number, take in enumerate(takes):
        _write(take, found[number % len(found)], (size, fps, 60), key_frames, number)
    return takes


def _pictures(images: Path) -> list[Path]:
    return sorted(images.glob("*.jpg")) + sorted(images.glob("*.png"))


def _write(path: Path, picture: Path, form: tuple[tuple[int, int], int, int], key_frames: int, seed: int) -> None:
    (width, height), fps, seconds = form
    still = Image.open(picture).convert("RGB").resize((width * 3 // 2, height * 3 // 2), Image.Resampling.LANCZOS)
    grain = np.random.default_rng(seed).integers(-1, 2, (8, height, width, 1), dtype=np.int16)
    options = {"preset": "medium", "crf": "20", "g": str(key_frames), "keyint_min": str(min(25, key_frames))}
    with av.open(str(path), "w") as container:
        video: Any = container.add_stream("libx264", rate=fps, options=options)
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        audio: Any = container.add_stream("aac", rate=_RATE, layout="stereo")
        sound = _sound(seconds, seed)
        for number in range(fps * seconds):
            share = number / (fps * seconds)
            left = (0.5 + 0.5 * np.sin(share * 9 + seed)) * (still.width - width)
            top = (0.5 + 0.5 * np.cos(share * 7 + seed)) * (still.height - height)
            view = still.resize((width, height), Image.Resampling.BICUBIC, (left, top, left + width, top + height))
            grainy = (np.asarray(view, np.int16) + grain[number % 8]).clip(0, 255).astype(np.uint8)
            frame = av.VideoFrame.from_ndarray(grainy, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, fps)
            container.mux(video.encode(frame))
            for _ in range(-(-_RATE // (fps * 1024))):
                if (heard := next(sound, None)) is not None:
                    container.mux(audio.encode(heard))
        for heard in sound:
            container.mux(audio.encode(heard))
        container.mux(video.encode(None))
        container.mux(audio.encode(None))


def _sound(seconds: int, seed: int) -> Iterator[Any]:
    """Two tones that swell and fade, with a little noise."""
    noise = np.random.default_rng(seed)
    for start in range(0, seconds * _RATE, 1024):
        count = min(1024, seconds * _RATE - start)
        time = (start + np.arange(count)) / _RATE
        swell = 0.15 * (1 + np.sin(time * 2 + seed))
        wave = swell * np.sin(2 * np.pi * (180 + 40 * seed) * time) + 0.01 * noise.standard_normal(count)
        frame = av.AudioFrame.from_ndarray(np.stack([wave, wave]).astype(np.float32), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = _RATE, start, Fraction(1, _RATE)
        yield frame
