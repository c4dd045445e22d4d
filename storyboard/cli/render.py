"""``storyboard render``: from storyboards to finished, checked files."""

from __future__ import annotations

import sys
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyboard.cli.plan import BaseUrl, Files, OnlyReel, Pilot, Provider, Recompile, Take
from storyboard.cli.series_option import Series

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from storyboard.errors import StoryboardError
    from storyboard.generation.outlook import EpisodeOutlook
    from storyboard.generation.provider import ProviderChoice
    from storyboard.generation.watching import Watcher
    from storyboard.production import Production
    from storyboard.selection import Selection


def render(
    files: Files = None,
    provider: Provider = None,
    base_url: BaseUrl = None,
    series: Series = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="The folder for finished files. [default: the series', else renders/ beside the storyboard]",
            show_default=False,
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Pay without being asked.")] = False,
    max_cost: Annotated[
        str | None,
        typer.Option("--max-cost", metavar="DOLLARS", help="Refuse to pay more than this.", show_default=False),
    ] = None,
    take: Take = None,
    only_reel: OnlyReel = None,
    recompile: Recompile = False,
    pilot: Pilot = False,
    detach: Annotated[
        bool, typer.Option("--detach", help="Come back when all is sent; storyboard jobs watch goes on.")
    ] = False,
    notify: Annotated[
        str,
        typer.Option(
            "--notify",
            metavar="desktop|URL|COMMAND",
            help="Tell when it has ended: a desktop note, a webhook, or a command.",
            show_default=False,
        ),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object when it ends.")] = False,
) -> None:
    """Render storyboards: submit, wait, bring home, check, join.

    Whatever stops it, the same command goes on where it stopped and pays for nothing twice.

    Example: storyboard render examples/kingfisher.yaml
    """
    from storyboard.cli.output import error_json, print_json, print_lines, say
    from storyboard.errors import StoryboardError, UsageError
    from storyboard.generation.outlook import Options
    from storyboard.production import Production, see_that_none_is_written_twice
    from storyboard.selection import select

    productions: list[Production] = []
    tell = _teller(notify, productions)
    try:
        options = Options(take, only_reel, recompile, pilot)
        ceiling = _dollars(max_cost)
        selections = select(files or [], series)
        if options.alone is not None and sum(len(each.files) for each in selections) > 1:
            option = "--take" if take is not None else "--only-reel"
            raise UsageError(f"{option} goes with one storyboard.", hint="Name the one whose reel it is.")
        for selection in selections:
            say(*selection.notes)
            choice = _choice(selection, provider, base_url)
            productions.append(
                Production(
                    selection.project,
                    selection.files,
                    choice,
                    output=_folder(output) or _beside_the_person(selection),
                    options=options,
                    max_cost=ceiling,
                    notify=notify,
                    revision=selection.revision,
                )
            )
        see_that_none_is_written_twice(productions)
        for production in productions:
            _render_one(production, productions, yes=yes, detach=detach)
    except StoryboardError as error:
        tell(error)
        if as_json:
            print_json({**_shape(productions), "error": error_json(error)})
        raise
    tell(None)
    if as_json:
        print_json(_shape(productions))
        return
    finished = [progress.episode for production in productions for progress in production.progress.values()]
    print_lines(str(path) for path in finished if path)


def _choice(selection: Selection, provider: str | None, base_url: str | None) -> ProviderChoice:
    from storyboard.generation.provider import choose_provider

    series = selection.project.series
    return choose_provider(provider, base_url, series.defaults.provider if series else None)


def _folder(output: Path | None) -> Path | None:
    """Where finished files are to go; ``stitch`` takes the name of a film there, which would make an odd folder."""
    from storyboard.assembly.picture_format import ENDINGS
    from storyboard.errors import UsageError

    if output is None or output.is_dir():
        return output
    if output.exists() or output.suffix.lower() in ENDINGS:
        raise UsageError(
            f"--output {output} names a file, and it has to be a folder: the film is called after its storyboard.",
            hint=f"Name a folder, such as --output {output.parent if output.parent.name else 'renders'}. "
            "Later, storyboard stitch writes the same film to any file, and buys nothing.",
        )
    return output


def _beside_the_person(selection: Selection) -> Path | None:
    """What comes of a repository elsewhere goes where the person is; None is the project's own folder."""
    from storyboard.project import RENDERS_FOLDER

    return Path(RENDERS_FOLDER) if selection.project.is_copy else None


def _render_one(production: Production, all_of_them: list[Production], *, yes: bool, detach: bool) -> None:
    """Render the episodes of one project: say what it costs, ask, and do it."""
    from storyboard.cli.output import say, say_findings, terminal_width
    from storyboard.cli.progress import watching
    from storyboard.generation.polling import most_open_jobs
    from storyboard.review.series_lines import pilot_told

    say_findings(dict.fromkeys(f for each in production.prepared.values() for f in each.findings))
    for path, pilot in production.pilots.items():
        say(*pilot_told(path, pilot, width=terminal_width()))
    say_findings(production.rehearse())
    with production:
        outlooks = production.outlook()
        _tell(outlooks, free=production.choice.free)
        production.stop_if_stopped()
        cost = production.cost()
        if cost:
            production.require_key()
            production.see_that_it_fits(spent_before=sum((each.paid for each in all_of_them), start=Decimal(0)))
            wait = production.jobs_that_wait()
            if wait:
                say(f"At most {most_open_jobs()} jobs are sent at once; {wait} wait until others are home.")
            _see_that_it_may_be_paid(cost, yes)
        production.agree(detach=detach)
        with watching(_counts(outlooks)) as watcher:
            _go(production, watcher, detach=detach)


def _go(production: Production, watcher: Watcher, *, detach: bool) -> None:
    from storyboard.cli.output import say
    from storyboard.finishing import SANDBOX_ENDING

    try:
        production.render(watcher, detach=detach)
    except KeyboardInterrupt:
        watcher.note("Stopped.")
        if production.choice.free:
            say("The sandbox ended with the program. It costs nothing: the same command starts it again.")
        elif not production.may_have_jobs:
            say("No job goes on at the service, and what is home stays: the same command goes on from there.")
        else:
            say(
                "Jobs that were accepted go on at the service and are paid. The same command goes on with them;",
                "a finished clip can be collected for an hour after it is done.",
            )
        raise
    for path, progress in production.progress.items():
        if progress.episode and progress.episode.stem.endswith(SANDBOX_ENDING):
            say("The film that was paid for stays as it is; the sandbox's clip lies beside it.")
        if progress.episode is None:
            say(f"{path} is not joined: a reel has no take yet.")


def _tell(outlooks: Sequence[EpisodeOutlook], *, free: bool) -> None:
    """Say what will be done with each reel, and the price, before anything is."""
    from storyboard.cli.output import say, terminal_width
    from storyboard.compiler.price import dollars
    from storyboard.generation.outlook import total_to_pay
    from storyboard.review.outlook_lines import outlook_lines
    from storyboard.review.style import use_colour

    use_colour(sys.stderr)
    for outlook in outlooks:
        say(*outlook_lines(outlook, free=free, width=terminal_width()))
    if len(outlooks) > 1 and not free:
        total = total_to_pay(prospect for outlook in outlooks for prospect in outlook.prospects)
        say(f"{len(outlooks)} episodes: ${dollars(total)} to pay in all.")


def _counts(outlooks: Sequence[EpisodeOutlook]) -> dict[str, int]:
    return {outlook.episode: len(outlook.prospects) for outlook in outlooks}


def _see_that_it_may_be_paid(cost: Decimal, yes: bool) -> None:
    from storyboard.compiler.price import dollars
    from storyboard.errors import NotConfirmedError

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


def _teller(notify: str, productions: list[Production]) -> Callable[[StoryboardError | None], None]:
    """Whoever is to be told that the render has ended."""
    if not notify:
        return lambda _: None
    from storyboard.cli.output import say
    from storyboard.notify import RenderEnded, parse_notify

    notifier = parse_notify(notify)

    def tell(error: StoryboardError | None) -> None:
        finished = [progress for production in productions for progress in production.progress.values()]
        paid = sum((each.paid for each in productions), start=Decimal(0))
        done = [progress for progress in finished if progress.episode]
        event = RenderEnded(
            ", ".join(progress.title for progress in finished) or "storyboard",
            done[0].episode if len(done) == 1 else None,
            error.exit_code if error else 0,
            error.message if error else f"{len(done)} of {len(finished)} episodes are finished.",
            paid,
        )
        problem = notifier.tell(event)
        if problem:
            say(f"warning: {problem}")

    return tell


def _shape(productions: list[Production]) -> dict[str, Any]:
    """One object for one storyboard, ``{"episodes": […]}`` for several."""
    told = [progress.as_json() for production in productions for progress in production.progress.values()]
    if len(told) == 1:
        return told[0]
    return {"episodes": told} if told else {"episode": None, "reels": []}
