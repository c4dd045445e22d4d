"""``storyboard jobs show``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from storyboard.cli.jobs.common import Key, as_json, home_of, ledger_in, only, plain, price
from storyboard.cli.series_option import Series

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyboard.generation.purchase import Purchase


def show(
    key: Key,
    series: Series = None,
    json_wanted: Annotated[bool, typer.Option("--json", help="Print one JSON object, with its history.")] = False,
) -> None:
    """Show one purchase: what was ordered, where it stands, and what happened to it.

    Example: storyboard jobs show 3f9a2c41
    """
    from storyboard.cli.jobs.events import event_json, event_lines
    from storyboard.cli.jobs.table import hints
    from storyboard.cli.output import print_json, print_lines, terminal_width
    from storyboard.selection import project_at

    project = project_at(series)
    with ledger_in(project) as ledger:
        purchase = only(ledger, key, project)
        events = [each for each in ledger.all_history() if each[1] == purchase.key]
    if json_wanted:
        print_json({**as_json(purchase), "history": [event_json(each) for each in events]})
        return
    print_lines(_facts(purchase))
    print_lines(["", *event_lines(events, width=terminal_width(), with_key=False)])
    more = list(hints([purchase], home_of(project), width=terminal_width()))
    print_lines(["", *more] if more else [])


def _facts(purchase: Purchase) -> Iterator[str]:
    from storyboard.generation.standing import where_it_stands

    order, request = purchase.order, purchase.order.request
    rows = {
        "what": f"{order.episode}, reel {order.reel}, take {order.take}",
        "stands": where_it_stands(purchase) + (f": {purchase.reason}" if purchase.reason else ""),
        "price": price(purchase),
        "order": f"{request.get('duration')} s, {request.get('resolution')}, cfg {request.get('cfg')}",
        "job": purchase.job_id or "none is known",
        "service": f"{order.provider}, {order.base_url}",
        "clip": purchase.clip or "",
        "series": order.series,
        "key": purchase.key,
    }
    for name, value in rows.items():
        if value:
            yield f"{name:<8} {plain(value)}"
