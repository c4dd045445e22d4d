"""A rule: what it looks for in a story, how seriously it takes it, and everything there is to explain about it."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent
from typing import TYPE_CHECKING

from storyboard.story.findings import Remark, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from storyboard.rules.facts import Facts

    Check = Callable[[Facts], Iterable["Told"]]

Where = tuple[str | int, ...]


@dataclass(frozen=True)
class Told:
    """One place that a rule has something to say about.

    Attributes:
        message: What is so, in the author's words.
        hint: What to do about it.
        where: Keys and indexes from the root of the storyboard.
        at_key: Point at the key rather than at its value.
        offset: Characters into the value's text; None is the value as a whole.
        severity: Where it differs from the rule's own.
    """

    message: str
    hint: str
    where: Where
    at_key: bool = False
    offset: int | None = None
    severity: Severity | None = None


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        code: Its stable name, in kebab case.
        severity: How seriously it is taken where ``rules:`` says nothing.
        title: What it is about, in a line.
        explanation: Why it matters and what to do, in a few sentences.
        bad: A story that it has something to say about, as YAML without the version and the title.
        good: The same, mended.
        source: Where the fact is from.
        check: Looks for it; None where the finding comes from the compiler or from looking at files.
    """

    code: str
    severity: Severity
    title: str
    explanation: str
    bad: str
    good: str
    source: str
    check: Check | None = None

    def remarks(self, facts: Facts) -> Iterator[Remark]:
        """What it has to say about a story."""
        if self.check is None:
            return
        for told in self.check(facts):
            severity = told.severity or self.severity
            yield Remark(self.code, severity, told.message, told.hint, told.where, told.at_key, told.offset)

    def as_json(self) -> dict[str, str]:
        """The rule as plain values, for ``--json``."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "title": self.title,
            "explanation": self.explanation,
            "bad": self.bad,
            "good": self.good,
            "source": self.source,
        }


def rule(
    code: str, severity: Severity, title: str, *, explanation: str, bad: str, good: str, source: str
) -> Callable[[Check], Rule]:
    """Make a rule of the function that looks for it."""

    def made(check: Check) -> Rule:
        return Rule(
            code, severity, title, one_line(explanation), example(bad), example(good), one_line(source), check
        )

    return made


def one_line(text: str) -> str:
    """A text with one space for any run of white space."""
    return " ".join(text.split())


def example(text: str) -> str:
    """An example as it is written in here, without the indentation of the code around it."""
    return dedent(text).strip("\n") + "\n"
