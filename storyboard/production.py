"""Storyboards to finished episodes: agreed to, bought, brought home, joined; the library behind the render."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn, Self

from storyboard.briefing import prepare_all
from storyboard.cutting.faults import not_as_written
from storyboard.cutting.notes import as_note
from storyboard.cutting.rehearsal import rehearse
from storyboard.errors import CeilingError, DetachedError, StoryboardError, UsageError, WaitsForReelError
from storyboard.export.beside import see_that_it_may_be_written
from storyboard.finishing import Progress, episode_path, finish
from storyboard.fitting import what_would_fit
from storyboard.generation.bring_home import HomeBringer
from storyboard.generation.dead_buyers import without_dead_buyer
from storyboard.generation.elsewhere import bought_elsewhere
from storyboard.generation.engine import Engine
from storyboard.generation.first_frame import keep_frame
from storyboard.generation.holder import Holder
from storyboard.generation.journal import JOURNAL, Journal
from storyboard.generation.lazy_provider import LazyProvider
from storyboard.generation.ledger_place import refuse_unkept_in_ci
from storyboard.generation.lock_entry import lock_entry_of
from storyboard.generation.lock_file import LockFile
from storyboard.generation.named_addresses import address_words
from storyboard.generation.outlook import Options, PreparedOutlook, Prospect, Will, total_to_pay
from storyboard.generation.polling import most_open_jobs
from storyboard.generation.purchase import ENDED_BADLY, OPEN, PILOT_ENDING, State
from storyboard.generation.rows import Rows
from storyboard.generation.runs import Run, is_under_way_elsewhere
from storyboard.generation.seal import sealed
from storyboard.generation.spending import NO_RUN_YET, Account, Ceilings
from storyboard.generation.state_folder import keep_out_of_git, refuse_ledgers_below, refuse_links, usable
from storyboard.generation.stopped import pasteable, stopped
from storyboard.generation.store import open_store
from storyboard.generation.take import Had, take_of
from storyboard.generation.watching import Step, Watcher
from storyboard.ledgers import open_ledger, place_of
from storyboard.piloting import piloted
from storyboard.planning import foresee
from storyboard.profile import SVI_2_0_PRO
from storyboard.story.cut import Cut
from storyboard.story.findings import has_errors, in_reading_order

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from storyboard.compiler.pilot import Pilot
    from storyboard.generation.clock import Clock
    from storyboard.generation.provider import ProviderChoice
    from storyboard.generation.purchase import Purchase
    from storyboard.generation.store import Store
    from storyboard.profile import ModelProfile
    from storyboard.project import Project
    from storyboard.story.findings import Finding


class Production:
    """Episodes of one project on their way; use ``with``.

    Args:
        project: Where they lie.
        files: The storyboards.
        choice: Who renders.
        output: The folder for finished files; by default the project's.
        options: What the person wants other than all that is missing.
        max_cost: The most that may be paid for them, in US dollars.
        notify: Whom to tell when it has ended, as the person wrote it; empty for nobody.
        revision: Which revision of which repository they come from, where it is known.
        profile: The model's figures.
        clock: Tells the time and waits.

    Raises:
        StoryError: A storyboard has errors.
        UsageError: There is no such reel.
    """

    def __init__(
        self,
        project: Project,
        files: Sequence[Path],
        choice: ProviderChoice,
        *,
        output: Path | None = None,
        options: Options | None = None,
        max_cost: Decimal | None = None,
        notify: str = "",
        revision: Mapping[str, Any] | None = None,
        profile: ModelProfile = SVI_2_0_PRO,
        clock: Clock | None = None,
    ) -> None:
        self.project = project
        self.choice = choice
        self.options = options or Options()
        self.prepared = prepare_all(files, self.options)
        self.pilots: dict[Path, Pilot] = {}
        if self.options.pilot:
            for path, each in self.prepared.items():
                self.prepared[path], self.pilots[path] = piloted(path, each)
        self.targets = {path: self._target(path, output) for path in self.prepared}
        self.progress = {path: Progress(path, each.require_plan().title) for path, each in self.prepared.items()}
        self._output = output
        self._notify = notify
        self._revision = revision
        self._profile = profile
        self._clock = clock
        self._max_cost = max_cost
        self._lock_file = LockFile(project.lock_path(free=choice.free))
        self._outlooks: list[PreparedOutlook] = []
        self._run: Run | None = None
        self._rehearsed: set[str] = set()
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        state = self.project.state
        refuse_links(state)
        if not self.choice.free:
            for path in self.prepared:
                refuse_ledgers_below(self.project.root, path)
        with usable(state):
            keep_out_of_git(state)
        self._ledger = self._stack.enter_context(open_ledger(self.project, free=self.choice.free))
        self._provider = self._stack.enter_context(LazyProvider(self.choice))
        return self

    def __exit__(self, *exception: Any) -> None:
        self._stack.__exit__(*exception)

    def outlook(self) -> list[PreparedOutlook]:
        """What will become of each reel of each episode, without asking anybody."""
        rows = Rows(self._ledger.all())
        self._outlooks = list(foresee(self.project, self.prepared, self.choice, rows, self.options))
        return self._outlooks

    def rehearse(self) -> tuple[Finding, ...]:
        """What can be told of the cuts before the takes are there: pay for nothing that could not be cut.

        Raises:
            StoryError: A cut cannot be made as it is written.
        """
        found: list[Finding] = []
        for path, prepared in self.prepared.items():
            told = rehearse(prepared)
            if has_errors(told):
                raise not_as_written(str(path), told)
            found += told
        self._rehearsed = {as_note(each) for each in found}
        return in_reading_order(found)

    def stop_if_stopped(self) -> None:
        """Pay for nothing while a person has to decide about a reel.

        Raises:
            JobFailedError: The last job of a reel ended badly.
            OutcomeUnknownError: Nobody knows whether a reel was paid.
        """
        journal = Journal(self.project.state / JOURNAL)
        for prospect in self._prospects():
            purchase = prospect.purchase
            if (
                purchase is None
                or self.choice.free
                or purchase.state not in ENDED_BADLY | {State.UNKNOWN, State.BUYING}
            ):
                continue
            purchase = without_dead_buyer(self._ledger, journal, purchase)
            if purchase.state not in ENDED_BADLY | {State.UNKNOWN} or prospect.will is Will.BUY:
                continue
            if purchase.state in ENDED_BADLY or journal.entry_of(purchase.key, purchase.permit) is None:
                raise stopped(purchase, self.project.root)

    def require_key(self) -> None:
        """See that the provider has what it needs, before a person is asked.

        Raises:
            KeyMissingError: It needs a key, and there is none.
        """
        self._provider.require_key()

    @property
    def ceilings(self) -> Ceilings:
        """What must not be passed."""
        if self.choice.free:
            return Ceilings()
        series = self.project.series
        own = dict(series.ceilings) if series else {}
        return Ceilings(**own, run=self._max_cost)

    @property
    def paid(self) -> Decimal:
        """What was agreed to for these episodes so far, in US dollars, unrounded."""
        return self._run.agreed if self._run is not None else Decimal(0)

    def jobs_that_wait(self) -> int:
        """How many jobs cannot be sent at once, because more could not be asked after in time."""
        bought = sum(prospect.will in {Will.BUY, Will.RESUME} for prospect in self._prospects())
        return max(bought - most_open_jobs(), 0)

    def see_that_it_fits(self, *, spent_before: Decimal = Decimal(0)) -> None:
        """See that what ``outlook`` said would be bought passes no ceiling; each permit looks again.

        Args:
            spent_before: What the same command pays for other projects, in US dollars.

        Raises:
            CeilingError: It would; what would fit is in its hint.
        """
        now = self._ledger.now()
        if self._max_cost is not None:
            self._max_cost -= spent_before
        try:
            for outlook in self._outlooks:
                account = Account(self.project.name, outlook.episode, None, now)
                self._ledger.see_that_it_fits(
                    account, Ceilings(episode=self.ceilings.episode), [outlook.cost] if outlook.cost else []
                )
            account = Account(self.project.name, "", NO_RUN_YET, now)
            self._ledger.see_that_it_fits(account, replace(self.ceilings, episode=None), [self.cost()])
        except CeilingError as error:
            told = [what_would_fit(self._outlooks, error), error.hint]
            if error.scope != "run":
                told.append(bought_elsewhere(self.project.read_lock(free=False), Rows(self._ledger.all())).told)
            raise CeilingError(
                error.message,
                hint=" ".join(sentence for sentence in told if sentence),
                left=error.left,
                scope=error.scope,
            ) from None

    def cost(self) -> Decimal:
        """What all of it will cost from now on, in US dollars, unrounded."""
        return total_to_pay(self._prospects())

    def agree(self, *, detach: bool = False) -> None:
        """Write down that the person agreed to what ``outlook`` said would be bought: only that ever is.

        Args:
            detach: Whether others go on with it, rather than this process.

        Raises:
            LedgerNotKeptError: It runs where the ledger would be thrown away.
            ImageError: A first frame was changed since.
        """
        if self.cost():
            refuse_unkept_in_ci(place_of(self.project, free=self.choice.free), os.environ)
        bought = [prospect for prospect in self._prospects() if prospect.will is Will.BUY]
        with usable(self.project.state):
            for outlook in self._outlooks:
                self._keep_frames(outlook)
            for prospect in self._prospects():
                self._adopt(prospect)
        if not bought:
            return
        run = Run(
            self._ledger.now(),
            self.project.name,
            str(self.project.root),
            self.cost(),
            self.ceilings,
            {
                "storyboards": [str(path.resolve()) for path in self.prepared],
                "state": str(self.project.state.resolve()),
                "output": str(self._output.resolve()) if self._output else None,
                "notify": self._notify,
                "store": self._store_url,
                "only_reel": self.options.alone,
                "recompile": self.options.recompile,
                "pilot": self.options.pilot,
                "revision": dict(self._revision) if self._revision else None,
                "process": "" if detach else str(Holder.mine()),
                "reels": [prospect.order.key for prospect in bought],
            },
        )
        self._run = sealed(run)
        others = {run.id for run in self._ledger.unfinished_runs() if is_under_way_elsewhere(run)}
        instead = self.options.alone is None
        self._ledger.agree(self._run, [prospect.order for prospect in bought], instead=instead, spare=others)

    def render(self, watcher: Watcher, *, detach: bool = False) -> None:
        """Have every reel, join what is complete, check it, write its manifest.

        What comes of it is in ``progress``, whatever stops it.

        Args:
            watcher: Told how it goes.
            detach: Come back when all is sent that can be sent now.

        Raises:
            StoryboardError: What stopped it, the first where there are several; the rest goes on to its end first.
        """
        finished = not detach
        try:
            with usable(self.project.state):
                engine = Engine(
                    self.project.state,
                    self._ledger,
                    self._provider,
                    watcher,
                    store=self._store(),
                    profile=self._profile,
                    clock=self._clock,
                )
                keys = dict.fromkeys(p.order.key for p in self._prospects() if p.will is not Will.LEAVE)
                bringer = HomeBringer(engine, self._ledger, on_home=lambda key: self._came_home(key, watcher))
                if detach and any(p.will is not Will.REUSE for p in self._prospects()):
                    self._raise_first(bringer.run(keys, only_submit=True), watcher)
                    self._tell_detached()
                self._raise_first(bringer.run(keys), watcher)
        except BaseException as error:
            # Whoever goes on with what was detached goes on with the rest, too; after an interrupt, nobody does.
            finished = finished or not isinstance(error, StoryboardError)
            if finished and self._run is not None:
                self._ledger.withdraw(self._run.id)
            raise
        finally:
            if finished and self._run is not None:
                self._ledger.finish_run(self._run.id)

    @property
    def _store_url(self) -> str | None:
        return self.project.series.store if self.project.series and not self.choice.free else None

    def _store(self) -> Store:
        return open_store(self._store_url, self.project.root)

    @property
    def may_have_jobs(self) -> bool:
        """Whether any of its jobs goes on at the service, or may: nobody knows whether one that is unknown does."""
        purchases = self._ledger.several(prospect.order.key for prospect in self._prospects())
        return any(purchase.state in OPEN | {State.UNKNOWN} for purchase in purchases.values())

    def _prospects(self) -> list[Prospect]:
        return [prospect for outlook in self._outlooks for prospect in outlook.prospects]

    def _target(self, path: Path, output: Path | None) -> Path:
        name = path.stem + (PILOT_ENDING if self.options.pilot else "")
        story = self.prepared[path].loaded.storyboard
        codec = (story.cut if story and story.cut else Cut()).output.codec
        target = episode_path(self.project.output_folder(path, output), name, codec, free=self.choice.free)
        see_that_it_may_be_written(target, path, self.project.root, named=False)
        return target

    def _keep_frames(self, outlook: PreparedOutlook) -> None:
        for prospect in outlook.prospects:
            image = prospect.order.request.get("image") or {}
            name = prospect.reel.start.image
            if prospect.will is Will.BUY and name and "sha256" in image:
                keep_frame(outlook.prepared.images[name], image["sha256"], self.project.state, self._store())

    def _adopt(self, prospect: Prospect) -> None:
        """Take over what the lock file says was bought elsewhere, so that it is not bought again."""
        entry = prospect.entry
        if prospect.will is Will.REUSE and prospect.purchase is None and entry is not None:
            self._ledger.adopt(prospect.order, entry.job_id, f"takes/{entry.clip}", entry.clip_sha256)

    def _came_home(self, key: str, watcher: Watcher) -> None:
        """A take is there: pick it, and join the episodes that it makes complete."""
        purchase = self._ledger.get(key)
        take = take_of(purchase, self.project.state)
        for outlook in self._outlooks:
            mine = [p for p in outlook.prospects if p.order.key == key and p.will is not Will.LEAVE]
            progress = self.progress[outlook.path]
            for prospect in mine:
                progress.reels[prospect.reel.index] = Had(take, purchase, prospect.will is Will.REUSE)
                self._pick(outlook, prospect, purchase)
            if mine and len(progress.reels) == len(outlook.prospects):
                self._finish(outlook, watcher)

    def _finish(self, outlook: PreparedOutlook, watcher: Watcher) -> None:
        joining = partial(Step, outlook.episode, 0, "joining")
        watcher.step(joining())
        finish(
            outlook,
            self.progress[outlook.path],
            self.targets[outlook.path],
            at=self._ledger.now(),
            revision=self._revision,
            note=lambda note: None if note in self._rehearsed else watcher.note(note),
            on_progress=lambda share: watcher.step(joining(share)),
        )

    def _pick(self, outlook: PreparedOutlook, prospect: Prospect, purchase: Purchase) -> None:
        entry = lock_entry_of(purchase, stands=prospect.stands, reel=(outlook.episode, prospect.reel.index))
        if self._lock_file.read(paid=True).entry(outlook.episode, prospect.reel.index) != entry:
            self._lock_file.pick(entry)

    def _raise_first(self, problems: Mapping[str, StoryboardError], watcher: Watcher) -> None:
        """Raise what stopped it; what only waits for that comes last."""
        if not problems:
            return
        first, *others = sorted(problems.values(), key=lambda error: isinstance(error, WaitsForReelError))
        for error in others:
            watcher.note(f"{error.message} {error.hint}".rstrip())
        raise first

    def _tell_detached(self) -> NoReturn:
        open_ = [self._ledger.get(p.order.key) for p in self._prospects() if p.will in {Will.BUY, Will.RESUME}]
        sent = sum(purchase.job_id is not None for purchase in open_)
        waiting = len(open_) - sent
        address = address_words(self.choice.name, self.choice.base_url)
        watch = pasteable(self.project.state.parent, "jobs", "watch", *address)
        jobs = "1 job goes on" if sent == 1 else f"{sent} jobs go on"
        rest = f"; {waiting} more will be sent when the reel before each is home" if waiting else ""
        raise DetachedError(
            f"{jobs} at the service{rest}.",
            hint=f"{watch} goes on with them, and so does the same command. A finished clip can be collected for an "
            "hour after it is done.",
        )


def see_that_none_is_written_twice(productions: Sequence[Production]) -> None:
    """See that each finished file has a place of its own.

    Raises:
        UsageError: Two would be written to one.
    """
    stories: dict[Path, Path] = {}
    for production in productions:
        for story, target in production.targets.items():
            other = stories.setdefault(target.resolve(), story)
            if other != story:
                raise UsageError(
                    f"{other} and {story} would both be written to {target}.",
                    hint="Render them one by one, each with an --output of its own.",
                )
