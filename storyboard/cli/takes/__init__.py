"""``storyboard takes``: every take that was made, and which one counts; one file a command."""

from __future__ import annotations

from typing import Any

import typer

from storyboard.cli.listing import TAKES
from storyboard.cli.verbs import Verbs


class ListedByDefault(Verbs):
    """Takes what is none of its commands for the name of an episode: ``takes`` alone lists."""

    listed = TAKES

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the command in front where it is left out."""
        known = {*self.commands, "-h", "--help"}
        as_it_is = args[0] in known if args else ctx.resilient_parsing
        return super().parse_args(ctx, args if as_it_is else ["list", *args])

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """Offer its commands, and the names of episodes."""
        files = TAKES[0].command.params[0]
        return [*super().shell_complete(ctx, incomplete), *files.shell_complete(ctx, incomplete)]


takes = typer.Typer(
    name="takes",
    cls=ListedByDefault,
    help="Every take that was made, and which one counts. Alone, or with the names of episodes, it lists them."
    "\n\nExample: storyboard takes 01-the-wet-umbrella",
    rich_markup_mode=None,
)
