"""``storyboard preview``: what would be ordered, offline."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def preview(
    file: Annotated[Path, typer.Argument(help="A storyboard.", metavar="FILE", show_default=False)],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object, with every request as it would be sent.")
    ] = False,
) -> None:
    """Show what a render would order: timeline, prompt, cfg and why, price.

    Needs no key and no network.

    Example: storyboard preview examples/kingfisher.yaml
    """
    from storyboard.cli.output import print_json, print_lines, say_findings, terminal_width
    from storyboard.compiler.plan import number
    from storyboard.compiler.price import dollars
    from storyboard.errors import StoryError
    from storyboard.generation.prepare import prepare
    from storyboard.review.terminal import plan_lines
    from storyboard.story.salvage import MISSING_TITLE

    prepared = prepare(file)
    if as_json:
        plan, story = prepared.plan, prepared.loaded.draft
        print_json(
            {
                "title": story.title if story and story.title != MISSING_TITLE else "",
                "seconds": number(plan.seconds) if plan else 0,
                "cost_usd": dollars(plan.cost) if plan else "0.00",
                "findings": [finding.as_json() for finding in prepared.findings],
                "reels": [reel.as_json() for reel in plan.reels] if plan else [],
            }
        )
        if not prepared.ok:
            raise typer.Exit(StoryError.exit_code)
        return
    plan = prepared.require_plan()
    print_lines(plan_lines(plan, width=terminal_width()))
    say_findings(prepared.findings)
