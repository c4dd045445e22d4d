"""What every command prints with: data to standard output, messages to standard error."""

from __future__ import annotations

import io
import json
import shutil
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from storyboard.errors import DetachedError, NotConfirmedError
from storyboard.review.folding import folded
from storyboard.review.style import paint, placed, use_colour
from storyboard.review.terminal import finding_lines, summary, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from storyboard.errors import StoryboardError
    from storyboard.story.findings import Finding


def terminal_width() -> int:
    """Columns to write in: the terminal's, at most 100, and 80 where there is none."""
    return max(40, min(100, shutil.get_terminal_size((80, 24)).columns))


def print_lines(lines: Iterable[str]) -> None:
    """Print data."""
    use_colour(sys.stdout)
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def print_json(value: Any) -> None:
    """Print one JSON object, in plain ASCII where the output can hold no more."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(value, indent=2)
    sys.stdout.write(text + "\n")


def never_fail_to_print() -> None:
    """Write what a stream's encoding cannot hold as an escape, rather than end with an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(*lines: str) -> None:
    """Print a message to standard error; where nobody reads it any more, the work goes on all the same.

    On a terminal it is folded between words; for a program that reads it, a line stays a line.
    """
    if sys.stderr.isatty():
        lines = tuple(part for line in lines for part in folded(line, terminal_width()))
    with suppress(BrokenPipeError):
        sys.stderr.write("".join(f"{line}\n" for line in lines))
        sys.stderr.flush()


def say_notes(notes: Sequence[str]) -> None:
    """Tell what a command made, and below it what there is to know about that, on standard error."""
    width = terminal_width()
    first, *rest = notes
    say(*wrapped(first, width, indent=""))
    for note in rest:
        say(*wrapped(note, width, indent="  - ", hanging="    "))


def say_findings(findings: Iterable[Finding]) -> None:
    """Tell findings on standard error."""
    use_colour(sys.stderr)
    for finding in findings:
        say(*map(placed, finding_lines(finding, width=terminal_width())), "")


def print_findings(findings: Iterable[Finding]) -> None:
    """Print findings as data, with a blank line between them and a count at the end."""
    use_colour(sys.stdout)
    found = list(findings)
    for finding in found:
        lines = map(placed, finding_lines(finding, width=terminal_width()))
        sys.stdout.write("".join(f"{line}\n" for line in lines) + "\n")
    if found:
        sys.stdout.write(f"{summary(found)}\n")


def say_error(error: StoryboardError) -> None:
    """Tell an error on standard error: what happened, what to do."""
    use_colour(sys.stderr)
    if isinstance(error, NotConfirmedError) and not error.hint:  # a person's “no” is no error
        say(error.message)
        return
    if isinstance(error, DetachedError):  # it is what was asked for
        say(error.message, error.hint)
        return
    say(f"{paint('error', 'red', 'bold')}: {error.message}")
    if error.hint:
        say(f"  {error.hint}")


@contextmanager
def telling_errors(*, as_json: bool) -> Iterator[None]:
    """Print what stops the block as data as well, where data was asked for."""
    from storyboard.errors import StoryboardError, StoryError

    try:
        yield
    except StoryboardError as error:
        if as_json:
            found = error.findings if isinstance(error, StoryError) else ()
            print_json({"findings": [finding.as_json() for finding in found], "error": error_json(error)})
        raise


def error_json(error: StoryboardError) -> dict[str, str]:
    """An error as plain values, for ``--json``."""
    return {"code": error.code, "message": error.message, "hint": error.hint}
