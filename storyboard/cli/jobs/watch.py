"""``storyboard jobs watch``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from storyboard.cli.jobs.common import Addresses, count
from storyboard.cli.series_option import Series

if TYPE_CHECKING:
    from storyboard.project import Project


def watch(
    series: Series = None,
    base_url: Addresses = None,
    unit: Annotated[
        bool, typer.Option("--unit", help="Print a systemd user unit that does this, and do nothing.")
    ] = False,
    key_file: Annotated[
        Path | None,
        typer.Option(
            "--key-file",
            metavar="FILE",
            help="For --unit: the file with the line EMPIRIOLABS_API_KEY=…  [default: storyboard/environment in your "
            "settings folder]",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Go on with everything open, until it is stopped: ask, fetch, send what was agreed to, join what is complete.

    Several may run, on any machine that shares the ledger. Ctrl-C loses nothing.

    Example: storyboard jobs watch --series examples
    """
    from storyboard.cli.output import say
    from storyboard.cli.progress import watching
    from storyboard.job_watch import JobWatch
    from storyboard.selection import project_at

    project = project_at(series)
    if unit:
        _print_unit(project, key_file, base_url or [])
        return
    with watching() as watcher, JobWatch(project, watcher, addresses=tuple(base_url or ())) as jobs:
        jobs.require_keys()
        open_ = len(jobs.open())
        going = f"Going on with {count(open_, 'open job')}" if open_ else "Nothing is open yet; waiting for jobs"
        say(f"{going} of {project.name}. Ctrl-C ends it, and nothing is lost.")
        jobs.run()


def _print_unit(project: Project, key_file: Path | None, addresses: list[str]) -> None:
    import platformdirs

    from storyboard.cli.jobs.common import home_of
    from storyboard.cli.output import print_lines, say
    from storyboard.service_unit import unit_text, watch_command

    file = key_file or platformdirs.user_config_path("storyboard") / "environment"
    command = (*watch_command(home_of(project)), *(word for each in addresses for word in ("--base-url", each)))
    print_lines([unit_text(title=project.name, folder=home_of(project), command=command, key_file=file).rstrip()])
    if not file.is_file():
        say(f"Write the line EMPIRIOLABS_API_KEY=… into {file}, which nobody else may read (chmod 600).")
