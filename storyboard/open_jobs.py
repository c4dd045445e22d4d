"""What is open in a project's ledger, and who may go on with it here."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Self

from storyboard.errors import NotConfirmedError, StoryboardError, WaitsForReelError
from storyboard.generation.bring_home import HomeBringer
from storyboard.generation.engines import Engines
from storyboard.generation.holder import Holder
from storyboard.generation.purchase import OPEN, Purchase, State
from storyboard.generation.runs import is_under_way_elsewhere
from storyboard.generation.seal import is_sealed_here
from storyboard.generation.state_folder import refuse_links, usable
from storyboard.generation.stopped import stopped
from storyboard.ledgers import existing_ledger, place_of
from storyboard.run_finishing import RunFinisher

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from storyboard.generation.clock import Clock
    from storyboard.generation.runs import Run
    from storyboard.generation.watching import Watcher
    from storyboard.project import Project

_ASKS_AT_MOST = 3  # steps in one look at a job: its state, its clip, and one more where the clip was damaged


class OpenJobs:
    """The open purchases of a project; use ``with``.

    Args:
        project: Where.
        watcher: Told how it goes.
        addresses: Of services, as the person named them now; see ``Engines``.
        clock: Tells the time and waits.
        attended: Whether a person waits.

    Raises:
        UsageError: There is no ledger yet.
        LedgerError: It cannot be used.
    """

    def __init__(
        self,
        project: Project,
        watcher: Watcher,
        *,
        addresses: tuple[str, ...] = (),
        clock: Clock | None = None,
        attended: bool = True,
    ) -> None:
        self.project = project
        self.watcher = watcher
        self._stack = ExitStack()
        refuse_links(project.state)
        with usable(project.state):
            project.state.mkdir(parents=True, exist_ok=True)
        self.ledger = self._stack.enter_context(existing_ledger(project))
        self._is_shared = place_of(project, free=False).is_kept
        store = project.series.store if project.series else None
        self.engines = self._stack.enter_context(
            Engines(
                project.state,
                self.ledger,
                watcher,
                store_url=store,
                addresses=addresses,
                clock=clock,
                attended=attended,
            )
        )
        self.finisher = RunFinisher(project, self.ledger, watcher, self.engines)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: Any) -> None:
        self._stack.__exit__(*exception)

    def is_ours(self, purchase: Purchase) -> bool:
        """Whether it is this project's: a shared ledger may hold those of many series."""
        return not self._is_shared or purchase.order.series == self.project.name

    def trusts(self, run: Run, key: str) -> bool:
        """Whether what a run agreed to may be sent by this process.

        A ledger that the person named is believed; one that lies in the checkout may have come with it, so there the
        run has to carry the person's own mark.
        """
        here = run.host == Holder.mine().host  # its first frames are kept where it was agreed to
        state = str(self.project.state.resolve())
        if not self._is_shared and run.finish.get("state") != state:
            return False  # a copy of the folder: the one that was agreed in goes on with it
        return here and ((is_sealed_here(run) and key in run.finish.get("reels", ())) or self._is_shared)

    def open(self) -> list[Purchase]:
        """What may be gone on with here, those that others go on from first."""
        runs = {run.id: run for run in self.ledger.unfinished_runs()}
        busy = {run.id for run in runs.values() if is_under_way_elsewhere(run)}
        found = []
        for purchase in self.ledger.open_purchases():
            if not self.is_ours(purchase) or purchase.run in busy:
                continue
            found.append(purchase)
        return found

    def may_be_sent(self, purchase: Purchase) -> bool:
        """Whether it was agreed to in a way that this process may act on."""
        run = self.ledger.run(purchase.run) if purchase.run else None
        return run is not None and not run.is_finished and self.trusts(run, purchase.key)

    def refuse_unagreed(self, purchase: Purchase) -> None:
        """See that nothing is sent that the person did not agree to.

        Raises:
            NotConfirmedError: It would have to be sent, and they did not.
        """
        if purchase.state is State.PLANNED and not self.may_be_sent(purchase):
            order = purchase.order
            raise NotConfirmedError(
                f"Reel {order.reel} of {order.episode} would have to be sent, and you did not agree to its price on "
                "this machine. Nothing was sent for it.",
                hint="storyboard render tells the price first.",
            )

    def advance(self, key: str) -> float | None:
        """Move a purchase by one step; see ``Engine.advance``.

        Raises:
            NotConfirmedError: It would have to be sent, and the person did not agree to it.
            StoryboardError: See ``Engine.advance``.
        """
        self.refuse_unagreed(self.ledger.get(key))
        return self.engines.advance(key)

    def collect(self, purchases: Iterable[Purchase]) -> Mapping[str, StoryboardError]:
        """Look once at each, and bring home what is ready; nothing is sent, and nothing is waited for.

        Returns:
            What stopped those that were stopped.
        """
        problems: dict[str, StoryboardError] = {}
        with usable(self.project.state):
            for purchase in purchases:
                try:
                    self._look_once(purchase)
                except StoryboardError as error:
                    problems[purchase.key] = error
            self.finisher.look(problems)
        return problems

    def _look_once(self, purchase: Purchase) -> None:
        if purchase.state not in OPEN | {State.DONE}:
            if purchase.state is not State.PLANNED:
                raise stopped(purchase, self.project.root)
            return
        for _ in range(_ASKS_AT_MOST):
            wait = self.advance(purchase.key)
            now = self.ledger.get(purchase.key)
            if wait is None or now.state not in {State.COLLECTING, State.BUYING} or wait > 0:
                return

    def resume(self, purchases: Iterable[Purchase]) -> Mapping[str, StoryboardError]:
        """Go on with these until each is home or cannot come, and finish the runs that are complete.

        Returns:
            What stopped those that did not come home.
        """
        keys = self._with_those_before(purchases)
        with usable(self.project.state):
            bringer = HomeBringer(_Door(self), self.ledger)
            problems = bringer.run(keys)
            self.finisher.look(problems)
        return problems

    def _with_those_before(self, purchases: Iterable[Purchase]) -> list[str]:
        """Keys, each after that of the reel it goes on from, where that one still has to come home."""
        keys: dict[str, None] = {}

        def add(purchase: Purchase) -> None:
            before = self.ledger.find(purchase.order.after) if purchase.order.after else None
            if purchase.state is State.PLANNED and before is not None and before.state is not State.DONE:
                add(before)
            keys.setdefault(purchase.key)

        for purchase in purchases:
            add(purchase)
        return list(keys)


class _Door:
    """The jobs' engines, behind the look at who agreed."""

    def __init__(self, jobs: OpenJobs) -> None:
        self._jobs = jobs
        self.clock = jobs.engines.clock
        self.stop = jobs.engines.stop

    def advance(self, key: str) -> float | None:
        return self._jobs.advance(key)

    def give_up_free(self, key: str) -> None:
        self._jobs.engines.give_up_free(key)


def first_problem(problems: Mapping[str, StoryboardError]) -> StoryboardError | None:
    """The one to end with: what only waits for another comes last."""
    return next(iter(sorted(problems.values(), key=lambda error: isinstance(error, WaitsForReelError))), None)
