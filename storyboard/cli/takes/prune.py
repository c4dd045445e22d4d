"""``storyboard takes prune``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from storyboard.cli.jobs.common import count
from storyboard.cli.series_option import Series

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storyboard.generation.rows import Rows
    from storyboard.project import Project
    from storyboard.take_pruning import Needless


def prune(
    series: Series = None,
    keep: Annotated[int, typer.Option("--keep", min=0, help="How many of the newest takes of a reel stay.")] = 1,
    paid: Annotated[
        bool, typer.Option("--paid", help="Also paid takes of which no other copy is known; asks first.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="With --paid, do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed.")] = False,
) -> None:
    """Free disk: remove clips that nobody needs. A take that is picked, or that the story uses, stays.

    Paid takes go only where the shared store has them, unless --paid says otherwise. A take that is wanted later is
    fetched again from the store, or from the service while its address lives (7 days); else it is told as missing.

    Example: storyboard takes prune --dry-run
    """
    from storyboard.cli.output import print_lines, say
    from storyboard.cli.takes.common import size
    from storyboard.generation.rows import Rows
    from storyboard.generation.state_folder import refuse_links, usable
    from storyboard.known_takes import all_purchases, shared_store
    from storyboard.selection import project_at
    from storyboard.take_pruning import needless, remove

    project = project_at(series)
    refuse_links(project.state)
    rows = Rows(all_purchases(project))
    locks = [project.read_lock(free=free) for free in (False, True)]
    with usable(project.state):
        found = needless(project.state, rows, locks, shared_store(project), keep=keep, used=_used(project, rows))
        only = [each for each in found if each.is_only_copy]
        removed = [each for each in found if paid or not each.is_only_copy]
        print_lines(f"{size(each.size):>7}  {each.what:<13}  {each.path.name}" for each in removed)
        if dry_run:
            say(f"{_sum(removed)} would be freed. Nothing was removed.")
        else:
            if paid and only and not yes:
                _ask(only)
            remove(removed)
            say(f"{_sum(removed)} freed." if removed else "There is nothing to free.")
    if only and not paid:
        say(
            f"{count(len(only), 'paid take')} stayed ({_sum(only)}): no other copy is known. --paid removes such too."
        )


def _used(project: Project, rows: Rows) -> set[str]:
    """The takes that the present stories use; a story with errors is no reason to keep or to lose any."""
    from storyboard.cli.output import say
    from storyboard.errors import StoryboardError
    from storyboard.known_takes import takes_of
    from storyboard.project import episode_files

    named = {each.order.episode for each in rows}
    files = episode_files(project, []) if project.series else []
    files = files or [path for name in sorted(named) if (path := project.root / f"{name}.yaml").is_file()]
    used: set[str] = set()
    for path in files:
        try:
            used |= {take.order.key for take in takes_of(project, path, rows) if take.is_used}
        except StoryboardError as error:
            say(f"warning: {path}: {error.message} Its newest takes stay.")
    return used


def _ask(only: Sequence[Needless]) -> None:
    from decimal import Decimal

    from storyboard.compiler.price import dollars
    from storyboard.errors import NotConfirmedError

    cost = sum((each.purchase.order.cost for each in only if each.purchase), start=Decimal(0))
    what = f"{count(len(only), 'paid take')} that cost ${dollars(cost)}, of which no other copy is known"
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise NotConfirmedError(
            f"This would remove {what}, and there is no terminal to ask at. Nothing was removed.",
            hint="Add --yes to remove them without being asked.",
        )
    if not typer.confirm(f"Remove {what}?", err=True):
        raise NotConfirmedError("Nothing was removed.")


def _sum(files: Sequence[Needless]) -> str:
    from storyboard.cli.takes.common import size

    return size(sum(each.size for each in files))
