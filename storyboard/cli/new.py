"""``storyboard new``: one more episode of a series."""

from __future__ import annotations

from typing import Annotated

import typer

from storyboard.cli.series_option import SeriesFolder


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
    series: SeriesFolder = None,
) -> None:
    """Add an episode to a series, with something to write over.

    Prints its path.

    Example: storyboard new "The Third Thing"
    """
    import shlex

    from storyboard.cli.output import print_lines, say
    from storyboard.scaffold.new_episode import add_episode
    from storyboard.selection import folder_at

    path = str(add_episode(folder_at(series), name, title=title).path)
    print_lines([path])
    say("Write over what stands in it, then:", f"  storyboard preview {shlex.quote(path)}")
