"""Sound faster or slower at the same pitch, that stays in time with its picture.

Waveform-similarity overlap-add (WSOLA, Verhelst and Roelands 1993): pieces of the source are laid over each other at
an even distance, each taken from where the speed says, give or take what makes it go on from the piece before. The
place that it is taken from never strays by more than ``_STRAY``. What libavfilter's ``atempo`` gives was measured to
lie up to 40 ms before its picture, and 20 ms after it.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from storyboard.assembly.sound_graph import NOTHING, Samples

_HALF = Fraction(12, 1000)  # seconds: half a piece; a whole one holds two periods of a deep voice
_STRAY = Fraction(5, 1000)  # seconds: together at most 17 ms out of time at half the speed, and less above it
_EARLY, _MOST_EARLY = Fraction(3, 4), Fraction(9, 1000)
"""Slowed down, a click lies in several pieces. The first was measured to come early by so much of half a piece for
each time that the sound gets longer; where that is more than so many seconds, all comes later by the rest."""
_COARSE = 4  # the best place is first looked for at a quarter of the rate


class TimeStretch:
    """Stretches sound that comes in blocks.

    Args:
        speed: Seconds of the source a second.
        rate: Samples a second.
    """

    def __init__(self, speed: Fraction, rate: int) -> None:
        self._speed = speed
        self._half = round(_HALF * rate) // _COARSE * _COARSE
        self._stray = round(_STRAY * rate) // _COARSE * _COARSE
        rising = np.arange(self._half, dtype=np.float32) / self._half
        self._rise = (0.5 - 0.5 * np.cos(np.pi * rising)).astype(np.float32)[:, None]
        margin = self._half + self._stray
        self._kept = np.zeros((margin, 2), np.float32)  # what of the source may still be needed
        self._kept_from = -margin  # the source's sample that it begins with; before its first is silence
        self._piece = 0  # the next one, counted from 0, at whose middle the output is at piece * half
        self._middle = 0  # of the piece before, in the source
        self._taken = self._given = 0  # samples
        early = _EARLY * _HALF * (1 / speed - 1)
        self._late = max(0, round((early - _MOST_EARLY) * rate))

    def feed(self, sound: Samples) -> Samples:
        """Put the next block in; what can be given by now."""
        self._taken += len(sound)
        self._kept = np.concatenate((self._kept, sound))
        given = []
        end = self._kept_from + len(self._kept)
        while self._place(self._piece) + self._stray + self._half <= end and self._middle + self._half <= end:
            if self._piece:
                given.append(self._next())
            self._piece += 1
        needed = min(self._middle, self._place(self._piece) - self._half - self._stray)
        if needed > self._kept_from:
            self._kept = self._kept[needed - self._kept_from :]
            self._kept_from = needed
        if given and self._late:
            given.insert(0, np.zeros((self._late, 2), np.float32))
            self._late = 0
        whole = np.concatenate(given) if given else NOTHING
        self._given += len(whole)
        return whole

    def finish(self) -> Samples:
        """What is left after the last block, so that the whole is as long as the speed says."""
        missing = round(self._taken / self._speed) - self._given
        silence = 4 * (self._half + self._stray) + round(2 * self._half * self._speed)
        return self.feed(np.zeros((silence, 2), np.float32))[: max(0, missing)]

    def _place(self, piece: int) -> int:
        """Where in the source the middle of a piece should be."""
        return round(piece * self._half * self._speed)

    def _next(self) -> Samples:
        """The output between the middle of the piece before and that of the next one."""
        before = self._of(self._middle, self._half)
        wanted = self._place(self._piece)
        search = self._of(wanted - self._half - self._stray, self._half + 2 * self._stray)
        # Of two sides that are each other's opposite, the sum is silence: then by what they differ in.
        sign = 1.0 if np.vdot(before[:, 0], before[:, 1]) >= 0 else -1.0
        mono = np.array([1.0, sign], np.float32)
        self._middle = wanted - self._stray + _best_place(search @ mono, before @ mono)
        after = self._of(self._middle - self._half, self._half)
        return before * (1 - self._rise) + after * self._rise

    def _of(self, start: int, count: int) -> Samples:
        return self._kept[start - self._kept_from : start - self._kept_from + count]


def _best_place(search: Samples, wanted: Samples) -> int:
    """Where in ``search`` the stretch begins that is most like ``wanted``; the middle where all are alike."""
    coarse = _likeness(search.reshape(-1, _COARSE).mean(axis=1), wanted.reshape(-1, _COARSE).mean(axis=1))
    middle = (len(coarse) - 1) / 2
    coarse -= np.abs(np.arange(len(coarse)) - middle) * (1e-3 / max(1.0, middle))
    near = int(np.argmax(coarse)) * _COARSE
    first, last = max(0, near - _COARSE + 1), min(len(search) - len(wanted), near + _COARSE - 1)
    fine = _likeness(search[first : last + len(wanted)], wanted)
    fine -= np.abs(np.arange(first, last + 1) - near) * 1e-5
    return first + int(np.argmax(fine))


def _likeness(search: Samples, wanted: Samples) -> Samples:
    """How alike ``wanted`` and each stretch of ``search`` are: the cosine of the angle between them."""
    energy = np.concatenate(([0.0], np.cumsum(np.square(search, dtype=np.float64))))
    energies = np.maximum(energy[len(wanted) :] - energy[: -len(wanted)], 0.0)
    scale = np.sqrt(energies) * np.sqrt(np.sum(np.square(wanted, dtype=np.float64)))
    likeness: Samples = (np.correlate(search, wanted, "valid") / np.maximum(scale, 1e-6)).astype(np.float32)
    return likeness
