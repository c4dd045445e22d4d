"""Music that gives way to speech: lowered while there is any, and back after it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np

from storyboard.assembly.sound_graph import Samples

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DEPTH = 12.0
"""By how much music is lowered under speech, in dB."""

Powers = np.ndarray[Any, np.dtype[np.float64]]

_OPENS, _SHUTS = -35.0, -41.0  # dBFS RMS: a noise that hovers at one level is on one side, and does not pump
_LOUDEST, _MOST = -17.0, 20.0  # dBFS in one step, as in a voice at -20; dB by which a quiet one counts as louder
_STEPS = 100  # a second: the gain is decided on so often, and is straight in between
_ATTACK, _RELEASE = 8, 60  # steps from full to lowered, and back
_HOLD = 30  # steps: a breath between words is not the end of speech
_WINDOW = 5  # steps to either side over which the level is taken: longer than a click counts
_AHEAD = _ATTACK + _WINDOW  # steps: music is down by the time the first word comes


Buses = tuple[Samples, Samples, Samples, Samples, Samples]
"""Sound of clips, narration, music that gives way to both, music that does not, and narration as it counts: blocks of
one length."""


def ducked(blocks: Iterable[Buses], rate: int) -> Iterator[Samples]:
    """Lower music under speech, by ``DEPTH`` dB, and mix the two with what else there is.

    Music goes down in 80 ms, so that it is down as the first word comes; stays down through pauses of up to 300 ms;
    and comes back in 600 ms. Speech is what is louder than -35 dBFS RMS, until it falls below -41; how loud each
    narration counts, ``counted_gain`` says.

    libavfilter's ``sidechaincompress`` would lower it by an amount that depends on how loud the speech is, and only
    after it has begun.

    Args:
        blocks: Whole seconds, but for the last.
        rate: Samples a second: a multiple of 1000.
    """
    step = rate // _STEPS
    envelope = _Envelope()
    waiting: deque[Buses] = deque()

    def decided() -> Iterator[Samples]:
        while waiting and (gains := envelope.gains(-(-len(waiting[0][0]) // step))) is not None:
            clips, narration, music, other, _ = waiting.popleft()
            yield clips + narration + _with_gains(music, gains, step) + other

    for block in blocks:
        envelope.hear(_powers(block[0], step) + _powers(block[4], step))
        waiting.append(block)
        yield from decided()
    envelope.hear(np.zeros(_AHEAD + 1))
    yield from decided()


def counted_gain(blocks: Iterable[Samples], rate: int) -> float:
    """By how much a narration counts as louder than it is, as a factor.

    How loud it was recorded says nothing about whether it is heard: its loudest moment counts as if it were at
    -17 dBFS RMS, though never as more than 20 dB louder than it is, and never as quieter.

    Args:
        blocks: All of it.
        rate: Samples a second: a multiple of 1000.
    """
    loudest = max((float(_powers(block, rate // _STEPS).max()) for block in blocks if len(block)), default=0.0)
    more = _LOUDEST - 10 * np.log10(max(loudest, 1e-12))
    return float(10 ** (min(max(more, 0.0), _MOST) / 20))


def _powers(speech: Samples, step: int) -> Powers:
    """The mean power of each step."""
    squares = np.square(speech).mean(axis=1)
    if len(squares) % step:
        squares = np.concatenate((squares, np.zeros(step - len(squares) % step, np.float32)))
    powers: Powers = squares.reshape(-1, step).mean(axis=1, dtype=np.float64)
    return powers


def _with_gains(music: Samples, gains: Powers, step: int) -> Samples:
    """The music with gains in dB, one at the beginning of each step and one at the end of the last."""
    if np.ptp(gains) == 0:
        return music if gains[0] == 0 else music * np.float32(10 ** (gains[0] / 20))
    places = np.arange(len(music), dtype=np.float32) / step
    curve = np.interp(places, np.arange(len(gains)), 10 ** (gains / 20)).astype(np.float32)
    return music * curve[:, None]


class _Envelope:
    """Decides on the gain, a step at a time, looking a little ahead."""

    def __init__(self) -> None:
        self._heard = np.zeros(_WINDOW)  # powers; the level at a step is their mean from there on
        self._nodes: list[float] = []  # gains in dB
        self._gain = 0.0
        self._open_for = 0  # steps that the music stays down
        self._speaking = False
        self._skip = _AHEAD - _WINDOW  # the first levels are of times before the first gain

    def hear(self, powers: Powers) -> None:
        """Take the powers of the next steps of speech."""
        self._heard = np.concatenate((self._heard, powers))
        sums = np.concatenate(([0.0], np.cumsum(self._heard)))
        width = 2 * _WINDOW
        levels = (sums[width:] - sums[:-width]) / width
        self._heard = self._heard[max(0, len(levels)) :]
        opens, shuts = 10 ** (_OPENS / 10), 10 ** (_SHUTS / 10)
        for level in levels.tolist():
            self._speaking = level > (shuts if self._speaking else opens)
            self._open_for = _HOLD if self._speaking else max(0, self._open_for - 1)
            wanted = -DEPTH if self._open_for else 0.0
            if wanted < self._gain:
                self._gain = max(wanted, self._gain - DEPTH / _ATTACK)
            else:
                self._gain = min(wanted, self._gain + DEPTH / _RELEASE)
            if self._skip:
                self._skip -= 1
            else:
                self._nodes.append(self._gain)

    def gains(self, steps: int) -> Powers | None:
        """The gains of the next steps, and the one after them; None while that is not decided."""
        if len(self._nodes) <= steps:
            return None
        given = np.array(self._nodes[: steps + 1])
        del self._nodes[:steps]
        return given
