"""``storyboard doctor``: whether this machine has what a render needs."""

from __future__ import annotations

from typing import Annotated

import typer


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object: {checks: […]}.")] = False,
) -> None:
    """Look at the set-up: Python, ffmpeg, encoders, the key, the service's address, room on the disk.

    Asks nobody on the network. Exits with 1 if something is missing.

    Example: storyboard doctor
    """
    from storyboard.cli.output import print_json, print_lines
    from storyboard.review.style import paint, use_colour
    from storyboard.setup_checks import check_setup

    checks = check_setup()
    if as_json:
        print_json({"checks": [check.as_json() for check in checks]})
    else:
        import sys

        use_colour(sys.stdout)
        marks = {
            "good": paint("good   ", "green"),
            "note": paint("note   ", "yellow"),
            "bad": paint("missing", "red"),
        }
        for check in checks:
            print_lines([f"{marks[check.verdict]}  {check.name:<14} {check.told}"])
            if check.hint:
                print_lines([f"{'':<24} {check.hint}"])
    if any(check.verdict == "bad" for check in checks):
        raise typer.Exit(1)
