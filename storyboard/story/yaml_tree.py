"""Parser events to a tree of values, without recursion: libyaml's own composer recurses in C.

Keeps every position, finds duplicate keys, follows aliases and merge keys within bounds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from storyboard.story.yaml_scalars import (
    CONTAINER_TAGS,
    TEXT_TAGS,
    key_not_text,
    plain_scalar,
    tagged_scalar,
    unknown_tag,
)
from storyboard.story.yaml_values import Mapping, Mark, Problem, Sequence, position_of, shortened, stop

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DEPTH = 32
"""How deep lists and mappings may lie in each other; the format itself needs 7."""
MAX_VALUES = 100_000
"""How many values a document may have once its aliases are followed."""


class TreeBuilder:
    """Builds the tree of values from parser events, without recursion."""

    def __init__(self) -> None:
        self.root: Any = None
        self.problems: list[Problem] = []
        self._open: list[Mapping | Sequence] = []
        self._anchor_of: list[str | None] = []
        self._keys: list[tuple[str, Mark] | None] = []
        self._wants_key = False  # whether what comes next is a key of the innermost mapping
        self._anchors: dict[str, tuple[Any, int, Mark]] = {}
        self._pending: set[str] = set()
        self._documents = 0
        self._takes: dict[type[Any], Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._start,
            yaml.SequenceStartEvent: self._start,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }

    def take(self, event: Any) -> None:
        """Take the next event in."""
        take = self._takes.get(type(event))  # the stream's start and end, and a document's end, carry nothing
        if take is not None:
            take(event)

    def _document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            raise stop(
                "several-documents",
                "The file holds more than one YAML document.",
                "Keep one document in one file: move what follows “---” to a file of its own.",
                position_of(event.start_mark),
            )

    def _scalar(self, event: Any) -> None:
        mark, value, anchor = event.start_mark, event.value, event.anchor
        if self._wants_key:
            if event.tag and event.tag not in TEXT_TAGS:
                raise unknown_tag(event.tag, mark)
            if anchor:
                self._anchors[anchor] = (value, 1, mark)
            self._keys[-1] = (value, mark)
            self._wants_key = False
            return
        if event.implicit[0]:
            value = plain_scalar(value)
        elif event.tag and not event.implicit[1]:
            value = tagged_scalar(event)
        if anchor:
            self._anchors[anchor] = (value, 1, mark)
        self._place(value, mark, 1)

    def _start(self, event: Any) -> None:
        mark = event.start_mark
        if self._wants_key:
            raise key_not_text(mark)
        if event.tag and not event.implicit and event.tag not in CONTAINER_TAGS:
            raise unknown_tag(event.tag, mark)
        if len(self._open) >= MAX_DEPTH:
            raise stop(
                "nested-too-deep",
                f"Lists and mappings lie more than {MAX_DEPTH} deep in each other here.",
                "",
                position_of(mark),
            )
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        node = Mapping(mark, in_braces=bool(event.flow_style)) if is_mapping else Sequence(mark)
        self._open.append(node)
        self._keys.append(None)
        self._wants_key = is_mapping
        self._anchor_of.append(event.anchor)
        if event.anchor:
            self._pending.add(event.anchor)

    def _end(self, _: Any) -> None:
        node = self._open.pop()
        self._keys.pop()
        self._wants_key = False
        anchor = self._anchor_of.pop()
        if isinstance(node, Mapping) and "<<" in node:
            self._merge(node)
        if anchor:
            self._anchors[anchor] = (node, node.size, node.mark)
            self._pending.discard(anchor)
        self._place(node, node.mark, node.size)

    def _alias(self, event: Any) -> None:
        mark = event.start_mark
        if event.anchor in self._pending:
            raise stop(
                "alias-in-itself",
                f"The alias *{shortened(event.anchor)} stands inside the value it names.",
                "",
                position_of(mark),
            )
        if event.anchor not in self._anchors:
            raise stop(
                "unknown-alias",
                f"The alias *{shortened(event.anchor)} names nothing: no &{shortened(event.anchor)} stands above it.",
                "A text that begins with “*” has to stand in quotes.",
                position_of(mark),
            )
        value, size, _ = self._anchors[event.anchor]
        if self._wants_key:
            if not isinstance(value, str):
                raise key_not_text(mark)
            self._keys[-1] = (value, mark)
            self._wants_key = False
            return
        self._place(value, mark, size)

    def _place(self, value: Any, mark: Mark, size: int) -> None:
        if not self._open:
            self.root = value
            return
        parent = self._open[-1]
        parent.size += size
        if parent.size > MAX_VALUES:
            raise stop(
                "expands-too-far",
                f"With its aliases followed, the document has more than {MAX_VALUES:,} values.",
                "Aliases of aliases multiply; write the values out, or repeat less.",
                position_of(mark),
            )
        if isinstance(parent, Sequence):
            parent.append(value)
            parent.marks.append(mark)
            return
        self._wants_key = True
        key, key_mark = self._keys[-1] or ("", mark)
        if key in parent:
            first = position_of(parent.key_marks[key])
            self.problems.append(
                Problem(
                    "duplicate-key",
                    f"“{shortened(key)}” is given twice here; the first stands on line {first.line}.",
                    "Keep one of them.",
                    position_of(key_mark),
                )
            )
            return
        parent[key] = value
        parent.key_marks[key] = key_mark
        parent.value_marks[key] = mark

    def _merge(self, node: Mapping) -> None:
        """Follow ``<<``: what the mapping says itself comes before what is merged into it."""
        merged = node.pop("<<")
        for source in merged if isinstance(merged, Sequence) else [merged]:
            if not isinstance(source, Mapping):
                raise stop(
                    "merge-not-mapping",
                    "“<<” merges mappings, and this is none.",
                    "",
                    position_of(node.key_marks["<<"]),
                )
            for key in source:
                if key not in node:
                    node[key] = source[key]
                    node.key_marks[key] = source.key_marks[key]
                    node.value_marks[key] = source.value_marks[key]
