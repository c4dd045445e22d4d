"""``storyboard diff``: what changed between two revisions of a series, and what that does to the price."""

from __future__ import annotations

from typing import Annotated

import typer

from storyboard.cli import completion
from storyboard.cli.series_option import SeriesFolder


def diff(
    revision: Annotated[
        str,
        typer.Argument(
            help="What the files are compared with: a branch, a tag, a commit, HEAD~1; or REV..REV.",
            metavar="REV",
            show_default=False,
        ),
    ],
    episodes: Annotated[
        list[str] | None,
        typer.Argument(
            help="Storyboards, by path or by name. Left out: all of the folder.",
            metavar="EPISODE",
            autocompletion=completion.episodes,
            show_default=False,
        ),
    ] = None,
    series: SeriesFolder = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="Print what a review workflow can post as a comment.")
    ] = False,
) -> None:
    """Show what changed in compiled prompts, cfg, first frames, length and price since a revision.

    Needs a git repository, and no key and no network.

    Example: storyboard diff main
    """
    from storyboard.cli.output import print_json, print_lines, terminal_width
    from storyboard.comparison import compare
    from storyboard.errors import UsageError
    from storyboard.review.plan_diff_lines import plan_diff_lines
    from storyboard.review.plan_diff_markdown import plan_diff_markdown
    from storyboard.selection import folder_at

    if as_json and as_markdown:
        raise UsageError("--json and --markdown exclude each other.", hint="Choose one.")
    found = compare(revision, episodes or (), folder=folder_at(series))
    if as_json:
        print_json(found.as_json())
    elif as_markdown:
        print_lines(plan_diff_markdown(found).rstrip("\n").split("\n"))
    else:
        print_lines(plan_diff_lines(found, width=terminal_width()))
