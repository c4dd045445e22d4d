"""Stories for the rules, from YAML without its head, with the pictures that they speak of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from helpers import png, write_tree

from storyboard.cutting.rehearsal import rehearse
from storyboard.generation.prepare import prepare, prepare_series
from storyboard.story.series_load import load_series

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.story.findings import Finding

_PICTURE = re.compile(r"image: (\S+) # a picture of (\d+)x(\d+)")
_EPISODE = re.compile(r"with one episode in (\S+)")


def findings(folder: Path, body: str) -> tuple[Finding, ...]:
    """What there is to tell of a story; ``image: a.png # a picture of 600x900`` makes that picture."""
    for name, width, height in _PICTURE.findall(body):
        write_tree(folder, {name: png(int(width), int(height))})
    write_tree(folder, {"story.yaml": f"storyboard: 1\ntitle: T\n{body}"})
    prepared = prepare(folder / "story.yaml")
    return (*prepared.findings, *rehearse(prepared))


def series_findings(folder: Path, body: str) -> tuple[Finding, ...]:
    """What there is to tell of a series; ``# with one episode in a/b.yaml`` makes that episode."""
    for name in _EPISODE.findall(body):
        write_tree(folder, {name: "storyboard: 1\ntitle: T\nscenes: [{segments: [a]}]\n"})
    write_tree(folder, {"series.yaml": f"series: 1\ntitle: S\n{body}"})
    return prepare_series(load_series(folder))


def found(folder: Path, body: str) -> tuple[Finding, ...]:
    """What there is to tell of a story or, where the text says so, of a series."""
    return series_findings(folder, body) if body.startswith("# series.yaml") else findings(folder, body)


def codes(folder: Path, body: str) -> set[str]:
    """The codes of what there is to tell."""
    return {finding.code for finding in found(folder, body)}


def of(*actions: str, head: str = "") -> str:
    """A story of one scene with these actions."""
    quoted = "".join("      - '" + action.replace("'", "''") + "'\n" for action in actions)
    return f"{head}scenes:\n  - segments:\n{quoted}"
