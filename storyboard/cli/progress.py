"""A render's progress on standard error: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from storyboard.cli.output import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.progress import Progress, TaskID

    from storyboard.generation.watching import Step, Watcher


_TELL_EVERY = 15.0  # seconds between two lines about the same thing


@contextmanager
def watching(counts: Mapping[str, int] | None = None) -> Iterator[Watcher]:
    """Whoever shows progress on this standard error.

    Args:
        counts: How many reels each episode has, by what the ledger calls it; what is not in it is told as it comes.
    """
    names = Names(counts or {})
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield PlainLines(names)
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as RichProgress

    progress = RichProgress(
        TextColumn("{task.description}", markup=False),  # the service's own word is part of it
        BarColumn(bar_width=24),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TextColumn("so far,"),
        TimeRemainingColumn(),
        TextColumn("left"),
        console=Console(stderr=True),
        transient=True,
    )
    with progress:
        yield Bars(progress, names)


class Names:
    """What reels are called on the screen: as briefly as is clear.

    Args:
        counts: How many reels each episode has.
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = counts

    def of(self, episode: str, reel: int) -> str:
        """Such as ``reel 2 of 4: ``; empty where there is one reel in all."""
        count = self._counts.get(episode, 0)
        several = len(self._counts) != 1
        which = f"{episode}, " if several and reel else f"{episode}: " if several else ""
        if not reel:
            return which
        if count == 1:
            return f"{episode}: " if several else ""
        return f"{which}reel {reel}{f' of {count}' if count else ''}: "


class PlainLines:
    """A line for each change of what is done, and now and then while it lasts; nothing that moves."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._told: dict[tuple[str, int], tuple[str, float]] = {}
        self._started = time.monotonic()
        self._lock = threading.Lock()

    def step(self, step: Step) -> None:
        """Tell a step if it is news."""
        now = time.monotonic()
        with self._lock:
            doing, at = self._told.get((step.episode, step.reel), ("", 0.0))
            if step.doing == doing and now - at < _TELL_EVERY:
                return
            self._told[step.episode, step.reel] = (step.doing, now)
        percent = f" {step.fraction:.0%}" if step.fraction else ""
        say(f"{self._names.of(step.episode, step.reel)}{step.doing}{percent}, {_clock(now - self._started)} elapsed")

    def accepted(self, episode: str, reel: int, job_id: str) -> None:
        """Tell the job's name."""
        say(f"{_plainly(self._names, episode, reel)}accepted as job {job_id}")

    def note(self, text: str) -> None:
        """Tell it."""
        say(text)


class Bars:
    """One bar for each reel that is being rendered; notes stand above them."""

    def __init__(self, progress: Progress, names: Names) -> None:
        self._progress = progress
        self._names = names
        self._tasks: dict[tuple[str, int], tuple[str, TaskID]] = {}
        self._lock = threading.Lock()

    def step(self, step: Step) -> None:
        """Move a bar; what is done next begins a bar of its own, so that its estimate is its own."""
        which, kind = (step.episode, step.reel), _kind(step.doing)
        with self._lock:
            known = self._tasks.get(which)
            if known is None or known[0] != kind:
                if known is not None:
                    self._progress.remove_task(known[1])
                known = self._tasks[which] = (kind, self._progress.add_task("", total=1.0))
            self._progress.update(
                known[1],
                description=f"{self._names.of(*which)}{step.doing}",
                completed=step.fraction or 0.0,
                total=None if step.fraction is None else 1.0,  # a bar without an end moves, and claims nothing
            )
            if step.doing == "home":
                self._progress.remove_task(self._tasks.pop(which)[1])

    def accepted(self, episode: str, reel: int, job_id: str) -> None:
        """Tell the job's name."""
        self.note(f"{_plainly(self._names, episode, reel)}accepted as job {job_id}")

    def note(self, text: str) -> None:
        """Tell it above the bars."""
        self._progress.console.print(text, markup=False, highlight=False)


def _plainly(names: Names, episode: str, reel: int) -> str:
    """A job is always told with its reel: the line may be all that is left of it."""
    return names.of(episode, reel) or f"reel {reel}: "


def _kind(doing: str) -> str:
    """The service's words for a job that runs are one thing to wait for."""
    return doing if doing in {"submitting", "downloading", "checking", "joining"} else "running"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
