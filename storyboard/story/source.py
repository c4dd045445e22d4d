"""A file as it was read: its YAML, and where in it, or in the series above it, a remark belongs."""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from storyboard.story.findings import Finding, Position, Remark, Severity
from storyboard.story.model_places import value_at
from storyboard.story.yaml_document import MAX_BYTES, Document, Kind, read_yaml
from storyboard.story.yaml_values import Mapping as YamlMapping
from storyboard.story.yaml_values import Problem, UnreadableYamlError, stop

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

Where = tuple[str | int, ...]


@dataclass(frozen=True)
class Inherited:
    """What a story has from its series.

    Attributes:
        source: The file of the series.
        origins: Places in the story, each with the place in the series that its value comes from.
    """

    source: Source
    origins: Mapping[Where, Where]

    def origin(self, where: Where) -> Where | None:
        """The place in the series that sets the value at a place of the story; None where the story does."""
        for length in (1, 2):
            found = self.origins.get(where[:length])
            if found is not None:
                return (*found, *where[length:])
        return None


@dataclass(frozen=True)
class Source:
    """A storyboard or series file as it was read.

    Attributes:
        path: Where it lies.
        shown: Its path as the person named it.
        document: Its YAML, with positions.
        sha256: Of its bytes.
        root: The folder that the files it names may lie in.
        inherited: What it has from its series; None where it belongs to none, or is one itself.
    """

    path: Path
    shown: str
    document: Document
    sha256: str
    root: Path
    inherited: Inherited | None = field(default=None, compare=False)

    def is_inherited(self, where: Where) -> bool:
        """Whether the value at a place of the story comes from the series."""
        return self.inherited is not None and self.inherited.origin(where) is not None

    def written(self, where: Where, value: str) -> str:
        """A path as the author wrote it: one from the series is seen from the story's folder only in the story."""
        origin = self.inherited.origin(where) if self.inherited else None
        if origin is None or self.inherited is None:
            return value
        found = value_at(self.inherited.source.document.value, origin)
        return found.strip() if isinstance(found, str) else value

    def place(self, remarks: Iterable[Remark]) -> list[Finding]:
        """Say in which file, and where in it, each remark belongs."""
        return [self._place(remark) for remark in remarks]

    def _place(self, remark: Remark) -> Finding:
        source, where = self, remark.where
        if self.inherited is not None and (origin := self.inherited.origin(where)) is not None:
            source, where = self.inherited.source, origin
        at = source.document.locate(where, key=remark.at_key)
        excerpt = source.document.excerpt(at.line)
        return Finding(
            remark.code,
            remark.severity,
            remark.message,
            remark.hint,
            source.shown,
            at.line,
            _column_inside(excerpt, at.column, remark.offset),
            excerpt,
        )

    def problems(self) -> list[Finding]:
        """What is wrong with the YAML itself, though it could be read."""
        return [
            _finding(problem, self.shown, self.document.excerpt(problem.position.line))
            for problem in self.document.problems
        ]


def read_file(path: Path, kind: Kind = "storyboard", *, data: bytes | None = None) -> tuple[Document, str]:
    """A file's YAML, and the SHA-256 of its bytes; of ``data``, where that is to stand in their place.

    Raises:
        UnreadableYamlError: It cannot be read, or is not one well-formed YAML document.
    """
    data = read_bytes(path) if data is None else data
    return read_yaml(data, kind), hashlib.sha256(data).hexdigest()


def not_one(value: Any, kind: Kind, version: int, begins: str) -> Remark | None:
    """Why a document cannot be of its kind at all; None where it may be. A newer version is told alone.

    Args:
        value: The document's value.
        kind: What it should be, and the key that holds the version.
        version: The newest version that is known.
        begins: How such a file begins, for the hint.
    """
    if value is None:
        return Remark("empty-file", Severity.ERROR, "The file is empty.", f"A {kind} {begins}")
    if not isinstance(value, YamlMapping):
        noun = "a list" if isinstance(value, list) else "a single value"
        told = f"A {kind} is a mapping of keys, and this file holds {noun}."
        return Remark(f"not-a-{kind}", Severity.ERROR, told, f"It {begins}")
    given = value.get(kind)
    if isinstance(given, int) and not isinstance(given, bool) and given > version:
        told = f"The file is written for version {given} of the format; this program reads version {version}."
        return Remark("newer-version", Severity.ERROR, told, "Install a newer storyboard-composer.", (kind,))
    return None


def unreadable(path: Path, shown: str, error: UnreadableYamlError) -> Finding:
    """The finding about a file that could not be read."""
    is_text = not error.problem.code.startswith("not-a-")  # a video's first line is none
    return _finding(error.problem, shown, _line_of(path, error.problem.position) if is_text else "")


def read_bytes(path: Path) -> bytes:
    """The bytes of a storyboard or series file, at most one more than may be read.

    A folder, a device or a pipe is refused before it is opened.

    Raises:
        UnreadableYamlError: It cannot be read.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise stop("not-a-file", f"{path} is not a file.", "Name a storyboard, such as story.yaml.")
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise stop("file-missing", f"There is no file {path}.", "Check the name and the folder.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise stop("file-unreadable", f"{path} cannot be read: {reason}.", "") from None


def _finding(problem: Problem, shown: str, excerpt: str) -> Finding:
    at = problem.position
    return Finding(problem.code, Severity.ERROR, problem.message, problem.hint, shown, at.line, at.column, excerpt)


def _line_of(path: Path, at: Position) -> str:
    """The line an unreadable file's problem stands on, as well as it can be shown."""
    try:
        lines = read_bytes(path).splitlines()
    except UnreadableYamlError:
        return ""
    return lines[at.line - 1].decode("utf-8", "replace").lstrip("\ufeff") if at.line <= len(lines) else ""


def _column_inside(line: str, column: int, offset: int | None) -> int:
    """The column of a character inside a value, where the value stands on one line."""
    if offset is None or line[column - 1 : column] in {"|", ">"}:  # a block's text stands on the lines below
        return column
    inside = column + offset
    if line[column - 1 : column] in {"'", '"'}:  # what is blank after the quotation mark is no part of the value
        rest = line[column:]
        inside += 1 + len(rest) - len(rest.lstrip())
    return inside if inside <= len(line) else column
