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
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._told: dict[str, None] = {}

    def add(self, message: str, where: Where) -> None:
        """Tell something.

        Args:
            message: In a sentence.
            where: The place in the storyboard that it is about.
        """
        (found,) = self._source.place([Remark("note", Severity.INFO, message, "", where)])
        self._told[f"{found.path}:{found.line}: {message}"] = None

    @property
    def told(self) -> tuple[str, ...]:
        """All of them, in the order in which they were told."""
        return tuple(self._told)
