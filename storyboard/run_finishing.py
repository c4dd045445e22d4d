"""Ending a run whose reels are home: its episodes are joined as a render joins them, and whoever asked is told."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from storyboard.errors import StoryboardError
from storyboard.generation.holder import Holder
from storyboard.generation.lock_entry import lock_entry_of
from storyboard.generation.lock_file import LockFile
from storyboard.generation.outlook import Options, Will
from storyboard.generation.purchase import OPEN, Purchase, State
from storyboard.generation.seal import is_sealed_here
from storyboard.notify import RenderEnded, parse_notify
from storyboard.production import Production
from storyboard.project import project_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from storyboard.finishing import Progress
    from storyboard.generation.engines import Engines
    from storyboard.generation.ledger import Ledger
    from storyboard.generation.outlook import PreparedOutlook
    from storyboard.generation.runs import Run
    from storyboard.generation.watching import Watcher
    from storyboard.project import Project


class _Stands(Enum):
    """How far a run has come."""

    GOES_ON = "some reel is still to come by itself"
    WAITS = "nothing goes on, and a person's word can change that"
    IS_OVER = "nothing more is to come"


class RunFinisher:
    """Finishes the runs of a project, as far as this person began them on this machine.

    Args:
        project: Whose.
        ledger: Open.
        watcher: Told how it goes.
        engines: Say where the API key may go.
    """

    def __init__(self, project: Project, ledger: Ledger, watcher: Watcher, engines: Engines) -> None:
        self._project = project
        self._ledger = ledger
        self._watcher = watcher
        self._engines = engines
        self._told: set[str] = set()
        self.finished: list[Path] = []
        """The episodes that were joined, in order."""

    def look(self, stopped: Collection[str] = ()) -> None:
        """Finish every run of which no reel is still to come.

        Args:
            stopped: The keys of purchases that only a person can take further.
        """
        for run in self._ledger.unfinished_runs():
            if not self._is_mine(run):
                continue
            reels = self._ledger.several(run.finish.get("reels", ()))
            stands = _standing(reels, stopped)
            if stands is _Stands.GOES_ON or (stands is _Stands.WAITS and run.id in self._told):
                continue
            self._alone_with(run, reels, stands)

    def _is_mine(self, run: Run) -> bool:
        process = Holder.read(str(run.finish.get("process", "")))
        begun_elsewhere = process is not None and process != Holder.mine() and process.is_dead() is False
        here = run.finish.get("state") == str(self._project.state.resolve())
        return here and not begun_elsewhere and is_sealed_here(run)

    def _alone_with(self, run: Run, reels: Mapping[str, Purchase], stands: _Stands) -> None:
        guard = self._project.state / "locks" / f"run-{run.id}.lock"
        guard.parent.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(guard, timeout=0):
                if any(run.id == each.id for each in self._ledger.unfinished_runs()):
                    self._finish(run, reels, stands)
        except Timeout:
            return  # another process is at it

    def _finish(self, run: Run, reels: Mapping[str, Purchase], stands: _Stands) -> None:
        joined: list[Progress] = []
        problems: list[StoryboardError] = []
        for name in run.finish.get("storyboards", ()):
            try:
                joined.append(self._join(run, Path(name), reels))
            except StoryboardError as error:
                problems.append(error)
                self._watcher.note(f"{name} is not joined. {error.message} {error.hint}".rstrip())
        self._told.add(run.id)
        if stands is _Stands.IS_OVER:
            self._ledger.withdraw(run.id)
            self._ledger.finish_run(run.id)
        self._notify(run, joined, problems, reels)

    def _join(self, run: Run, path: Path, reels: Mapping[str, Purchase]) -> Progress:
        """Join one episode, by the way a render goes.

        Raises:
            StoryboardError: It is not complete, its story was changed since, or it could not be written.
        """
        project = project_of(path, state=self._project.state)
        choice = self._engines.choice_for(next(iter(reels.values())).order)
        finish = run.finish
        output = finish.get("output")
        production = Production(
            project,
            [path],
            choice,
            output=Path(output) if output else None,
            options=Options(
                only_reel=finish.get("only_reel"),
                recompile=bool(finish.get("recompile")),
                pilot=bool(finish.get("pilot")),
            ),
            revision=finish.get("revision"),
        )
        with production:
            outlooks = production.outlook()
            if self._pick(project, choice.free, outlooks, reels):
                outlooks = production.outlook()
            _see_that_all_is_there(outlooks, reels)
            production.agree()
            production.render(self._watcher)
        (progress,) = production.progress.values()
        if progress.episode is None:
            raise StoryboardError("A reel has no take yet.", hint="storyboard plan says which.")
        self._watcher.note(f"{progress.episode} is finished.")
        self.finished.append(progress.episode)
        return progress

    def _pick(
        self, project: Project, free: bool, outlooks: list[PreparedOutlook], reels: Mapping[str, Purchase]
    ) -> bool:
        """Pick the further takes of this run: as things stand, the ones before them are picked."""
        entries = [
            lock_entry_of(purchase, reel=(outlook.episode, prospect.reel.index))
            for outlook in outlooks
            for prospect in outlook.prospects
            for purchase in reels.values()
            if purchase.state is State.DONE
            and purchase.order.request_sha256 == prospect.order.request_sha256
            and purchase.order.take > prospect.order.take
        ]
        if entries:
            LockFile(project.lock_path(free=free)).pick(*entries)
        return bool(entries)

    def _notify(
        self, run: Run, joined: list[Progress], problems: list[StoryboardError], reels: Mapping[str, Purchase]
    ) -> None:
        whom = str(run.finish.get("notify") or "")
        if not whom:
            return
        first = problems[0] if problems else None
        count = len(joined) + len(problems)
        paid = (each.order.cost for each in reels.values() if each.job_id and not each.order.free)
        event = RenderEnded(
            ", ".join(progress.title for progress in joined) or run.series,
            joined[0].episode if len(joined) == 1 else None,
            first.exit_code if first else 0,
            first.message if first else f"{len(joined)} of {count} episodes are finished.",
            sum(paid, start=Decimal(0)),
        )
        try:
            problem = parse_notify(whom).tell(event)
        except StoryboardError as error:
            problem = error.message
        if problem:
            self._watcher.note(f"warning: {problem}")


def _standing(reels: Mapping[str, Purchase], stopped: Collection[str]) -> _Stands:
    """Whether a run goes on by itself, waits for a person's word, or has nothing more to come."""
    found = {_standing_of(each, reels, stopped) for each in reels.values()}
    return next((each for each in (_Stands.GOES_ON, _Stands.WAITS) if each in found), _Stands.IS_OVER)


