"""What there is to tell of a cut that can be made: each in a sentence, with its line in the storyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.rules.elsewhere import CUT_NOTE
from storyboard.rules.ignores import ignores_in, without_effect
from storyboard.story.findings import Remark, Severity
from storyboard.story.model_places import value_at

if TYPE_CHECKING:
    from storyboard.cutting.faults import Where
    from storyboard.story.findings import Finding
    from storyboard.story.model import Storyboard
    from storyboard.story.source import Source


class Notes:
    """Collects them, each once; and those that the author wants to hear.

    Args:
        source: The file with the cut.
        story: What is in it.
    """

    def __init__(self, source: Source, story: Storyboard) -> None:
        self._source = source
        self._has_cut = story.cut is not None
        self._settings = story.rules
        self._setting = story.rules.get(CUT_NOTE.code, str(CUT_NOTE.severity))
        self._ignores = [each for each in ignores_in(source.document.lines) if each.code == CUT_NOTE.code]
        self._hidden: set[int] = set()
        self._told: dict[str, Finding | None] = {}

    def add(self, message: str, hint: str, where: Where) -> None:
        """Tell something that an author may not have meant.

        Args:
            message: What is so, in a sentence.
            hint: What to do about it.
            where: The place in the storyboard that it is about.
        """
        if self._setting == "off":
            return
        found = self._placed(message, hint, where, Severity(self._setting))
        if found.severity is not Severity.ERROR and any(found.line == each.covers for each in self._ignores):
            self._hidden.add(found.line)
        else:
            self._told[as_note(found)] = found

    def add_usual(self, message: str, where: Where) -> None:
        """Tell something that is so by itself, and that nobody has to mend.

        Args:
            message: What is so, in a sentence.
            where: The place in the storyboard that it is about; there is none where it has no cut of its own.
        """
        told = as_note(self._placed(message, "", where, Severity.INFO)) if self._has_cut else message
        self._told.setdefault(told)

    def stands_at(self, where: Where, text: str) -> bool:
        """Whether the file has a text in a place."""
        found = value_at(self._source.document.value, where)
        return isinstance(found, str) and found.split() == text.split()

    def _placed(self, message: str, hint: str, where: Where, severity: Severity) -> Finding:
        (found,) = self._source.place([Remark(CUT_NOTE.code, severity, message, hint, where)])
        return found

    @property
    def told(self) -> tuple[str, ...]:
        """All of them, in the order in which they were told."""
        return tuple(self._told)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Those that an author may not have meant."""
        return tuple(found for found in self._told.values() if found)

    def without_effect(self) -> list[Finding]:
        """What there is to tell of comments that were to hide one of them, once all are told."""
        left_over = [each for each in self._ignores if each.covers not in self._hidden]
        return without_effect(left_over, self.findings, self._source, self._settings)


def as_note(finding: Finding) -> str:
    """A finding on one line, with its place."""
    return f"{finding.path}:{finding.line}: {finding.message} {finding.hint}".rstrip()
