"""The mix of a soundtrack, a second at a time: a file is open only while it sounds."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np

from storyboard.assembly.ducking import ducked
from storyboard.assembly.sound_source import SoundSource

if TYPE_CHECKING:
    from collections.abc import Generator

    from storyboard.assembly.sound_cue import SoundCue, Soundtrack
    from storyboard.assembly.sound_graph import Samples

_EDGES = 200  # a second is so many: 5 ms over which a sound that is not faded begins and ends, so as not to click


def mixed(soundtrack: Soundtrack) -> Generator[Samples]:
    """Blocks of a second, and the last as long as it has to be; together exactly as long as the soundtrack.

    Nothing is limited here: a sample may be louder than full scale.

    Raises:
        SoundError: A file cannot be used.
    """
    gives_way = any(_gives_way(cue) for cue in soundtrack.cues)
    with closing(_buses(soundtrack)) as buses:
        if gives_way and any(cue.role != "music" for cue in soundtrack.cues):
            yield from ducked(buses, soundtrack.rate)
        else:
            for speech, music, other in buses:
                yield speech + music + other


def _gives_way(cue: SoundCue) -> bool:
    return cue.role == "music" and cue.duck


def _buses(soundtrack: Soundtrack) -> Generator[tuple[Samples, Samples, Samples]]:
    """Speech, music that gives way to it, and music that does not."""
    rate, total = soundtrack.rate, soundtrack.samples
    coming = sorted(soundtrack.cues, key=lambda cue: cue.at, reverse=True)
    sounding: list[_Voice] = []
    beginnings, endings = {_beginning(cue) for cue in coming}, {_ending(cue) for cue in coming}
    try:
        for begin in range(0, total, rate):
            end = min(begin + rate, total)
            while coming and round(coming[-1].at * rate) < end:
                cue = coming.pop()
                goes_on, was_on = _ending(cue) in beginnings, _beginning(cue) in endings
                sounding.append(_Voice(cue, rate, goes_on=goes_on, was_on=was_on))
            buses = [np.zeros((end - begin, 2), np.float32) for _ in range(3)]
            for voice in sounding:
                voice.add(buses[voice.bus], begin)
            for voice in [each for each in sounding if each.ends <= end]:
                sounding.remove(voice)
                voice.close()
            yield buses[0], buses[1], buses[2]
    finally:
        for voice in sounding:
            voice.close()


def _beginning(cue: SoundCue) -> tuple[object, ...]:
    """What a cue's beginning has in common with another one's end where the sound goes on through both."""
    edge = "begins" if cue.fade_in or cue.speed != 1 else "goes on"
    return (edge, cue.path, cue.role, cue.duck, cue.volume, cue.at, cue.start)


def _ending(cue: SoundCue) -> tuple[object, ...]:
    edge = "ends" if cue.fade_out or cue.speed != 1 else "goes on"
    return (edge, cue.path, cue.role, cue.duck, cue.volume, cue.ends, cue.start + cue.length)


class _Voice:
    """One cue while it sounds.

    Args:
        cue: What is heard.
        rate: Samples a second.
        goes_on: Whether another cue goes on where this one ends.
        was_on: Whether it goes on where another cue ends.
    """

    def __init__(self, cue: SoundCue, rate: int, *, goes_on: bool, was_on: bool) -> None:
        self.bus = 1 if _gives_way(cue) else 2 if cue.role == "music" else 0
        self.begins, self.ends = round(cue.at * rate), round(cue.ends * rate)
        self._source = SoundSource(cue.path, start=cue.start, rate=rate, speed=cue.speed)
        self._volume = np.float32(10 ** (cue.volume / 20))
        self._edge = rate // _EDGES
        self._fade_in = round(cue.fade_in * rate) or (0 if was_on else self._edge)
        self._fade_out = round(cue.fade_out * rate) or (0 if goes_on else self._edge)
        self._read_ahead = np.zeros((0, 2), np.float32)
        self._over = False

    def add(self, bus: Samples, begin: int) -> None:
        """Mix into a block that begins at a sample of the timeline what is heard in it."""
        first, last = max(self.begins, begin), min(self.ends, begin + len(bus))
        if first >= last:
            return
        sound = self._take(last - first)
        sound = self._shaped(sound, first - self.begins)
        bus[first - begin : first - begin + len(sound)] += sound

    def close(self) -> None:
        """Close the file."""
        self._source.close()

    def _take(self, count: int) -> Samples:
        """The next samples, fewer where the file ends: softly, wherever that is."""
        if not self._over:
            missing = count + self._edge - len(self._read_ahead)
            more = self._source.read(missing)
            self._read_ahead = np.concatenate((self._read_ahead, more))
            if len(more) < missing:
                self._over = True
                self._source.close()
                tail = min(self._edge, len(self._read_ahead))
                if tail:
                    self._read_ahead[-tail:] *= ((np.arange(tail, 0, -1) - 0.5) / self._edge)[:, None]
        taken, self._read_ahead = self._read_ahead[:count], self._read_ahead[count:]
        return taken

    def _shaped(self, sound: Samples, place: int) -> Samples:
        """With its volume and fades; ``place`` is of its first sample, counted from the cue's."""
        length, end = self.ends - self.begins, place + len(sound)
        shaped = sound * self._volume
        if place < self._fade_in:
            shaped *= _ramp(place, end, self._fade_in)
        if end > length - self._fade_out:
            shaped *= _ramp(length - place, length - end, self._fade_out)
        return shaped


def _ramp(first: int, last: int, length: int) -> Samples:
    """Gains of the samples between two places on a straight ramp from nothing at 0 to all at ``length``."""
    step = 1 if last >= first else -1
    middles = np.arange(first, last, step, dtype=np.float64) + 0.5 * step
    return np.clip(middles / length, 0.0, 1.0).astype(np.float32)[:, None]
