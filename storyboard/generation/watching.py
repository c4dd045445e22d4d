"""What a render tells while it works."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Step:
    """Where a reel stands.

    Attributes:
        episode: Which episode it is of.
        reel: Its number, from 1; 0 for the episode as a whole.
        doing: In a word or two: the service's own word while the job runs, else ``submitting``,
            ``downloading``, ``checking`` or ``joining``.
        fraction: 0.0 to 1.0, or None where it is not known.
    """

    episode: str
    reel: int
    doing: str
    fraction: float | None = None


class Watcher(Protocol):
    """Whoever wants to know how a render goes; told from several threads at once.

    Nothing it does can stop a purchase from being recorded.
    """

    def step(self, step: Step) -> None:
        """A reel got further; called often."""

    def accepted(self, episode: str, reel: int, job_id: str) -> None:
        """The service took a job: from here on it is paid."""

    def note(self, text: str) -> None:
        """Something worth a line of its own."""
