"""``storyboard jobs settle``."""

from __future__ import annotations

from typing import Annotated

import typer

from storyboard.cli.jobs.common import Key, home_of, ledger_in, only, price
from storyboard.cli.series_option import Series


def settle(
    key: Key,
    job_id: Annotated[
        str | None,
        typer.Option("--job-id", help="It was accepted: the job's id from the dashboard.", show_default=False),
    ] = None,
    buy_again: Annotated[
        bool, typer.Option("--buy-again", help="It was not accepted: the next render sends it anew.")
    ] = False,
    give_up: Annotated[bool, typer.Option("--abandon", help="Give it up.")] = False,
    series: Series = None,
) -> None:
    """Say what became of a purchase whose outcome nobody knows.

    Look in the service's dashboard first: buying again what was accepted pays twice.

    Example: storyboard jobs settle 3f9a2c41 --job-id job_8812
    """
    from storyboard.cli.output import say
    from storyboard.errors import UsageError
    from storyboard.generation.answers import is_job_id
    from storyboard.generation.purchase import State
    from storyboard.generation.stopped import pasteable
    from storyboard.selection import project_at

    if sum((job_id is not None, buy_again, give_up)) != 1:
        raise UsageError("Say one of --job-id ID, --buy-again and --abandon.")
    if job_id is not None and not is_job_id(job_id):
        raise UsageError(f"“{job_id}” cannot be a job's id.", hint="Copy it from the service's dashboard.")
    project = project_at(series)
    with ledger_in(project) as ledger:
        purchase = only(ledger, key, project)
        if purchase.state is not State.UNKNOWN:
            home = home_of(project)
            raise UsageError(
                f"The purchase {purchase.key[:8]} is {purchase.state}; only one whose outcome is unknown is settled.",
                hint="Its buyer may have died: the same render, or "
                f"{pasteable(home, 'jobs', 'resume', purchase.key[:8])}, looks whether its buyer is still there."
                if purchase.state is State.BUYING
                else f"{pasteable(home, 'jobs', 'list')} shows where each stands.",
            )
        if job_id is not None:
            ledger.named(purchase.key, job_id)
            watch = pasteable(home_of(project), "jobs", "watch")
            say(f"Settled: it is job {job_id}. The next render goes on with it, and so does {watch}.")
        elif buy_again:
            ledger.not_bought(purchase.key, "by a person's word: it was not accepted")
            say(f"Settled: the next render sends it again, for {price(purchase)}.")
        else:
            ledger.ended(purchase.key, State.ABANDONED, "by a person's word")
            say(f"Settled: it is given up. Another is bought only with render --take {purchase.order.reel}.")
