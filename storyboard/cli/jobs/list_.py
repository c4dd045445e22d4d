"""``storyboard jobs list``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from storyboard.cli.jobs.common import Folder, as_json, ledger_in, ours, paid_line, project_in


def list_jobs(
    folder: Folder = Path(),
    open_only: Annotated[bool, typer.Option("--open", help="Only what is not home and has not ended.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Of a shared ledger, every series' too.")] = False,
    json_wanted: Annotated[bool, typer.Option("--json", help="Print one JSON object: {jobs: […]}.")] = False,
) -> None:
    """List every purchase and where it stands, oldest first.

    Example: storyboard jobs list --folder examples
    """
    from storyboard.cli.jobs.common import home_of
    from storyboard.cli.jobs.table import hints, table
    from storyboard.cli.output import print_json, print_lines, terminal_width
    from storyboard.generation.purchase import OPEN, State

    project = project_in(folder)
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
    more = list(hints(shown, home_of(project)))
    print_lines(
        [
            *table(shown, now, width=terminal_width(), with_series=every),
            "",
            *([] if open_only else [paid_line(purchases)]),
            *more,
        ]
    )
