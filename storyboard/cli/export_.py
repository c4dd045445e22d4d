"""``storyboard export``: a story in another format."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from storyboard.export.formats import Format


def export_(
    file: Annotated[Path, typer.Argument(help="A storyboard.", metavar="FILE", show_default=False)],
    to: Annotated[
        Format,
        typer.Option("--to", help="svi: a prompt stream, as the open model's scripts read it.", show_default=False),
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write it to this file. [default: print it]", show_default=False),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object: text, format and notes.")] = False,
) -> None:
    """Write a story in another format, for other programs.

    Says what has no place in it.

    Example: storyboard export story.yaml --to svi --output prompt.txt
    """
    import shlex

    from storyboard.cli.output import print_json, say, say_notes
    from storyboard.cli.written import write_text
    from storyboard.export.formats import export_story
    from storyboard.generation.prepare import prepare

    prepared = prepare(file)
    prepared.require_plan()
    story = prepared.loaded.storyboard
    if story is None:  # a plan is never made without one
        raise RuntimeError("a plan without a story")
    exported = export_story(story, to)
    if output is not None:
        write_text(output, exported.text, force=force, source=file)
    if as_json:
        print_json({"text": exported.text, "format": str(to), "notes": list(exported.notes)})
        return
    if output is None:
        typer.echo(exported.text.encode(), nl=False)  # UTF-8, whatever the terminal is
    say_notes(exported.notes)
    if output is not None:
        say(f"Written to {shlex.quote(str(output))}.")
