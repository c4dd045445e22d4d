"""What differs between two states of a series, as Markdown for a comment under a pull request.

An author's text stands in code only, in blocks whose fence is longer than any in the text, or with every character
that could mean something written as its number: it can open no link, mention nobody and end no block.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from storyboard.compiler.price import dollars
from storyboard.review.plan_diff import Fate
from storyboard.review.plan_diff_lines import prices, reel_summary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from storyboard.review.plan_diff import EpisodeDiff, SeriesDiff

MOST_CHARACTERS = 60_000
"""A comment on GitHub holds 65,536 (its API refuses more)."""
MARK = "<!-- storyboard diff -->"
"""The first line, by which a workflow finds its own comment again."""
_MOST_ROWS = 60
_MOST_IN_BLOCK = 12_000  # characters of one fenced block
_LONGEST_NAME = 150
_STEERING = dict.fromkeys(
    (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A)),
    "\N{REPLACEMENT CHARACTER}",
)


def plan_diff_markdown(diff: SeriesDiff) -> str:
    """The difference as a comment: a table with the prices, and each episode's details, folded away."""
    before, after = map(dollars, diff.cost)
    head = [MARK, f"### Storyboards: {code(str(diff.old))} → {code(str(diff.new))}", ""]
    if not diff.different:
        count = len(diff.episodes)
        return "\n".join(
            [*head, f"Nothing changed in {count} {_plural('episode', count)}, {_plain(f'${after}')}.", ""]
        )
    reels = len(diff.changed_reels)
    price = f"**{_plain(f'${before} → ${after}')}**" if before != after else f"**{_plain(f'${after}')}**, as before"
    head += [f"Price of all episodes: {price}."]
    if reels:
        verb, cost = "is" if reels == 1 else "are", _plain(f"${dollars(diff.changed_cost)}")
        head[-1] += f" {reels} {_plural('reel', reels)} {verb} new or changed: {cost} to render."
    head += ["", *_table(diff)]
    text = "\n".join(head) + "\n"
    left = len(diff.different)
    for episode in diff.different:
        block = _details(episode, diff)
        if len(text) + len(block) > MOST_CHARACTERS - 200:
            text += (
                f"\n**Cut here:** the details of {left} more {_plural('episode', left)} would not fit a comment.\n"
            )
            break
        text += block
        left -= 1
    return text


def _table(diff: SeriesDiff) -> list[str]:
    rows = ["| episode | | price |", "| --- | --- | --- |"]
    rows += [f"| {code(each.path)} | {each.fate} | {_plain(prices(each))} |" for each in diff.different[:_MOST_ROWS]]
    more = len(diff.different) - _MOST_ROWS
    if more > 0:
        rows.append(f"| … and {more} more | | |")
    unchanged = len(diff.episodes) - len(diff.different)
    if unchanged:
        rows.append(f"| {unchanged} more | unchanged | |")
    return rows


def _details(episode: EpisodeDiff, diff: SeriesDiff) -> str:
    open_at_first = " open" if episode.fate is Fate.BROKEN else ""
    lines = ["", f"<details{open_at_first}><summary>{code(episode.path)} {episode.fate}</summary>", ""]
    for side, state in ((episode.old, diff.old), (episode.new, diff.new)):
        if side and side.errors:
            told = [f"{each.path}:{each.line}:{each.column}: {each.code}: {each.message}" for each in side.errors]
            lines += [f"Errors in {code(str(state))}:", "", *fenced(told, "text"), ""]
    for reel in episode.reels:
        lines += [_plain(reel_summary(reel)), ""]
        found = reel.lines()
        if found:
            lines += [*fenced(found, "diff"), ""]
    return "\n".join([*lines, "</details>", ""])


def code(text: str) -> str:
    """A text as code on one line, which no text can leave."""
    shown = text if len(text) <= _LONGEST_NAME else text[: _LONGEST_NAME - 1] + "…"
    return f"<code>{_plain(shown)}</code>"


def _plain(text: str) -> str:
    return re.sub(r"[^\w ,→–…]|_", lambda found: f"&#{ord(found[0])};", _visible(text))


def fenced(lines: Iterable[str], language: str) -> list[str]:
    """Lines as a block of code, which no line can end; cut where they are too many."""
    shown: list[str] = []
    room = _MOST_IN_BLOCK
    for line in lines:
        visible = _visible(line.replace("\t", " "))
        room -= len(visible) + 1
        if room < 0:
            shown.append("… cut here: the rest would not fit a comment")
            break
        shown.append(visible)
    longest = max((len(run) for line in shown for run in re.findall(r"`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}{language}", *shown, fence]


def _visible(text: str) -> str:
    return text.translate(_STEERING)


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"
