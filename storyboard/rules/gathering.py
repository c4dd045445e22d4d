"""Findings of which there are many alike: told once, with their number."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storyboard.story.findings import Finding

_GATHERED = "too-few-words"
_TOLD_ONCE = 3  # a choice of ours


def gathered(findings: Sequence[Finding]) -> list[Finding]:
    """The findings, but of segments with few words only the first where they are three or more.

    A comment that ignores one of them has hidden it before.
    """
    short = [finding for finding in findings if finding.code == _GATHERED]
    if len(short) < _TOLD_ONCE:
        return list(findings)
    from storyboard.rules.writing import FEWEST_WORDS  # which brings its words: most stories need none of them

    told = f"{len(short)} segments of this story have fewer than {FEWEST_WORDS} words; this is the first."
    first = min(short, key=lambda finding: (finding.line, finding.column))
    kept = [finding for finding in findings if finding.code != _GATHERED or finding is first]
    return [replace(finding, message=told) if finding is first else finding for finding in kept]
