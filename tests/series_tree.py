"""A series in a folder, for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers import write_tree

from storyboard.generation.prepare import Prepared, prepare
from storyboard.story.load import load_storyboard

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.story.findings import Finding
    from storyboard.story.model import Storyboard

HEAD = "series: 1\ntitle: The Lighthouse\nepisodes: episodes/*.yaml\n"
EPISODE = "storyboard: 1\ntitle: One\n"
SCENES = (
    "scenes:\n  - segments: [a fox runs up the hill, a fox jumps over the gate]\n"
    "  - segments: [a fox turns its head back, a fox curls up and sleeps]\n"
)


def write_series(root: Path, series: str | bytes, episode: str = "") -> Path:
    """Write a series and one episode of it, from what follows their heads; returns the episode."""
    whole = HEAD + series if isinstance(series, str) else series
    write_tree(root, {"series.yaml": whole, "episodes/one.yaml": EPISODE + episode + SCENES})
    return root / "episodes" / "one.yaml"


def inherited(root: Path, series: str, episode: str = "") -> Storyboard:
    """The story of an episode; it has to be good."""
    loaded = load_storyboard(write_series(root, series, episode))
    assert loaded.storyboard is not None, loaded.findings
    return loaded.storyboard


def prepared(root: Path, series: str | bytes, episode: str = "") -> Prepared:
    """All that is known of an episode."""
    return prepare(write_series(root, series, episode))


def places(findings: tuple[Finding, ...], root: Path) -> list[tuple[str, int, int, str]]:
    """Where the findings stand: file seen from the root, line, column, code."""
    return [(each.path.removeprefix(f"{root}/"), each.line, each.column, each.code) for each in findings]
