"""``storyboard takes pick``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from storyboard.cli import completion
from storyboard.cli.series_option import Series


def pick_take(
    episode: Annotated[
        Path,
        typer.Argument(help="The storyboard, or the episode's name in a series.", autocompletion=completion.episodes),
    ],
    reel: Annotated[int, typer.Argument(help="The reel's number, from 1.", autocompletion=completion.reels)],
    take: Annotated[
        str,
        typer.Argument(
            help="The take's number, or the first characters of its key.", autocompletion=completion.takes
        ),
    ],
    series: Series = None,
) -> None:
    """Say which take of a reel counts. It is written into the lock file, and nothing is bought.

    Example: storyboard takes pick examples/kingfisher.yaml 1 2
    """
    from storyboard.cli.output import print_lines, say, terminal_width
    from storyboard.cli.takes.common import take_lines
    from storyboard.generation.rows import Rows
    from storyboard.known_takes import all_purchases, shared_store, takes_of
    from storyboard.selection import select
    from storyboard.take_picking import find_take, pick

    (selection,) = select([episode], series)
    project, (path,) = selection.project, selection.files
    rows = Rows(all_purchases(project))
    found = find_take(takes_of(project, path, rows), reel, take)
    for other in pick(project, path, rows, found):
        say(
            f"Reel {other.reel} stays as it is, and goes on from another take of the reel before it than the one in "
            f"use: there may be a jump. render --take {other.reel} makes one that fits."
        )
    name = project.lock_path(free=found.order.free).name
    say(f"Take {found.order.take} of reel {reel} is picked, in {name}. storyboard render joins it, and buys nothing.")
    print_lines(take_lines(takes_of(project, path, rows, shared_store(project)), width=terminal_width()))
