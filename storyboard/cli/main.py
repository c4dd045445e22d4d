"""The command ``storyboard``: its verbs, and what it exits with."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from storyboard.cli.animatic import animatic
from storyboard.cli.check import check
from storyboard.cli.diff import diff
from storyboard.cli.doctor import doctor
from storyboard.cli.init import init
from storyboard.cli.jobs import jobs
from storyboard.cli.new import new
from storyboard.cli.output import never_fail_to_print, say_error, say_findings
from storyboard.cli.plan import plan
from storyboard.cli.preview import preview
from storyboard.cli.rates import rates
from storyboard.cli.render import render
from storyboard.cli.sandbox import WithFaults, sandbox
from storyboard.cli.schema import schema
from storyboard.cli.sheet import sheet
from storyboard.cli.takes import takes
from storyboard.cli.worker import worker
from storyboard.errors import StoryboardError, StoryError

app = typer.Typer(
    name="storyboard",
    help="Compose long, multi-scene video from a YAML storyboard.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Try it, free and offline: storyboard render examples/kingfisher.yaml",
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"storyboard {version('storyboard-composer')}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Compose long, multi-scene video from a YAML storyboard."""


for command in (init, new, check, preview, sheet, animatic, plan, render, diff, worker, rates, schema, doctor):
    app.command()(command)
app.command(cls=WithFaults)(sandbox)
app.add_typer(jobs)
app.add_typer(takes)


def run() -> None:
    """Run the command line and exit with its code."""
    never_fail_to_print()
    try:
        app()
    except StoryboardError as error:
        if isinstance(error, StoryError):
            say_findings(error.findings)
        say_error(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
