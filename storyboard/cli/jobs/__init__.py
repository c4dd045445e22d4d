"""``storyboard jobs``: what was bought, what became of it, and going on with it; one file a command."""

from __future__ import annotations

import typer

from storyboard.cli.listing import JOBS
from storyboard.cli.verbs import Verbs


class Jobs(Verbs):
    """The commands about purchases."""

    listed = JOBS


jobs = typer.Typer(
    name="jobs",
    cls=Jobs,
    help="What was bought, and what became of it.\n\nExample: storyboard jobs list",
    no_args_is_help=True,
    rich_markup_mode=None,
)
