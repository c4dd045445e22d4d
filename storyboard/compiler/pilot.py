"""A pilot: the shortest clip that holds the riskiest segments of a story, to be rendered first and looked at.

What is risky is what users of the model report: a place the first frame does not show, several people at once, a
scene change, much in one slot (the authors' notes and issues; see ``_RISKS``). The weights are a choice of ours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyboard.compiler.camera_moves import moves_at_once
from storyboard.compiler.timeline import adherence_of
from storyboard.story.braces import Reference, parse_braces
from storyboard.story.pattern import pattern

if TYPE_CHECKING:
    from storyboard.profile import ModelProfile
    from storyboard.story.model import Scene, Segment, Storyboard

_MANY_WORDS = 25  # in a slot: the authors' captions have 10 to 25
_MANY_ACTIONS = 4  # in a slot
_BETWEEN_ACTIONS = pattern(r"[,;]|\band\b|\bthen\b", re.IGNORECASE)


@dataclass(frozen=True)
class Risk:
    """How likely a segment is to come out wrong.

    Attributes:
        where: Index of its scene, and of the segment in it.
        score: 0 and up; only comparison means anything.
        reasons: In words, each short.
    """

    where: tuple[int, int]
    score: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Pilot:
    """The part of a story that is tried first.

    Attributes:
        storyboard: A story of its own, of those segments alone.
        first: The number of its first segment in the whole story, from 1.
        last: The number of its last one.
        reasons: Why these, in words.
    """

    storyboard: Storyboard
    first: int
    last: int
    reasons: tuple[str, ...]


def pilot_of(storyboard: Storyboard, profile: ModelProfile) -> Pilot:
    """The shortest run of segments that fills the model's shortest clip and holds the most risk.

    Of equals it is the shortest, and then the earliest.

    Args:
        storyboard: A valid story with scenes.
        profile: The model's figures.
    """
    risks = risks_of(storyboard, profile)
    lengths = [_slots(storyboard.scenes[i].segments[j], profile) for i, j in (risk.where for risk in risks)]
    best: tuple[int, int, int] | None = None  # minus the score, the length, the first segment
    chosen = (0, len(risks) - 1)
    for first in range(len(risks)):
        total, last = 0, first - 1
        while total < profile.min_slots and last + 1 < len(risks):
            last += 1
            total += lengths[last]
        if total < profile.min_slots and first > 0:
            break  # what is left is too short for a clip
        rank = (-sum(risk.score for risk in risks[first : last + 1]), total, first)
        if best is None or rank < best:
            best, chosen = rank, (first, last)
    first, last = chosen
    inside = risks[first : last + 1]
    reasons = dict.fromkeys(reason for risk in inside for reason in risk.reasons)
    return Pilot(_cut_out(storyboard, [risk.where for risk in inside]), first + 1, last + 1, tuple(reasons))


def risks_of(storyboard: Storyboard, profile: ModelProfile) -> list[Risk]:
    """The risk of every segment, in order."""
    found = []
    shown = storyboard.scenes[0].place  # what the first frame shows, or what a text-to-video clip begins with
    met: set[str] = set()
    for i, scene in enumerate(storyboard.scenes):
        if scene.image:
            shown = scene.place
        for j in range(len(scene.segments)):
            reasons = list(_reasons(storyboard, (i, j), shown, met, profile))
            found.append(Risk((i, j), sum(weight for weight, _ in reasons), tuple(text for _, text in reasons)))
    return found


def _reasons(
    storyboard: Storyboard, where: tuple[int, int], shown: str | None, met: set[str], profile: ModelProfile
) -> list[tuple[int, str]]:
    i, j = where
    scene, segment = storyboard.scenes[i], storyboard.scenes[i].segments[j]
    people = {
        part.name
        for part in parse_braces(segment.action)
        if isinstance(part, Reference) and part.name in storyboard.characters
    }
    new = people - met
    met |= people
    slots = _slots(segment, profile)
    actions = len(_BETWEEN_ACTIONS.split(segment.action))
    checks = [
        # The first frame is an anchor in every window (authors' svi_2.0_pro.md).
        (3, "a place that the first frame does not show", scene.place is not None and scene.place != shown),
        (2, "a scene change", i > 0 and j == 0),
        (2, "several characters at once", len(people) > 1),
        (2, "literal adherence", adherence_of(storyboard, i) == "literal"),
        (1, "a character's first appearance", bool(new)),
        (1, "many actions in a slot", actions > _MANY_ACTIONS * slots),
        (1, "many words in a slot", len(segment.action.split()) > _MANY_WORDS * slots),
        # Two camera moves at once cause jitter (prompt guides of Qwen and Kling).
        (1, "more than one camera move", len(moves_at_once(segment.camera or scene.camera or "")) > 1),
    ]
    return [(weight, text) for weight, text, holds in checks if holds]


def _slots(segment: Segment, profile: ModelProfile) -> int:
    if segment.slots is not None:
        return segment.slots
    return 1 if segment.seconds is None else round(segment.seconds / float(profile.slot_seconds))


def _cut_out(storyboard: Storyboard, wanted: list[tuple[int, int]]) -> Storyboard:
    scenes: list[Scene] = []
    for i in dict.fromkeys(i for i, _ in wanted):
        scene = storyboard.scenes[i]
        kept = tuple(scene.segments[j] for at, j in wanted if at == i)
        whole = wanted[0] == (i, 0) or i != wanted[0][0]
        changed = {"segments": kept, "name": storyboard.scene_name(i)}
        # What a scene begins with belongs to its first segment: a pilot from its middle has it not.
        scenes.append(scene.model_copy(update=changed if whole and scenes else changed | {"transition": None}))
    first = wanted[0][0]
    image = next((s.image for s in reversed(storyboard.scenes[: first + 1]) if s.image), storyboard.image)
    scenes = [scene.model_copy(update={"image": None}) for scene in scenes]
    return storyboard.model_copy(update={"scenes": tuple(scenes), "image": image, "reels": "one", "cut": None})
