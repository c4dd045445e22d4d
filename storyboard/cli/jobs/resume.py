"""``storyboard jobs resume``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from storyboard.cli.jobs.common import Addresses, Keys, chosen
from storyboard.cli.series_option import Series

if TYPE_CHECKING:
    from storyboard.open_jobs import OpenJobs


def resume(
    keys: Keys = None,
    series: Series = None,
    base_url: Addresses = None,
    json_wanted: Annotated[bool, typer.Option("--json", help="Print one JSON object when it ends.")] = False,
) -> None:
    """Go on with open jobs, and wait until they are home.

    What was agreed to and not sent yet is sent; nothing else is. An episode is joined where the run it was sent in is
    complete; otherwise storyboard render joins it, and buys nothing that is home.

    Example: storyboard jobs resume
    """
    from storyboard.cli.jobs.outcome import tell
    from storyboard.cli.output import say
    from storyboard.cli.progress import watching
    from storyboard.open_jobs import OpenJobs
    from storyboard.selection import project_at

    with watching() as watcher, OpenJobs(project_at(series), watcher, addresses=tuple(base_url or ())) as jobs:
        purchases = chosen(jobs.ledger, keys, jobs.project) or jobs.open()
        try:
            problems = dict(jobs.resume(purchases))
        except KeyboardInterrupt:
            say(_gone_on(jobs))
            raise
        tell(jobs, purchases, problems, json_wanted=json_wanted)


def _gone_on(jobs: OpenJobs) -> str:
    from storyboard.cli.jobs.common import home_of
    from storyboard.generation.stopped import pasteable

    return (
        "Stopped. Jobs that were accepted go on at the service; "
        f"{pasteable(home_of(jobs.project), 'jobs', 'resume')} goes on with them."
    )
