"""Which segment a finding belongs to, told by where it stands in the storyboard's file."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from storyboard.story.yaml_values import Mapping, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from storyboard.story.findings import Finding
    from storyboard.story.source import Source
    from storyboard.story.yaml_document import Document

Where = tuple[int, int]
"""Index of the scene, and of the segment in it."""


def by_segment(findings: Iterable[Finding], source: Source | None) -> dict[Where, list[Finding]]:
    """The findings that stand in a segment, by segment; those that stand elsewhere are left out."""
    found: dict[Where, list[Finding]] = {}
    if source is None:
        return found
    starts = sorted(_starts(source.document), key=lambda start: start[0])
    places = [place for place, _ in starts]
    for finding in findings:
        if finding.path != source.shown:
            continue
        at = bisect_right(places, (finding.line, finding.column)) - 1
        segment = starts[at][1] if at >= 0 else None
        if segment is not None:
            found.setdefault(segment, []).append(finding)
    return found


def _starts(document: Document) -> Iterator[tuple[tuple[int, int], Where | None]]:
    """Where every segment begins, and everything that ends one: the keys of the story and of its scenes."""
    story = document.value
    if not isinstance(story, Mapping):
        return
    for key in story:
        yield _place(document, (key,)), None
    scenes = story.get("scenes")
    for i, scene in enumerate(scenes if isinstance(scenes, Sequence) else ()):
        if not isinstance(scene, Mapping):
            continue
        for key in scene:
            yield _place(document, ("scenes", i, key)), None
        segments = scene.get("segments")
        for j in range(len(segments) if isinstance(segments, Sequence) else 0):
            at = document.locate(("scenes", i, "segments", j))
            yield (at.line, at.column), (i, j)


def _place(document: Document, path: tuple[str | int, ...]) -> tuple[int, int]:
    at = document.locate(path, key=True)
    return at.line, at.column
