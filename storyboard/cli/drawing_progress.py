"""How far a picture or a film for review has come, on standard error: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from storyboard.cli.output import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_TELL_EVERY = 10.0  # seconds between two lines


@contextmanager
def drawing(name: str) -> Iterator[Callable[[float], None]]:
    """Whoever is told the share that is done, 0.0 to 1.0, and shows it with the time that is left.

    Args:
        name: What is being made.
    """
    if not sys.stderr.isatty():
        yield _Lines(name).tell
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    progress = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
        TextColumn("left"),
        console=Console(stderr=True),
        transient=True,
    )
    with progress:
        task = progress.add_task(name, total=1.0)
        yield lambda share: progress.update(task, completed=share)


class _Lines:
    def __init__(self, name: str) -> None:
        self._name = name
        self._begun = self._told = time.monotonic()

    def tell(self, share: float) -> None:
        now = time.monotonic()
        if now - self._told < _TELL_EVERY or not share:
            return
        self._told = now
        left = (now - self._begun) * (1 - share) / share
        say(f"{self._name}: {share:.0%}, about {max(1, round(left))} s left")
