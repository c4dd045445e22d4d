"""``storyboard jobs abandon``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from storyboard.cli.jobs.common import Key, home_of, ledger_in, only, plain, price
from storyboard.cli.series_option import Series

if TYPE_CHECKING:
    from storyboard.generation.purchase import Purchase


def abandon(
    key: Key,
    series: Series = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Give it up without being asked.")] = False,
) -> None:
    """Give up a purchase that is under way, stuck, or of which nobody knows the outcome.

    What was paid for it stays paid, and it still counts for ceilings. The job goes on at the service; its clip is no
    longer fetched.

    Example: storyboard jobs abandon 3f9a2c41
    """
    from storyboard.cli.output import say
    from storyboard.errors import NotConfirmedError, UsageError
    from storyboard.generation.purchase import State
    from storyboard.generation.standing import where_it_stands
    from storyboard.generation.stopped import pasteable
    from storyboard.generation.taking_in import held
    from storyboard.selection import project_at

    project = project_at(series)
    with ledger_in(project) as ledger:
        purchase = only(ledger, key, project)
        if purchase.state not in {State.UNKNOWN, State.RUNNING, State.COLLECTING}:
            raise UsageError(
                f"The purchase {purchase.key[:8]} is {purchase.state}; there is nothing to give up.",
                hint=f"{pasteable(home_of(project), 'jobs', 'resume', purchase.key[:8])} looks whether its buyer is "
                "still there."
                if purchase.state is State.BUYING
                else f"{pasteable(home_of(project), 'jobs', 'list')} shows where each stands.",
            )
        order = purchase.order
        say(f"Reel {order.reel} of {plain(order.episode)}, take {order.take}: {where_it_stands(purchase)}.")
        if not yes:
            if not (sys.stdin.isatty() and sys.stderr.isatty()):
                raise NotConfirmedError(
                    f"This would give up what {_cost(purchase)}, and there is no terminal to ask at. Nothing was "
                    "changed.",
                    hint="Add --yes to give it up without being asked.",
                )
            if not typer.confirm(f"Give up what {_cost(purchase)}?", err=True):
                raise NotConfirmedError("It is not given up.")
        with held(ledger, purchase):
            ledger.ended(purchase.key, State.ABANDONED, "given up by a person's word")
    say(f"It is given up. Another take is bought only with render --take {order.reel}.")


def _cost(purchase: Purchase) -> str:
    if price(purchase) == "free":
        return "is free"
    return f"cost {price(purchase)}" if purchase.job_id else f"may have cost {price(purchase)}"
