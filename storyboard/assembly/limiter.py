"""A look-ahead limiter for true peaks: sound that is never louder than a ceiling, also between its samples."""

from __future__ import annotations

from math import exp, inf, log10
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from storyboard.assembly.sound_graph import Samples

Gains = np.ndarray[Any, np.dtype[np.float64]]

CEILING = -1.5
"""The highest true peak, in dBTP: half a decibel below what EBU R 128 allows, for what an encoder adds."""

_STEPS = 1000  # a second: the gain is decided on so often, and is straight in between
_AHEAD = 5  # steps over which it goes down before a peak
_BACK = 1 - exp(-1 / 60)  # of the way back up a step: a time constant of 60 ms
_PHASES, _TAPS = 4, 12  # four times the rate, as BS.1770's annex 2 measures true peaks
_QUIET = 0.5  # of the ceiling: samples below it have no peak above it between them


def _interpolators() -> Samples:
    """Filters that give the signal at a quarter, a half and three quarters of the way to the next sample."""
    places = np.arange(_TAPS) - _TAPS / 2 + 1
    shifted = places[None, :] - (np.arange(1, _PHASES) / _PHASES)[:, None]
    window = np.cos(np.pi * shifted / (_TAPS + 1)) ** 2
    filters = np.sinc(shifted) * window
    even: Samples = (filters / filters.sum(axis=1, keepdims=True)).astype(np.float32)
    return even


def _filtered(sides: Samples, taps: Samples) -> Samples:
    """Each row through a short filter; a few times as fast as ``np.convolve``, which takes a row at a time."""
    count = sides.shape[1] - len(taps) + 1
    sums = np.zeros((len(sides), count), np.float32)
    for place, tap in enumerate(taps):
        sums += tap * sides[:, place : place + count]
    return sums


class Limiter:
    """Keeps true peaks below a ceiling. What never reaches it goes through untouched, bit for bit.

    A gain that is the least of what the peaks of the next milliseconds ask for, and then their moving average, is
    never above what any of them asks for: nothing overshoots.

    libavfilter's ``alimiter`` looks at samples only; made to see true peaks, at four times the rate, it takes twice
    as long.

    Attributes:
        highest: The highest true peak that has come in, in dBTP; negative infinity while none was near the ceiling.

    Args:
        rate: Samples a second: a multiple of 1000.
        ceiling: In dBTP.
    """

    def __init__(self, rate: int, ceiling: float = CEILING) -> None:
        self.highest = -inf
        self._step = rate // _STEPS
        self._ceiling = 10 ** (ceiling / 20)
        self._filters = _interpolators()
        self._before = np.zeros((_TAPS - 1, 2), np.float32)

    def held_down(self, blocks: Iterable[Samples]) -> Iterator[Samples]:
        """The same blocks, held down where they have to be. Each is whole milliseconds, but for the last."""
        waiting: Samples | None = None
        caps = np.ones(0)  # what each step of the waiting block allows
        last_cap, eased = 1.0, 1.0
        nodes: Gains | None = None  # gains that are eased but not yet averaged, from before the waiting block
        for block in blocks:
            if waiting is None:
                waiting, caps = block, self._caps(block)
                continue
            following = self._caps(block)
            held, last_cap, eased, nodes = self._held(waiting, caps, following, last_cap, eased, nodes)
            yield held
            waiting, caps = block, following
        if waiting is not None:
            yield self._held(waiting, caps, np.ones(_AHEAD + 1), last_cap, eased, nodes)[0]

    @property
    def limited(self) -> bool:
        """Whether anything had to be held down."""
        return self.highest > 20 * log10(self._ceiling)

    def _caps(self, block: Samples) -> Gains:
        """The gain that each step allows: the ceiling over its true peak, 1 at most."""
        steps = -(-len(block) // self._step)
        around = np.concatenate((self._before, block))
        self._before = around[-(_TAPS - 1) :]
        if max(block.max(initial=0), -block.min(initial=0)) < _QUIET * self._ceiling:
            return np.ones(steps)
        sides = np.ascontiguousarray(around.T)
        highest = np.zeros(steps * self._step, np.float32)
        highest[: len(block)] = np.abs(sides[:, _TAPS - 1 :]).max(axis=0)
        late = _TAPS // 2  # samples by which what lies between two of them is known later
        for taps in self._filters:
            between = np.abs(_filtered(sides, taps)).max(axis=0)
            highest[0] = max(highest[0], between[:late].max())
            rest = between[late:]
            np.maximum(highest[: len(rest)], rest, out=highest[: len(rest)])
        peaks = highest.reshape(steps, self._step).max(axis=1).astype(np.float64)
        self.highest = max(self.highest, 20 * log10(max(peaks.max(), 1e-9)))
        caps: Gains = np.minimum(1.0, self._ceiling / np.maximum(peaks, 1e-9))
        return caps

    def _held(
        self,
        block: Samples,
        caps: Gains,
        following: Gains,
        last_cap: float,
        eased: float,
        nodes: Gains | None,
    ) -> tuple[Samples, float, float, Gains | None]:
        """The block with its gain, and the state after it."""
        ahead = np.concatenate((caps, following[: _AHEAD + 1]))
        ahead = np.concatenate((ahead, np.ones(len(caps) + _AHEAD + 1 - len(ahead))))
        if eased == 1.0 and last_cap == 1.0 and ahead.min() == 1.0 and (nodes is None or nodes.min() == 1.0):
            return block, 1.0, 1.0, np.ones(_AHEAD)
        # A node lies between two steps, and holds to the lower of them.
        wanted = np.minimum(np.concatenate(([last_cap], ahead[:-1])), ahead)
        least = np.lib.stride_tricks.sliding_window_view(wanted, _AHEAD + 1).min(axis=1)[: len(caps) + 1]
        released = []
        for cap in least.tolist():
            released.append(min(cap, eased + (1.0 - eased) * _BACK) if eased < 0.9999 else cap)
            eased = released[-1]
        if nodes is None:  # sound that is too loud from its first sample on has nothing to come down from
            nodes = np.full(_AHEAD, released[0])
        line = np.concatenate((nodes, released))
        gains = np.lib.stride_tricks.sliding_window_view(line, _AHEAD + 1).mean(axis=1)
        places = np.arange(len(block), dtype=np.float32) / self._step
        curve = np.interp(places, np.arange(len(gains)), gains).astype(np.float32)
        return block * curve[:, None], float(caps[-1]), released[-2], line[len(caps) : len(caps) + _AHEAD]
