"""A reel's request as text: as JSON, and as a command for a shell that would order it."""

from __future__ import annotations

import json
import shlex
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storyboard.errors import ImageError
from storyboard.generation.empirio import HOSTED_URL
from storyboard.generation.images import verdict
from storyboard.generation.provider import KEY_VARIABLE
from storyboard.story.paths import is_url

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.compiler.plan import PlannedReel

_HANDOFF_FILE = "last-frame-of-reel-{}.png"
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@dataclass(frozen=True)
class Order:
    """A reel's request as text.

    Attributes:
        as_json: The body; an image given as a file is told by its path.
        command: For a POSIX shell, with the key in its environment; empty where none can be given.
        notes: What there is to know before either is used.
    """

    as_json: str
    command: str
    notes: tuple[str, ...]


def order_text(reel: PlannedReel, images: dict[str, Path]) -> Order:
    """A reel's request as text.

    Args:
        reel: The reel.
        images: The files of first frames, by the name the author wrote.
    """
    name, start = "", reel.start
    body = reel.as_json()["request"]
    notes: list[str] = []
    if start.handoff is not None:
        name = _HANDOFF_FILE.format(start.handoff)
        notes.append(
            f"The first frame is the last frame of reel {start.handoff}, which there is once that reel is rendered. "
            f"The command reads it from {name}."
        )
    elif start.image is not None and not is_url(start.image):
        name = start.image
        notes.append(
            "The image is told by its path here. The service takes an http(s) address or the file itself as a "
            "data: URI; the command makes one. Run it in the folder of the story."
        )
    if not name:
        return Order(_shown(body), _posted(_escaped(body)), tuple(notes))
    if _hides_something(name):
        notes.append("No command is given: the image's name has characters that cannot be seen. Rename the file.")
        return Order(_shown(body), "", tuple(notes))
    head = f"data:{_mime(name, images)};base64,"
    # Inside a text of the author's, a quotation mark is escaped: this stands in the body once.
    before, mark, after = _escaped(body | {"image": head}).partition(f'"image": "{head}')
    return Order(_shown(body), _posted(None, f"{_picture(before + mark, name, after)} | "), tuple(notes))


def _mime(name: str, images: dict[str, Path]) -> str:
    path = images.get(name)
    try:
        return verdict(path).mime if path else "image/png"
    except ImageError:  # gone since the story was checked; the command says so itself
        return "image/png"


def _picture(before: str, name: str, after: str) -> str:
    return (
        f"{{ printf %s {shlex.quote(before)}\n"
        f"  base64 < {shlex.quote(name)} | tr -d '\\n'\n"
        f"  printf %s {shlex.quote(after)}; }}"
    )


def _posted(body: str | None, before: str = "") -> str:
    data = "@-" if body is None else shlex.quote(body)
    return (
        f"{before}curl {HOSTED_URL}/v1/videos/generations \\\n"
        f'  -H "Authorization: Bearer ${KEY_VARIABLE}" \\\n'
        "  -H 'Content-Type: application/json' \\\n"
        f"  --data-binary {data}"
    )


def _shown(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, indent=2)


def _escaped(body: dict[str, Any]) -> str:
    """The body as JSON in which nothing is hidden: a command is read before it is run, and must be what it seems.

    What turns the direction of a line, or cannot be seen, is written as an escape, which means the same.
    """
    text = json.dumps(body, ensure_ascii=False)
    return "".join(
        _escape(character) if unicodedata.category(character) in _HIDDEN else character for character in text
    )


def _escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def _hides_something(name: str) -> bool:
    return any(unicodedata.category(character) in _HIDDEN for character in name)
