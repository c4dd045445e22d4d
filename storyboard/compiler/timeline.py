"""Segments on the model's grid of slots, and the cut of an episode into reels.

A reel is what one job renders. It holds at least the model's shortest clip and at most its longest; cuts fall
on scene boundaries where they can, on segment boundaries where a scene is too long for a reel, and inside a
segment only where that one segment is.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from storyboard.story.findings import Remark, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storyboard.profile import ModelProfile, Resolution
    from storyboard.story.model import Segment, Storyboard


class Span(NamedTuple):
    """A segment, or the part of one that lies in a reel.

    Attributes:
        scene: Index of its scene.
        segment: Index in its scene.
        slots: How many slots of the reel it fills.
        goes_on: True when the segment began in the reel before.
    """

    scene: int
    segment: int
    slots: int
    goes_on: bool = False


Reel = tuple[Span, ...]


@dataclass(frozen=True)
class Timeline:
    """An episode on the grid.

    Attributes:
        reels: The spans of each reel, in order.
        remarks: What there is to tell: lengths off the grid, stretching, the number of jobs.
    """

    reels: tuple[Reel, ...]
    remarks: tuple[Remark, ...]


def lay_out(storyboard: Storyboard, profile: ModelProfile) -> Timeline:
    """Put every segment on the grid and cut the episode into reels."""
    remarks: list[Remark] = []
    spans = [
        Span(i, j, _slots(segment, ("scenes", i, "segments", j), profile, remarks))
        for i, scene in enumerate(storyboard.scenes)
        for j, segment in enumerate(scene.segments)
    ]
    size = profile.resolutions[storyboard.resolution]
    total = sum(span.slots for span in spans)
    if total > profile.max_episode_slots:
        remarks.append(
            Remark(
                "episode-too-long",
                Severity.ERROR,
                f"The episode is {_time(profile.seconds(total))} long; at most "
                f"{_time(profile.seconds(profile.max_episode_slots))} can be compiled.",
                "Split it into episodes.",
                ("scenes",),
            )
        )
        return Timeline((), tuple(remarks))
    reels: list[Reel] = []
    for block in _blocks(storyboard, spans):
        whole = _stretched(block, profile, remarks)
        reels += _cut(whole, profile.min_slots, size.max_slots)
    remarks += _about_reels(storyboard, reels, size, profile)
    return Timeline(tuple(reels), tuple(remarks))


def _slots(segment: Segment, where: tuple[str | int, ...], profile: ModelProfile, remarks: list[Remark]) -> int:
    if segment.slots is not None:
        return segment.slots
    if segment.seconds is None:
        return 1
    exact = Fraction(segment.seconds) / profile.slot_seconds
    if exact.denominator != 1:
        below, above = int(exact), int(exact) + 1
        choices = " or ".join(f"{float(profile.seconds(n)):g}" for n in (below, above) if n)
        remarks.append(
            Remark(
                "seconds-off-grid",
                Severity.ERROR,
                f"A segment lasts a whole number of slots of {float(profile.slot_seconds):g} seconds, and "
                f"{segment.seconds:g} seconds are {float(exact):.2f} slots.",
                f"Write {choices}.",
                (*where, "seconds"),
            )
        )
    return max(1, round(exact))


def _blocks(storyboard: Storyboard, spans: Sequence[Span]) -> list[list[Span]]:
    """The runs of spans between the places where a reel has to start."""
    blocks: list[list[Span]] = []
    for span in spans:
        if not blocks or (span.segment == 0 and _starts_reel(storyboard, span.scene)):
            blocks.append([])
        blocks[-1].append(span)
    return blocks


def _starts_reel(storyboard: Storyboard, scene: int) -> bool:
    if storyboard.scenes[scene].image is not None or storyboard.reels == "by-scene":
        return True
    changes = adherence_of(storyboard, scene) != adherence_of(storyboard, scene - 1)
    return storyboard.reels == "by-adherence" and changes


def adherence_of(storyboard: Storyboard, scene: int) -> str:
    """How closely a scene must follow its text: its own word, or the storyboard's."""
    return storyboard.scenes[scene].adherence or storyboard.adherence


def _stretched(block: list[Span], profile: ModelProfile, remarks: list[Remark]) -> list[Span]:
    """At least the model's shortest clip: whole slots more, the earliest segments first."""
    missing = profile.min_slots - sum(span.slots for span in block)
    if missing <= 0:
        return block
    each, rest = divmod(missing, len(block))
    whole = [span._replace(slots=span.slots + each + (n < rest)) for n, span in enumerate(block)]
    lengths = ", ".join(f"{float(profile.seconds(span.slots)):g}" for span in whole)
    first = block[0]
    remarks.append(
        Remark(
            "stretched",
            Severity.INFO,
            f"The shortest clip is {float(profile.seconds(profile.min_slots)):g} seconds, and this is "
            f"{float(profile.seconds(profile.min_slots - missing)):g}: the segments now last {lengths} seconds.",
            "Give segments more “seconds”, or add a segment, to decide yourself.",
            ("scenes", first.scene, "segments", first.segment),
        )
    )
    return whole


