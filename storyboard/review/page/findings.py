"""A finding as plain values, for the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from storyboard.story.findings import Finding

_EXCERPT = 60  # characters of a finding's line on either side of its place


def finding_values(finding: Finding) -> dict[str, Any]:
    """What the page tells of a finding."""
    return {
        "severity": str(finding.severity),
        "code": finding.code,
        "message": finding.message,
        "hint": finding.hint,
        "place": f"{finding.path}:{finding.line}:{finding.column}",
        "line": finding.line,
        "excerpt": _excerpt(finding),
    }


def _excerpt(finding: Finding) -> dict[str, str] | None:
    """The line it stands on, cut at the place; of a long line, what is around that."""
    line, at = finding.excerpt.rstrip(), finding.column - 1
    if not line.strip():
        return None
    first, last = max(0, at - _EXCERPT), at + _EXCERPT
    before, after = line[first:at], line[at + 1 : last]
    return {
        "before": f"…{before}" if first else before.lstrip(),
        "at": line[at : at + 1] or " ",
        "after": f"{after}…" if last < len(line) else after,
    }
