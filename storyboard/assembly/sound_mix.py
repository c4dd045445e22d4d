"""The mix of a soundtrack, a second at a time: a file is open only while it sounds."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from storyboard.assembly.ducking import counted_gain, ducked
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
    is_ducked = any(map(_gives_way, soundtrack.cues)) and any(cue.role != "music" for cue in soundtrack.cues)
    with closing(_buses(soundtrack, lead, first + soundtrack.samples, is_ducked=is_ducked)) as buses:
        if is_ducked:
            blocks = ducked(buses, rate)
        else:
            blocks = (clips + narration + music + other for clips, narration, music, other, _ in buses)
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


def _buses(soundtrack: Soundtrack, first: int, last: int, *, is_ducked: bool) -> Generator[Buses]:
    """What the cues give, from one sample of the timeline to another."""
    rate = soundtrack.rate
    coming = [cue for cue in _as_one(soundtrack.cues) if round(cue.ends * rate) > first][::-1]
    sounding: list[_Voice] = []
    try:
        for begin in range(first, last, rate):
            end = min(begin + rate, last)
            while coming and round(coming[-1].at * rate) < end:
                cue = coming.pop()
                is_counted = is_ducked and cue.role == "narration"
                counts = counted_gain(_whole(cue, rate), rate) if is_counted else 0.0
                sounding.append(_Voice(cue, rate, first, counts=counts))
            buses = [np.zeros((end - begin, 2), np.float32) for _ in range(5)]
            for voice in sounding:
                voice.add(buses[voice.bus], buses[4], begin)
            for voice in [each for each in sounding if each.ends <= end]:
                sounding.remove(voice)
                voice.close()
            yield buses[0], buses[1], buses[2], buses[3], buses[4]
    finally:
        for voice in sounding:
            voice.close()


def _as_one(cues: Iterable[SoundCue]) -> list[SoundCue]:
    """The cues in the order they begin; those that go on with what another one ended with are one with it.

    No container tells its moments to the sample: were the file looked into anew, the sound would jump.
    """
    found: list[SoundCue] = []
    ends: dict[tuple[object, ...], int] = {}
    for cue in sorted(cues, key=lambda cue: cue.at):
        place = ends.pop(_beginning(cue), len(found))
        if place < len(found):
            before = found[place]
            found[place] = replace(before, length=before.length + cue.length, fade_out=cue.fade_out)
        else:
            found.append(cue)
        ends[_ending(cue)] = place
    return found


def _whole(cue: SoundCue, rate: int) -> Iterator[Samples]:
    """All of a cue, at its volume."""
    volume, left = np.float32(10 ** (cue.volume / 20)), round(cue.length * rate)
    with closing(_source(cue, rate)) as source:
        while left > 0 and len(block := source.read(min(left, rate))):
            yield block * volume
            left -= len(block)


def _source(cue: SoundCue, rate: int, skipped: Fraction = Fraction(0)) -> SoundSource:
    start, lasts = cue.start + skipped * cue.speed, (cue.length - skipped) * cue.speed
    return SoundSource(cue.path, start=start, rate=rate, speed=cue.speed, lasts=lasts)


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
        counts: By how much it counts as louder than it is where music gives way, as a factor; 0 for not at all.
    """

    def __init__(self, cue: SoundCue, rate: int, first: int, *, counts: float) -> None:
        self.bus = _BUSES[cue.role] + (cue.role == "music" and not cue.duck)
        self.begins, self.ends = round(cue.at * rate), round(cue.ends * rate)
        skipped = Fraction(max(0, first - self.begins), rate)
        self._source = _source(cue, rate, skipped)
        self._counts = np.float32(counts)
        self._volume = np.float32(10 ** (cue.volume / 20))
        self._edge = rate // _EDGES
        self._fade_in = round(cue.fade_in * rate) or self._edge
        self._fade_out = round(cue.fade_out * rate) or self._edge
        self._read_ahead = np.zeros((0, 2), np.float32)
        self._over = False

    def add(self, bus: Samples, spoken: Samples, begin: int) -> None:
        """Mix into a block what is heard in it, and into another that as it counts.

        Args:
            bus: The block.
            spoken: The other, as long.
            begin: The sample of the timeline that both begin at.
        """
        first, last = max(self.begins, begin), min(self.ends, begin + len(bus))
        if first >= last:
            return
        sound = self._take(last - first)
        sound = self._shaped(sound, first - self.begins)
        place = slice(first - begin, first - begin + len(sound))
        bus[place] += sound
        if self._counts:
            spoken[place] += sound * self._counts

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