def _cut(block: list[Span], shortest: int, longest: int) -> list[Reel]:
    """Cut a block into reels of ``shortest`` to ``longest`` slots.

    The best cut has, in this order: the fewest cuts inside a segment, the fewest inside a scene, the fewest
    reels, the most even lengths. Found by dynamic programming over slot positions.
    """
    total = sum(span.slots for span in block)
    if total <= longest:
        return [tuple(block)]
    costs = _boundary_costs(block)
    unreachable = (total + 1, 0, 0, 0)
    best: list[tuple[int, int, int, int]] = [(0, 0, 0, 0)] + [unreachable] * total
    came_from = [0] * (total + 1)
    for end in range(shortest, total + 1):
        inside_segment, inside_scene = costs[end]
        for start in range(max(0, end - longest), end - shortest + 1):
            before = best[start]
            if before is unreachable:
                continue
            candidate = (
                before[0] + inside_segment,
                before[1] + inside_scene,
                before[2] + 1,
                before[3] + (end - start) ** 2,
            )
            if candidate < best[end]:
                best[end], came_from[end] = candidate, start
    ends = [total]
    while came_from[ends[-1]]:
        ends.append(came_from[ends[-1]])
    return _split(block, sorted(ends))


def _boundary_costs(block: list[Span]) -> list[tuple[int, int]]:
    """For each slot position: (is it inside a segment, is it inside a scene), as 0 or 1."""
    costs = [(0, 0)]
    for n, span in enumerate(block):
        costs += [(1, 1)] * (span.slots - 1)
        last_of_scene = n + 1 == len(block) or block[n + 1].scene != span.scene
        costs.append((0, 0 if last_of_scene else 1))
    return costs


def _split(block: list[Span], ends: list[int]) -> list[Reel]:
    reels: list[Reel] = []
    current: list[Span] = []
    position = 0
    remaining = iter(ends)
    end = next(remaining)
    for span in block:
        left, goes_on = span.slots, span.goes_on
        while left:
            taken = min(left, end - position)
            current.append(span._replace(slots=taken, goes_on=goes_on))
            left, position, goes_on = left - taken, position + taken, True
            if position == end:
                reels.append(tuple(current))
                current = []
                end = next(remaining, end)
    return reels


def _about_reels(
    storyboard: Storyboard, reels: Sequence[Reel], size: Resolution, profile: ModelProfile
) -> list[Remark]:
    if len(reels) < 2:
        return []
    longest = float(profile.seconds(size.max_slots))
    if storyboard.reels == "one":
        own = next((i for i, scene in enumerate(storyboard.scenes) if i and scene.image), None)
        reason = (
            f"“{storyboard.scene_name(own)}” has an image of its own, and one job has one first frame"
            if own is not None
            else f"it is longer than the {longest:g} seconds that one job takes at {size.name}"
        )
        return [
            Remark(
                "not-one-reel",
                Severity.ERROR,
                f"The episode cannot be one reel: {reason}.",
                "Leave “reels” out, or shorten the story.",
                ("reels",),
            )
        ]
    if all(_enters(reel[0]) and _starts_reel(storyboard, reel[0].scene) for reel in reels[1:]):
        return []  # each cut is the author's own wish
    starts = list(dict.fromkeys(storyboard.scene_name(reel[0].scene) for reel in reels[1:]))
    shown = ", ".join(f"“{name}”" for name in starts[:4]) + (" …" if len(starts) > 4 else "")
    return [
        Remark(
            "several-reels",
            Severity.INFO,
            f"The episode takes {len(reels)} jobs, joined in order; new reels start in {shown}.",
            _why_several(storyboard, reels, f"one job holds at most {longest:g} seconds at {size.name}"),
            ("scenes",),
            at_key=True,
        )
    ]


def _enters(span: Span) -> bool:
    """Whether a scene begins with it."""
    return span.segment == 0 and not span.goes_on


def _why_several(storyboard: Storyboard, reels: Sequence[Reel], limit: str) -> str:
    """Every cause of a cut that applies, in a sentence."""
    own = asked = False
    too_long = False
    for reel in reels[1:]:
        first = reel[0]
        if _enters(first) and storyboard.scenes[first.scene].image is not None:
            own = True
        elif _enters(first) and _starts_reel(storyboard, first.scene):
            asked = True
        else:
            too_long = True
    causes = [
        *(["a scene with an image of its own starts a reel"] if own else []),
        *([f"“reels: {storyboard.reels}” asks for it"] if asked else []),
        *([limit] if too_long else []),
    ]
    text = "; ".join(causes)
    return text[0].upper() + text[1:] + "."


def _time(seconds: Fraction) -> str:
    minutes, rest = divmod(float(seconds), 60)
    return f"{int(minutes)} min {rest:g} s"
