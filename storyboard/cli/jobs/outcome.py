"""What came of going on with jobs: told as a table or as JSON, and as an exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.cli.jobs.common import as_json, count, home_of
from storyboard.cli.jobs.table import table
from storyboard.cli.output import error_json, print_json, print_lines, say, terminal_width
from storyboard.errors import StillGoingError
from storyboard.generation.named_addresses import unnamed_note
from storyboard.generation.purchase import OPEN, State
from storyboard.generation.stopped import pasteable
from storyboard.open_jobs import first_problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from storyboard.errors import StoryboardError
    from storyboard.generation.purchase import Purchase
    from storyboard.open_jobs import OpenJobs


def tell(
    jobs: OpenJobs, purchases: Sequence[Purchase], problems: Mapping[str, StoryboardError], *, json_wanted: bool
) -> None:
    """Print where they stand now, and what was joined.

    Raises:
        StoryboardError: The first of what stopped any of them; or that some go on.
    """
    now = list(jobs.ledger.several(each.key for each in purchases).values())
    now.sort(key=lambda each: [other.key for other in purchases].index(each.key))
    error = first_problem(problems) or _still_going(jobs, now)
    if json_wanted:
        told = {"jobs": [as_json(each) for each in now], "episodes": [str(path) for path in jobs.finisher.finished]}
        print_json(told if error is None else {**told, "error": error_json(error)})
    elif not purchases:
        say("Nothing is open.")
    else:
        print_lines(table(now, jobs.ledger.now(), width=terminal_width()))
    for other in problems.values():
        if other is not error:
            say(f"{other.message} {other.hint}".rstrip())
    if error is not None:
        raise error


def _still_going(jobs: OpenJobs, purchases: Sequence[Purchase]) -> StoryboardError | None:
    going = [each for each in purchases if each.state in OPEN]
    waiting = [each for each in purchases if each.state is State.PLANNED and each.run is not None]
    if not going and not waiting:
        return None
    unnamed = unnamed_note((each.order.provider, each.order.base_url) for each in (*going, *waiting))
    rest = f"{count(len(waiting), 'reel')} still to be sent" if waiting else ""
    goes = f"{count(len(going), 'job')} still under way" if going else ""
    return StillGoingError(
        f"{' and '.join(each for each in (goes, rest) if each)}.".capitalize(),
        hint=f"{pasteable(home_of(jobs.project), 'jobs', 'watch')} goes on with them. {unnamed}".rstrip(),
    )
