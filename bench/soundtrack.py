"""How much of the processor the sound of a 128 s cut takes: decoding, mixing and encoding.

Five takes with crossfades; the same brought to a loudness; the same again under a music bed that gives way to them; a
voice whose peaks have to be held down; and music at another speed. Inputs are AAC, made once.

    python -m bench.soundtrack --runs 3
"""

from __future__ import annotations

import argparse
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import numpy as np

from bench.table import print_machine, print_times
from storyboard.assembly.sound_file import write_sound
from storyboard.assembly.soundtrack import SoundCue, Soundtrack, render_soundtrack

RATE = 48000
LENGTH = Fraction(128)
TAKES, TAKE, OVERLAP = 5, Fraction(34), Fraction(2)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3, help="how often each is timed")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        takes = [_noise(folder / f"take{number}.m4a", TAKE, 0.03, number) for number in range(TAKES)]
        music = _noise(folder / "music.m4a", LENGTH * 2, 0.1, TAKES, steady=True)
        voice = _noise(folder / "voice.m4a", LENGTH, 0.1, TAKES + 1)
        bed = SoundCue(music, Fraction(0), Fraction(0), LENGTH, volume=-6.0, fade_out=OVERLAP, role="music")
        speech = SoundCue(voice, Fraction(0), Fraction(0), LENGTH, role="narration")
        fast = SoundCue(music, Fraction(0), Fraction(0), LENGTH, speed=Fraction(3, 2), role="music")
        rows = {
            "five takes, as they are": Soundtrack(LENGTH, _crossfaded(takes), None),
            "five takes, -16 LUFS": Soundtrack(LENGTH, _crossfaded(takes)),
            "with ducked music, -16 LUFS": Soundtrack(LENGTH, (*_crossfaded(takes), bed)),
            "voice, peaks held down, -12 LUFS": Soundtrack(LENGTH, (speech,), -12.0),
            "music at 1.5 times the speed": Soundtrack(LENGTH, (fast,)),
        }
        print_machine(arguments.runs)
        print_times(
            [
                (name, [_processor_seconds(each, folder / "out.m4a") for _ in range(arguments.runs)])
                for name, each in rows.items()
            ],
            unit="s",
        )


def _crossfaded(takes: list[Path]) -> tuple[SoundCue, ...]:
    every = (LENGTH - OVERLAP) / len(takes)
    return tuple(
        SoundCue(
            path,
            every * number,
            Fraction(1),
            every + OVERLAP,
            fade_in=OVERLAP if number else Fraction(0),
            fade_out=OVERLAP if number < len(takes) - 1 else Fraction(0),
        )
        for number, path in enumerate(takes)
    )


def _noise(path: Path, length: Fraction, level: float, seed: int, *, steady: bool = False) -> Path:
    """A file of noise, with the rhythm of syllables unless it is to be steady."""
    places = np.arange(round(length * RATE)) / RATE
    rhythm = np.ones(len(places)) if steady else np.clip(np.sin(2 * np.pi * 4 * places) + 0.4, 0.05, 1.4)
    sound = (np.random.default_rng(seed).standard_normal((len(places), 2)) * rhythm[:, None] * level).astype(
        np.float32
    )
    blocks = (sound[begin : begin + RATE] for begin in range(0, len(sound), RATE))
    write_sound(blocks, path, codec="aac", bitrate=128_000, rate=RATE)
    return path


def _processor_seconds(soundtrack: Soundtrack, target: Path) -> float:
    begun = time.process_time()
    render_soundtrack(soundtrack, target)
    return time.process_time() - begun


if __name__ == "__main__":
    main()
