"""``storyboard jobs collect``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from storyboard.cli.jobs.common import Addresses, Keys, chosen
from storyboard.cli.series_option import Series

if TYPE_CHECKING:
    from storyboard.open_jobs import OpenJobs


def collect(
    keys: Keys = None,
    clip: Annotated[
        Path | None,
        typer.Option("--clip", metavar="FILE", help="Take in a clip you fetched yourself.", show_default=False),
    ] = None,
    series: Series = None,
    base_url: Addresses = None,
    json_wanted: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Look once at each open job and bring home what is ready. Nothing is waited for, and nothing is sent.

    Example: storyboard jobs collect
    """
    from storyboard.cli.jobs.outcome import tell
    from storyboard.cli.progress import watching
    from storyboard.errors import UsageError
    from storyboard.open_jobs import OpenJobs
    from storyboard.selection import project_at

    if clip is not None and len(keys or ()) != 1:
        raise UsageError("--clip goes with one key.", hint="storyboard jobs collect KEY --clip FILE")
    with watching() as watcher, OpenJobs(project_at(series), watcher, addresses=tuple(base_url or ())) as jobs:
        purchases = chosen(jobs.ledger, keys, jobs.project) or jobs.open()
        if clip is not None:
            _take_in(jobs, clip, purchases[0].key)
            problems = dict(jobs.collect(()))
        else:
            problems = dict(jobs.collect(purchases))
        tell(jobs, purchases, problems, json_wanted=json_wanted)


def _take_in(jobs: OpenJobs, clip: Path, key: str) -> None:
    from storyboard.cli.output import say
    from storyboard.generation.lazy_provider import LazyProvider
    from storyboard.generation.provider import ProviderChoice
    from storyboard.generation.state_folder import usable
    from storyboard.generation.store import open_store
    from storyboard.generation.taking_in import take_in

    purchase = jobs.ledger.get(key)
    order, series = purchase.order, jobs.project.series
    # Nobody is asked, so it does not matter whether that provider is installed.
    choice = ProviderChoice(order.provider, order.base_url, order.free, False, None)
    with usable(jobs.project.state), LazyProvider(choice) as provider:
        taken = take_in(
            clip,
            purchase,
            folder=jobs.project.state,
            ledger=jobs.ledger,
            provider=provider,
            watcher=jobs.watcher,
            clock=jobs.engines.clock,
            store=open_store(series.store if series and not order.free else None, jobs.project.root),
        )
    say(f"It is what was ordered; it was copied to {taken}.")
