"""``storyboard jobs backup``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from storyboard.cli.jobs.common import count, ledger_in
from storyboard.cli.series_option import Series


def backup(
    file: Annotated[Path, typer.Argument(help="The new file; nothing is written over.")],
    series: Series = None,
) -> None:
    """Copy the ledger while it is in use into a new SQLite file, which can be used as a ledger.

    What only the journal knows is in the copy as well. Takes are not: they lie in .storyboard/takes and in the store.

    Example: storyboard jobs backup ~/backups/ledger-2026-11.sqlite
    """
    from storyboard.cli.output import print_lines, say
    from storyboard.generation.journal import JOURNAL, Journal
    from storyboard.generation.ledger_copy import copy_ledger
    from storyboard.selection import project_at

    project = project_at(series)
    with ledger_in(project) as ledger:
        copied = copy_ledger(ledger, Journal(project.state / JOURNAL), file)
        say(f"{count(copied, 'purchase')} copied from {ledger.shown}.")
    print_lines([str(file)])
    say("STORYBOARD_LEDGER names it where it is to be used.")
