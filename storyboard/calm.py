"""What a watcher is told, each thing once: for what goes on for days, an outage of hours is one line."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storyboard.generation.watching import Step, Watcher

_AGAIN = re.compile(r"\s*Trying again(?: in \d+ s)?\.$")
_SAME = "The same answer"
_OURS = frozenset({"submitting", "downloading", "checking", "joining", "home"})


class Calm:
    """Passes on what is news.

    Args:
        inner: Who is told.
    """

    def __init__(self, inner: Watcher) -> None:
        self._inner = inner
        self._told: set[str] = set()
        self._trouble = False
        self._lock = threading.Lock()

    def step(self, step: Step) -> None:
        """Pass it on; a word of the service's own says that it answers."""
        if step.doing not in _OURS:
            self._answers()
        self._inner.step(step)

    def accepted(self, episode: str, reel: int, job_id: str) -> None:
        """Pass it on."""
        self._answers()
        self._inner.accepted(episode, reel, job_id)

    def note(self, text: str) -> None:
        """Pass it on if it was not told since the service last answered."""
        core = _AGAIN.sub("", text)
        if core.startswith(_SAME):
            return
        self.tell_once(f"{core} It is tried again." if core != text else core, trouble=core != text)

    def tell_once(self, text: str, *, trouble: bool = True) -> None:
        """Tell it if it was not told since the service last answered.

        Args:
            text: One or more sentences.
            trouble: Whether it is told when it is over.
        """
        with self._lock:
            if text in self._told:
                return
            self._told.add(text)
            self._trouble |= trouble
        self._inner.note(text)

    def _answers(self) -> None:
        with self._lock:
            was, self._trouble = self._trouble, False
            self._told.clear()
        if was:
            self._inner.note("The service answers again.")
