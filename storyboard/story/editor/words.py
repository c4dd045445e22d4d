"""What is said about a key of the format beside the sentence that its model has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Words:
    """What an editor shows beside a key; Markdown, and by a plain editor without its backquotes.

    Attributes:
        title: The key's name for people.
        more: What follows the model's own sentence: units, what is so without it, how it goes with other keys.
        examples: Values to choose from or to write over.
        values: For a key that takes one of several words: what each of them means.
        limits: JSON Schema's words for bounds that the video model has, and the format itself does not know.
        body: What is put in when the key is chosen, in the form that editors fill in: ``$1``, ``${1:text}``.
    """

    title: str
    more: str = ""
    examples: tuple[Any, ...] = ()
    values: Mapping[Any, str] = field(default_factory=dict)
    limits: Mapping[str, float] = field(default_factory=dict)
    body: Any = None
