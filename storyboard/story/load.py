"""A storyboard file to a frozen ``Storyboard``, with every problem told where it stands."""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from storyboard.story.findings import Finding, Position, Remark, Severity, has_errors, in_reading_order
from storyboard.story.model import FORMAT_VERSION, Storyboard
from storyboard.story.paths import root_of
from storyboard.story.references import reference_remarks
from storyboard.story.salvage import salvage
from storyboard.story.validation import validate
from storyboard.story.yaml_document import MAX_BYTES, Document, read_yaml
from storyboard.story.yaml_values import Mapping, Problem, UnreadableYamlError

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Source:
    """A storyboard file as it was read.

    Attributes:
        path: Where it lies.
        shown: Its path as the person named it.
        document: Its YAML, with positions.
        sha256: Of its bytes.
    """

    path: Path
    shown: str
    document: Document
    sha256: str

    @property
    def root(self) -> Path:
        """The folder its files may lie in."""
        return root_of(self.path)

    def place(self, remarks: Iterable[Remark]) -> list[Finding]:
        """Say where in the file each remark belongs."""
        return [self._place(remark) for remark in remarks]

    def _place(self, remark: Remark) -> Finding:
        at = self.document.locate(remark.where, key=remark.at_key)
        excerpt = self.document.excerpt(at.line)
        return Finding(
            remark.code,
            remark.severity,
            remark.message,
            remark.hint,
            self.shown,
            at.line,
            _column_inside(excerpt, at.column, remark.offset),
            excerpt,
        )


@dataclass(frozen=True)
class Loaded:
    """What came of reading a storyboard file.

    Attributes:
        shown: The path as the person named it.
        source: The file as read; None where it could not be.
        storyboard: The story; None where it has errors.
        draft: The story, or what is left of it without the parts that are wrong: good for finding more
            errors, never for rendering.
        findings: What there is to tell so far, in reading order.
    """

    shown: str
    source: Source | None
    storyboard: Storyboard | None
    draft: Storyboard | None
    findings: tuple[Finding, ...]


def load_storyboard(path: Path | str) -> Loaded:
    """Read and validate a storyboard file; never raises for what is wrong with the file."""
    shown, path = str(path), Path(path)
    try:
        data = _read(path)
        document = read_yaml(data)
    except UnreadableYamlError as error:
        finding = _finding(error.problem, shown, _line_of(path, error.problem.position))
        return Loaded(shown, None, None, None, (finding,))
    source = Source(path, shown, document, hashlib.sha256(data).hexdigest())
    findings = [_finding(problem, shown, document.excerpt(problem.position.line)) for problem in document.problems]
    draft, remarks = _validated(document)
    findings += source.place(remarks)
    storyboard = None if has_errors(findings) else draft
    return Loaded(shown, source, storyboard, draft, in_reading_order(findings))


def _read(path: Path) -> bytes:
    """The file's bytes; a folder, a device or a pipe is refused before it is opened."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise _unreadable("not-a-file", f"{path} is not a file.", "Name a storyboard, such as story.yaml.")
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _unreadable("file-missing", f"There is no file {path}.", "Check the name and the folder.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _unreadable("file-unreadable", f"{path} cannot be read: {reason}.", "") from None


def _unreadable(code: str, message: str, hint: str) -> UnreadableYamlError:
    return UnreadableYamlError(Problem(code, message, hint, Position()))


def _validated(document: Document) -> tuple[Storyboard | None, list[Remark]]:
    value = document.value
    if value is None:
        return None, [
            Remark(
                "empty-file",
                Severity.ERROR,
                "The file is empty.",
                "A storyboard begins with “storyboard: 1”, a title and scenes.",
            )
        ]
    if not isinstance(value, Mapping):
        noun = "a list" if isinstance(value, list) else "a single value"
        return None, [
            Remark(
                "not-a-storyboard",
                Severity.ERROR,
                f"A storyboard is a mapping of keys, and this file holds {noun}.",
                "It begins with “storyboard: 1”, a title and scenes.",
            )
        ]
    version = value.get("storyboard")
    if isinstance(version, int) and not isinstance(version, bool) and version > FORMAT_VERSION:
        return None, [
            Remark(
                "newer-version",
                Severity.ERROR,
                f"The file is written for version {version} of the format; this program reads version "
                f"{FORMAT_VERSION}.",
                "Install a newer storyboard-composer.",
                ("storyboard",),
            )
        ]
    storyboard, remarks = validate(Storyboard, value)
    draft = storyboard or salvage(Storyboard, value)
    if draft is not None:
        remarks += reference_remarks(draft)
    return draft, remarks


def _finding(problem: Problem, shown: str, excerpt: str) -> Finding:
    at = problem.position
    return Finding(problem.code, Severity.ERROR, problem.message, problem.hint, shown, at.line, at.column, excerpt)


def _line_of(path: Path, at: Position) -> str:
    """The line an unreadable file's problem stands on, as well as it can be shown."""
    try:
        lines = _read(path).splitlines()
    except UnreadableYamlError:
        return ""
    return lines[at.line - 1].decode("utf-8", "replace").lstrip("\ufeff") if at.line <= len(lines) else ""


def _column_inside(line: str, column: int, offset: int | None) -> int:
    """The column of a character inside a value, where the value stands on one line."""
    if offset is None or line[column - 1 : column] in {"|", ">"}:  # a block's text stands on the lines below
        return column
    quoted = line[column - 1 : column] in {"'", '"'}
    inside = column + offset + (1 if quoted else 0)
    return inside if inside <= len(line) else column
