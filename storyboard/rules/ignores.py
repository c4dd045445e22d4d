"""``# storyboard: ignore CODE`` in a file: findings that its author has seen and does not want to be told of."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

import yaml

from storyboard.rules.elsewhere import CUT_NOTE
from storyboard.rules.registry import RULES
from storyboard.story.findings import Finding, Severity, did_you_mean
from storyboard.story.pattern import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from storyboard.story.source import Source

_MARK = "storyboard:"
# Codes have commas between them; what follows is the author's reason.
_COMMENT = pattern(r"#\s*storyboard:\s*ignore\b[ \t:]*(?P<codes>[\w-]+(?:\s*,\s*[\w-]+)*)")
_CODE = pattern(r"[\w-]+")


class Ignore(NamedTuple):
    """One code in one comment.

    Attributes:
        code: What is to be hidden.
        line: The comment's, from 1.
        column: The code's, from 1.
        covers: The line whose findings it hides.
    """

    code: str
    line: int
    column: int
    covers: int


def ignores_in(lines: Sequence[str]) -> list[Ignore]:
    """The comments of a file that ignore something, in order."""
    noted = [n for n, line in enumerate(lines) if _MARK in line and "#" in line and _COMMENT.search(line)]
    if not noted:
        return []
    texts = _texts(lines)
    found: list[Ignore] = []
    below, covered = -1, 0  # of comments alone in a row, all cover the line below the last one
    for n in reversed(noted):
        match = next((m for m in _COMMENT.finditer(lines[n]) if _is_comment(lines[n], n, m.start(), texts)), None)
        if match is None:
            continue
        covers = n + 1
        if not lines[n][: match.start()].strip():
            covers = covered if below == n + 1 else n + 2
            below, covered = n, covers
        codes = [(code.group(), match.start("codes") + code.start() + 1) for code in _CODE.finditer(match["codes"])]
        found += [Ignore(code, n + 1, column, covers) for code, column in reversed(codes)]
    return found[::-1]


Span = tuple[int, int, int, int]


def _texts(lines: Sequence[str]) -> list[Span]:
    """Where the texts of a file stand, for a # inside one begins no comment: from and to, by line and column."""
    try:
        return [
            (token.start_mark.line, token.start_mark.column, token.end_mark.line, token.end_mark.column)
            for token in yaml.scan("\n".join(lines), Loader=yaml.CSafeLoader)
            if isinstance(token, yaml.ScalarToken)
        ]
    except yaml.YAMLError:
        return []


def _is_comment(line: str, n: int, column: int, texts: Sequence[Span]) -> bool:
    if column and not line[column - 1].isspace():
        return False
    at = bisect_right(texts, (n, column, _FAR, _FAR)) - 1  # texts do not overlap: only this one can hold it
    if at < 0:
        return True
    first, begin, last, end = texts[at]
    # A block's head, “|” or “>-”, may have a comment behind it, and belongs to its text.
    is_head = first == n and last > n and line[begin : begin + 1] in {"|", ">"}
    return is_head or (n, column) >= (last, end)


_FAR = 1 << 40


def hide_ignored(findings: Iterable[Finding], source: Source, settings: Mapping[str, str] | None) -> list[Finding]:
    """The findings but for those that a comment on their line hides, and what there is to tell of the comments.

    Errors are never hidden.

    Args:
        findings: In the file itself, or in the series it inherits from.
        source: The file.
        settings: The settings under ``rules:``; None for a series, whose comments may hide what its episodes raise.
    """
    own = ignores_in(source.document.lines)
    series = source.inherited.source if source.inherited else None
    above = ignores_in(series.document.lines) if series else []
    if not own and not above:
        return list(findings)
    wanted = {(source.shown, each.code, each.covers) for each in own}
    if series:
        wanted |= {(series.shown, each.code, each.covers) for each in above}
    kept: list[Finding] = []
    hidden: set[tuple[str, str, int]] = set()
    for finding in findings:
        key = (finding.path, finding.code, finding.line)
        if key in wanted and finding.severity is not Severity.ERROR:
            hidden.add(key)
        else:
            kept.append(finding)
    if settings is None:
        return kept
    hidden |= {(source.shown, CUT_NOTE.code, each.covers) for each in own}  # told where the cut is tried
    left_over = [each for each in own if (source.shown, each.code, each.covers) not in hidden]
    return kept + without_effect(left_over, kept, source, settings)


def without_effect(
    left_over: Sequence[Ignore], findings: Iterable[Finding], source: Source, settings: Mapping[str, str]
) -> list[Finding]:
    """What there is to tell of comments that hide nothing.

    Args:
        left_over: The comments.
        findings: Those that are told: an error is one that a comment could not hide.
        source: The file.
        settings: The settings under ``rules:``.
    """
    setting = settings.get(_TOLD, str(Severity.INFO))
    if setting == "off":
        return []
    errors = {(finding.code, finding.line) for finding in findings if finding.severity is Severity.ERROR}
    return [
        _without_effect(each, source, Severity(setting), is_error=(each.code, each.covers) in errors)
        for each in left_over[:_MOST_TOLD]
    ]


_TOLD = "ignore-without-effect"
_MOST_TOLD = 100  # of a file with more comments left over, nobody reads the rest


def misspelt_ignores(source: Source) -> list[Finding]:
    """The comments of a series that name no rule; whether the others hide anything depends on its episodes."""
    return [
        _without_effect(each, source, Severity.INFO, is_error=False)
        for each in [each for each in ignores_in(source.document.lines) if each.code not in RULES][:_MOST_TOLD]
    ]


def _without_effect(ignore: Ignore, source: Source, severity: Severity, *, is_error: bool) -> Finding:
    code = ignore.code if len(ignore.code) <= 60 else ignore.code[:59] + "…"
    if is_error:
        message, hint = f"“{code}” is an error here, and errors cannot be ignored.", "Mend what it tells of."
    elif ignore.code not in RULES:
        message, hint = f"There is no rule “{code}” to ignore.", did_you_mean(ignore.code, RULES)
    else:
        message = f"There is no “{code}” on line {ignore.covers} to ignore."
        hint = "Remove the comment, or put it on the line of the finding, or alone on the line above."
    excerpt = source.document.excerpt(ignore.line)
    return Finding(_TOLD, severity, message, hint, source.shown, ignore.line, ignore.column, excerpt)
