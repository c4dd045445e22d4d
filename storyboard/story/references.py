"""Names in the story: every ``{name}`` and every ``place:`` has to be declared, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.excerpt import excerpt
from storyboard.story.braces import Slip, is_name, parse_braces
from storyboard.story.findings import Remark, Severity, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyboard.story.model import Storyboard
    from storyboard.story.series import Series

Where = tuple[str | int, ...]

_MOST_HINTS = 100  # a file with more wrong names than this is not helped by guessing at each


def reference_remarks(storyboard: Storyboard) -> list[Remark]:
    """Everything that is wrong with the names of a story; all of it errors."""
    names = {**storyboard.characters, **storyboard.places}
    remarks = list(declaration_remarks(storyboard))
    for where, text in _texts(storyboard):
        if "{" not in text and "}" not in text:
            continue
        for part in parse_braces(text):
            if isinstance(part, str):
                continue
            if isinstance(part, Slip):
                remarks.append(brace_remark(part, where))
            elif part.name not in names:
                near = did_you_mean(part.name, names) if len(remarks) < _MOST_HINTS else ""
                hint = near or "Declare it under “characters” or “places”."
                message = f"{{{excerpt(part.name, 30)}}} is no character or place of this story."
                remarks.append(_error("unknown-name", message, hint, where, offset=part.offset))
    for index, scene in enumerate(storyboard.scenes):
        if scene.place is not None and scene.place not in storyboard.places:
            hint = did_you_mean(scene.place, storyboard.places) or f"Declare it: places: {{{scene.place}: …}}."
            remarks.append(
                _error(
                    "unknown-name",
                    f"“{scene.place}” is no place of this story.",
                    hint,
                    ("scenes", index, "place"),
                )
            )
    return remarks


def _texts(storyboard: Storyboard) -> Iterator[tuple[Where, str]]:
    """Every text that goes into a prompt and may name characters and places, with where it stands."""
    if storyboard.style:
        yield ("style",), storyboard.style
    for i, scene in enumerate(storyboard.scenes):
        for key in ("transition", "camera", "style", "mood"):
            text = getattr(scene, key)
            if text:
                yield ("scenes", i, key), text
        for j, segment in enumerate(scene.segments):
            where: Where = ("scenes", i, "segments", j)
            yield (*where, "action"), segment.action
            if segment.camera:
                yield (*where, "camera"), segment.camera
            if segment.state:
                for key in ("start", "end"):
                    text = getattr(segment.state, key)
                    if text:
                        yield (*where, "state", key), text


def declaration_remarks(storyboard: Storyboard | Series) -> Iterator[Remark]:
    """Everything that is wrong with the characters and places as they are declared; all of it errors."""
    for group in ("characters", "places"):
        for name, subject in getattr(storyboard, group).items():
            where: Where = (group, name)
            if not is_name(name):
                yield _error(
                    "invalid-name",
                    f"“{name}” cannot be used as a name in braces.",
                    "A name begins with a letter and goes on with letters, digits, _ and -.",
                    where,
                    at_key=True,
                )
            if group == "places" and name in storyboard.characters:
                yield _error(
                    "duplicate-name",
                    f"“{name}” is both a character and a place.",
                    "Give one of them another name.",
                    where,
                    at_key=True,
                )
            for part in parse_braces(subject.full):
                if not isinstance(part, str):
                    yield _error(
                        "brace",
                        f"The description of “{name}” has a brace in it; a description names nobody else.",
                        "Write the other's name out, or double a literal brace: {{ and }}.",
                        where,
                    )


def brace_remark(slip: Slip, where: Where) -> Remark:
    """The remark about a brace that is no part of a name in braces."""
    return _error(
        "brace",
        f"“{excerpt(slip.text, 30)}” is not a name in braces.",
        "Only a declared {name} can stand in braces; double a literal brace: {{ and }}.",
        where,
        offset=slip.offset,
    )


def _error(
    code: str, message: str, hint: str, where: Where, *, at_key: bool = False, offset: int | None = None
) -> Remark:
    return Remark(code, Severity.ERROR, message, hint, where, at_key, offset)
