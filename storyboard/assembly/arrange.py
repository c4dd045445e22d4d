"""From items one after the other to an edit list: lengths in whole frames, and what a transition takes from where."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from storyboard.assembly.edit_list import FADES, Entrance, Shot, speed_of
from storyboard.errors import StoryboardError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from storyboard.assembly.edit_list import Source


class CutError(StoryboardError):
    """A cut cannot be made as it is written.

    Attributes:
        item: Which item of the timeline it is about, counted from 0; None where it is about none.
        others: What else is wrong with it.
    """

    code = "cut-impossible"

    def __init__(self, message: str, *, hint: str = "", item: int | None = None) -> None:
        super().__init__(message, hint=hint)
        self.item = item
        self.others: tuple[CutError, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """What the author wants seen next.

    Attributes:
        source: The footage.
        start: Where in a clip it starts, in seconds; 0 for everything else.
        seconds: How long it is wanted, in seconds of the film.
        enters: How it begins.
        label: What a person calls it.
        item: Which item of the timeline it comes from, counted from 0.
        in_room: Seconds of the source before its start that a transition may show.
        out_room: Seconds of the source after its end that a transition may show.
        volume: Of its sound, in dB.
    """

    source: Source
    seconds: Fraction
    start: Fraction = Fraction(0)
    enters: Entrance = field(default_factory=Entrance)
    label: str = ""
    item: int = 0
    in_room: Fraction = Fraction(0)
    out_room: Fraction = Fraction(0)
    volume: float = 0.0


def arrange(wanted: Sequence[Wanted], fps: Fraction) -> tuple[Shot, ...]:
    """Lay items out on the frames of a film.

    A transition with overlap takes the frames it needs from beyond the ends of its clips where they are longer than
    what is wanted of them (handles), and from the clips themselves where they are not; only then is the film shorter.

    Args:
        wanted: The items, in order.
        fps: Frames a second.

    Raises:
        CutError: A transition is longer than what it joins, or overlaps another.
    """
    lengths = [_frames(each, fps) for each in wanted]
    entrances = [_entrance(each, first=not number) for number, each in enumerate(wanted)]
    handles = [(0, 0)] * len(wanted)  # before this shot's own beginning; after the end of the one before
    for number in range(1, len(wanted)):
        overlap = entrances[number].overlap
        room_before = _whole_frames(wanted[number].in_room, wanted[number], fps)
        room_after = _whole_frames(wanted[number - 1].out_room, wanted[number - 1], fps)
        after = min(room_after, (overlap + 1) // 2)
        before = min(room_before, overlap - after)
        handles[number] = (before, min(room_after, overlap - before))
    shots: list[Shot] = []
    place = 0
    for number, each in enumerate(wanted):
        before = handles[number][0]
        after = handles[number + 1][1] if number + 1 < len(wanted) else 0
        begins = place - entrances[number].overlap
        shots.append(
            Shot(
                each.source,
                begins,
                lengths[number] + before + after,
                each.start - before / fps * speed_of(each.source),
                entrances[number],
                before,
                after,
                each.label,
                each.item,
                each.volume,
            )
        )
        place = shots[-1].ends
    faults = [*_out_of_nothing(wanted), *_misfits(shots, fps)]
    if faults:
        first, *others = faults
        first.others = tuple(others)
        raise first
    return tuple(shots)


def _entrance(wanted: Wanted, *, first: bool) -> Entrance:
    """The first item has nothing to come out of but black."""
    can_be = wanted.enters.frames and (not first or wanted.enters.kind in FADES)
    return wanted.enters if can_be else Entrance()


def _out_of_nothing(wanted: Sequence[Wanted]) -> Iterator[CutError]:
    for first in wanted[:1]:
        if first.enters.frames and first.enters.kind not in FADES:
            yield CutError(
                f"{first.label} is first, so there is nothing that its {first.enters.kind} could come from.",
                hint="Take the transition away, write “fade through black”, or put “black: 1” before it.",
                item=first.item,
            )


def _frames(wanted: Wanted, fps: Fraction) -> int:
    """How many frames something is seen: the nearest whole number, and never none."""
    return max(1, round(wanted.seconds * fps))


def _whole_frames(seconds: Fraction, wanted: Wanted, fps: Fraction) -> int:
    return max(0, int(seconds / speed_of(wanted.source) * fps))


def _misfits(shots: Sequence[Shot], fps: Fraction) -> Iterator[CutError]:
    told = set[int | None]()
    for number, shot in enumerate(shots):
        after = shots[number + 1] if number + 1 < len(shots) else None
        at_start = shot.enters.after
        at_end = after.enters.before if after else 0
        # Handles carry a part of a transition: what is left of it lies over what is seen.
        over_start, over_end = at_start - shot.leads_in, at_end - shot.lasts_over
        seen = shot.frames - shot.leads_in - shot.lasts_over
        for taken, over, which in ((at_start, over_start, shot), (at_end, over_end, after)):
            if which and taken > shot.frames and which.item not in told:
                told.add(which.item)
                yield CutError(
                    f"The {which.enters.kind} of {_seconds(which.enters.frames, fps)} into {which.label} is longer "
                    f"than {shot.label}: it takes {_seconds(over, fps)} of that, which is seen for "
                    f"{_seconds(seen, fps)}.",
                    hint="Make the transition shorter, or show more of the clip.",
                    item=which.item,
                )
        if after and at_start + at_end > shot.frames and not told & {shot.item, after.item}:
            yield CutError(
                f"The two transitions of {shot.label} overlap: together they take "
                f"{_seconds(over_start + over_end, fps)} of it, and it is seen for {_seconds(seen, fps)}.",
                hint="Make one of them shorter, or show more of the clip.",
                item=after.item,
            )


def _seconds(frames: int, fps: Fraction) -> str:
    return f"{float(Fraction(frames) / fps):g} s"
