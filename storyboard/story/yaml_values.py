"""YAML values that remember where they stood, and what can be wrong with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Protocol

from storyboard.story.findings import Position

LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
"""The line breaks of YAML 1.1, by which libyaml counts."""


def lines_of(text: str) -> tuple[str, ...]:
    """A text, line by line, as libyaml counts lines."""
    if text.isascii() and "\r" not in text:
        return tuple(text.split("\n"))  # as every file is that was written here; several times as fast
    return tuple(LINE_BREAK.split(text))


class Mark(Protocol):
    """A place in a text, as libyaml gives it: line and column from 0."""

    line: int
    column: int


class Mapping(dict[str, Any]):
    """A YAML mapping, with the marks of its keys and values, and whether it is written in braces."""

    __slots__ = ("in_braces", "key_marks", "mark", "size", "value_marks")

    def __init__(self, mark: Mark, *, in_braces: bool = False) -> None:
        super().__init__()
        self.mark = mark
        self.in_braces = in_braces
        self.key_marks: dict[str, Mark] = {}
        self.value_marks: dict[str, Mark] = {}
        self.size = 1


class Sequence(list[Any]):
    """A YAML sequence, with the marks of its items."""

    __slots__ = ("mark", "marks", "size")

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark
        self.marks: list[Mark] = []
        self.size = 1


@dataclass(frozen=True)
class Problem:
    """Something wrong with the YAML itself."""

    code: str
    message: str
    hint: str
    position: Position


class UnreadableYamlError(Exception):
    """Nothing can be read past this problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def stop(code: str, message: str, hint: str, position: Position | None = None) -> UnreadableYamlError:
    """The error for a problem past which nothing can be read."""
    return UnreadableYamlError(Problem(code, message, hint, position or Position()))


def position_of(mark: Mark | None) -> Position:
    """A mark as a position; the start of the file where there is none."""
    return Position(mark.line + 1, mark.column + 1) if mark is not None else Position()


def shortened(text: str) -> str:
    """A text from the file as it can stand in a message: at most 60 characters."""
    return text if len(text) <= 60 else text[:59] + "…"
