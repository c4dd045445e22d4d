"""One thing to tell the author: what, where it stands, what to do."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


class Severity(StrEnum):
    """How much a finding matters: an error stops a render, a warning stops ``check --strict``."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class Position:
    """A place in a file; both numbers count from 1, the column in characters."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True)
class Finding:
    """One thing to tell the author.

    Attributes:
        code: Its stable name, in kebab case.
        severity: Whether it stops anything.
        message: What is so, in the author's words.
        hint: What to do about it; may be empty.
        path: The file, as the person named it.
        line: From 1.
        column: From 1, in characters.
        excerpt: The line of the file it stands on; empty where the file has no such line.
    """

    code: str
    severity: Severity
    message: str
    hint: str
    path: str
    line: int = 1
    column: int = 1
    excerpt: str = field(default="", compare=False)

    def as_json(self) -> dict[str, Any]:
        """The finding as plain values, for ``--json``."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "message": self.message,
            "hint": self.hint,
            "path": self.path,
            "line": self.line,
            "column": self.column,
        }


def in_reading_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By file, line and column, each told once."""
    return tuple(sorted(dict.fromkeys(findings), key=lambda f: (f.path, f.line, f.column)))


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether any of them is an error."""
    return any(finding.severity is Severity.ERROR for finding in findings)


_MOST_COMPARED = 500  # words; comparing takes about a microsecond each, for every slip in a file
_MOST_SHOWN = 30


def nearest(word: str, valid: Iterable[str]) -> str:
    """The valid word that ``word`` was probably meant to be, or an empty string."""
    valid = list(valid)
    if len(valid) > _MOST_COMPARED:
        return ""
    by_folded = {candidate.casefold(): candidate for candidate in valid}
    matches = difflib.get_close_matches(word.casefold(), list(by_folded), n=1, cutoff=0.6)
    return by_folded[matches[0]] if matches else ""


def did_you_mean(word: str, valid: Iterable[str], *, kind: str = "one of") -> str:
    """A hint: the nearest valid word, or all of them when none is near."""
    words = list(valid)
    found = nearest(word, words)
    if found:
        return f"Did you mean “{found}”?"
    if not words:
        return ""
    shown = words if len(words) <= _MOST_SHOWN else [*words[:_MOST_SHOWN], "…"]
    return f"It can be {kind}: {', '.join(shown)}."


@dataclass(frozen=True)
class Remark:
    """A finding whose place is known in the story, and not yet in a file.

    Attributes:
        code: As in a finding.
        severity: As in a finding.
        message: As in a finding.
        hint: As in a finding.
        where: Keys and indexes from the root of the storyboard, such as ``("scenes", 0, "place")``.
        at_key: Point at the key rather than at its value.
        offset: Characters into the value's text, for a place inside a line; None is the value as a whole.
    """

    code: str
    severity: Severity
    message: str
    hint: str = ""
    where: tuple[str | int, ...] = ()
    at_key: bool = False
    offset: int | None = None
