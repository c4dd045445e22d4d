"""What the commands about jobs have in common: their options, and finding a purchase by its key."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from storyboard.cli.completion import job_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from decimal import Decimal

    from storyboard.generation.ledger import Ledger
    from storyboard.generation.purchase import Purchase
    from storyboard.project import Project

Key = Annotated[
    str,
    typer.Argument(help="The first characters of a purchase's key, as list prints it.", autocompletion=job_keys),
]
Keys = Annotated[
    list[str] | None,
    typer.Argument(
        help="The first characters of keys; left out: all that is open.",
        metavar="KEY",
        autocompletion=job_keys,
        show_default=False,
    ),
]
Addresses = Annotated[
    list[str] | None,
    typer.Option(
        "--base-url",
        help="An address to which the key may be sent, beside the provider's own and $STORYBOARD_BASE_URL.",
        show_default=False,
    ),
]


def home_of(project: Project) -> Path:
    """The folder to name in a command about a project's jobs."""
    return project.state.parent


@contextmanager
def ledger_in(project: Project) -> Iterator[Ledger]:
    """The project's ledger, where there is one.

    Raises:
        UsageError: There is none.
        LedgerError: It cannot be used.
    """
    from storyboard.generation.state_folder import refuse_links
    from storyboard.ledgers import existing_ledger

    refuse_links(project.state)
    with existing_ledger(project) as ledger:
        yield ledger


def ours(project: Project, ledger: Ledger, *, all_series: bool = False) -> list[Purchase]:
    """The purchases to show: of a shared ledger, this series' own.

    Args:
        project: Whose.
        ledger: Open.
        all_series: Show those of every series.
    """
    from storyboard.ledgers import place_of

    is_shared = place_of(project, free=False).is_kept
    return ledger.all(series=project.name if is_shared and not all_series else None)


def only(ledger: Ledger, key: str, project: Project) -> Purchase:
    """The purchase whose key begins so.

    Raises:
        UsageError: There is none, or there are several.
    """
    from storyboard.errors import UsageError
    from storyboard.generation.stopped import pasteable

    found = [purchase for purchase in ledger.all() if purchase.key.startswith(key)] if key else []
    if len(found) != 1:
        what = "no purchase" if not found else f"{len(found)} purchases"
        raise UsageError(
            f"“{key}” names {what}.", hint=f"{pasteable(home_of(project), 'jobs', 'list')} shows the keys."
        )
    return found[0]


def chosen(ledger: Ledger, keys: Iterable[str] | None, project: Project) -> list[Purchase]:
    """The purchases that a person named.

    Raises:
        UsageError: A key names none, or several.
    """
    return list({found.key: found for found in (only(ledger, key, project) for key in keys or ())}.values())


def price(purchase: Purchase) -> str:
    """What it costs, for people."""
    from storyboard.compiler.price import dollars

    return (
        "free" if purchase.order.free or purchase.order.provider == "sandbox" else f"${dollars(purchase.order.cost)}"
    )


def plain(text: str) -> str:
    """A text from a ledger, which may be a stranger's, with nothing in it that steers a terminal."""
    return "".join(character if character.isprintable() else "�" for character in text)


def cut(text: str, width: int) -> str:
    """A text in so many columns; the end is what is left out."""
    text = plain(text)
    return text if len(text) <= width else text[: max(width - 1, 0)] + "…"


def count(number: int, noun: str) -> str:
    """Such as ``1 job`` or ``3 jobs``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def as_json(purchase: Purchase) -> dict[str, object]:
    """A purchase as plain values."""
    from storyboard.compiler.price import dollars
    from storyboard.generation.spending import counts
    from storyboard.generation.standing import where_it_stands

    order = purchase.order
    moments = {
        name: moment.isoformat(timespec="seconds") if (moment := getattr(purchase, name)) else None
        for name in ("created_at", "updated_at", "accepted_at", "ready_at", "done_at")
    }
    return {
        "key": purchase.key,
        "state": str(purchase.state),
        "where": where_it_stands(purchase),
        "progress": purchase.progress,
        "provider": order.provider,
        "base_url": order.base_url,
        "series": order.series,
        "episode": order.episode,
        "reel": order.reel,
        "take": order.take,
        "job_id": purchase.job_id,
        "clip": purchase.clip,
        "cost_usd": dollars(order.cost),
        "free": order.free,
        "counts_for_ceilings": counts(purchase),
        "request_sha256": order.request_sha256,
        "reason": purchase.reason,
        "run": purchase.run,
        **moments,
    }


def sum_lines(purchases: Iterable[Purchase]) -> Iterator[str]:
    """What was paid, and what ceilings count: a job is billed once it is accepted (vendor docs, billing)."""
    from storyboard.compiler.price import dollars
    from storyboard.generation.spending import counts

    counted = [purchase for purchase in purchases if counts(purchase)]
    perhaps = [purchase for purchase in counted if not purchase.job_id]
    more = f"; perhaps ${dollars(_sum(perhaps))} more, of which no job is known" if perhaps else ""
    yield f"Paid: ${dollars(_sum(each for each in counted if each.job_id))}{more}."
    if counted:
        yield f"Ceilings count ${dollars(_sum(counted))}: all that was sent, whatever became of it."
    taken_over = [purchase for purchase in counted if purchase.permit is None]
    if taken_over:
        yield f"Of it ${dollars(_sum(taken_over))} was taken over from the lock file: no month counts that."


def _sum(purchases: Iterable[Purchase]) -> Decimal:
    from decimal import Decimal

    return sum((purchase.order.cost for purchase in purchases), start=Decimal(0))
