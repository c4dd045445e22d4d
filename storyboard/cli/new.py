"""``storyboard new``: one more episode of a series."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def new(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="Its title, or its file's name; it is numbered as the others are.",
            show_default=False,
        ),
    ],
    title: Annotated[
        str | None, typer.Option("--title", "-t", help="What it is called. [default: from NAME]", show_default=False)
    ] = None,
    folder: Annotated[
        Path, typer.Option("--folder", "-C", help="The series. [default: this folder's]", show_default=False)
    ] = Path(),
) -> None:
    """Add an episode to a series, with something to write over.

    Prints its path.

    Example: storyboard new "The Third Thing"
    """
    import shlex

    from storyboard.cli.output import print_lines, say
    from storyboard.scaffold.new_episode import add_episode

    path = str(add_episode(folder, name, title=title).path)
    print_lines([path])
    say("Write over what stands in it, then:", f"  storyboard preview {shlex.quote(path)}")
