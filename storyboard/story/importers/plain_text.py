"""Plain text: one line a segment, a blank line a new scene; ``# Title`` and ``## Scene`` where there are any."""

from __future__ import annotations

import re

from storyboard.story.importers.draft import Draft, DraftScene, DraftSegment, one_line, plural

_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t#]*\Z")
_MARK = re.compile(r"[-*•–][ \t]+(?=\S)")
_RULE = re.compile(r"[-*_=~•–—# \t]+\Z")


def import_text(text: str) -> Draft:
    """One line is one segment; a blank line begins a scene."""
    draft = Draft()
    scene = DraftScene()
    marks = rules = 0
    for raw in text.split("\n"):
        line = one_line(raw)
        heading = _HEADING.match(line)
        if heading and len(heading[1]) == 1 and not draft.title and not draft.scenes and not scene.segments:
            draft.title = heading[2]
        elif heading:
            scene = _next(draft, scene, heading[2])
        elif not line:
            scene = _next(draft, scene, "") if scene.segments else scene
        elif _RULE.match(line):
            rules += 1
            scene = _next(draft, scene, "") if scene.segments else scene
        else:
            shown, marked = _MARK.subn("", line, count=1) if _MARK.match(line) else (line, 0)
            marks += marked
            scene.segments.append(DraftSegment((shown,)))
    _next(draft, scene, "")
    if marks:
        draft.notes.append(
            f"{plural(marks, 'line begins', 'lines begin')} with the mark of a list, which was left out."
        )
    if rules:
        draft.notes.append(f"{plural(rules, 'line has', 'lines have')} no word in it: taken for the end of a scene.")
    return draft


def _next(draft: Draft, scene: DraftScene, name: str) -> DraftScene:
    """The scene that follows; one that has no segment is told where it was called something."""
    if scene.segments:
        draft.scenes.append(scene)
    elif scene.name:
        draft.notes.append(f"The scene “{scene.name[:60]}” has no line under it, and was left out.")
    return DraftScene(name=name)
