"""From an edit list to pieces: what is copied, what is composed, and why. Pure: nothing is opened."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from storyboard.assembly.edit_list import FADES, Footage, is_as_it_is
from storyboard.assembly.picture_format import match
from storyboard.assembly.pieces import Compose, Copy, Fade, Layer, Mix, Strip, Words, longest_run, settled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from fractions import Fraction

    from storyboard.assembly.edit_list import EditList, Shot
    from storyboard.assembly.picture_format import PictureFormat
    from storyboard.assembly.pieces import Piece

MOST_FRAMES = 128
"""A composed piece has no more, so that several can be made at once and little is lost."""
_FEWEST = 24
_WORTH_COPYING = 8
"""A shorter run costs a key frame more than it saves."""


@dataclass(frozen=True)
class PiecePlan:
    """How a film is put together.

    Attributes:
        format: Its picture.
        pieces: In order, without a gap.
        reasons: Why a clip is not copied, by its checksum.
    """

    format: PictureFormat
    pieces: tuple[Piece, ...]
    reasons: Mapping[str, str]

    @property
    def frames(self) -> int:
        """How many there are."""
        return sum(piece.frames for piece in self.pieces)

    @property
    def composed(self) -> int:
        """How many frames are composed."""
        return sum(piece.frames for piece in self.pieces if isinstance(piece, Compose))

    @property
    def composed_pieces(self) -> int:
        """In how many pieces they are made."""
        return sum(isinstance(piece, Compose) for piece in self.pieces)


def plan_pieces(edit: EditList, wanted: PictureFormat, *, most: int = MOST_FRAMES) -> PiecePlan:
    """Find what can be copied, and cut the rest into pieces that can be made, kept and used again one by one.

    Args:
        edit: The film.
        wanted: Its picture, as the author asked for it.
        most: How many frames a composed piece has at most.
    """
    as_it_is = [(shot.source.media, shot.frames) for shot in edit.shots if is_as_it_is(shot.source)]
    matched = match(as_it_is, wanted)
    pieces: list[Piece] = []
    strips: list[Strip] = []
    begins = edit.first

    def compose() -> None:
        nonlocal strips, begins
        pieces.extend(_composed(strips, begins, edit.fps, most))
        begins += sum(strip.frames for strip in strips)
        strips = []

    for strip in strips_of(edit):
        run = _run(strip, matched.reasons, edit.fps)
        if run is None:
            strips.append(strip)
            continue
        packet, skipped, frames, first = run
        if skipped:
            strips.append(strip.part(0, skipped, edit.fps))
        compose()
        assert isinstance(strip.under.source, Footage)  # noqa: S101  nothing else has runs
        pieces.append(Copy(begins, strip.under.source.media, packet, frames, first))
        begins += frames
        if skipped + frames < strip.frames:
            strips.append(strip.part(skipped + frames, strip.frames, edit.fps))
    compose()
    return PiecePlan(matched.format, tuple(pieces), matched.reasons)


def why_composed(shot: Shot, reasons: Mapping[str, str], fps: Fraction) -> str:
    """Why footage is composed that looks as though it could be copied; empty where some of it can be.

    Args:
        shot: Any.
        reasons: Those of the plan.
        fps: Frames a second of the film.
    """
    source = shot.source
    if not isinstance(source, Footage):
        return ""
    if source.media.sha256 in reasons:
        return reasons[source.media.sha256]
    if source.matched_to:
        return "its colour is brought to that of the reel before"
    if source.speed != 1:
        return f"it is shown at {float(source.speed):g} times its speed"
    first = round(shot.offset * fps)
    is_any = longest_run(source.media, first, first + shot.frames)
    return "" if is_any else "no frame that is shown can be decoded without those before it"


def strips_of(edit: EditList) -> Iterator[Strip]:
    """The film as strips, in order: between two of them something begins or ends."""
    edges = {edit.first, edit.last}
    for number, shot in enumerate(edit.shots):
        edges |= {shot.begins, shot.ends, shot.begins + shot.enters.after}
        if number and shot.enters.kind in FADES:
            edges.add(shot.begins - shot.enters.before)
    for overlay in edit.overlays:
        edges |= {overlay.begins, overlay.ends}
    inside = sorted(edge for edge in edges if edit.first <= edge <= edit.last)
    for first, last in pairwise(inside):
        yield _strip(edit, first, last)


def _strip(edit: EditList, first: int, last: int) -> Strip:
    seen = [(number, shot) for number, shot in enumerate(edit.shots) if shot.begins <= first < shot.ends]
    layers = [_layer(shot, first, edit.fps) for _, shot in seen]
    mix = None
    if len(seen) > 1:
        entering = seen[1][1]
        enters = entering.enters
        mix = Mix(enters.kind, enters.direction, enters.matte, first - entering.begins, enters.frames)
    return Strip(
        last - first,
        layers[0],
        layers[1] if mix else None,
        mix,
        tuple(_fades(edit, seen[0][0], first)),
        tuple(
            Words(overlay.lettering, overlay.is_subtitle, first - overlay.begins, overlay.frames)
            for overlay in edit.overlays
            if overlay.begins <= first < overlay.ends
        ),
    )


def _layer(shot: Shot, frame: int, fps: Fraction) -> Layer:
    return settled(Layer(shot.source, shot.time_at(frame, fps), frame - shot.begins, shot.frames))


def _fades(edit: EditList, number: int, frame: int) -> Iterator[Fade]:
    for shot in edit.shots[number : number + 2]:
        enters = shot.enters
        begins = shot.begins - enters.before
        if enters.kind in FADES and begins <= frame < begins + enters.frames:
            yield Fade(FADES[enters.kind], frame - begins, enters.frames)


def _run(strip: Strip, reasons: Mapping[str, str], fps: Fraction) -> tuple[int, int, int, int] | None:
    """The run of a strip that can be copied: its packet, the frames before it, its length, its frame in the clip."""
    source = strip.under.source
    if not strip.is_plain or not is_as_it_is(source):
        return None
    first = strip.under.at * fps
    if source.media.sha256 in reasons or first.denominator != 1:
        return None
    found = longest_run(source.media, int(first), int(first) + strip.frames)
    if found is None or found[2] < min(_WORTH_COPYING, strip.frames):
        return None
    packet, begins, frames = found
    return packet, begins - int(first), frames, begins


def _composed(strips: list[Strip], begins: int, fps: Fraction, most: int) -> Iterator[Compose]:
    """Pieces out of strips: short ones together, long ones in parts."""
    group: list[Strip] = []
    for strip in strips:
        if group and sum(each.frames for each in group) >= _FEWEST and strip.frames >= _FEWEST:
            yield from _parts(group, begins, fps, most)
            begins += sum(each.frames for each in group)
            group = []
        group.append(strip)
    yield from _parts(group, begins, fps, most)


def _parts(group: list[Strip], begins: int, fps: Fraction, most: int) -> Iterator[Compose]:
    total = sum(strip.frames for strip in group)
    if not total:
        return
    parts = -(-total // most)
    edges = [total * part // parts for part in range(parts + 1)]
    for first, last in pairwise(edges):
        yield Compose(begins + first, tuple(_between(group, first, last, fps)))


def _between(group: list[Strip], first: int, last: int, fps: Fraction) -> Iterator[Strip]:
    place = 0
    for strip in group:
        start, end = max(first - place, 0), min(last - place, strip.frames)
        if start < end:
            yield strip if (start, end) == (0, strip.frames) else strip.part(start, end, fps)
        place += strip.frames
