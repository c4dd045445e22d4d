"""Making pieces here, while workers on other machines may make some of them.

Others are a help and no truth. What nobody has begun is taken back as soon as there is room for it here; what
somebody has begun is begun here as well when nothing else is left, and whoever is first wins. So a queue that nobody
looks at, and a worker that dies, cost no time.
"""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from storyboard.assembly.making import Task, make_all, makers, usual_processes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from storyboard.assembly.making import Makers

LOOK_EVERY = 1.0
"""Seconds between two looks at what others have done."""


class Named(Task, Protocol):
    """A task whose result has a name."""

    @property
    def key(self) -> str:
        """The name."""


class Elsewhere(Protocol):
    """Others who may make pieces. None of this raises: where they cannot be reached, nothing is open."""

    def offer(self, tasks: Sequence[Task]) -> set[str]:
        """Ask others for what they can make; the keys of it."""

    def open(self) -> dict[str, bool]:
        """The keys of what was offered and is not done, each with whether somebody has begun it."""

    def take_back(self, key: str) -> bool:
        """See that nobody begins it; False where somebody has, or it is done."""

    def end(self) -> None:
        """Take back what nobody has begun, and be done with it."""


T = TypeVar("T", bound=Named)


def make_together(
    tasks: Sequence[T],
    on_done: Callable[[T], None],
    elsewhere: Elsewhere | None,
    fetch: Callable[[T], bool],
    on_fetched: Callable[[T], None],
    *,
    processes: int | None = None,
    on_start: Callable[[], None],
    on_steps: Callable[[int], None] = lambda _: None,
) -> None:
    """Make everything, here and elsewhere.

    Args:
        tasks: What is to be made.
        on_done: Told of each when it is finished here.
        elsewhere: Others; None where there are none.
        fetch: Fetches what others have made; whether it is here then.
        on_fetched: Told of each that was.
        processes: At most so many at once here; left out, as many as there are cores and memory for.
        on_start: Called once the processes are there.
        on_steps: Told now and then how far those are, in what weights are counted in.

    Raises:
        StoryboardError: One could not be made.
        OSError: There is no room for one.
    """
    if elsewhere is None or not tasks:
        make_all(tasks, on_done, processes=processes, on_start=on_start, on_steps=on_steps)
        return
    count = min(processes or usual_processes(), len(tasks))
    with makers(count) as pool:
        longest_first = sorted(tasks, key=lambda task: -task.weight)
        work = _Together(pool, count, longest_first, on_done, elsewhere, fetch, on_fetched)
        try:
            work.begin_here()
            on_start()
            work.offer()
            while work.left:
                work.step()
                on_steps(pool.steps)
        finally:
            elsewhere.end()


class _Together(Generic[T]):
    def __init__(
        self,
        pool: Makers,
        count: int,
        tasks: Sequence[T],
        on_done: Callable[[T], None],
        elsewhere: Elsewhere,
        fetch: Callable[[T], bool],
        on_fetched: Callable[[T], None],
    ) -> None:
        self.left = {task.key: task for task in tasks}
        self._pool, self._count, self._elsewhere = pool, count, elsewhere
        self._on_done, self._fetch, self._on_fetched = on_done, fetch, on_fetched
        self._here = list(tasks)
        self._offered: dict[str, T] = {}
        self._running: dict[Future[None], T] = {}

    def begin_here(self) -> None:
        """Begin as much as there is room for."""
        while self._here and len(self._running) < self._count:
            self._begin(self._here.pop(0))

    def offer(self) -> None:
        """Ask others for the rest."""
        keys = self._elsewhere.offer(self._here) if self._here else set()
        self._offered = {task.key: task for task in self._here if task.key in keys}
        self._here = [task for task in self._here if task.key not in keys]

    def step(self) -> None:
        """Wait for what is finished here, look at what is finished elsewhere, and begin what there is room for."""
        finished, _ = wait(self._running, timeout=LOOK_EVERY, return_when=FIRST_COMPLETED)
        for future in finished:
            task = self._running.pop(future)
            if task.key in self.left:
                future.result()
                self._done(task, self._on_done)
        self._look_elsewhere()
        self.begin_here()

    def _look_elsewhere(self) -> None:
        if not self._offered:
            return
        is_begun = self._elsewhere.open()
        for key, task in list(self._offered.items()):
            if key in is_begun:
                continue
            del self._offered[key]
            if self._fetch(task):
                self._done(task, self._on_fetched)
            elif task not in self._running.values():
                self._here.append(task)
        room = self._count - len(self._running) - len(self._here)
        for key in [key for key in self._offered if not is_begun[key]]:
            if room <= 0:
                return
            if self._elsewhere.take_back(key):
                self._here.append(self._offered.pop(key))
                room -= 1
        twice = [task for task in self._offered.values() if task not in self._running.values()]
        self._here += twice[: max(0, room)]  # whoever is first wins

    def _begin(self, task: T) -> None:
        if task.key in self.left:
            self._running[self._pool.begin(task)] = task

    def _done(self, task: T, tell: Callable[[T], None]) -> None:
        self._offered.pop(task.key, None)
        if self.left.pop(task.key, None) is not None:
            tell(task)
