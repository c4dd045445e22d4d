"""What differs between two states of a series: episode by episode, reel by reel, and in the price."""

from __future__ import annotations

import difflib
import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from storyboard.compiler.changes import Change, changes
from storyboard.compiler.plan import number
from storyboard.compiler.price import dollars
from storyboard.story.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from fractions import Fraction

    from storyboard.compiler.plan import Plan, PlannedReel
    from storyboard.story.findings import Finding

_MOST_COMPARED = 5000  # lines of a prompt; above that, two prompts are not compared line by line


class Fate(StrEnum):
    """What became of an episode."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    BROKEN = "broken"
    """One side has errors, or both, so that they cannot be compared."""


@dataclass(frozen=True)
class ReelSide:
    """A reel on one side.

    Attributes:
        start: Its first frame, in words.
        request: What would be ordered, the image told by what it is.
        seconds: Its length.
        cost: US dollars, unrounded.
    """

    start: str
    request: Mapping[str, Any]
    seconds: Fraction
    cost: Decimal


@dataclass(frozen=True)
class EpisodeSide:
    """An episode on one side.

    Attributes:
        title: The episode's; empty where the story cannot be read.
        reels: In order; none where the story has errors.
        errors: The findings that are errors.
    """

    title: str
    reels: tuple[ReelSide, ...]
    errors: tuple[Finding, ...] = ()

    @property
    def cost(self) -> Decimal:
        """The price of all reels together, unrounded."""
        return sum((reel.cost for reel in self.reels), start=Decimal(0))


@dataclass(frozen=True)
class ReelDiff:
    """What differs in one reel.

    Attributes:
        index: Its number, from 1.
        old: The reel before; None where it is new.
        new: The reel after; None where it is gone.
        changes: What differs, in words; empty for a reel that is new or gone.
    """

    index: int
    old: ReelSide | None
    new: ReelSide | None
    changes: tuple[Change, ...]

    def lines(self) -> list[str]:
        """The prompts and negative prompts as the lines of a unified diff, and the first frame where it differs."""
        found: list[str] = []
        if self.old and self.new and self.old.start != self.new.start:
            found += [f"-first frame: {self.old.start}", f"+first frame: {self.new.start}"]
        found += _unified(self._text(self.old, "prompt"), self._text(self.new, "prompt"))
        negative = [self._text(side, "negative_prompt") for side in (self.old, self.new)]
        if self.old and self.new and negative[0] != negative[1]:
            found += ["@@ negative prompt @@", f"-{' '.join(negative[0])}", f"+{' '.join(negative[1])}"]
        return found

    @staticmethod
    def _text(side: ReelSide | None, key: str) -> list[str]:
        text = str(side.request.get(key, "")) if side else ""
        return text.split("\n") if text else []


@dataclass(frozen=True)
class EpisodeDiff:
    """What differs in one episode.

    Attributes:
        path: Its file, seen from the series' folder.
        old: The episode before; None where it was not there.
        new: The episode after; None where it is gone.
        reels: The reels that differ; none where a side has errors.
    """

    path: str
    old: EpisodeSide | None
    new: EpisodeSide | None
    reels: tuple[ReelDiff, ...]

    @property
    def fate(self) -> Fate:
        """What became of it."""
        if any(side and side.errors for side in (self.old, self.new)):
            return Fate.BROKEN
        if self.old is None:
            return Fate.ADDED
        if self.new is None:
            return Fate.REMOVED
        return Fate.CHANGED if self.reels else Fate.UNCHANGED

    def as_json(self) -> dict[str, Any]:
        """The episode as plain values, for ``--json``."""
        return {
            "path": self.path,
            "fate": str(self.fate),
            "title": (self.new or self.old or EpisodeSide("", ())).title,
            "cost_usd": [_cost(self.old), _cost(self.new)],
            "errors": [[each.as_json() for each in side.errors] if side else [] for side in (self.old, self.new)],
            "reels": [
                {
                    "index": reel.index,
                    "changes": [{"key": change.key, "text": change.text} for change in reel.changes],
                    "cfg": [side.request.get("cfg") if side else None for side in (reel.old, reel.new)],
                    "seconds": [number(side.seconds) if side else None for side in (reel.old, reel.new)],
                    "cost_usd": [dollars(side.cost) if side else None for side in (reel.old, reel.new)],
                    "first_frame": [side.start if side else None for side in (reel.old, reel.new)],
                    "diff": reel.lines(),
                }
                for reel in self.reels
            ],
        }


@dataclass(frozen=True)
class State:
    """One of the two states that are compared.

    Attributes:
        name: As the person named it, or ``the working tree``.
        commit: The commit's full name; None for the working tree.
    """

    name: str
    commit: str | None

    def __str__(self) -> str:
        return (
            self.name if self.commit is None or self.commit.startswith(self.name) else f"{self.name} ({self.short})"
        )

    @property
    def short(self) -> str:
        """The commit's name in brief; empty for the working tree."""
        return (self.commit or "")[:10]


