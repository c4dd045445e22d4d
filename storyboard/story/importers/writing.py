"""A draft as the text of a storyboard file: keys in the format's own order, comments where something was guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.story.importers.cleaning import Cleaner, comment_text
from storyboard.story.importers.draft import plural
from storyboard.story.importers.in_series import SCHEMA
from storyboard.story.importers.scalars import folded, inline, value_lines

if TYPE_CHECKING:
    from storyboard.story.importers.draft import Draft, DraftScene, DraftSegment

_SLOT_SECONDS = 4.5
_IMAGE = "# image: images/first.jpg # the first frame, seen from this file; without one it is text-to-video"


def write_draft(draft: Draft, cleaner: Cleaner, *, schema: str = "") -> list[str]:
    """The lines of a storyboard file. What cannot be said in one is left out, and told in the draft's notes.

    Args:
        draft: The story. Scenes and segments of which nothing is left are taken out of it.
        cleaner: Makes the texts fit.
        schema: The schema's file, seen from the storyboard; empty where it is not known.
    """
    body = _scenes(draft, cleaner)
    used = {scene.place for scene in draft.scenes}
    draft.places = {key: told for key, told in draft.places.items() if key in used}
    lines = [f"# yaml-language-server: $schema={schema or SCHEMA}"]
    if not schema:
        lines += _comment(f"An editor checks by that file: storyboard schema --output {SCHEMA}", 0)
    for each in draft.above:
        lines += _comment(each, 0)
    lines.append("storyboard: 1")
    lines += value_lines("title: ", cleaner.text(draft.title) or "Untitled", 2, comment_text(draft.title_from))
    lines.append(_IMAGE)
    for group, above in (("characters", draft.characters_above), ("places", "")):
        subjects: dict[str, str] = getattr(draft, group)
        if subjects:
            lines += ["", *_comment(above, 0), f"{group}:"]
            for key, text in subjects.items():
                lines += _subject(key, text, cleaner)
    return [*lines, "", "scenes:", *body]


def _scenes(draft: Draft, cleaner: Cleaner) -> list[str]:
    lines: list[str] = []
    kept: list[DraftScene] = []
    empty = 0
    for scene in draft.scenes:
        segments: list[DraftSegment] = []
        written: list[str] = []
        for segment in scene.segments:
            told = _segment(segment, cleaner)
            empty += not told
            if told:
                written += told
                segments.append(segment)
        scene.segments = segments
        if segments:
            if kept:
                lines.append("")
            lines += [*_scene_head(scene, cleaner), *written]
            kept.append(scene)
    draft.scenes = kept
    if empty:
        draft.notes.append(f"{plural(empty, 'segment')} left out: there is no text in them.")
    return lines


def _scene_head(scene: DraftScene, cleaner: Cleaner) -> list[str]:
    lines = _comment(scene.above, 2)
    values = [
        ("name", cleaner.text(scene.name)),
        ("place", scene.place),
        ("camera", cleaner.prompt(scene.camera)),
        ("transition", cleaner.prompt(scene.transition)),
        ("mood", cleaner.prompt(scene.mood)),
    ]
    start = "  - "
    for key, value in values:
        if value:
            lines += value_lines(f"{start}{key}: ", value, 6)
            start = "    "
    return [*lines, f"{start}segments:"]


def _segment(segment: DraftSegment, cleaner: Cleaner) -> list[str]:
    action = cleaner.prompt(segment.action)
    if not action:
        return []
    rest = _segment_rest(segment, cleaner)
    lines = _comment(segment.above, 6)
    if not rest:
        return [*lines, *value_lines("      - ", action, 8)]
    return [*lines, *value_lines("      - action: ", action, 10), *rest]


def _segment_rest(segment: DraftSegment, cleaner: Cleaner) -> list[str]:
    lines: list[str] = []
    if camera := cleaner.prompt(segment.camera):
        lines += value_lines("        camera: ", camera, 10)
    if segment.slots is not None:
        told = f" # {comment_text(segment.length_told)}" if segment.length_told else ""
        lines.append(f"        seconds: {segment.slots * _SLOT_SECONDS:g}{told}")
    if say := cleaner.text(segment.say):
        lines += value_lines("        say: ", say, 10, comment_text(segment.said_by))
    return lines


def _subject(key: str, text: str, cleaner: Cleaner) -> list[str]:
    name, comma, look = text.partition(",")
    short, rest = cleaner.short_name(name), cleaner.subject(look)
    if not short:  # nothing stands before the first comma
        return [f"  {inline(key)}: {{name: {inline(key)}}}"]
    return value_lines(f"  {inline(key)}: ", f"{short}, {rest}" if comma and rest else short, 4)


def _comment(text: str, indent: int) -> list[str]:
    words = comment_text(text)
    return folded(words, indent, "# ") if words else []
