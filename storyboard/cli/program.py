"""The program ``storyboard`` as typer knows it: its options, and its commands by name."""

from __future__ import annotations

from typing import Annotated

import typer

from storyboard.cli.listing import PROGRAM
from storyboard.cli.verbs import Verbs


class Program(Verbs):
    """Everything that ``storyboard`` does."""

    listed = PROGRAM


app = typer.Typer(
    name="storyboard",
    cls=Program,
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
