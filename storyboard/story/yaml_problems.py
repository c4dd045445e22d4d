"""libyaml's words for what is wrong, told as a person who writes a story would want to hear it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.story.findings import Position
from storyboard.story.pattern import pattern
from storyboard.story.yaml_values import LINE_BREAK, Problem, position_of

if TYPE_CHECKING:
    import yaml

_DASH = pattern(r"\s*-(?=[^\s-])")
_UNQUOTED_BRACE = pattern(r"(?:^|[-:]\s)\s*\{[^{}]*\}\s*\S")

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


def explain(error: yaml.YAMLError, text: str, lines: tuple[str, ...]) -> Problem:
    """Translate a parser's error to the author's words."""
    context = str(getattr(error, "context", None) or "")
    said = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    in_quotes = "quoted scalar" in context and "escape" not in said
    begins_there = in_quotes or context in {"while scanning an alias", "while scanning an anchor"}
    mark = getattr(error, "context_mark", None) if begins_there else None
    mark = mark or getattr(error, "problem_mark", None)
    at = position_of(mark) if mark is not None else _position_of_offset(text, getattr(error, "position", 0))
    line = lines[at.line - 1] if at.line <= len(lines) else ""
    if "\t" in line[: max(at.column, 1)] and not line[: at.column].strip():
        return Problem("yaml-tab", "A tab indents this line; YAML takes spaces only.", "Replace it with spaces.", at)
    if brace := _UNQUOTED_BRACE.search(line):
        return Problem(
            "yaml-brace",
            "A text that begins with a brace has to stand in quotes.",
            'Write it as "{name} does something".',
            Position(at.line, line.index("{", brace.start()) + 1),
        )
    if "could not find expected ':'" in said and (dash := _dash_without_space(error, lines)) is not None:
        return Problem(
            "yaml-dash", "An item of a list needs a space after its dash.", "Write “- ” and then the text.", dash
        )
    for sign, code, message, hint in _EXPLANATIONS:
        if sign in said or (in_quotes and sign in f"while scanning a {context}") or sign in context:
            return Problem(code, message, hint, at)
    return Problem("yaml", f"This is not well-formed YAML: {said}.", "", at)


def _dash_without_space(error: yaml.YAMLError, lines: tuple[str, ...]) -> Position | None:
    """Where a line begins with a dash and no space after it: libyaml takes it for a key without a colon."""
    mark = getattr(error, "context_mark", None)
    line = lines[mark.line] if mark is not None and mark.line < len(lines) else ""
    match = _DASH.match(line)
    return Position(mark.line + 1, match.end()) if mark is not None and match else None


def _position_of_offset(text: str, offset: int) -> Position:
    """The place of a byte, counted as libyaml does: in the text's UTF-8."""
    before = text.encode()[:offset].decode(errors="replace")
    lines = LINE_BREAK.split(before)
    return Position(len(lines), len(lines[-1]) + 1)
