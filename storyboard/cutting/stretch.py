"""Which stretch of a clip its “in” and “out” mean."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from storyboard.cutting.faults import CutFaultError
from storyboard.cutting.times import exact, told

if TYPE_CHECKING:
    from storyboard.assembly.media import Media
    from storyboard.cutting.faults import Where


def stretch_of(
    media: Media, label: str, start: float | None, end: float | None, where: Where
) -> tuple[Fraction, Fraction]:
    """Where in a clip what is shown begins and ends, in seconds, each at a frame.

    Args:
        media: The clip.
        label: What a person calls it.
        start: Its “in”.
        end: Its “out”; None is its end.
        where: The item of the timeline.

    Raises:
        CutFaultError: There is no such stretch in it.
    """
    length, each = media.seconds, 1 / Fraction(media.fps or 16)
    begins = _on_frame(exact(start or 0.0), media)
    ends = _on_frame(exact(end), media) if end is not None else length
    if begins >= length:
        raise CutFaultError(
            f"{label} is {told(length)} long, and “in” is {start or 0:g} s.",
            hint=f"Let it start earlier: its last frame begins at {told(max(length - each, Fraction(0)))}.",
            where=(*where, "in"),
        )
    if ends > length + each:
        raise CutFaultError(
            f"{label} is {told(length)} long, and “out” is {end or 0:g} s.",
            hint="Leave “out” away to show it to its end.",
            where=(*where, "out"),
        )
    ends = min(ends, length)
    if ends <= begins:
        raise CutFaultError(
            f"Between “in” and “out”, {label} has no frame: it has {float(media.fps or 0):g} a second.",
            hint="Let it end later, or start earlier.",
            where=(*where, "out"),
        )
    return begins, ends


def _on_frame(seconds: Fraction, media: Media) -> Fraction:
    """The nearest moment at which a clip has a frame, so that what can be copied is not missed by a hair."""
    return Fraction(round(seconds * media.fps)) / media.fps if media.fps else seconds
