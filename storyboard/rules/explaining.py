"""What there is to explain about a code: a rule, an error of a story, or an error that a command ends with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.errors import StoryboardError
from storyboard.rules.errors_told import ERRORS
from storyboard.rules.registry import RULES
from storyboard.story.findings import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator


def error_told(code: str) -> str:
    """What an error is, in a sentence or two; empty for a code that is none."""
    return ERRORS.get(code) or _commands().get(code, "")


def nearest_code(code: str) -> str:
    """The code that was probably meant; empty where none is near."""
    return nearest(code.replace("_", "-").replace(" ", "-"), [*RULES, *ERRORS, *_commands()])


def _commands() -> dict[str, str]:
    """The errors that commands end with, by their code: the first paragraph of what each class says of itself."""
    return {
        kind.code: " ".join((kind.__doc__ or "").split("\n\n")[0].split())
        + f" The command exits with {kind.exit_code}."
        for kind in _below(StoryboardError)
    }


def _below(kind: type[StoryboardError]) -> Iterator[type[StoryboardError]]:
    for each in kind.__subclasses__():
        if "code" in vars(each):
            yield each
        yield from _below(each)
