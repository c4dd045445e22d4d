"""What differs between two states of a series, as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.compiler.plan import number
from storyboard.compiler.price import dollars
from storyboard.review.plan_diff import Fate
from storyboard.review.style import paint
from storyboard.review.terminal import finding_lines, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyboard.review.plan_diff import EpisodeDiff, EpisodeSide, ReelDiff, SeriesDiff

_COLOURS = {Fate.ADDED: "green", Fate.REMOVED: "red", Fate.CHANGED: "yellow", Fate.BROKEN: "red"}
_LINE_COLOURS = {"+": "green", "-": "red"}


def plan_diff_lines(diff: SeriesDiff, *, width: int) -> Iterator[str]:
    """The difference: what became of each episode, what changed in its reels, and the price."""
    count = len(diff.episodes)
    episodes = "one episode" if count == 1 else f"{count} episodes"
    before, after = map(dollars, diff.cost)
    if not count:
        yield f"There is no storyboard here, neither at {diff.old} nor in {diff.new}."
        return
    if not diff.different:
        yield from wrapped(
            f"Nothing changed between {diff.old} and {diff.new}: {episodes}, ${after}.", width, indent=""
        )
        return
    yield from (paint(line, "bold") for line in wrapped(f"{diff.old} → {diff.new}", width, indent=""))
    for episode in diff.different:
        yield ""
        yield from _episode(episode, diff, width)
    yield ""
    unchanged = count - len(diff.different)
    if unchanged:
        yield f"{unchanged} of {episodes} unchanged."
    yield f"Price of all: ${before} → ${after}." if before != after else f"Price of all: ${after}, as before."
    if any(episode.fate is Fate.BROKEN for episode in diff.different):
        yield "What has errors has no price."
    reels = len(diff.changed_reels)
    if reels:
        subject = "One reel is" if reels == 1 else f"{reels} reels are"
        yield f"{subject} new or changed: ${dollars(diff.changed_cost)} to render."


def _episode(episode: EpisodeDiff, diff: SeriesDiff, width: int) -> Iterator[str]:
    fate = paint(str(episode.fate), _COLOURS[episode.fate], "bold")
    *first, last = wrapped(episode.path, width - 30, indent="") or ["?"]
    yield from (paint(line, "bold") for line in first)
    yield f"{paint(last, 'bold')}   {fate}   {prices(episode)}".rstrip()
    for side, state in ((episode.old, diff.old), (episode.new, diff.new)):
        if side and side.errors:
            errors = "an error" if len(side.errors) == 1 else f"{len(side.errors)} errors"
            yield from wrapped(f"{errors} in {state}:", width, indent="  ")
            for finding in side.errors:
                yield from (f"  {line}" for line in finding_lines(finding, width=width - 2))
    for reel in episode.reels:
        yield from wrapped(reel_summary(reel), width, indent="  ", hanging="    ")
        if reel.old and reel.new:
            for line in reel.lines():
                colour = _LINE_COLOURS.get(line[:1])
                if line.startswith("@@"):
                    yield f"    {paint(line, 'cyan')}"
                    continue
                for row in wrapped(line[1:], width, indent=f"    {line[:1]} ", hanging="        "):
                    yield paint(row, colour) if colour else row


def reel_summary(reel: ReelDiff) -> str:
    """What differs in a reel, on one line."""
    if reel.old and reel.new:
        told = [change.text for change in reel.changes]
        if reel.old.cost != reel.new.cost:
            told.append(f"price ${dollars(reel.old.cost)} → ${dollars(reel.new.cost)}")
        return f"Reel {reel.index}: {', '.join(told)}"
    side, word = (reel.new, "new") if reel.new else (reel.old, "gone")
    if side is None:
        raise ValueError("a reel that is on neither side")
    return f"Reel {reel.index}: {word}, {number(side.seconds)} s, ${dollars(side.cost)}"


def prices(episode: EpisodeDiff) -> str:
    """The price of an episode before and after, such as ``$1.03 → $1.29``."""
    before, after = _price(episode.old), _price(episode.new)
    if episode.old is None or episode.new is None:
        return after or before
    return after if before == after else f"{before or '?'} → {after or '?'}"


def _price(side: EpisodeSide | None) -> str:
    return f"${dollars(side.cost)}" if side and not side.errors else ""
