"""Making the pieces that are not there yet: several at once, each in a process of its own, stopped at any moment."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait as wait_for
from typing import TYPE_CHECKING, Protocol, TypeVar

from storyboard.errors import StoryboardError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.sharedctypes import Synchronized
    from multiprocessing.synchronize import Event

_MEMORY_EACH = 350 * 2**20
"""Bytes that one process was seen to need for 1280x720, rounded up."""

_LOOK_EVERY = 0.25
"""Seconds between two looks at how far the processes are."""

_stop: Event | None = None
_steps: Synchronized[int] | None = None


class Task(Protocol):
    """Something that is made in a process of its own. It is sent there, so it holds plain values."""

    @property
    def weight(self) -> int:
        """How long it takes, beside the others: in frames."""

    def run(self, go_on: Callable[[], None]) -> None:
        """Make it, calling ``go_on`` as often as its weight: that raises where the making is to stop."""


T = TypeVar("T", bound=Task)


class PieceStoppedError(Exception):
    """Whoever wanted the piece told it to stop."""


class Makers:
    """Processes that make things.

    Args:
        pool: Of them.
        steps: How many steps they have gone together.
    """

    def __init__(self, pool: ProcessPoolExecutor, steps: Synchronized[int]) -> None:
        self._pool = pool
        self._steps = steps

    def begin(self, task: Task) -> Future[None]:
        """Have a task done by one of them."""
        return self._pool.submit(_run, task)

    @property
    def steps(self) -> int:
        """How far they have come, together, in what weights are counted in."""
        return self._steps.value


def make_all(
    tasks: Sequence[T],
    on_done: Callable[[T], None],
    *,
    processes: int | None = None,
    on_start: Callable[[], None],
    on_steps: Callable[[int], None] = lambda _: None,
) -> None:
    """Make everything, the longest first.

    Args:
        tasks: What is to be made.
        on_done: Told of each when it is finished.
        processes: At most so many at once; left out, as many as there are cores and memory for.
        on_start: Called once the processes are there: whoever needs threads begins them then.
        on_steps: Told now and then how far all of it is, in what weights are counted in.

    Raises:
        StoryboardError: One could not be made. Those that were finished are kept.
        OSError: There is no room for one.
    """
    if not tasks:
        on_start()
        return
    longest_first = sorted(tasks, key=lambda task: -task.weight)
    with makers(min(processes or usual_processes(), len(tasks))) as pool:
        under_way = {pool.begin(task): task for task in longest_first}
        on_start()
        while under_way:
            for future in wait(under_way, timeout=_LOOK_EVERY, return_when=FIRST_COMPLETED).done:
                future.result()
                on_done(under_way.pop(future))
            on_steps(pool.steps)


@contextmanager
def makers(processes: int) -> Iterator[Makers]:
    """Processes that make things. They are there from the first task on; at the end those under way are stopped.

    Args:
        processes: How many.

    Raises:
        StoryboardError: One of them was ended from outside.
    """
    method = _method()
    context = multiprocessing.get_context(method)
    stop, steps = context.Event(), context.Value("q", 0)
    with (
        _nothing_to_free(method),
        ProcessPoolExecutor(processes, mp_context=context, initializer=_begin, initargs=(stop, steps)) as pool,
    ):
        try:
            yield Makers(pool, steps)
        except BrokenProcessPool:
            raise StoryboardError(
                "A process that made a part of the film was ended from outside, as a machine does that has no memory "
                "left.",
                hint="Run it again, with less running beside it: the parts that were finished are kept.",
            ) from None
        finally:
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _nothing_to_free(method: str) -> Iterator[None]:
    """See that a copied process frees nothing of what it was copied with.

    A decoder that the garbage collector comes upon there would wait for its threads, which were not copied.
    """
    if method != "fork":
        yield
        return
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def stop_event() -> Event | None:
    """In a process that makes things: what is set when it is to stop. None elsewhere."""
    return _stop


def usual_processes() -> int:
    """As many as there are cores and memory for."""
    import psutil  # where there is nothing to make, nobody asks

    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return max(1, min(cores, psutil.virtual_memory().available // _MEMORY_EACH))


def _method() -> str:
    """How a process is made: as a copy where that is safe, because it is there at once."""
    return "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"


def _begin(stop: Event, steps: Synchronized[int]) -> None:
    """Make a process ready: Ctrl-C is for the one that started it, and without that one it ends."""
    global _stop, _steps
    _stop, _steps = stop, steps
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # and not what the one that was copied does
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)


def _run(task: Task) -> None:
    task.run(_go_on)


def _go_on() -> None:
    if _stop is not None and _stop.is_set():
        raise PieceStoppedError
    if _steps is not None:
        with _steps.get_lock():
            _steps.value += 1
