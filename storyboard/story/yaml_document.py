"""YAML text to plain values that remember where they stood.

libyaml's scanner and parser do the reading; the tree is built here from their events, because that is what
keeps every position, finds duplicate keys, and stays safe: libyaml's own composer recurses in C and takes the
whole process down on deeply nested input. Only what YAML's safe schema knows becomes a value: text, numbers,
true and false, null, lists and mappings. PyYAML never shows through: every problem is a ``Problem``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import yaml

from storyboard.story.findings import Position
from storyboard.story.yaml_problems import explain
from storyboard.story.yaml_tree import TreeBuilder
from storyboard.story.yaml_values import (
    Mapping,
    Problem,
    Sequence,
    UnreadableYamlError,
    lines_of,
    position_of,
    stop,
)

MAX_BYTES = 2 * 2**20
"""The largest file that is read: 500 segments take about a twentieth of it."""

_MEDIA_STARTS = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"\x1aE\xdf\xa3")  # JPEG, PNG, GIF, WebP, Matroska

Kind = Literal["storyboard", "series"]
"""What a file is read as."""

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """One YAML document as plain values.

    Attributes:
        value: The root value.
        lines: The text, line by line, for excerpts.
        problems: What is wrong but did not stop the reading (duplicate keys).
    """

    value: Any
    lines: tuple[str, ...]
    problems: tuple[Problem, ...]

    def locate(self, path: Path, *, key: bool = False) -> Position:
        """Where the value at ``path`` stands, or the nearest value above it that exists.

        Args:
            path: Keys and indexes from the root.
            key: Point at the key instead of at its value, for the last step.
        """
        node, found = self.value, getattr(self.value, "mark", None)
        for depth, step in enumerate(path):
            if isinstance(node, Mapping) and step in node:
                marks = node.key_marks if key and depth == len(path) - 1 else node.value_marks
                found, node = marks[str(step)], node[str(step)]
            elif isinstance(node, Sequence) and isinstance(step, int) and 0 <= step < len(node):
                found, node = node.marks[step], node[step]
            elif step != 0:  # where one value may stand for a list of one, 0 is that value
                break
        return position_of(found)

    def excerpt(self, line: int) -> str:
        """The text of a line, counted from 1; empty where there is none."""
        return self.lines[line - 1] if 0 < line <= len(self.lines) else ""


def read_yaml(data: bytes, kind: Kind = "storyboard") -> Document:
    """Read one YAML document.

    Args:
        data: The file's bytes.
        kind: What the file should be, for the words of a problem.

    Raises:
        UnreadableYamlError: The bytes are not one well-formed, reasonably sized YAML document.
    """
    text = _decode(data, kind)
    lines = lines_of(text)
    builder = TreeBuilder()
    try:
        loader = yaml.CSafeLoader(text)
        while (event := loader.get_event()) is not None:  # a third of what yaml.parse adds to it
            builder.take(event)
    except yaml.YAMLError as error:
        raise UnreadableYamlError(explain(error, text, lines)) from None
    return Document(builder.root, lines, tuple(builder.problems))


def _decode(data: bytes, kind: Kind) -> str:
    if data.startswith(_MEDIA_STARTS) or data[4:8] == b"ftyp":
        raise stop(f"not-a-{kind}", f"This is a picture or a video, and no {kind}.", "Name a .yaml file.")
    if len(data) > MAX_BYTES:
        raise stop(
            "file-too-large",
            f"The file has more than {MAX_BYTES:,} bytes, and a {kind} may not.",
            "Split the story into episodes." if kind == "storyboard" else "Keep in it only what its episodes share.",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise stop(
            "not-utf-8",
            "The file is not UTF-8 text.",
            "Save it as UTF-8; most editors offer it under “Save with encoding”.",
            Position(line, len(data[data.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8-sig")) + 1),
        ) from None
