"""YAML text to plain values that remember where they stood.

libyaml's scanner and parser do the reading; the tree is built here from their events, because that is what
keeps every position, finds duplicate keys, and stays safe: libyaml's own composer recurses in C and takes the
whole process down on deeply nested input. Only what YAML's safe schema knows becomes a value: text, numbers,
true and false, null, lists and mappings. PyYAML never shows through: every problem is a ``Problem``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Protocol

import yaml

from storyboard.story.findings import Position

MAX_BYTES = 2 * 2**20
"""The largest file that is read: 500 segments take about a twentieth of it."""
MAX_DEPTH = 32
"""How deep lists and mappings may lie in each other; the format itself needs 7."""
MAX_VALUES = 100_000
"""How many values a document may have once its aliases are followed."""
_MAX_NUMBER = 40  # characters; a longer run of digits is kept as text

_LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")  # those of YAML 1.1, by which libyaml counts

Path = tuple[str | int, ...]


class _Mark(Protocol):
    line: int
    column: int


class Mapping(dict[str, Any]):
    """A YAML mapping, with the marks of its keys and values, and whether it is written in braces."""

    __slots__ = ("in_braces", "key_marks", "mark", "size", "value_marks")

    def __init__(self, mark: _Mark, *, in_braces: bool = False) -> None:
        super().__init__()
        self.mark = mark
        self.in_braces = in_braces
        self.key_marks: dict[str, _Mark] = {}
        self.value_marks: dict[str, _Mark] = {}
        self.size = 1


class Sequence(list[Any]):
    """A YAML sequence, with the marks of its items."""

    __slots__ = ("mark", "marks", "size")

    def __init__(self, mark: _Mark) -> None:
        super().__init__()
        self.mark = mark
        self.marks: list[_Mark] = []
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
        return _position(found)

    def excerpt(self, line: int) -> str:
        """The text of a line, counted from 1; empty where there is none."""
        return self.lines[line - 1] if 0 < line <= len(self.lines) else ""


def read_yaml(data: bytes) -> Document:
    """Read one YAML document.

    Raises:
        UnreadableYamlError: The bytes are not one well-formed, reasonably sized YAML document.
    """
    text = _decode(data)
    lines = tuple(_LINE_BREAK.split(text))
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except yaml.YAMLError as error:
        raise UnreadableYamlError(_explain(error, text, lines)) from None
    return Document(builder.root, lines, tuple(builder.problems))


def _decode(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise _stop(
            "file-too-large",
            f"The file has {len(data):,} bytes; a storyboard may have {MAX_BYTES:,}.",
            "Split the story into episodes.",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _stop(
            "not-utf-8",
            "The file is not UTF-8 text.",
            "Save it as UTF-8; most editors offer it under “Save with encoding”.",
            Position(line, len(data[data.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8-sig")) + 1),
        ) from None


def _stop(code: str, message: str, hint: str, position: Position | None = None) -> UnreadableYamlError:
    return UnreadableYamlError(Problem(code, message, hint, position or Position()))


def _position(mark: _Mark | None) -> Position:
    return Position(mark.line + 1, mark.column + 1) if mark is not None else Position()


class _Builder:
    """Builds the tree of values from parser events, without recursion."""

    def __init__(self) -> None:
        self.root: Any = None
        self.problems: list[Problem] = []
        self._open: list[Mapping | Sequence] = []
        self._anchor_of: list[str | None] = []
        self._keys: list[tuple[str, _Mark] | None] = []
        self._anchors: dict[str, tuple[Any, int, _Mark]] = {}
        self._pending: set[str] = set()
        self._documents = 0
        self._values = 0

    def take(self, event: Any) -> None:
        """Take the next event in."""
        match event:
            case yaml.ScalarEvent():
                self._scalar(event)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._start(event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._end()
            case yaml.AliasEvent():
                self._alias(event)
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise _stop(
                        "several-documents",
                        "The file holds more than one YAML document.",
                        "Keep one storyboard in one file: move what follows “---” to a file of its own.",
                        _position(event.start_mark),
                    )
            case _:  # the stream's start and end, and a document's end, carry nothing
                return

    def _scalar(self, event: Any) -> None:
        mark = event.start_mark
        if self._wants_key():
            if event.tag and event.tag not in _TEXT_TAGS:
                raise _unknown_tag(event.tag, mark)
            self._remember(event.anchor, event.value, 1, mark)
            self._keys[-1] = (event.value, mark)
            return
        value = event.value
        if event.implicit[0]:
            value = _plain_scalar(value)
        elif event.tag and not event.implicit[1]:
            value = _tagged_scalar(event)
        self._remember(event.anchor, value, 1, mark)
        self._place(value, mark, 1)

    def _start(self, event: Any) -> None:
        mark = event.start_mark
        if self._wants_key():
            raise _key_not_text(mark)
        if event.tag and not event.implicit and event.tag not in _CONTAINER_TAGS:
            raise _unknown_tag(event.tag, mark)
        if len(self._open) >= MAX_DEPTH:
            raise _stop(
                "nested-too-deep",
                f"Lists and mappings lie more than {MAX_DEPTH} deep in each other here.",
                "",
                _position(mark),
            )
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        node = Mapping(mark, in_braces=bool(event.flow_style)) if is_mapping else Sequence(mark)
        self._open.append(node)
        self._keys.append(None)
        self._anchor_of.append(event.anchor)
        if event.anchor:
            self._pending.add(event.anchor)

    def _end(self) -> None:
        node = self._open.pop()
        self._keys.pop()
        anchor = self._anchor_of.pop()
        if isinstance(node, Mapping):
            self._merge(node)
        self._remember(anchor, node, node.size, node.mark)
        if anchor:
            self._pending.discard(anchor)
        self._place(node, node.mark, node.size)

    def _alias(self, event: Any) -> None:
        mark = event.start_mark
        if event.anchor in self._pending:
            raise _stop(
                "alias-in-itself",
                f"The alias *{_short(event.anchor)} stands inside the value it names.",
                "",
                _position(mark),
            )
        if event.anchor not in self._anchors:
            raise _stop(
                "unknown-alias",
                f"The alias *{_short(event.anchor)} names nothing: no &{_short(event.anchor)} stands above it.",
                "A text that begins with “*” has to stand in quotes.",
                _position(mark),
            )
        value, size, _ = self._anchors[event.anchor]
        if self._wants_key():
            if not isinstance(value, str):
                raise _key_not_text(mark)
            self._keys[-1] = (value, mark)
            return
        self._place(value, mark, size)

    def _remember(self, anchor: str | None, value: Any, size: int, mark: _Mark) -> None:
        if anchor:
            self._anchors[anchor] = (value, size, mark)

    def _wants_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1], Mapping) and self._keys[-1] is None

    def _place(self, value: Any, mark: _Mark, size: int) -> None:
        if not self._open:
            self.root = value
            return
        parent = self._open[-1]
        parent.size += size
        if parent.size > MAX_VALUES:
            raise _stop(
                "expands-too-far",
                f"With its aliases followed, the document has more than {MAX_VALUES:,} values.",
                "Aliases of aliases multiply; write the values out, or repeat less.",
                _position(mark),
            )
        if isinstance(parent, Sequence):
            parent.append(value)
            parent.marks.append(mark)
            return
        key, key_mark = self._keys[-1] or ("", mark)
        self._keys[-1] = None
        if key in parent:
            first = _position(parent.key_marks[key])
            self.problems.append(
                Problem(
                    "duplicate-key",
                    f"“{_short(key)}” is given twice here; the first stands on line {first.line}.",
                    "Keep one of them.",
                    _position(key_mark),
                )
            )
            return
        parent[key] = value
        parent.key_marks[key] = key_mark
        parent.value_marks[key] = mark

    def _merge(self, node: Mapping) -> None:
        """Follow ``<<``: what the mapping says itself comes before what is merged into it."""
        if "<<" not in node:
            return
        merged = node.pop("<<")
        for source in merged if isinstance(merged, Sequence) else [merged]:
            if not isinstance(source, Mapping):
                raise _stop(
                    "merge-not-mapping",
                    "“<<” merges mappings, and this is none.",
                    "",
                    _position(node.key_marks["<<"]),
                )
            for key in source:
                if key not in node:
                    node[key] = source[key]
                    node.key_marks[key] = source.key_marks[key]
                    node.value_marks[key] = source.value_marks[key]


_CORE = "tag:yaml.org,2002:"
_TEXT_TAGS = frozenset({_CORE + "str", "!"})
_CONTAINER_TAGS = frozenset({_CORE + "map", _CORE + "seq"})
_resolver: Any = yaml.resolver.Resolver()
_constructor = yaml.constructor.SafeConstructor()


def _plain_scalar(text: str) -> Any:
    """What an unquoted scalar means; dates stay the text they are."""
    tag = _resolver.resolve(yaml.ScalarNode, text, (True, False))
    if tag == _CORE + "str" or len(text) > _MAX_NUMBER:
        return text
    try:
        return _construct(tag, text)
    except ValueError:  # YAML's own pattern lets “0x_” through as a number
        return text


def _tagged_scalar(event: Any) -> Any:
    if event.tag in _TEXT_TAGS:
        return event.value
    if not event.tag.startswith(_CORE) or len(event.value) > _MAX_NUMBER:
        raise _unknown_tag(event.tag, event.start_mark)
    try:
        return _construct(event.tag, event.value)
    except (ValueError, LookupError):
        raise _unknown_tag(event.tag, event.start_mark) from None


def _construct(tag: str, text: str) -> Any:
    node = yaml.ScalarNode(tag, text)
    match tag.removeprefix(_CORE):
        case "int":
            return _constructor.construct_yaml_int(node)
        case "float":
            return _constructor.construct_yaml_float(node)
        case "bool":
            return _constructor.construct_yaml_bool(node)
        case "null":
            return None
        case "timestamp" | "value" | "merge":
            return text
        case kind:
            raise LookupError(kind)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def _key_not_text(mark: _Mark) -> UnreadableYamlError:
    return _stop(
        "key-not-text",
        "A list or a mapping stands where a key should be.",
        "A text that begins with “{” or “[” has to stand in quotes.",
        _position(mark),
    )


def _unknown_tag(tag: str, mark: _Mark) -> UnreadableYamlError:
    return _stop(
        "yaml-tag",
        f"The YAML tag {_short(tag.replace(_CORE, '!!'))} is not part of the format.",
        "Remove it; a text that begins with “!” has to stand in quotes.",
        _position(mark),
    )


_UNQUOTED_BRACE = re.compile(r"(?:^|[-:]\s)\s*\{[^{}]*\}\s*\S")

# libyaml's words for a problem, and ours: what it means to a person who writes a story.
_EXPLANATIONS: tuple[tuple[str, str, str, str], ...] = (
    (
        "mapping values are not allowed",
        "yaml-colon",
        "A colon with a space after it starts a key, and no key can stand here.",
        "Put the whole text in quotes.",
    ),
    (
        "while scanning a quoted scalar",
        "yaml-quote",
        "A quoted text starts here and is never closed.",
        'Close the quotes; inside double quotes, write \\" for a quotation mark.',
    ),
    (
        "found unknown escape character",
        "yaml-escape",
        "A backslash stands in double quotes before a character it has no meaning for.",
        "Use single quotes, or double the backslash.",
    ),
    (
        "control characters are not allowed",
        "yaml-control-character",
        "There is a control character here that no text may hold.",
        "Delete it; it may be invisible in your editor.",
    ),
    (
        "while scanning an alias",
        "yaml-asterisk",
        "A text that begins with “*” has to stand in quotes.",
        'Write it as "*text*".',
    ),
    (
        "while scanning an anchor",
        "yaml-ampersand",
        "A text that begins with “&” has to stand in quotes.",
        'Write it as "& text".',
    ),
    (
        "did not find expected <document start>",
        "yaml-structure",
        "The file does not go on as it began: this line fits neither the list nor the mapping above.",
        "Check the indentation of this line and of the one before it.",
    ),
    (
        "did not find expected",
        "yaml-structure",
        "This line does not fit what stands above it.",
        "Check its indentation, and whether a quotation mark or a bracket is left open above.",
    ),
    (
        "cannot start any token",
        "yaml-character",
        "No value can begin with this character.",
        "Put the text in quotes.",
    ),
)


def _explain(error: yaml.YAMLError, text: str, lines: tuple[str, ...]) -> Problem:
    """Translate a parser's error to the author's words."""
    context = str(getattr(error, "context", None) or "")
    said = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    in_quotes = "quoted scalar" in context and "escape" not in said
    begins_there = in_quotes or context in {"while scanning an alias", "while scanning an anchor"}
    mark = getattr(error, "context_mark", None) if begins_there else None
    mark = mark or getattr(error, "problem_mark", None)
    at = _position(mark) if mark is not None else _position_of_offset(text, getattr(error, "position", 0))
    line = lines[at.line - 1] if at.line <= len(lines) else ""
    if "\t" in line[: max(at.column, 1)] and not line[: at.column].strip():
        return Problem("yaml-tab", "A tab indents this line; YAML takes spaces only.", "Replace it with spaces.", at)
    if _UNQUOTED_BRACE.search(line):
        return Problem(
            "yaml-brace",
            "A text that begins with a brace has to stand in quotes.",
            'Write it as "{name} does something".',
            at,
        )
    for sign, code, message, hint in _EXPLANATIONS:
        if sign in said or (in_quotes and sign in f"while scanning a {context}") or sign in context:
            return Problem(code, message, hint, at)
    return Problem("yaml", f"This is not well-formed YAML: {said}.", "", at)


def _position_of_offset(text: str, offset: int) -> Position:
    """The place of a byte, counted as libyaml does: in the text's UTF-8."""
    before = text.encode()[:offset].decode(errors="replace")
    lines = _LINE_BREAK.split(before)
    return Position(len(lines), len(lines[-1]) + 1)
