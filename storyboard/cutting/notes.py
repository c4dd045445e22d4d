"""What there is to tell of a cut that can be made: each in a sentence, with its line in the storyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.story.findings import Remark, Severity

if TYPE_CHECKING:
    from storyboard.cutting.faults import Where
    from storyboard.story.source import Source


class Notes:
    """Collects them, each once.

    Args:
        source: The file with the cut.
        has_cut: Whether it has one of its own; else there is no line that they could be about.
    """

    def __init__(self, source: Source, *, has_cut: bool) -> None:
        self._source = source
        self._has_cut = has_cut
        self._told: dict[str, None] = {}

    def add(self, message: str, where: Where) -> None:
        """Tell something.

        Args:
            message: In a sentence.
            where: The place in the storyboard that it is about.
        """
        if not self._has_cut:
            self._told[message] = None
            return
        (found,) = self._source.place([Remark("note", Severity.INFO, message, "", where)])
        self._told[f"{found.path}:{found.line}: {message}"] = None

    @property
    def told(self) -> tuple[str, ...]:
        """All of them, in the order in which they were told."""
        return tuple(self._told)
