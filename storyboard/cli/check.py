"""``storyboard check``: everything there is to tell about storyboards."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Storyboards, series, or folders of them. Left out: this folder.",
            metavar="[PATH]",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object: {findings: […]}.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail the check too.")] = False,
) -> None:
    """Check storyboards: every problem with its place and what to do.

    A series is checked with its episodes; what is wrong in it is told once. Exits with 1 if there is an error.
    Example: storyboard check episodes/
    """
    from storyboard.cli.output import print_findings, print_json, print_lines, say
    from storyboard.generation.kept_rates import rates_in_force
    from storyboard.generation.prepare import prepare, prepare_series
    from storyboard.story.discover import find_files
    from storyboard.story.episodes import episodes_of
    from storyboard.story.findings import Severity, in_reading_order
    from storyboard.story.series_find import SeriesFinder
    from storyboard.story.series_load import load_series

    found, finder = find_files(paths or [Path()]), SeriesFinder()
    series = [load_series(path.parent) for path in found.series]
    episodes = [episode for each in series for episode in episodes_of(each)]
    storyboards = list(dict.fromkeys([*episodes, *found.storyboards]))
    told = [finding for each in series for finding in prepare_series(each)]
    rates = rates_in_force()
    told += [finding for file in storyboards for finding in prepare(file, finder=finder, rates=rates).findings]
    files, of_series = [*found.series, *storyboards], {each.shown for each in series}
    findings = list(in_reading_order(finding for finding in told if finding.path in of_series))
    findings += dict.fromkeys(finding for finding in told if finding.path not in of_series)
    failing = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    failed = any(finding.severity in failing for finding in findings)
    if as_json:
        print_json({"findings": [finding.as_json() for finding in findings]})
    else:
        print_findings(findings)
        if files and not findings:
            print_lines([f"{len(files)} checked, nothing to tell." if len(files) > 1 else f"{files[0]}: good."])
    if not files:
        say("There is no storyboard here: no .yaml file that begins with “storyboard: 1”.")
    if failed or not files:
        raise typer.Exit(1)