@dataclass(frozen=True)
class SeriesDiff:
    """What differs between two states.

    Attributes:
        old: The state before.
        new: The state after.
        episodes: All that were compared, in order of their paths.
    """

    old: State
    new: State
    episodes: tuple[EpisodeDiff, ...]

    @property
    def different(self) -> tuple[EpisodeDiff, ...]:
        """The episodes of which there is something to tell."""
        return tuple(episode for episode in self.episodes if episode.fate is not Fate.UNCHANGED)

    @property
    def cost(self) -> tuple[Decimal, Decimal]:
        """The price of all episodes before and after, unrounded; those with errors have none."""
        before = sum((episode.old.cost for episode in self.episodes if episode.old), start=Decimal(0))
        after = sum((episode.new.cost for episode in self.episodes if episode.new), start=Decimal(0))
        return before, after

    @property
    def changed_reels(self) -> tuple[ReelSide, ...]:
        """The reels that are new or differ, as they are after."""
        return tuple(reel.new for episode in self.episodes for reel in episode.reels if reel.new)

    @property
    def changed_cost(self) -> Decimal:
        """The price of those, unrounded."""
        return sum((reel.cost for reel in self.changed_reels), start=Decimal(0))

    def as_json(self) -> dict[str, Any]:
        """The difference as plain values, for ``--json``; pairs are before and after."""
        before, after = self.cost
        return {
            "old": {"name": self.old.name, "commit": self.old.commit},
            "new": {"name": self.new.name, "commit": self.new.commit},
            "cost_usd": [dollars(before), dollars(after)],
            "changed_reels": {"count": len(self.changed_reels), "cost_usd": dollars(self.changed_cost)},
            "unchanged": sum(episode.fate is Fate.UNCHANGED for episode in self.episodes),
            "episodes": [episode.as_json() for episode in self.different],
        }


def episode_side(
    plan: Plan | None, findings: Iterable[Finding], title: str, images: Mapping[str, str]
) -> EpisodeSide:
    """An episode on one side.

    Args:
        plan: Its plan; None where there is none.
        findings: What there is to tell.
        title: The episode's.
        images: The SHA-256 of each file that is a first frame, by the name the author wrote.
    """
    errors = tuple(finding for finding in findings if finding.severity is Severity.ERROR)
    if plan is None or errors:
        return EpisodeSide(title, (), errors)
    reels: list[ReelSide] = []
    chain: dict[int, str] = {}
    for reel in plan.reels:
        request = _identified(reel, images, chain)
        text = json.dumps(request, ensure_ascii=False, sort_keys=True)
        chain[reel.index] = hashlib.sha256(text.encode()).hexdigest()
        reels.append(ReelSide(str(reel.start), request, reel.seconds, reel.cost))
    return EpisodeSide(title, tuple(reels))


def _identified(reel: PlannedReel, images: Mapping[str, str], chain: Mapping[int, str]) -> dict[str, Any]:
    """The request with its image told by what it is; a handoff by the whole chain of reels that it goes on from."""
    request = dict(reel.base_request)
    start = reel.start
    if start.handoff is not None:
        request["image"] = {"handoff": chain.get(start.handoff, ""), "frame": "last"}
    elif start.image is not None:
        sha256 = images.get(start.image)
        request["image"] = {"sha256": sha256} if sha256 else {"url": start.image}
    return request


def episode_diff(path: str, old: EpisodeSide | None, new: EpisodeSide | None) -> EpisodeDiff:
    """What differs between two sides of an episode, its reels paired by their number."""
    if any(side and side.errors for side in (old, new)):
        return EpisodeDiff(path, old, new, ())
    pairs = zip_longest(old.reels if old else (), new.reels if new else ())
    reels = [
        ReelDiff(index, before, after, tuple(changes(before.request, after.request)) if before and after else ())
        for index, (before, after) in enumerate(pairs, start=1)
    ]
    return EpisodeDiff(path, old, new, tuple(reel for reel in reels if reel.changes or not (reel.old and reel.new)))


def _unified(old: list[str], new: list[str]) -> list[str]:
    if old == new:
        return []
    if max(len(old), len(new)) > _MOST_COMPARED:
        return [f"@@ {len(old)} lines, and then {len(new)}: too many to compare @@"]
    return list(difflib.unified_diff(old, new, n=1, lineterm=""))[2:]


def _cost(side: EpisodeSide | None) -> str | None:
    return dollars(side.cost) if side and not side.errors else None
