"""``storyboard jobs``: what was bought, what became of it, and going on with it; one file a command."""

from __future__ import annotations

import typer

from storyboard.cli.jobs.abandon import abandon
from storyboard.cli.jobs.backup import backup
from storyboard.cli.jobs.collect import collect
from storyboard.cli.jobs.history import history
from storyboard.cli.jobs.list_ import WithStates, list_jobs
from storyboard.cli.jobs.resume import resume
from storyboard.cli.jobs.settle import settle
from storyboard.cli.jobs.show import show
from storyboard.cli.jobs.watch import watch
from storyboard.cli.verbs import Verb, Verbs

jobs = typer.Typer(
    name="jobs",
    cls=Verbs,
    help="What was bought, and what became of it.\n\nExample: storyboard jobs list",
    no_args_is_help=True,
    rich_markup_mode=None,
)
jobs.command("list", cls=WithStates)(list_jobs)
for command in (show, resume, collect, watch, settle, abandon, history, backup):
    jobs.command(cls=Verb)(command)
