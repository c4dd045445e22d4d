"""``storyboard init``: a whole series, ready to render."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyboard.scaffold.new_series import NewSeries

_ADVICE = {
    ".gitignore": "see that it has .storyboard/ and renders/",
    "README.md": "the five commands are told by storyboard --help",
}


def init(
    folder: Annotated[
        Path,
        typer.Argument(metavar="FOLDER", help="Where; made if need be. Left out: this folder.", show_default=False),
    ] = Path(),
    title: Annotated[
        str | None,
        typer.Option("--title", "-t", help="What it is called. [default: the folder's name]", show_default=False),
    ] = None,
) -> None:
    """Make a series: two episodes to try and write over, editor settings, a review workflow.

    Writes over no file.

    Example: storyboard init night-ferry --title "The Night Ferry"
    """
    from storyboard.cli.output import print_lines, say
    from storyboard.scaffold.new_series import make_series

    made = make_series(folder, title=title)
    print_lines([str(made.folder)])
    say(*_told(made))


def _told(series: NewSeries) -> Iterator[str]:
    import shlex

    from storyboard.cli.output import terminal_width
    from storyboard.excerpt import excerpt
    from storyboard.review.terminal import wrapped
    from storyboard.scaffold.new_series import FIRST_EPISODE

    width = terminal_width()
    count = len(series.placed.made)
    files = "1 file" if count == 1 else f"{count} files"
    yield from wrapped(f"Made the series “{excerpt(series.title, 100)}”: {files}.", width, indent="")
    for name in series.placed.kept:
        advice = f" ({_ADVICE[name]})" if name in _ADVICE else ""
        yield from wrapped(f"{name} was there, and stays as it is{advice}.", width, indent="  ")
    if series.repository is not None and ".github/workflows/review.yml" in series.placed.made:
        told = f"GitHub reads workflows only at the top of a repository: move .github to {series.repository}."
        yield from wrapped(told, width, indent="  ")
    yield "Next:"
    if series.folder != Path():
        yield f"  cd {shlex.quote(str(series.folder))}"
    yield f"  storyboard preview {FIRST_EPISODE}"
    yield f"  storyboard render {FIRST_EPISODE}   # free, on the sandbox"
