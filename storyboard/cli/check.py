"""``storyboard check``: everything there is to tell about storyboards."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from storyboard.cli import completion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storyboard.mending import Mended
    from storyboard.story.findings import Finding
    from storyboard.story.series_find import SeriesFinder


class Format(StrEnum):
    """What findings can be printed as."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    GITLAB = "gitlab"


def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Storyboards, series, folders of them, or episodes of the series by name. Left out: this folder.",
            metavar="PATH",
            autocompletion=completion.episodes,
            show_default=False,
        ),
    ] = None,
    printed_as: Annotated[
        Format,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="text; json, as --json; or for a code review github, workflow commands, or gitlab, a code quality "
            "report.",
        ),
    ] = Format.TEXT,
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
    from storyboard.cli.output import print_lines, say
    from storyboard.errors import UsageError
    from storyboard.generation.kept_rates import rates_in_force
    from storyboard.generation.prepare import prepare, prepare_series
    from storyboard.story.discover import find_files
    from storyboard.story.episodes import episodes_of
    from storyboard.story.findings import Severity, in_reading_order
    from storyboard.story.series_find import SeriesFinder
    from storyboard.story.series_load import load_series

    if as_json and printed_as not in {Format.TEXT, Format.JSON}:
        raise UsageError(f"--json and --format {printed_as} exclude each other.", hint="Choose one.")
    found, finder = find_files(_paths(paths or [Path()])), SeriesFinder()
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
    rates = rates_in_force()
    for file in storyboards:
        prepared = prepare(file, finder=finder, rates=rates)
        of_cut: Sequence[Finding] = ()
        if prepared.loaded.storyboard and prepared.loaded.storyboard.cut:
            from storyboard.cutting.rehearsal import rehearse  # what opens clips takes a while to import

            of_cut = rehearse(prepared, comments=True)
        told += in_reading_order([*prepared.findings, *of_cut])
    files, of_series = [*found.series, *storyboards], {each.shown for each in series}
    findings = list(in_reading_order(finding for finding in told if finding.path in of_series))
    findings += dict.fromkeys(finding for finding in told if finding.path not in of_series)
    failing = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    failed = any(finding.severity in failing for finding in findings)
    _print(findings, files, Format.JSON if as_json else printed_as, mended if fix else None)
    if not files:
        say("There is no storyboard here: no .yaml file that begins with “storyboard: 1”.")
    if failed or not files:
        raise typer.Exit(1)


def _paths(named: list[Path]) -> list[Path]:
    """Files and folders as they are, and episodes that are named as in the series of this folder."""
    if all(path.suffix or path == Path() for path in named):
        return named
    from storyboard.selection import paths_of  # only for a name: it takes longer to import than a story to read

    return paths_of(named)


def _mend(storyboards: list[Path], finder: SeriesFinder, *, write: bool) -> list[Mended]:
    """Mend the files that have something to mend."""
    from storyboard.mending import mend

    mended = [each for each in (mend(path, finder=finder) for path in storyboards) if each.mends]
    for each in mended if write else ():
        each.write()
    return mended


def _print(
    findings: Sequence[Finding], files: Sequence[Path], printed_as: Format, mended: Sequence[Mended] | None
) -> None:
    """Print findings, and what was mended where that was asked for."""
    import os

    from storyboard.cli.output import print_findings, print_json, print_lines

    fixed = [(each.path, done) for each in mended or () for done in each.mends]
    match printed_as:
        case Format.JSON:
            told: dict[str, object] = {"findings": [finding.as_json() for finding in findings]}
            if mended is not None:
                told["fixed"] = [{"path": str(path), "line": done.line, "message": done.told} for path, done in fixed]
            print_json(told)
        case Format.GITHUB:
            from storyboard.review.annotations import github_commands

            print_lines(github_commands(findings, _folder(os.environ.get("GITHUB_WORKSPACE"))))
        case Format.GITLAB:
            from storyboard.review.annotations import gitlab_report

            print_json(gitlab_report(findings, _folder(os.environ.get("CI_PROJECT_DIR"))))
        case Format.TEXT:
            print_lines(f"{path}:{done.line}: mended: {done.told}" for path, done in fixed)
            print_findings(findings)
            if files and not findings:
                print_lines([f"{len(files)} checked, nothing to tell." if len(files) > 1 else f"{files[0]}: good."])


def _folder(named: str | None) -> Path:
    """The top of the repository, which CI names; elsewhere it is this folder."""
    return Path(named) if named else Path()
