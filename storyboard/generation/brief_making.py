"""Briefs made from storyboards: in this process, or in as many as the machine has cores where that pays."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from storyboard.errors import StoryError
from storyboard.generation.brief import Brief, brief_of, to_json, to_text
from storyboard.generation.brief_key import BriefKeys, witnesses_of
from storyboard.story.series_find import SeriesFinder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WORTH_PROCESSES = 200
"""How many storyboards are worth further processes: to start one takes as long as to compile dozens."""
_MOST_PROCESSES = 8
_AT_ONCE = 20  # storyboards that a process is given at a time

Made = tuple[str, str]
"""A brief to keep: its key, empty where it must not be kept, and its text."""


def make_briefs(files: Sequence[Path], *, processes: int | None = None) -> Iterator[Made | None]:
    """Read, check and compile storyboards, in order.

    Args:
        files: The storyboards.
        processes: How many may work at once; None is as many as pay.

    Yields:
        What to keep of each; None for one that has errors or cannot be read, which is told by preparing it again.
    """
    count = _processes(len(files)) if processes is None else processes
    groups = [list(map(str, files[at : at + _AT_ONCE])) for at in range(0, len(files), _AT_ONCE)]
    begun_ns = time.time_ns()
    done = 0
    if count > 1:
        for made in _in_processes(groups, begun_ns, count):
            done += 1
            yield from made
    for group in groups[done:]:
        yield from _make(group, begun_ns)


def text_of(brief: Brief, witnesses: Sequence[object]) -> str:
    """A brief as it is kept."""
    return to_text({"files": witnesses, "brief": to_json(brief)})


def _processes(storyboards: int) -> int:
    if storyboards < WORTH_PROCESSES:
        return 1
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, _MOST_PROCESSES)


def _in_processes(groups: Sequence[list[str]], begun_ns: int, count: int) -> Iterator[list[Made | None]]:
    """The groups in order, as far as other processes can be had; what is left, this one does."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    # A fork has every module at once, but is only safe where no other thread may hold a lock.
    forks = sys.platform == "linux" and threading.active_count() == 1
    context = multiprocessing.get_context("fork" if forks else "spawn")
    try:
        if forks:  # once here, rather than once in each process
            import storyboard.generation.prepare  # noqa: F401
        with ProcessPoolExecutor(count, context) as pool:
            waiting = [pool.submit(_make, group, begun_ns) for group in groups]
            try:
                for each in waiting:
                    yield each.result()
            finally:
                pool.shutdown(wait=False, cancel_futures=True)
    except (OSError, NotImplementedError, BrokenProcessPool):
        return  # no semaphores, no memory for a process, or one was killed


def _make(files: Sequence[str], begun_ns: int) -> list[Made | None]:
    keys, finder = BriefKeys(), SeriesFinder()
    return [_made(Path(file), keys, finder, begun_ns) for file in files]


def _made(path: Path, keys: BriefKeys, finder: SeriesFinder, begun_ns: int) -> Made | None:
    from storyboard.errors import ImageError
    from storyboard.generation.prepare import prepare

    prepared = prepare(path, finder=finder, rates=keys.rates)
    source = prepared.loaded.source
    try:
        brief = brief_of(prepared)
    except (StoryError, ImageError):
        return None
    witnesses = witnesses_of(prepared, begun_ns=begun_ns)
    key = keys.key(path, finder.home_of(path), source.sha256) if source and witnesses is not None else None
    return key or "", text_of(brief, witnesses or [])
