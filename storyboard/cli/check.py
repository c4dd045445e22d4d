"""``storyboard check``: everything there is to tell about storyboards."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from storyboard.mending import Mended
    from storyboard.story.series_find import SeriesFinder


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
    fix: Annotated[bool, typer.Option("--fix", help="Mend what has one right answer, and tell of the rest.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Only show what --fix would change.")] = False,
) -> None:
    """Check storyboards: every problem with its place and what to do.

    A series is checked with its episodes; what is wrong in it is told once. Exits with 1 if there is an error.
    --fix writes quotes around a text that begins with a brace, rounds seconds to whole slots, and takes words out of
    the negative prompt that the story fights with; everything else in a file stays as it is.
    Example: storyboard check episodes/
    """
    from storyboard.cli.output import print_findings, print_json, print_lines, say
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
    mended = _mend(storyboards, finder, write=not diff) if fix or diff else []
    if diff:
        print_lines(line for each in mended for line in each.diff())
        if not mended:
            say("There is nothing to mend.")
        return
    told = [finding for each in series for finding in prepare_series(each)]
    told += [finding for file in storyboards for finding in prepare(file, finder=finder).findings]
    files, of_series = [*found.series, *storyboards], {each.shown for each in series}
    findings = list(in_reading_order(finding for finding in told if finding.path in of_series))
    findings += dict.fromkeys(finding for finding in told if finding.path not in of_series)
    failing = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    failed = any(finding.severity in failing for finding in findings)
    if as_json:
        told_json: dict[str, object] = {"findings": [finding.as_json() for finding in findings]}
        if fix:
            told_json["fixed"] = [
                {"path": str(each.path), "line": done.line, "message": done.told}
                for each in mended
                for done in each.mends
            ]
        print_json(told_json)
    else:
        print_lines(f"{each.path}:{done.line}: mended: {done.told}" for each in mended for done in each.mends)
        print_findings(findings)
        if files and not findings:
            print_lines([f"{len(files)} checked, nothing to tell." if len(files) > 1 else f"{files[0]}: good."])
    if not files:
        say("There is no storyboard here: no .yaml file that begins with “storyboard: 1”.")
    if failed or not files:
        raise typer.Exit(1)


def _mend(storyboards: list[Path], finder: SeriesFinder, *, write: bool) -> list[Mended]:
    """Mend the files that have something to mend."""
    from storyboard.mending import mend

    mended = [each for each in (mend(path, finder=finder) for path in storyboards) if each.mends]
    for each in mended if write else ():
        each.write()
    return mended
