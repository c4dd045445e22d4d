"""``storyboard plan``: what a render would do and cost, and why; offline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from storyboard.cli import completion
from storyboard.cli.series_option import Series

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from storyboard.generation.brief import Brief
    from storyboard.generation.outlook import Options
    from storyboard.generation.prepare import Prepared
    from storyboard.planning import RenderPlan

Files = Annotated[
    list[Path] | None,
    typer.Argument(
        help="Storyboards, or episodes of the series by name. Left out: all of the series in this folder.",
        metavar="EPISODE",
        autocompletion=completion.episodes,
        show_default=False,
    ),
]
Provider = Annotated[
    str | None,
    typer.Option(
        "--provider",
        help="Who renders: sandbox (free, on this machine), empirio (the hosted service), or another that is "
        "installed. [default: $STORYBOARD_PROVIDER, else the series', else sandbox]",
        autocompletion=completion.providers,
        show_default=False,
    ),
]
BaseUrl = Annotated[
    str | None,
    typer.Option(
        "--base-url", help="Another address of the service. [default: $STORYBOARD_BASE_URL]", show_default=False
    ),
]
OnlyReel = Annotated[
    int | None,
    typer.Option("--only-reel", metavar="REEL", help="Render this reel alone; the others stay.", show_default=False),
]
Take = Annotated[
    int | None,
    typer.Option(
        "--take", metavar="REEL", help="Make another take of this reel; takes are all kept.", show_default=False
    ),
]
Recompile = Annotated[
    bool, typer.Option("--recompile", help="Render anew what only a newer version of this program words differently.")
]
Pilot = Annotated[
    bool,
    typer.Option("--pilot", help="Only the shortest clip that holds the riskiest segments, to look at first."),
]


def plan(
    files: Files = None,
    provider: Provider = None,
    base_url: BaseUrl = None,
    series: Series = None,
    take: Take = None,
    only_reel: OnlyReel = None,
    recompile: Recompile = False,
    pilot: Pilot = False,
    compare: Annotated[bool, typer.Option("--compare", help="Show the price of each way to cut into reels.")] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Print every episode and finding in full, however many there are.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say what a render would do with each reel, why, and what it costs. Needs no key and no network.

    Example: storyboard plan --provider empirio
    """
    from storyboard.cli.output import print_json, print_lines, say, say_findings, telling_errors, terminal_width
    from storyboard.errors import UsageError
    from storyboard.generation.outlook import Options
    from storyboard.review.outlook_lines import comparison_lines, outlook_lines
    from storyboard.review.series_lines import findings_shown, rest_lines, shown_in_full
    from storyboard.review.terminal import wrapped

    prepared: dict[Path, Prepared] = {}
    with telling_errors(as_json=as_json):
        if compare and pilot:
            raise UsageError("--compare and --pilot exclude each other.", hint="Choose one.")
        options = Options(take, only_reel, recompile, pilot)
        plans = _plans(files or [], series, provider, base_url, options, prepared, compare=compare)
    if as_json:
        print_json(plans[0].as_json() if len(plans) == 1 else {"plans": [each.as_json() for each in plans]})
        return
    width = terminal_width()
    for each in plans:
        shown = list(each.outlooks) if everything else shown_in_full(each.outlooks)
        for outlook in shown:
            print_lines(outlook_lines(outlook, free=each.choice.free, width=width))
            if compare:
                print_lines(comparison_lines(prepared[outlook.path], width=width))
        print_lines(rest_lines(each.outlooks, shown, free=each.choice.free, width=width))
        print_lines(["", *(part for line in _total_lines(each) for part in wrapped(line, width, indent=""))])
        findings = list(each.findings) if everything else findings_shown(each.findings)
        say_findings(findings)
        if len(findings) < len(each.findings):
            say(f"{len(each.findings) - len(findings)} more findings; --all prints each, storyboard check too.")


def _plans(
    files: list[Path],
    series: str | None,
    provider: str | None,
    base_url: str | None,
    options: Options,
    prepared: dict[Path, Prepared],
    *,
    compare: bool,
) -> list[RenderPlan]:
    """The plan of each project; what is compiled anew for it goes into ``prepared``."""
    from storyboard.briefing import brief_all
    from storyboard.cli.output import say
    from storyboard.generation.provider import choose_provider
    from storyboard.planning import make_plan
    from storyboard.selection import select

    plans: list[RenderPlan] = []
    for selection in select(files, series):
        for note in selection.notes:
            say(note)
        default = selection.project.series.defaults.provider if selection.project.series else None
        choice = choose_provider(provider, base_url, default)
        if compare or options.pilot:  # each is compiled, so the whole story is needed
            briefs, whole = _compiled(selection.files, options)
            prepared |= whole
        else:
            briefs = brief_all(selection.files, options)
        plans.append(make_plan(selection.project, briefs, choice, options))
    return plans


def _compiled(files: Sequence[Path], options: Options) -> tuple[dict[Path, Brief], dict[Path, Prepared]]:
    """What is known of each storyboard, and of its pilot where that is wanted, with nothing kept from before."""
    from storyboard.briefing import prepare_all
    from storyboard.cli.output import say, terminal_width
    from storyboard.generation.brief import brief_of
    from storyboard.piloting import piloted
    from storyboard.review.series_lines import pilot_told

    whole = prepare_all(files, options)
    if options.pilot:
        for path, each in whole.items():
            whole[path], pilot = piloted(path, each)
            say(*pilot_told(path, pilot, width=terminal_width()))
    return {path: brief_of(whole[path]) for path in files}, whole


def _total_lines(plan: RenderPlan) -> Iterator[str]:
    from storyboard.compiler.price import dollars
    from storyboard.generation.outlook import Will
    from storyboard.generation.polling import most_open_jobs
    from storyboard.review.series_lines import reels_told

    episodes = "" if len(plan.outlooks) == 1 else f"{len(plan.outlooks)} episodes: "
    yield f"{episodes}{reels_told(plan.outlooks)}."
    if plan.choice.free:
        yield f"Free on the sandbox; ${dollars(plan.hosted_cost)} on the hosted service."
    else:
        yield f"To pay: ${dollars(plan.cost)}, to {plan.choice.base_url}."
    if plan.rates:
        yield f"Prices of {plan.rates.date}, from {plan.rates.source}."
    if plan.eta_seconds and not plan.choice.free:
        yield f"All home in about {_duration(plan.eta_seconds)}."
    for ceiling in plan.ceilings:
        which = f"{ceiling.scope} {ceiling.of}".rstrip()
        spent = f"${dollars(ceiling.limit)}, of which ${dollars(ceiling.spent)} is spent"
        yield f"Ceiling of the {which}: {spent}{': a render would be refused' if ceiling.is_passed else ''}."
    if plan.ceilings and plan.elsewhere.told:
        yield plan.elsewhere.told
    if plan.waits_for_room:
        yield (
            f"At most {most_open_jobs()} jobs can be asked after within the hour for which the service keeps one: "
            f"{plan.waits_for_room} wait until others are home."
        )
    if any(prospect.will is Will.STOP for outlook in plan.outlooks for prospect in outlook.prospects):
        yield "What is stopped needs a decision; storyboard render says which."


def _duration(seconds: float) -> str:
    minutes = max(1, round(seconds / 60))
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest:02} min" if hours else f"{minutes} min"
