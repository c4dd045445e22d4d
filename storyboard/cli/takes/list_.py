"""``storyboard takes``."""

from __future__ import annotations

from typing import Annotated

import typer

from storyboard.cli.plan import Files
from storyboard.cli.series_option import Series


def list_takes(
    files: Files = None,
    series: Series = None,
    json_wanted: Annotated[bool, typer.Option("--json", help="Print one JSON object: {episodes: […]}.")] = False,
) -> None:
    """List every take of every reel, which is picked, and which the present story uses.

    Example: storyboard takes list examples/kingfisher.yaml
    """
    from storyboard.cli.output import print_json, print_lines, say, terminal_width
    from storyboard.cli.takes.common import as_json, take_lines
    from storyboard.generation.rows import Rows
    from storyboard.known_takes import all_purchases, shared_store, takes_of
    from storyboard.review.style import paint
    from storyboard.selection import select

    told = []
    for selection in select(files or [], series):
        say(*selection.notes)
        project = selection.project
        rows, store = Rows(all_purchases(project)), shared_store(project)
        for path in selection.files:
            takes = takes_of(project, path, rows, store)
            name = project.episode_of(path)
            if json_wanted:
                told.append({"episode": name, "storyboard": str(path), "takes": [as_json(each) for each in takes]})
            else:
                print_lines([paint(name, "bold"), *take_lines(takes, width=terminal_width())])
    if json_wanted:
        print_json({"episodes": told})
