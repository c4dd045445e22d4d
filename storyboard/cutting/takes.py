"""Finding the takes that a cut shows: for each reel, the one that a render of the present story would use."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from storyboard.cutting.episode_takes import EpisodeTakes
from storyboard.generation.outlook import Forecaster, Options, Will
from storyboard.generation.prepare import prepare
from storyboard.generation.provider import choose_provider
from storyboard.generation.rows import Rows
from storyboard.generation.take import MadeReel, Take, take_of
from storyboard.ledgers import open_ledger, place_of
from storyboard.present_clips import with_clips
from storyboard.project import hashes_of_images, project_of

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.generation.outlook import Prospect
    from storyboard.generation.prepare import Prepared


def takes_for(
    path: Path, prepared: Prepared | None = None, *, provider: str | None = None, base_url: str | None = None
) -> EpisodeTakes:
    """Look the takes of an episode up, in its own ledger and lock file; nobody is asked, nothing is bought.

    Args:
        path: The storyboard.
        prepared: The same as read and compiled, where that is known.
        provider: Whose takes; None is whoever would render it.
        base_url: Another address of that provider's.

    Raises:
        StoryError: It has errors.
        LedgerError: Its ledger cannot be read.
        LockError: Its lock file cannot be read.
    """
    prepared = prepared or prepare(path)
    plan = prepared.require_plan()
    project = project_of(path)
    choice = choose_provider(provider, base_url, project.series.defaults.provider if project.series else None)
    place = place_of(project, free=choice.free)
    has_ledger = place.path is None or place.path.is_file()
    with open_ledger(project, free=choice.free) if has_ledger else nullcontext() as ledger:
        rows = Rows(ledger.all() if ledger else ())
    lock = project.read_lock(free=choice.free)
    foreseen = Forecaster(project.name, choice, rows, lock, Options()).foresee(
        project.episode_of(path), plan, hashes_of_images(prepared)
    )
    prospects = with_clips(project, foreseen)
    takes = {p.reel.index: _made(p, project.state) for p in prospects if p.will is Will.REUSE and not p.away}
    why = {p.reel.index: _why(p) for p in prospects if p.reel.index not in takes}
    options = [*(("--provider", provider) if provider else ()), *(("--base-url", base_url) if base_url else ())]
    return EpisodeTakes(path, plan, takes, why, tuple(options))


def _made(prospect: Prospect, state: Path) -> MadeReel:
    purchase, entry = prospect.purchase, prospect.entry
    if purchase is not None:
        return MadeReel(take_of(purchase, state), prospect.order)
    sha256, job_id = (entry.clip_sha256, entry.job_id) if entry else ("", "")
    return MadeReel(Take(state / (prospect.clip or ""), sha256, job_id, prospect.order.take), prospect.order)


def _why(prospect: Prospect) -> str:
    match prospect.will:
        case Will.REUSE:
            return f"has a take, and its clip is not on this machine; it would come from {prospect.away}"
        case Will.RESUME:
            return "is still being rendered"
        case Will.STOP:
            return "stopped: its last job ended badly, or nobody knows how"
        case _:
            changed = "; ".join(prospect.why)
            return "has no take of the present story" + (f" ({changed})" if changed else "")
