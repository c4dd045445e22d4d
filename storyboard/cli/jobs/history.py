"""``storyboard jobs history``."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Annotated

import typer

from storyboard.cli.completion import job_keys
from storyboard.cli.jobs.common import ledger_in, only, ours
from storyboard.cli.series_option import Series

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def history(
    key: Annotated[
        str | None,
        typer.Argument(
            help="The first characters of a key; left out: all.",
            autocompletion=job_keys,
            show_default=False,
        ),
    ] = None,
    series: Series = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="7d", help="Only what is younger: 30m, 12h, 7d, 2w.", show_default=False),
    ] = None,
    json_wanted: Annotated[bool, typer.Option("--json", help="Print one JSON object: {events: […]}.")] = False,
) -> None:
    """Show what happened to purchases, newest last; times are UTC.

    Example: storyboard jobs history --since 7d
    """
    from storyboard.cli.jobs.events import event_json, event_lines
    from storyboard.cli.output import print_json, print_lines, terminal_width
    from storyboard.selection import project_at

    age = _age(since)
    project = project_at(series)
    with ledger_in(project) as ledger:
        wanted = {only(ledger, key, project).key} if key else {each.key for each in ours(project, ledger)}
        from_ = None if age is None else _before(ledger.now(), age)
        events = [each for each in ledger.all_history() if each[1] in wanted and (from_ is None or each[0] >= from_)]
    if json_wanted:
        print_json({"events": [event_json(event) for event in events]})
        return
    print_lines(
        event_lines(events, width=terminal_width(), with_key=key is None) if events else ["Nothing happened."]
    )


def _age(text: str | None) -> timedelta | None:
    from storyboard.errors import UsageError

    if text is None:
        return None
    found = re.fullmatch(r"([0-9]{1,6})([mhdw])", text.strip().lower())
    if found is None:
        raise UsageError(f"--since {text} is no length of time.", hint="Write it like 30m, 12h, 7d or 2w.")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _before(now: datetime, age: timedelta) -> datetime | None:
    """The moment so long ago; None where no calendar reaches that far."""
    try:
        return now - age
    except OverflowError:
        return None
