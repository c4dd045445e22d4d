"""The crash matrix: a render killed at one boundary after another, each time started again by the same command."""

from __future__ import annotations

import shutil
import signal
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from boundaries import read_trace
from crash_place import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from boundaries import Boundary
    from crash_service import Hold, Service
    from render_command import Ended
    from warmed import Warmed


@dataclass
class Row:
    """One line of the table."""

    at: str
    kind: str
    posts: int = 0
    outcome: str = ""
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return "  ".join([f"{self.at:<110}", f"{self.posts} POST", self.outcome, *self.problems])


class Matrix:
    """One story on one kind of ledger.

    Args:
        warmed: Runs the command line.
        service: Renders.
        folder: A scratch folder.
        story: The storyboard's text.
        ledgers: Makes a fresh ledger; what STORYBOARD_LEDGER has to say, or nothing for the one beside the story.
        tell: Told of each line of the table as it comes.
    """

    def __init__(
        self,
        warmed: Warmed,
        service: Service,
        folder: Path,
        story: str,
        ledgers: Callable[[], AbstractContextManager[str]],
        tell: Callable[[str], object] = lambda _: None,
    ) -> None:
        self._warmed = warmed
        self._service = service
        self._scratch = folder
        self._story = story
        self._ledgers = ledgers
        self._tell = tell
        self.film = b""
        self.rows: list[Row] = []

    def trace(self) -> list[Boundary]:
        """Render once, undisturbed: the boundaries, in order; the film is the measure of all others."""
        with self._place() as place:
            trace = self._scratch / "trace"
            result = place.render(trace=trace)
            assert result.code == 0, result
            assert place.problems() == []
            self.film = place.film.read_bytes()
        return read_trace(trace)

    def die_at(self, boundary: Boundary) -> Row:
        """Kill a render there, and see that the same command makes everything right."""
        at = f"{boundary.thread} {boundary.event:<6} {boundary.name} #{boundary.nth}"
        return self._run(at, boundary.kind, lambda place: place.render(die_at=boundary))

    def hold(self, hold: Hold) -> Row:
        """The same, at a moment that the service makes."""
        return self._run(hold.name, f"service: {hold.on.removeprefix('on_')}", lambda place: place.held(hold))

    def _run(self, at: str, kind: str, kill: Callable[[Place], Ended]) -> Row:
        row = Row(at, kind)
        with self._place() as place:
            killed = kill(place)
            self._service.settle()
            try:
                if killed.code != -signal.SIGKILL:
                    row.outcome = "not reached, " if killed.code == 0 else f"ended with {killed.code}: {killed.err}"
                row.problems += place.problems(after_kill=True)
                row.outcome += place.go_on(row.problems)
                row.problems += place.problems()
            except (AssertionError, OSError) as error:
                row.problems.append(repr(error))
            row.posts = len(self._service.posts)
        self.rows.append(row)
        self._tell(str(row))
        return row

    @contextmanager
    def _place(self) -> Iterator[Place]:
        self._service.forget()
        folder = self._scratch / "story"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "story.yaml").write_text(self._story, "utf-8")
        with self._ledgers() as ledger:
            yield Place(folder, ledger, self._warmed, self._service, self.film)

    def summary(self) -> str:
        """What it comes to: how many boundaries of each kind, and how often which outcome."""
        kinds = Counter(row.kind for row in self.rows)
        outcomes = Counter(row.outcome for row in self.rows)
        lines = ["", *(f"{count:5}  {kind}" for kind, count in sorted(kinds.items()))]
        lines += ["", *(f"{count:5}  {outcome}" for outcome, count in outcomes.most_common())]
        return "\n".join(lines) + "\n"
