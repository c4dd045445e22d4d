"""``storyboard check``: everything there is to tell about storyboards."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Storyboards, or folders of them. Left out: this folder.", metavar="[PATH]", show_default=False
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object: {findings: […]}.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail the check too.")] = False,
) -> None:
    """Check storyboards: every problem with its place and what to do.

    Exits with 1 if there is an error. Example: storyboard check episodes/
    """
    from storyboard.cli.output import print_findings, print_json, print_lines, say
    from storyboard.generation.prepare import prepare
    from storyboard.story.discover import storyboard_files
    from storyboard.story.findings import Severity

    files = storyboard_files(paths or [Path()])
    findings = [finding for file in files for finding in prepare(file).findings]
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
