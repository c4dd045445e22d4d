"""``storyboard jobs``: what was bought, and what became of it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from storyboard.generation.ledger import Ledger
    from storyboard.generation.purchase import Purchase

jobs = typer.Typer(
    name="jobs", help="What was bought, and what became of it.", no_args_is_help=True, rich_markup_mode=None
)

Folder = Annotated[
    Path, typer.Option("--folder", "-C", help="The folder of the storyboard, or of the series.", show_default=False)
]


@jobs.command("list")
def list_jobs(
    folder: Folder = Path(),
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object: {jobs: […]}.")] = False,
) -> None:
    """List every purchase in the ledger, oldest first.

    Example: storyboard jobs list --folder examples
    """
    from storyboard.cli.output import print_json, print_lines

    with _ledger(folder) as ledger:
        purchases = ledger.all()
    if as_json:
        print_json({"jobs": [_as_json(purchase) for purchase in purchases]})
        return
    print_lines([_HEAD, *(_line(purchase) for purchase in purchases), "", _spent(purchases)])


@jobs.command()
def show(
    key: Annotated[str, typer.Argument(help="The first characters of a purchase's key, as list prints it.")],
    folder: Folder = Path(),
) -> None:
    """Show what happened to one purchase.

    Example: storyboard jobs show 3f9a2c41
    """
    from storyboard.cli.output import print_lines

    with _ledger(folder) as ledger:
        purchase = _only(ledger, key)
        history = ledger.history(purchase.key)
    where = f"  {purchase.order.provider}, {purchase.order.base_url}; key {purchase.key}"
    print_lines([_HEAD, _line(purchase), where, *([f"  {purchase.reason}"] if purchase.reason else [])])
    print_lines(f"  {at:%Y-%m-%d %H:%M:%S} UTC  {state:<10}  {detail}" for at, state, detail in history)


@jobs.command()
def settle(
    key: Annotated[str, typer.Argument(help="The first characters of a purchase's key.")],
    job_id: Annotated[
        str | None, typer.Option("--job-id", help="It was accepted: the job's id from the dashboard.")
    ] = None,
    buy_again: Annotated[
        bool, typer.Option("--buy-again", help="It was not accepted: the next render sends it anew.")
    ] = False,
    abandon: Annotated[bool, typer.Option("--abandon", help="Give it up.")] = False,
    folder: Folder = Path(),
) -> None:
    """Say what became of a purchase whose outcome nobody knows.

    Look in the service's dashboard first: buying again what was accepted pays twice.

    Example: storyboard jobs settle 3f9a2c41 --job-id job_8812
    """
    from storyboard.cli.output import say
    from storyboard.compiler.price import dollars
    from storyboard.errors import UsageError
    from storyboard.generation.answers import is_job_id
    from storyboard.generation.purchase import State

    if sum((job_id is not None, buy_again, abandon)) != 1:
        raise UsageError("Say one of --job-id ID, --buy-again and --abandon.")
    if job_id is not None and not is_job_id(job_id):
        raise UsageError(f"“{job_id}” cannot be a job's id.", hint="Copy it from the service's dashboard.")
    with _ledger(folder) as ledger:
        purchase = _only(ledger, key)
        if purchase.state is not State.UNKNOWN:
            raise UsageError(
                f"The purchase {purchase.key[:8]} is {purchase.state}; only one whose outcome is unknown is settled.",
                hint="Render it again first: that looks whether its buyer is still there."
                if purchase.state is State.BUYING
                else "storyboard jobs list shows where each stands.",
            )
        if job_id is not None:
            ledger.named(purchase.key, job_id)
            say(f"Settled: it is job {job_id}. The next render goes on with it.")
        elif buy_again:
            ledger.not_bought(purchase.key, "by a person's word: it was not accepted")
            say(f"Settled: the next render sends it again, for ${dollars(purchase.order.cost)}.")
        else:
            ledger.ended(purchase.key, State.ABANDONED, "by a person's word")
            say("Settled: it is given up. Another take is bought only with render --take.")


def _ledger(folder: Path) -> Ledger:
    from storyboard.errors import UsageError
    from storyboard.generation.ledger import Ledger
    from storyboard.generation.state_folder import ledger_path

    if not folder.is_dir():
        raise UsageError(f"There is no folder {folder}.", hint="Name the folder of the storyboard.")
    path = ledger_path(folder)
    if not path.is_file():
        raise UsageError(
            f"There is no ledger in {folder}: nothing was rendered there yet.",
            hint="Name the folder of the storyboard with --folder.",
        )
    return Ledger(path)


def _only(ledger: Ledger, key: str) -> Purchase:
    from storyboard.errors import UsageError

    found = [purchase for purchase in ledger.all() if purchase.key.startswith(key)] if key else []
    if len(found) != 1:
        what = "no purchase" if not found else f"{len(found)} purchases"
        raise UsageError(f"“{key}” names {what}.", hint="storyboard jobs list shows the keys.")
    return found[0]


_HEAD = f"{'key':<8}  {'state':<10}  {'price':>7}  {'provider':<8}  what"


def _line(purchase: Purchase) -> str:
    from storyboard.compiler.price import dollars

    order = purchase.order
    price = "free" if order.provider == "sandbox" else f"${dollars(order.cost)}"
    what = f"{order.episode}, reel {order.reel}, take {order.take}"
    job = f", job {purchase.job_id}" if purchase.job_id else ""
    return f"{purchase.key[:8]}  {purchase.state:<10}  {price:>7}  {order.provider:<8}  {what}{job}"


def _spent(purchases: list[Purchase]) -> str:
    """What was paid: a job is billed once it is accepted, whatever becomes of it (vendor docs, billing)."""
    from storyboard.compiler.price import dollars
    from storyboard.generation.purchase import State

    bought = [purchase for purchase in purchases if purchase.order.provider != "sandbox"]
    paid = sum((purchase.order.cost for purchase in bought if purchase.job_id), start=Decimal(0))
    open_ = [purchase.order.cost for purchase in bought if purchase.state in {State.UNKNOWN, State.BUYING}]
    perhaps = f"; perhaps ${dollars(sum(open_, start=Decimal(0)))} more, which nobody knows" if open_ else ""
    return f"Paid: ${dollars(paid)}{perhaps}."


def _as_json(purchase: Purchase) -> dict[str, object]:
    from storyboard.compiler.price import dollars

    order = purchase.order
    return {
        "key": purchase.key,
        "state": str(purchase.state),
        "provider": order.provider,
        "episode": order.episode,
        "reel": order.reel,
        "take": order.take,
        "job_id": purchase.job_id,
        "clip": purchase.clip,
        "cost_usd": dollars(order.cost),
        "request_sha256": order.request_sha256,
        "reason": purchase.reason,
        "updated_at": purchase.updated_at.isoformat(timespec="seconds"),
    }
