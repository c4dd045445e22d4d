"""``storyboard sandbox``: the service's API on this machine, for trying a client against it."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyboard.cli.completion import faults
from storyboard.cli.verbs import Verb

if TYPE_CHECKING:
    from storyboard.generation.sandbox.server import RunningSandbox

_NO_LIMIT = 10**9  # requests a minute; the sandbox takes none for the hosted service's limit


class WithFaults(Verb):
    """A command whose help ends with the list of faults."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write the list."""
        from storyboard.generation.sandbox.faults import FAULTS

        with formatter.section("Faults, each for a --fault"):
            formatter.write_dl([(fault.usage, fault.help) for fault in FAULTS.values()])


def sandbox(
    host: Annotated[str, typer.Option("--host", help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")] = 8717,
    key: Annotated[
        str | None, typer.Option("--key", help="The API key to accept. [default: a random one]", show_default=False)
    ] = None,
    speed: Annotated[
        float | None,
        typer.Option(
            "--speed",
            help="How many times faster than the hosted 45 minutes a job is. [default: as fast as can be]",
            show_default=False,
        ),
    ] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            "--fault",
            metavar="NAME[=VALUE]",
            help="Let something go wrong; listed below.",
            autocompletion=faults,
            show_default=False,
        ),
    ] = None,
    retention: Annotated[float, typer.Option("--retention", help="Seconds a finished job can be polled.")] = 3600.0,
    requests_per_minute: Annotated[
        int, typer.Option("--requests-per-minute", help="Above it: 429, as the hosted service answers. 0: no limit.")
    ] = 50,
    credits_left: Annotated[
        str | None,
        typer.Option(
            "--credits", metavar="DOLLARS", help="What the account holds. [default: no end]", show_default=False
        ),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option("--folder", help="Keep the clips here. [default: a temporary folder]", show_default=False),
    ] = None,
) -> None:
    """Serve the hosted API on this machine: same calls, same answers, real clips, no cost.

    Example: storyboard sandbox --port 8717 --fault job-fails
    """
    from storyboard.errors import UsageError
    from storyboard.generation.sandbox.server import run_alone
    from storyboard.generation.sandbox.settings import SandboxSettings

    try:
        credit = None if credits_left is None else Decimal(credits_left)
    except InvalidOperation:
        raise UsageError(f"--credits {credits_left} is no amount of dollars.", hint="Write it like 7.50.") from None
    settings = SandboxSettings(
        key=key,
        speed=speed,
        faults=tuple(fault or ()),
        retention=retention,
        requests_per_minute=requests_per_minute or _NO_LIMIT,
        credits=credit,
        folder=folder,
    )
    run_alone(host, port, settings, on_ready=_tell)


def _tell(running: RunningSandbox) -> None:
    """Say where it is, for a program to read, and how to use it."""
    import sys

    from storyboard.cli.output import print_lines, say

    running.tell_jobs(say)
    print_lines([f"address  {running.base_url}", f"key      {running.key}"])
    sys.stdout.flush()
    say(
        "Ctrl-C ends it. In another terminal:",
        f"  EMPIRIOLABS_API_KEY={running.key} storyboard render STORY --provider empirio "
        f"--base-url {running.base_url} --yes",
    )
