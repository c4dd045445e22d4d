"""``storyboard jobs list``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from storyboard.cli.jobs.common import as_json, ledger_in, ours, sum_lines
from storyboard.cli.series_option import Series
from storyboard.cli.verbs import Verb

_NOT_COUNTED = (
    ("not sent", "nobody has agreed to its price (any more)"),
    ("waiting to be sent", "agreed to; another reel or room is waited for"),
    ("free", "as all of the sandbox is, wherever it stands"),
)
_COUNTED = (
    ("being sent", "its request is on its way"),
    ("at the service", "paid, and being rendered"),
    ("ready: being fetched", "paid; its clip is on its way here"),
    ("ready: cannot be had", "paid; jobs resume tries again, free"),
    ("home", "paid, and its clip is here"),
    ("failed", "paid; the service ended it without a clip"),
    ("too late", "paid; the service no longer knows the job"),
    ("given up", "by a person's word; it is, or may be, paid"),
    ("nobody knows", "it may be paid; never sent again by itself, jobs settle says what became of it"),
)


class WithStates(Verb):
    """A command whose help ends with what the states of a purchase mean."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write the list."""
        for title, states in (
            ("Where it stands, and is not counted", _NOT_COUNTED),
            ("Where it stands, and ceilings count it", _COUNTED),
        ):
            with formatter.section(title):
                formatter.write_dl(states)


def list_jobs(
    series: Series = None,
    open_only: Annotated[bool, typer.Option("--open", help="Only what is not home and has not ended.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Of a shared ledger, every series' too.")] = False,
    json_wanted: Annotated[bool, typer.Option("--json", help="Print one JSON object: {jobs: […]}.")] = False,
) -> None:
    """List every purchase and where it stands, oldest first.

    Example: storyboard jobs list --series examples
    """
    from storyboard.cli.jobs.common import home_of
    from storyboard.cli.jobs.table import hints, table
    from storyboard.cli.output import print_json, print_lines, terminal_width
    from storyboard.generation.purchase import OPEN, State
    from storyboard.selection import project_at

    project = project_at(series)
    with ledger_in(project) as ledger:
        purchases = ours(project, ledger, all_series=every)
        now = ledger.now()
    shown = purchases
    if open_only:
        shown = [
            each
            for each in purchases
            if each.state in OPEN | {State.UNKNOWN} or (each.state is State.PLANNED and each.run is not None)
        ]
    if json_wanted:
        print_json({"jobs": [as_json(purchase) for purchase in shown]})
        return
    if not shown:
        print_lines(["Nothing is open." if purchases else "Nothing was bought yet."])
        return
    more = list(hints(shown, home_of(project), width=terminal_width()))
    print_lines(
        [
            *table(shown, now, width=terminal_width(), with_series=every),
            "",
            *([] if open_only else sum_lines(purchases)),
            *more,
        ]
    )
