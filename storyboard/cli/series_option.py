"""``--series``: the one way to say which series a command is about."""

from __future__ import annotations

from typing import Annotated

import typer

Series = Annotated[
    str | None,
    typer.Option(
        "--series",
        "-C",
        metavar="FOLDER|git+URL@REV",
        help="The series: its folder, or a repository at a revision; for lone storyboards, their folder. "
        "[default: this folder]",
        show_default=False,
    ),
]
SeriesFolder = Annotated[
    str | None,
    typer.Option(
        "--series",
        "-C",
        metavar="FOLDER",
        help="The folder of the series, or of lone storyboards. [default: this folder]",
        show_default=False,
    ),
]
"""For commands that write into it, or look into the repository around it."""
