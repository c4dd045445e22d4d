"""A sound for the times alone: a soft knock where a segment begins, a lower one where a scene does."""

from __future__ import annotations

import array
import math
import sys
import wave
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from storyboard.review.shots import Shot

RATE = 48_000
"""Samples a second."""

_SEGMENT = (880.0, 0.16, 0.07)
_SCENE = (440.0, 0.26, 0.16)


def write_sound(shots: Sequence[Shot], path: Path) -> None:
    """Write the knocks of all shots as one WAV file, as long as the episode: one channel, 16 bits.

    Raises:
        OSError: It could not be written.
    """
    knocks = {False: _knock(*_SEGMENT), True: _knock(*_SCENE)}
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        for shot in shots:
            samples = int(shot.end * RATE) - int(shot.start * RATE)
            knock = knocks[shot.opens_scene]
            sound.writeframes(knock + bytes(2 * samples - len(knock)))


def _knock(pitch: float, loud: float, lasts: float) -> bytes:
    """A tone that begins at once and dies away.

    Args:
        pitch: Hertz.
        loud: 0.0 to 1.0.
        lasts: Seconds until it is as good as gone.
    """
    count = int(RATE * lasts * 3)
    samples = array.array(
        "h",
        (
            round(
                32767 * loud * min(1.0, at / 96) * math.exp(-at / (RATE * lasts / 3))
                * (math.sin(math.tau * pitch * at / RATE) + 0.3 * math.sin(math.tau * 2.76 * pitch * at / RATE)) / 1.3
            )
            for at in range(count)
        ),
    )  # fmt: skip
    if sys.byteorder == "big":
        samples.byteswap()  # a WAV file is little-endian
    return samples.tobytes()
