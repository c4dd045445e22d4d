"""``storyboard render``: from a storyboard to a finished, checked file."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from storyboard.generation.outlook import Prospect
    from storyboard.generation.provider import ProviderChoice
    from storyboard.generation.watching import Watcher
    from storyboard.production import Production


def render(
    files: Annotated[list[Path], typer.Argument(help="Storyboards.", metavar="FILE", show_default=False)],
    provider: Annotated[
        str | None,
        typer.Option(
            "--provider",
            help="Who renders: sandbox (free, on this machine) or empirio (the hosted service). "
            "[default: $STORYBOARD_PROVIDER, else sandbox]",
            show_default=False,
        ),
    ] = None,
    base_url: Annotated[
        str | None,
        typer.Option(
            "--base-url", help="Another address of the service. [default: $STORYBOARD_BASE_URL]", show_default=False
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="The folder for finished files. [default: renders/ beside the storyboard]",
            show_default=False,
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Pay without being asked.")] = False,
    max_cost: Annotated[
        str | None,
        typer.Option("--max-cost", metavar="DOLLARS", help="Refuse to pay more than this.", show_default=False),
    ] = None,
    take: Annotated[
        int | None,
        typer.Option(
            "--take", metavar="REEL", help="Make another take of this reel; takes are all kept.", show_default=False
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object when it ends.")] = False,
) -> None:
    """Render storyboards: submit, wait, bring home, check, join.

    Whatever stops it, the same command goes on where it stopped and pays for nothing twice.

    Example: storyboard render examples/kingfisher.yaml
    """
    from storyboard.cli.output import error_json, print_json
    from storyboard.cli.progress import watching
    from storyboard.errors import StoryboardError, UsageError
    from storyboard.generation.provider import choose_provider

    rendered: list[dict[str, Any]] = []
    spent = Decimal(0)
    try:
        choice = choose_provider(provider, base_url)
        ceiling = _dollars(max_cost)
        if take is not None and len(files) > 1:
            raise UsageError("--take goes with one storyboard.", hint="Name the one whose reel it is.")
        for production in _productions(files, choice, output, take):
            spent += _render_one(production, yes, ceiling, spent, rendered, watching)
    except StoryboardError as error:
        if as_json:
            print_json({**_shape(rendered, len(files)), "error": error_json(error)})
        raise
    if as_json:
        print_json(_shape(rendered, len(files)))
    else:
        typer.echo("\n".join(each["episode"] for each in rendered))


def _productions(
    files: list[Path], choice: ProviderChoice, output: Path | None, take: int | None
) -> list[Production]:
    """Look at every storyboard before anything is rendered of any."""
    from storyboard.errors import StoryError, UsageError
    from storyboard.production import Production

    productions: list[Production] = []
    wrong: list[StoryError] = []
    for file in files:
        try:
            productions.append(Production(file, choice, output=output, another_take_of=take))
        except StoryError as error:
            wrong.append(error)
    if wrong and len(files) == 1:
        raise wrong[0]
    if wrong:
        findings = [finding for each in wrong for finding in each.findings]
        told = " ".join(each.message for each in wrong)
        raise StoryError(f"{told} Nothing was rendered.", findings, hint="Mend what is told above.")
    targets = [production.episode_path for production in productions]
    if len(set(targets)) < len(targets):
        raise UsageError("Two of these storyboards would be written to one file.", hint="Render them one by one.")
    return productions


def _render_one(
    production: Production,
    yes: bool,
    ceiling: Decimal | None,
    spent: Decimal,
    rendered: list[dict[str, Any]],
    watching: Any,
) -> Decimal:
    """Render one storyboard, and say what it cost from now on."""
    from storyboard.cli.output import say_findings
    from storyboard.generation.outlook import total_to_pay

    choice = production.choice
    say_findings(production.prepared.findings)
    with production:
        prospects = production.outlook()
        cost = Decimal(0) if choice.free else total_to_pay(prospects)
        _tell(production, prospects)
        rendered.append(production.progress.as_json())
        production.stop_if_stopped(prospects)
        if cost:
            production.require_key()
            _see_that_it_may_be_paid(cost, spent, yes, ceiling)
        try:
            with watching() as watcher:
                _go(production, watcher)
        finally:
            rendered[-1] = production.progress.as_json()
    return cost


def _go(production: Production, watcher: Watcher) -> None:
    from storyboard.cli.output import say

    try:
        production.render(watcher)
    except KeyboardInterrupt:
        watcher.note("Stopped.")
        if production.choice.free:
            say("The sandbox ended with the program. It costs nothing: the same command starts it again.")
        else:
            say(
                "Jobs that were accepted go on at the service and are paid. The same command goes on with them;",
                "a finished clip can be collected for an hour after it is done.",
            )
        raise
    if production.progress.episode and production.progress.episode.name.endswith(".sandbox.mp4"):
        say("The film that was paid for stays as it is; the sandbox's clip lies beside it.")


def _tell(production: Production, prospects: list[Prospect]) -> None:
    """Say what will be done with each reel, and the price, before anything is."""
    from storyboard.cli.output import say
    from storyboard.compiler.plan import number
    from storyboard.compiler.price import dollars
    from storyboard.generation.outlook import Will, total_to_pay

    words = {
        Will.REUSE: "there already",
        Will.RESUME: "goes on",
        Will.BUY: "to be rendered",
        Will.STOP: "stopped, see below",
    }
    plan, free = production.plan, production.choice.free
    count = "1 reel" if len(prospects) == 1 else f"{len(prospects)} reels"
    if free:
        price = f"free on the sandbox (${dollars(plan.cost)} on the hosted service)"
    else:
        price = f"${dollars(total_to_pay(prospects))} to pay"
    say(f"{plan.title}: {number(plan.seconds)} s, {count}, {price}")
    for prospect in prospects:
        reel = prospect.reel
        job_id = prospect.purchase.job_id if prospect.will is Will.RESUME and prospect.purchase else None
        job = f" (job {job_id})" if job_id else ""
        price = "$" + dollars(reel.cost) if prospect.will is Will.BUY else ""
        say(f"  reel {reel.index}  {number(reel.seconds):>6} s  {price:>7}  {words[prospect.will]}{job}")


def _see_that_it_may_be_paid(cost: Decimal, spent: Decimal, yes: bool, ceiling: Decimal | None) -> None:
    import sys

    from storyboard.compiler.price import dollars
    from storyboard.errors import CeilingError, NotConfirmedError

    if ceiling is not None and spent + cost > ceiling:
        raise CeilingError(
            f"This would cost ${dollars(spent + cost)}, and --max-cost allows ${dollars(ceiling)}. Nothing was sent.",
            hint="Raise --max-cost, shorten the story, or take a 480p resolution.",
        )
    if yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise NotConfirmedError(
            f"This would cost ${dollars(cost)}, and there is no terminal to ask at. Nothing was sent.",
            hint="Add --yes to pay without being asked; --max-cost bounds it.",
        )
    if not _agrees(f"Pay ${dollars(cost)}?"):
        raise NotConfirmedError("Nothing was sent, and nothing was spent.")


def _agrees(question: str) -> bool:
    try:
        return typer.confirm(question, err=True)
    except typer.Abort as stop:
        typer.echo(err=True)
        if isinstance(stop.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt from None
        return False  # the input ended, which is no yes


def _dollars(text: str | None) -> Decimal | None:
    from storyboard.errors import UsageError

    if text is None:
        return None
    try:
        amount = Decimal(text.removeprefix("$"))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount < 0:
        raise UsageError(f"--max-cost {text} is no amount of dollars.", hint="Write it like 7.50.")
    return amount


def _shape(rendered: list[dict[str, Any]], files: int) -> dict[str, Any]:
    """One object for one storyboard, ``{"episodes": […]}`` for several."""
    if files == 1:
        return rendered[0] if rendered else {"episode": None, "reels": []}
    return {"episodes": rendered}
