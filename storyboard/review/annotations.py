"""Findings as the annotations of a code review: GitHub's workflow commands, GitLab's code quality report."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyboard.story.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from storyboard.story.findings import Finding

_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_GITLAB = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}
# A line break would end the command, and what follows it could be another; the rest is what its own syntax needs, and
# what would steer the log as a terminal.
_IN_TEXT: dict[int, str] = {
    **{code: "\N{REPLACEMENT CHARACTER}" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\r\n"},
    **str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"}),
}
_IN_PROPERTY = {**_IN_TEXT, **str.maketrans({":": "%3A", ",": "%2C"})}


def github_commands(findings: Iterable[Finding], root: Path | None) -> Iterator[str]:
    """Each finding as a workflow command of GitHub Actions, which shows it at its line of a pull request.

    Args:
        findings: In the order in which they are told.
        root: The folder of the repository, which paths are seen from; None leaves them as they are.
    """
    for finding in findings:
        properties = {
            "file": _seen_from(root, finding.path),
            "line": str(finding.line),
            "col": str(finding.column),
            "title": finding.code,
        }
        where = ",".join(f"{name}={value.translate(_IN_PROPERTY)}" for name, value in properties.items())
        text = "\n".join(filter(None, (finding.message, finding.hint)))
        yield f"::{_GITHUB[finding.severity]} {where}::{text.translate(_IN_TEXT)}"


def gitlab_report(findings: Iterable[Finding], root: Path | None) -> list[dict[str, Any]]:
    """The findings as GitLab's code quality report, which is a list.

    Args:
        findings: In the order in which they are told.
        root: The folder of the repository, which paths are seen from; None leaves them as they are.
    """
    seen: dict[tuple[str, ...], int] = {}
    report = []
    for finding in findings:
        path = _seen_from(root, finding.path)
        alike = (path, finding.code, finding.message)
        seen[alike] = seen.get(alike, 0) + 1  # without the line: a finding that only moved is no new one
        fingerprint = hashlib.sha256("\0".join((*alike, str(seen[alike]))).encode("utf-8", "replace"))
        report.append(
            {
                "description": " ".join(filter(None, (finding.message, finding.hint))),
                "check_name": finding.code,
                "fingerprint": fingerprint.hexdigest(),
                "severity": _GITLAB[finding.severity],
                "location": {"path": path, "lines": {"begin": finding.line}},
            }
        )
    return report


def _seen_from(root: Path | None, path: str) -> str:
    """A path as the reviewing service knows it: from the top of the repository, with forward slashes."""
    folder, name = os.path.split(path)
    whole = Path(os.path.realpath(folder or "."), name)  # a link that is a file itself stays one
    top = Path(os.path.realpath(root)) if root is not None else None
    return (whole.relative_to(top) if top is not None and whole.is_relative_to(top) else Path(path)).as_posix()
