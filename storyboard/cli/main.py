"""The command ``storyboard``: its verbs, and what it exits with."""

from __future__ import annotations

import gc
import os
import sys
from typing import Annotated, NoReturn

import typer

from storyboard.cli.animatic import animatic
from storyboard.cli.cache import cache
from storyboard.cli.check import check
from storyboard.cli.completion import COMPLETION, complete_quickly
from storyboard.cli.diff import diff
from storyboard.cli.doctor import doctor
from storyboard.cli.explain import explain
from storyboard.cli.export_ import export_
from storyboard.cli.import_ import import_
from storyboard.cli.init import init
from storyboard.cli.jobs import jobs
from storyboard.cli.new import new
from storyboard.cli.output import never_fail_to_print, say_error, say_findings
from storyboard.cli.plan import plan
from storyboard.cli.preview import WithPage, preview
from storyboard.cli.rates import rates
from storyboard.cli.render import render
from storyboard.cli.sandbox import WithFaults, sandbox
from storyboard.cli.schema import schema
from storyboard.cli.sheet import sheet
from storyboard.cli.stitch import stitch
from storyboard.cli.takes import takes
from storyboard.cli.usage import BadCommandLine, told
from storyboard.cli.verbs import Verb, Verbs
from storyboard.cli.worker import worker
from storyboard.errors import StoryboardError, StoryError

_ALLOCATIONS = 50_000
"""How many values are made between two looks for unused cycles: what imports and stories make stays in use, and at
Python's own 700 a tenth of a short command's time went into looking."""

app = typer.Typer(
    name="storyboard",
    cls=Verbs,
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


_verb = app.command(cls=Verb)
_verb(init)
_verb(new)
_verb(check)
_verb(explain)
app.command(cls=WithPage)(preview)
_verb(sheet)
_verb(animatic)
for command in (plan, render, stitch, diff, worker, rates, schema, doctor):
    _verb(command)
app.command("import", cls=Verb)(import_)
app.command("export", cls=Verb)(export_)
app.command(cls=WithFaults)(sandbox)
app.add_typer(jobs)
app.add_typer(takes)
app.add_typer(cache)


def run() -> None:
    """Run the command line and exit with its code."""
    gc.set_threshold(_ALLOCATIONS)
    never_fail_to_print()
    if COMPLETION in os.environ:
        complete_quickly()
    try:
        code = app(standalone_mode=False)
    except StoryboardError as error:
        _end(error)
    except BadCommandLine as error:
        if type(error).__name__ == "NoArgsIsHelpError":  # the help itself is its message
            error.show()
            sys.exit(error.exit_code)
        _end(told(error))
    except KeyboardInterrupt:
        sys.exit(130)
    except typer.Abort:
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


def _end(error: StoryboardError) -> NoReturn:
    if isinstance(error, StoryError):
        say_findings(error.findings)
    say_error(error)
    sys.exit(error.exit_code)
