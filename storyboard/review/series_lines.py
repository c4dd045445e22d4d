"""A plan over many episodes, short enough to read: in full what happens, in counts what is there already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.compiler.price import dollars
from storyboard.generation.outlook import Will, total_to_pay
from storyboard.review.terminal import wrapped
from storyboard.story.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from storyboard.compiler.pilot import Pilot
    from storyboard.generation.outlook import EpisodeOutlook
    from storyboard.story.findings import Finding

FEW = 20
"""How many episodes, and how many findings, are printed in full. A choice of ours: about two screens."""
WORDS = {
    Will.BUY: "to be rendered",
    Will.RESUME: "going on",
    Will.REUSE: "there already",
    Will.STOP: "stopped",
    Will.LEAVE: "left",
}
"""What becomes of reels, after their number."""
_QUIET = {Will.REUSE, Will.LEAVE}


def shown_in_full(outlooks: Sequence[EpisodeOutlook]) -> list[EpisodeOutlook]:
    """The episodes to print in full: all of a few; of many those with something to do, the stopped above all."""
    if len(outlooks) <= FEW:
        return list(outlooks)
    busy = [outlook for outlook in outlooks if not _is_quiet(outlook)]
    chosen = sorted(busy, key=lambda outlook: all(p.will is not Will.STOP for p in outlook.prospects))[:FEW]
    names = {outlook.path for outlook in chosen}
    return [outlook for outlook in busy if outlook.path in names]


def rest_lines(
    outlooks: Sequence[EpisodeOutlook], shown: Sequence[EpisodeOutlook], *, free: bool, width: int
) -> Iterator[str]:
    """The episodes that were not printed in full, in a line or two."""
    names = {outlook.path for outlook in shown}
    rest = [outlook for outlook in outlooks if outlook.path not in names]
    busy = [outlook for outlook in rest if not _is_quiet(outlook)]
    quiet = [outlook for outlook in rest if _is_quiet(outlook)]
    if busy:
        price = "" if free else f"; ${dollars(total_to_pay(p for each in busy for p in each.prospects))} to pay"
        yield from wrapped(f"And {_episodes(busy)}: {reels_told(busy)}{price}.", width, indent="")
    if quiet:
        yield from wrapped(f"Nothing to do for {_episodes(quiet)}: {reels_told(quiet)}.", width, indent="")
    if rest:
        yield "--all prints each of them."


def reels_told(outlooks: Sequence[EpisodeOutlook]) -> str:
    """How many reels become what, such as ``3 reels to be rendered, 1 there already``."""
    prospects = [prospect for outlook in outlooks for prospect in outlook.prospects]
    wills, away = [prospect.will for prospect in prospects], sum(bool(prospect.away) for prospect in prospects)
    words_now = WORDS | ({Will.REUSE: f"{WORDS[Will.REUSE]} ({_clips(away)} not on this machine)"} if away else {})
    counts = [(wills.count(will), words) for will, words in words_now.items()]
    first, *more = [f"{count} {words}" for count, words in counts if count] or ["0"]
    number, _, words = first.partition(" ")
    return ", ".join([f"{number} {'reel' if number == '1' else 'reels'} {words}".rstrip(), *more])


def pilot_told(path: Path, pilot: Pilot, *, width: int) -> list[str]:
    """Which part of a story its pilot is, and why."""
    which = f"segment {pilot.first}" if pilot.first == pilot.last else f"segments {pilot.first} to {pilot.last}"
    why = ", ".join(pilot.reasons) or "nothing in it is riskier than the rest"
    return wrapped(f"The pilot of {path} is {which}: {why}.", width, indent="")


def findings_shown(findings: Sequence[Finding]) -> list[Finding]:
    """The findings to print in full: all of a few; of many the graver ones."""
    if len(findings) <= FEW:
        return list(findings)
    graver = [finding for finding in findings if finding.severity is not Severity.INFO]
    return graver[:FEW]


def _is_quiet(outlook: EpisodeOutlook) -> bool:
    return all(prospect.will in _QUIET for prospect in outlook.prospects)


def _clips(count: int) -> str:
    return "1 clip" if count == 1 else f"{count} clips"


def _episodes(outlooks: Sequence[EpisodeOutlook]) -> str:
    return "1 more episode" if len(outlooks) == 1 else f"{len(outlooks)} more episodes"
