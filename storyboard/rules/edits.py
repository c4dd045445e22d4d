"""Edits of a text by spans: what is not in a span stays byte for byte what it was."""

from __future__ import annotations

from typing import NamedTuple

import yaml

from storyboard.story.yaml_values import LINE_BREAK

Where = tuple[str | int, ...]


class Edit(NamedTuple):
    """One replacement.

    Attributes:
        start: In characters from the start of the text.
        end: Likewise, exclusive.
        new: What stands there afterwards.
    """

    start: int
    end: int
    new: str


class Lines:
    """A text's lines, as libyaml counts them, and where they begin."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(match.end() for match in LINE_BREAK.finditer(text))]

    def offset(self, line: int, column: int) -> int:
        """Characters from the start of the text; line and column from 0."""
        return min(self._starts[min(line, len(self._starts) - 1)] + column, len(self.text))

    def count(self) -> int:
        """How many there are."""
        return len(self._starts)

    def line(self, number: int) -> str:
        """A line without its end; from 0."""
        end = self._starts[number + 1] if number + 1 < len(self._starts) else len(self.text)
        return LINE_BREAK.split(self.text[self._starts[number] : end])[0]

    def line_end(self) -> str:
        """How the first line ends, which is how a new one should; a line feed where there is but one."""
        match = LINE_BREAK.search(self.text)
        return match.group() if match else "\n"


def applied(text: str, edits: list[Edit]) -> str:
    """The text after edits that do not overlap."""
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.new + text[edit.end :]
    return text


def node_at(text: str, where: Where) -> yaml.Node | None:
    """The YAML node of a value, with the marks of its start and end; None where there is none.

    Only for a text that ``read_yaml`` has read: it is what bounds the depth.
    """
    node = yaml.compose(text, Loader=yaml.CSafeLoader)
    for step in where:
        if isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if getattr(key, "value", None) == step), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
        else:
            return None
    return node
