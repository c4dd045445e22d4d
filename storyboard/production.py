"""A storyboard to a finished episode: takes, join, check, manifest. The library behind ``storyboard render``."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Self

from filelock import Timeout

from storyboard.assembly.join import join_clips
from storyboard.compiler.price import dollars
from storyboard.errors import StoryboardError, UsageError
from storyboard.export.manifest import is_free, write_manifest
from storyboard.generation.engine import BUYER_GONE, Engine, purchase_lock
from storyboard.generation.first_frame import ReelStart, identified_request, reel_start
from storyboard.generation.journal import JOURNAL, Journal
from storyboard.generation.ledger import Ledger
from storyboard.generation.outlook import Prospect, Will, current, what_becomes_of
from storyboard.generation.prepare import Prepared, prepare
from storyboard.generation.provider import Provider, ProviderChoice
from storyboard.generation.purchase import ENDED_BADLY, Order, Purchase, State
from storyboard.generation.state_folder import (
    STATE_FOLDER,
    keep_out_of_git,
    ledger_path,
    refuse_ledgers_below,
    refuse_links,
    usable,
)
from storyboard.generation.stopped import stopped
from storyboard.generation.take import Take, inspect_clip, take_of
from storyboard.generation.wanted import Had, Ordered, Wanted
from storyboard.generation.watching import Step, Watcher
from storyboard.profile import SVI_2_0_PRO

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.compiler.plan import Plan, PlannedReel
    from storyboard.profile import ModelProfile

RENDERS_FOLDER = "renders"
"""Where finished files go, beside the story."""


@dataclass
class Progress:
    """What is known of an episode so far; it grows while the episode is rendered.

    Attributes:
        path: The story's file, as the person named it.
        title: The episode's.
        reels: What is there, in order.
        episode: The finished file, once there is one.
        manifest: Its manifest.
    """

    path: Path
    title: str
    reels: list[Had] = field(default_factory=list)
    episode: Path | None = None
    manifest: Path | None = None

    def as_json(self) -> dict[str, Any]:
        """The episode as plain values, for ``--json``."""
        return {
            "title": self.title,
            "storyboard": str(self.path),
            "episode": str(self.episode) if self.episode else None,
            "manifest": str(self.manifest) if self.manifest else None,
            "reels": [
                {
                    "job_id": had.take.job_id,
                    "take": str(had.take.path),
                    "take_number": had.take.number,
                    "request_sha256": had.purchase.order.request_sha256,
                    "cost_usd": dollars(had.purchase.order.cost),
                    "reused": had.reused,
                }
                for had in self.reels
            ],
        }


class Production:
    """One episode on its way; use ``with``.

    Args:
        path: The storyboard.
        choice: Who renders.
        output: The folder for the finished file; ``renders`` beside the story where it is None.
        another_take_of: The number of a reel to make another take of, whatever takes there are.
        profile: The model's figures.

    Raises:
        StoryError: The storyboard has errors.
        UsageError: There is no such reel.
        LedgerError: The ledger cannot be used.
    """

    def __init__(
        self,
        path: Path,
        choice: ProviderChoice,
        *,
        output: Path | None = None,
        another_take_of: int | None = None,
        profile: ModelProfile = SVI_2_0_PRO,
    ) -> None:
        self.prepared: Prepared = prepare(path)
        self.plan: Plan = self.prepared.require_plan()
        if another_take_of is not None and not 1 <= another_take_of <= len(self.plan.reels):
            raise UsageError(
                f"{path} has no reel {another_take_of}: it has {len(self.plan.reels)}.",
                hint="Reels are counted from 1; storyboard preview lists them.",
            )
        self.choice = choice
        self.progress = Progress(path, self.plan.title)
        self._path = path
        self._profile = profile
        self._another_take_of = another_take_of
        source = self.prepared.loaded.source
        if source is None:
            raise ValueError("a plan without the file it was made from")
        self._source = source
        self._root = source.root
        self._folder = self._root / STATE_FOLDER
        self._output = output or path.parent / RENDERS_FOLDER
        self._stack = ExitStack()
        self._agreed: set[int] | None = None

    def __enter__(self) -> Self:
        refuse_links(self._folder)
        if not self.choice.free:
            refuse_ledgers_below(self._root, self._path)
        with usable(self._folder):
            keep_out_of_git(self._folder)
        self._ledger = self._stack.enter_context(Ledger(ledger_path(self._root)))
        self._provider = self._stack.enter_context(Provider(self.choice))
        return self

    def __exit__(self, *exception: Any) -> None:
        self._stack.__exit__(*exception)

    @cached_property
    def episode_path(self) -> Path:
        """Where the finished file will lie. A free clip takes the place of a free clip, and of nothing else."""
        path = self._output / f"{self._path.stem}.mp4"
        if self.choice.free and path.exists() and not is_free(path):
            return self._output / f"{self._path.stem}.sandbox.mp4"
        return path

    def outlook(self) -> list[Prospect]:
        """What will become of each reel, without asking anybody.

        A reel that starts from the handoff of one that is still to be had is itself still to be had.
        """
        prospects: list[Prospect] = []
        before: Take | None = None
        for reel in self.plan.reels:
            again = reel.index == self._another_take_of
            known = reel.start.handoff is None or before is not None
            found = None
            if known:
                order = current(self._ledger, self._order(reel, reel_start(reel, self.prepared.images, before)))
                found = self._ledger.find(order.key)
            will = what_becomes_of(found, another=again, free=self.choice.free)
            prospects.append(Prospect(reel, will, found))
            before = take_of(found, self._folder) if found is not None and will is Will.REUSE else None
        self._agreed = {prospect.reel.index for prospect in prospects if prospect.will is Will.BUY}
        return prospects

    def stop_if_stopped(self, prospects: list[Prospect]) -> None:
        """Pay for nothing while a person has to decide about a reel of the episode.

        Raises:
            JobFailedError: The last job of a reel ended badly.
            OutcomeUnknownError: Nobody knows whether a reel was paid.
        """
        journal = Journal(self._folder / JOURNAL)
        for prospect in prospects:
            purchase = prospect.purchase
            if purchase is not None and purchase.state is State.BUYING and not self.choice.free:
                purchase = self._without_dead_buyer(purchase)
            elif prospect.will is not Will.STOP or purchase is None:
                continue
            if purchase.state not in ENDED_BADLY | {State.UNKNOWN}:
                continue
            if journal.entry_of(purchase.key, purchase.permit) is None or purchase.state is not State.UNKNOWN:
                raise stopped(purchase, self._root)

    def _without_dead_buyer(self, purchase: Purchase) -> Purchase:
        """A purchase whose buyer is gone, and that the journal does not know, is unknown: only now is that told."""
        if Journal(self._folder / JOURNAL).entry_of(purchase.key, purchase.permit) is not None:
            return purchase
        with suppress(Timeout), purchase_lock(self._folder, purchase.key):
            now = self._ledger.find(purchase.key)
            if now is not None and now.state is State.BUYING:  # seen under the lock: the buyer may just have finished
                self._ledger.uncertain(purchase.key, BUYER_GONE)
        return self._ledger.find(purchase.key) or purchase

    def require_key(self) -> None:
        """See that the provider has what it needs, before a person is asked.

        Raises:
            KeyMissingError: It needs a key, and there is none.
        """
        self._provider.require_key()

    def render(self, watcher: Watcher) -> Progress:
        """Have every reel, join them, check the episode, write its manifest.

        Where ``outlook`` was asked before, only what it said would be bought is.

        Raises:
            StoryboardError: As the engine says; what is there so far is in ``progress``.
        """
        with usable(self._folder):
            engine = Engine(self._folder, self._ledger, self._provider, watcher, profile=self._profile)
            before: Take | None = None
            for reel in self.plan.reels:
                had = engine.have(self._job(reel, before))
                self.progress.reels.append(had)
                before = had.take
        self._join(watcher)
        return self.progress

    def _join(self, watcher: Watcher) -> None:
        count = len(self.plan.reels)
        watcher.step(Step(count, count, "joining"))
        takes = [had.take.path for had in self.progress.reels]
        try:
            join_clips(takes, self.episode_path, fps=self._profile.fps, check=self._check_join)
            self.progress.manifest = write_manifest(
                self.episode_path,
                self._path.name,
                self._source.sha256,
                self.plan,
                self.progress.reels,
                program=version("storyboard-composer"),
                at=datetime.now(UTC),
            )
        except OSError as error:
            raise StoryboardError(
                f"{self.episode_path} could not be written: {error.strerror or error}. Every take is kept in "
                f"{self._folder / 'takes'}.",
                hint="Make room, or choose another folder with --output, then run again: nothing is bought twice.",
            ) from error
        self.progress.episode = self.episode_path

    def _check_join(self, joined: Path) -> None:
        """Each take was checked when it came home; several, joined, are a new file."""
        frames = sum(inspect_clip(had.take.path).frames for had in self.progress.reels)
        found = inspect_clip(joined).frames
        if found != frames:
            raise StoryboardError(
                f"{self.episode_path} has {found} frames, and its takes have {frames}: the join went wrong.",
                hint="The takes are kept; please report this.",
            )

    def _job(self, reel: PlannedReel, before: Take | None) -> Wanted:
        start = reel_start(reel, self.prepared.images, before)
        width, height = self.plan.resolution
        return Wanted(
            self._order(reel, start),
            Ordered(width, height, reel.seconds),
            len(self.plan.reels),
            lambda: reel.request(start.image()),
            another=reel.index == self._another_take_of,
            may_buy=self.choice.free or self._agreed is None or reel.index in self._agreed,
        )

    def _order(self, reel: PlannedReel, start: ReelStart) -> Order:
        return Order(
            self.choice.name,
            self.choice.base_url,
            identified_request(reel, start),
            1,
            self._root.name,
            self._path.stem,
            reel.index,
            reel.cost,
        )
