"""A story as a prompt stream: what the open model's own scripts read, one prompt for each of its clips."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from storyboard.compiler.telling import Teller
from storyboard.story.braces import Reference, parse_braces

if TYPE_CHECKING:
    from storyboard.story.model import Storyboard

_ENDS = (".", "!", "?", "…", "”", '"')


def prompt_stream(storyboard: Storyboard) -> tuple[str, tuple[str, ...]]:
    """The stream's text, ``prompts = […]``, and what a person has to know about it.

    A prompt is the segment's action, word for word where nothing else belongs to it. Every prompt is read alone, and
    nothing of the one before is remembered as text (the samples of the model's authors name the subject in every
    one), so style, place, mood and camera are told in each, and characters in full.
    """
    prompts = [
        _prompt(storyboard, scene, segment)
        for scene in range(len(storyboard.scenes))
        for segment in range(len(storyboard.scenes[scene].segments))
    ]
    lines = "".join(f"    {json.dumps(prompt, ensure_ascii=False)},\n" for prompt in prompts)
    return f"prompts = [\n{lines}]\n", _notes(storyboard, len(prompts))


def _prompt(story: Storyboard, scene_index: int, index: int) -> str:
    scene = story.scenes[scene_index]
    segment = scene.segments[index]
    state, style, camera = segment.state, scene.style or story.style, segment.camera or scene.camera
    teller = Teller({**story.characters, **story.places})
    told = [
        ("", scene.transition if index == 0 else None),
        ("Style: ", style),
        ("Place: ", f"{{{scene.place}}}" if scene.place else None),
        ("Mood: ", scene.mood),
        ("", state.start if state else None),
        ("", segment.action),
        ("", state.end if state else None),
        ("Camera: ", camera),
    ]
    given = [(label, text) for label, text in told if text]
    if len(given) == 1:
        return _word_for_word(segment.action, teller)
    return " ".join(_sentence(label + teller.tell(text)) for label, text in given)


def _word_for_word(action: str, teller: Teller) -> str:
    """An action as it was written, with its spaces and line breaks where it names nobody."""
    parts = parse_braces(action)
    if any(isinstance(part, Reference) for part in parts):
        return teller.tell(action)
    return "".join(part for part in parts if isinstance(part, str))


def _sentence(text: str) -> str:
    text = text.strip().rstrip(";,:")
    text = text[:1].upper() + text[1:]
    return text if text.endswith(_ENDS) else f"{text}."


def _notes(story: Storyboard, count: int) -> tuple[str, ...]:
    segments = [segment for scene in story.scenes for segment in scene.segments]
    notes = [f"A prompt stream: {count:,} {'prompt' if count == 1 else 'prompts'}, one for each segment."]
    longer = sum((segment.slots or 1) > 1 or (segment.seconds or 0) > 4.5 for segment in segments)
    if longer:
        are = "segment is" if longer == 1 else "segments are"
        notes.append(f"{longer:,} {are} longer than one clip of the model: a stream has no lengths.")
    if any(segment.say for segment in segments):
        notes.append("What is said is left out: a prompt stream has pictures alone.")
    if story.image or any(scene.image for scene in story.scenes):
        notes.append("First frames are left out: the model's scripts take one by an option of their own.")
    return tuple(notes)
