"""``storyboard takes``: every take that was made, and which one counts; one file a command."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from storyboard.cli.takes.list_ import list_takes
from storyboard.cli.takes.pick import pick_take
from storyboard.cli.takes.prune import prune


class ListedByDefault(TyperGroup):
    """Takes what is none of its commands for the name of an episode: ``takes`` alone lists."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the command in front where it is left out."""
        known = {*self.commands, "-h", "--help"}
        return super().parse_args(ctx, args if args and args[0] in known else ["list", *args])


takes = typer.Typer(
    name="takes",
    cls=ListedByDefault,
    help="Every take that was made, and which one counts. Alone, or with the names of episodes, it lists them.",
    rich_markup_mode=None,
)
takes.command("list")(list_takes)
takes.command("pick")(pick_take)
takes.command()(prune)
