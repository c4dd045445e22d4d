"""``storyboard import``: a story in another format, made into a storyboard."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from storyboard.story.importers.formats import Format


def import_(
    file: Annotated[
        Path,
        typer.Argument(
            help="A prompt stream, a Fountain screenplay, a shot list (.csv, .xlsx) or plain text.",
            metavar="FILE",
            show_default=False,
        ),
    ],
    wanted: Annotated[
        Format | None,
        typer.Option("--from", help="What the file is. [default: told by its content]", show_default=False),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write it to this file. [default: print it]", show_default=False),
    ] = None,
    title: Annotated[
        str | None,
        typer.Option("--title", "-t", help="What it is called. [default: as FILE says]", show_default=False),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object: yaml, format and notes.")] = False,
) -> None:
    """Make a storyboard of a story in another format.

    Says what it found, what it guessed and what it left out. Nothing of FILE is run.

    Example: storyboard import script.fountain --output episodes/04-ferry.yaml
    """
    import shlex

    from storyboard.cli.output import print_json, say, say_notes
    from storyboard.cli.written import write_text
    from storyboard.story.importers.importing import import_file
    from storyboard.story.importers.in_series import NOWHERE, surroundings_of

    imported = import_file(file, wanted, title=title or "", around=surroundings_of(output) if output else NOWHERE)
    if output is not None:
        write_text(output, imported.yaml, force=force, source=file)
    if as_json:
        print_json({"yaml": imported.yaml, "format": str(imported.format), "notes": list(imported.notes)})
        return
    if output is None:
        typer.echo(imported.yaml.encode(), nl=False)  # a storyboard is UTF-8, whatever the terminal is
    say_notes(imported.notes)
    if output is not None:
        path = shlex.quote(str(output))
        say(f"Written to {path}. Next:", f"  storyboard preview {path}")