def _standing_of(purchase: Purchase, reels: Mapping[str, Purchase], stopped: Collection[str]) -> _Stands:
    if purchase.state is State.UNKNOWN or purchase.is_stuck:
        return _Stands.WAITS
    if purchase.state in OPEN:
        return _Stands.GOES_ON
    if purchase.state is not State.PLANNED or purchase.run is None:
        return _Stands.IS_OVER
    before = reels.get(purchase.order.after or "")
    if before is not None and before.state is not State.DONE:
        return _standing_of(before, reels, stopped)
    return _Stands.WAITS if purchase.key in stopped else _Stands.GOES_ON


def _see_that_all_is_there(outlooks: list[PreparedOutlook], reels: Mapping[str, Purchase]) -> None:
    """See that joining buys nothing.

    Raises:
        StoryboardError: A reel is not there: its job ended badly, or its story was changed since.
    """
    for outlook in outlooks:
        missing = [prospect for prospect in outlook.prospects if prospect.will is not Will.REUSE]
        if not missing:
            continue
        numbers = ", ".join(str(prospect.reel.index) for prospect in missing)
        which = f"reel {numbers} has" if len(missing) == 1 else f"reels {numbers} have"
        mine = [each for each in reels.values() if each.order.episode == outlook.episode]
        changed = all(each.state is State.DONE for each in mine)
        why = "the story was changed since it was sent, so" if changed else "as things stand,"
        raise StoryboardError(
            f"{why[0].upper()}{why[1:]} {which} no take that can be used.",
            hint="storyboard plan says what a render would do; every take that was paid for is kept.",
        )
