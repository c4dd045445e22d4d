"""A render's progress on standard error: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from storyboard.cli.output import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress, TaskID

    from storyboard.generation.watching import Step, Watcher


_TELL_EVERY = 15.0  # seconds between two lines about the same thing


@contextmanager
def watching() -> Iterator[Watcher]:
    """Whoever shows progress on this standard error."""
    if not sys.stderr.isatty():
        yield PlainLines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as RichProgress

    progress = RichProgress(
        TextColumn("{task.description}", markup=False),  # the service's own word is part of it
        BarColumn(bar_width=24),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with progress:
        yield Bar(progress)


class PlainLines:
    """A line for each change of what is done, and now and then while it lasts; nothing that moves."""

    def __init__(self) -> None:
        self._doing: tuple[int, str] | None = None
        self._started = self._told = time.monotonic()

    def step(self, step: Step) -> None:
        """Tell a step if it is news."""
        now = time.monotonic()
        if (step.reel, step.doing) == self._doing and now - self._told < _TELL_EVERY:
            return
        self._doing, self._told = (step.reel, step.doing), now
        percent = f" {step.fraction:.0%}" if step.fraction else ""
        say(f"{_reel(step)}{step.doing}{percent}, {_clock(now - self._started)} elapsed")

    def accepted(self, reel: int, job_id: str) -> None:
        """Tell the job's name."""
        say(f"reel {reel}: accepted as job {job_id}")

    def note(self, text: str) -> None:
        """Tell it."""
        say(text)


class Bar:
    """One bar for the reel that is being rendered; notes stand above it."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None
        self._doing: tuple[int, str] | None = None

    def step(self, step: Step) -> None:
        """Move the bar; what is done next begins a bar of its own, so that its estimate is its own."""
        if self._doing != (step.reel, _kind(step.doing)) or self._task is None:
            if self._task is not None:
                self._progress.remove_task(self._task)
            self._doing = (step.reel, _kind(step.doing))
            self._task = self._progress.add_task("", total=1.0)
        self._progress.update(
            self._task,
            description=f"{_reel(step)}{step.doing}",
            completed=step.fraction or 0.0,
            total=None if step.fraction is None else 1.0,  # a bar without an end moves, and claims nothing
        )

    def accepted(self, reel: int, job_id: str) -> None:
        """Tell the job's name."""
        self.note(f"reel {reel}: accepted as job {job_id}")

    def note(self, text: str) -> None:
        """Tell it above the bar."""
        self._progress.console.print(text, markup=False, highlight=False)


def _kind(doing: str) -> str:
    """The service's words for a job that runs are one thing to wait for."""
    return doing if doing in {"submitting", "downloading", "checking", "joining"} else "running"


def _reel(step: Step) -> str:
    return f"reel {step.reel} of {step.reels}: " if step.reels > 1 and step.doing != "joining" else ""


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
