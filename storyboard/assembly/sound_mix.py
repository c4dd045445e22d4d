"""The mix of a soundtrack, a second at a time: a file is open only while it sounds."""

from __future__ import annotations

from contextlib import closing
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from storyboard.assembly.ducking import ducked
from storyboard.assembly.sound_cue import RUN_UP
from storyboard.assembly.sound_graph import NOTHING
from storyboard.assembly.sound_source import SoundSource

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from storyboard.assembly.ducking import Buses
    from storyboard.assembly.sound_cue import SoundCue, Soundtrack
    from storyboard.assembly.sound_graph import Samples

_BUSES = {"clip": 0, "narration": 1, "music": 2}
_EDGES = 200  # a second is so many: 5 ms over which a sound that is not faded begins and ends, so as not to click


def mixed(soundtrack: Soundtrack) -> Generator[Samples]:
    """Blocks of a second, and the last as long as it has to be; together exactly as long as the soundtrack.

    Nothing is limited here: a sample may be louder than full scale.

    Raises:
        SoundError: A file cannot be used.
    """
    rate = soundtrack.rate
    first = round(soundtrack.begins * rate)
    lead = max(0, first - RUN_UP * rate)
    lead -= lead % rate  # whole seconds of the film: the music's gain is decided on at the same moments
    gives_way = any(_gives_way(cue) for cue in soundtrack.cues)
    with closing(_buses(soundtrack, lead, first + soundtrack.samples)) as buses:
        if gives_way and any(cue.role != "music" for cue in soundtrack.cues):
            blocks = ducked(buses, rate)
        else:
            blocks = (clips + narration + music + other for clips, narration, music, other in buses)
        place = 0
        for part in _after(first - lead, blocks, rate) if soundtrack.begins else blocks:
            yield _cut_softly(part, place, soundtrack)
            place += len(part)


def _after(skip: int, blocks: Iterable[Samples], size: int) -> Iterator[Samples]:
    """What comes after so many samples, in blocks of a size again."""
    rest = NOTHING
    for block in blocks:
        rest = np.concatenate((rest, block[skip:]))
        skip = max(0, skip - len(block))
        if len(rest) >= size:
            yield rest[:size]
            rest = rest[size:]
    if len(rest):
        yield rest


def _cut_softly(part: Samples, place: int, soundtrack: Soundtrack) -> Samples:
    """The same, but for the first and the last milliseconds of a part of a film, which sound would click in."""
    edge, end = soundtrack.rate // _EDGES, soundtrack.begins + soundtrack.length
    if soundtrack.begins and place < edge:
        part = part * _ramp(place, place + len(part), edge)
    left = soundtrack.samples - place
    if left - len(part) < edge and any(cue.ends > end for cue in soundtrack.cues):
        part = part * _ramp(left, left - len(part), edge)
    return part


def _gives_way(cue: SoundCue) -> bool:
    return cue.role == "music" and cue.duck


def _buses(soundtrack: Soundtrack, first: int, last: int) -> Generator[Buses]:
    """What the cues give, from one sample of the timeline to another."""
    rate = soundtrack.rate
    heard = [cue for cue in soundtrack.cues if round(cue.ends * rate) > first]
    coming = sorted(heard, key=lambda cue: cue.at, reverse=True)
    sounding: list[_Voice] = []
    beginnings, endings = {_beginning(cue) for cue in coming}, {_ending(cue) for cue in coming}
    try:
        for begin in range(first, last, rate):
            end = min(begin + rate, last)
            while coming and round(coming[-1].at * rate) < end:
                cue = coming.pop()
                goes_on, was_on = _ending(cue) in beginnings, _beginning(cue) in endings
                sounding.append(_Voice(cue, rate, first, goes_on=goes_on, was_on=was_on))
            buses = [np.zeros((end - begin, 2), np.float32) for _ in range(4)]
            for voice in sounding:
                voice.add(buses[voice.bus], begin)
            for voice in [each for each in sounding if each.ends <= end]:
                sounding.remove(voice)
                voice.close()
            yield buses[0], buses[1], buses[2], buses[3]
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
        first: The first sample of the timeline that is asked for.
        goes_on: Whether another cue goes on where this one ends.
        was_on: Whether it goes on where another cue ends.
    """

    def __init__(self, cue: SoundCue, rate: int, first: int, *, goes_on: bool, was_on: bool) -> None:
        self.bus = _BUSES[cue.role] + (cue.role == "music" and not cue.duck)
        self.begins, self.ends = round(cue.at * rate), round(cue.ends * rate)
        skipped = Fraction(max(0, first - self.begins), rate)
        self._source = SoundSource(
            cue.path,
            start=cue.start + skipped * cue.speed,
            rate=rate,
            speed=cue.speed,
            lasts=(cue.length - skipped) * cue.speed,
        )
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
