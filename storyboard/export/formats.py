"""The formats that a story can be written in for other programs, each with what writes it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from storyboard.story.model import Storyboard


class Format(StrEnum):
    """A format that a story can be written in."""

    SVI = "svi"


@dataclass(frozen=True)
class Exported:
    """A story in another format.

    Attributes:
        text: The file's text.
        notes: What was made, and what had no place in it; the first says what was made.
    """

    text: str
    notes: tuple[str, ...]


def export_story(storyboard: Storyboard, wanted: Format) -> Exported:
    """Write a story in another format."""
    return Exported(*_writer(wanted)(storyboard))


def _writer(wanted: Format) -> Callable[[Storyboard], tuple[str, tuple[str, ...]]]:
    match wanted:
        case Format.SVI:
            from storyboard.export.prompt_stream import prompt_stream

            return prompt_stream
