"""What a render would do, and cost, and why: for the episodes of a project, without a key and without the network."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from storyboard.compiler.plan import number
from storyboard.compiler.price import dollars
from storyboard.generation.elsewhere import BoughtElsewhere, bought_elsewhere
from storyboard.generation.eta import eta_seconds
from storyboard.generation.outlook import (
    EpisodeOutlook,
    Forecaster,
    Options,
    PreparedOutlook,
    Prospect,
    Will,
    total_to_pay,
)
from storyboard.generation.polling import most_open_jobs
from storyboard.generation.purchase import PILOT_ENDING
from storyboard.generation.rows import Rows
from storyboard.generation.spending import Account, spent_by_episode
from storyboard.ledgers import open_ledger, place_of
from storyboard.present_clips import with_clips
from storyboard.project import hashes_of_images

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal
    from pathlib import Path

    from storyboard.generation.brief import Brief
    from storyboard.generation.ledger import Ledger
    from storyboard.generation.lock_file import Lock
    from storyboard.generation.prepare import Prepared
    from storyboard.generation.provider import ProviderChoice
    from storyboard.profile import RateCard
    from storyboard.project import Project
    from storyboard.story.findings import Finding


@dataclass(frozen=True)
class Ceiling:
    """A bound on what is spent, and how much of it is.

    Attributes:
        scope: ``episode``, ``series`` or ``month``.
        of: For ``episode``, which one: the one that will have cost most.
        limit: US dollars.
        spent: US dollars, so far.
        wanted: US dollars that this render would add.
    """

    scope: str
    of: str
    limit: Decimal
    spent: Decimal
    wanted: Decimal

    @property
    def is_passed(self) -> bool:
        """Whether a render would be refused for it."""
        return self.spent + self.wanted > self.limit


@dataclass(frozen=True)
class RenderPlan:
    """What a render would do.

    Attributes:
        project: Where.
        choice: Who would render.
        outlooks: Each episode's.
        findings: What there is to tell about the stories, each once.
        eta_seconds: Until all is home.
        ceilings: Those of the series, for what is paid.
        open_jobs: How many jobs would be asked after at once.
        ledger: Which ledger was looked into; empty where there is none yet.
        elsewhere: What the lock file says was bought, and that ledger does not know.
    """

    project: Project
    choice: ProviderChoice
    outlooks: tuple[EpisodeOutlook, ...]
    findings: tuple[Finding, ...]
    eta_seconds: float
    ceilings: tuple[Ceiling, ...]
    open_jobs: int
    ledger: str
    elsewhere: BoughtElsewhere

    @property
    def cost(self) -> Decimal:
        """What it would cost from now on, in US dollars, unrounded."""
        return total_to_pay(prospect for outlook in self.outlooks for prospect in outlook.prospects)

    @property
    def hosted_cost(self) -> Decimal:
        """What all of it costs on a service that is paid, in US dollars, unrounded."""
        return sum((outlook.plan.cost for outlook in self.outlooks), start=type(self.cost)(0))

    @property
    def rates(self) -> RateCard | None:
        """The rate card that the prices are from."""
        return self.outlooks[0].plan.rates if self.outlooks else None

    @property
    def waits_for_room(self) -> int:
        """How many jobs have to wait before they are sent, so that each open one is seen in time."""
        return max(self.open_jobs - most_open_jobs(), 0)

    def as_json(self) -> dict[str, Any]:
        """The plan as plain values, for ``--json``."""
        card = self.rates
        return {
            "series": self.project.name if self.project.series else None,
            "provider": self.choice.name,
            "ledger": self.ledger or None,
            "episodes": [_episode_json(outlook) for outlook in self.outlooks],
            "cost_usd": dollars(self.cost),
            "eta_seconds": round(self.eta_seconds),
            "rates": {"date": card.date, "source": card.source} if card else None,
            "ceilings": [
                {
                    "scope": ceiling.scope,
                    "episode": ceiling.of or None,
                    "limit_usd": dollars(ceiling.limit),
                    "spent_usd": dollars(ceiling.spent),
                    "passed": ceiling.is_passed,
                }
                for ceiling in self.ceilings
            ],
            "bought_elsewhere": {"takes": self.elsewhere.takes, "cost_usd": dollars(self.elsewhere.cost)},
            "jobs_that_wait_for_room": self.waits_for_room,
            "findings": [finding.as_json() for finding in self.findings],
        }


def foresee(
    project: Project,
    prepared: Mapping[Path, Prepared],
    choice: ProviderChoice,
    rows: Rows,
    options: Options,
) -> tuple[PreparedOutlook, ...]:
    """What becomes of each episode that is to be rendered.

    Raises:
        LockError: The lock file cannot be read.
        ImageError: A first frame can no longer be read.
    """
    lock = project.read_lock(free=choice.free)
    forecaster = Forecaster(project.name, choice, rows, lock, options)
    outlooks = []
    for path, each in prepared.items():
        episode, plan = project.episode_of(path) + (PILOT_ENDING if options.pilot else ""), each.require_plan()
        prospects = with_clips(project, forecaster.foresee(episode, plan, hashes_of_images(each)))
        outlooks.append(PreparedOutlook(path, episode, plan, prospects, each))
    return tuple(outlooks)


def _foresee_briefly(
    project: Project, briefs: Mapping[Path, Brief], choice: ProviderChoice, rows: Rows, lock: Lock, options: Options
) -> tuple[EpisodeOutlook, ...]:
    forecaster = Forecaster(project.name, choice, rows, lock, options)
    outlooks = []
    for path, brief in briefs.items():
        episode = project.episode_of(path) + (PILOT_ENDING if options.pilot else "")
        prospects = with_clips(project, forecaster.foresee(episode, brief.plan, brief.images))
        outlooks.append(EpisodeOutlook(path, episode, brief.plan, prospects))
    return tuple(outlooks)


def make_plan(project: Project, briefs: Mapping[Path, Brief], choice: ProviderChoice, options: Options) -> RenderPlan:
    """What a render would do, from the files and the ledger alone.

    Args:
        project: Where.
        briefs: What is known of each storyboard.
        choice: Who would render.
        options: What the person wants other than all that is missing.

    Raises:
        LedgerError: There is a ledger, and it cannot be read.
        LockError: The lock file cannot be read.
    """
    place = place_of(project, free=choice.free)
    has_ledger = place.path is None or place.path.is_file()
    with open_ledger(project, free=choice.free) if has_ledger else nullcontext() as ledger:
        rows = Rows(ledger.all() if ledger else ())
        lock = project.read_lock(free=choice.free)
        outlooks = _foresee_briefly(project, briefs, choice, rows, lock, options)
        known = ledger.durations(choice.base_url) if ledger else {}
        now = ledger.now() if ledger else datetime.now(UTC)
        findings = dict.fromkeys(finding for each in briefs.values() for finding in each.findings)
        return RenderPlan(
            project,
            choice,
            outlooks,
            tuple(findings),
            eta_seconds(outlooks, known, now),
            _ceilings(project, choice, outlooks, ledger, rows, now),
            _open_jobs(outlooks),
            place.shown if ledger else "",
            BoughtElsewhere() if choice.free else bought_elsewhere(lock, rows),
        )


def _ceilings(
    project: Project,
    choice: ProviderChoice,
    outlooks: Sequence[EpisodeOutlook],
    ledger: Ledger | None,
    rows: Rows,
    now: datetime,
) -> tuple[Ceiling, ...]:
    if project.series is None or choice.free:
        return ()
    total = total_to_pay(prospect for outlook in outlooks for prospect in outlook.prospects)
    zero = type(total)(0)
    found = []
    for scope in ("episode", "series", "month"):
        limit = getattr(project.series.ceilings, scope)
        if limit is None:
            continue
        of, spent, wanted = "", zero, total
        if scope == "episode":
            of, spent, wanted = _dearest(project, outlooks, rows)
        elif ledger is not None:
            spent = ledger.spent(Account(project.name, "", None, now), scope)
        found.append(Ceiling(scope, of, limit, spent, wanted))
    return tuple(found)


def _dearest(project: Project, outlooks: Sequence[EpisodeOutlook], rows: Rows) -> tuple[str, Decimal, Decimal]:
    """The episode that will have cost most: its name, what was spent on it, and what it adds."""
    nothing, before = total_to_pay(()), spent_by_episode(rows, project.name)
    whole = [(outlook.episode.removesuffix(PILOT_ENDING), outlook.cost) for outlook in outlooks]
    sums = [(episode, before.get(episode, nothing), cost) for episode, cost in whole]
    return max(sums, key=lambda each: each[1] + each[2], default=("", nothing, nothing))


def _open_jobs(outlooks: Sequence[EpisodeOutlook]) -> int:
    return sum(
        prospect.will in {Will.BUY, Will.RESUME} and not prospect.order.free
        for outlook in outlooks
        for prospect in outlook.prospects
    )


def _episode_json(outlook: EpisodeOutlook) -> dict[str, Any]:
    return {
        "episode": outlook.episode,
        "storyboard": str(outlook.path),
        "title": outlook.plan.title,
        "seconds": number(outlook.plan.seconds),
        "cost_usd": dollars(outlook.cost),
        "reels": [_reel_json(prospect) for prospect in outlook.prospects],
    }


def _reel_json(prospect: Prospect) -> dict[str, Any]:
    purchase, entry = prospect.purchase, prospect.entry
    job_id = purchase.job_id if purchase else entry.job_id if entry else None
    return {
        "reel": prospect.reel.index,
        "will": str(prospect.will),
        "why": list(prospect.why),
        "note": prospect.note,
        "take": prospect.order.take,
        "job_id": job_id,
        "clip": prospect.clip,
        "clip_is_here": not prospect.away if prospect.will is Will.REUSE else None,
        "starts_from": str(prospect.reel.start),
        "seconds": number(prospect.reel.seconds),
        "cfg": prospect.order.request.get("cfg"),
        "cost_usd": dollars(prospect.cost),
        "request_sha256": prospect.order.request_sha256,
        "key": prospect.order.key,
    }
