"""``storyboard worker``: goes on with what a team agreed to, on any machine that reaches the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from storyboard.cli.completion import providers
from storyboard.cli.plan import BaseUrl

if TYPE_CHECKING:
    from storyboard.generation.ledger_place import LedgerPlace


def worker(
    concurrency: Annotated[
        int, typer.Option("--concurrency", min=1, max=32, help="How many purchases are worked on at once.")
    ] = 6,
    store: Annotated[
        str | None,
        typer.Option(
            "--store",
            metavar="URL",
            help="The shared store. [default: the one that each purchase's series names]",
            show_default=False,
        ),
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option(
            "--state",
            metavar="FOLDER",
            help="This machine's own journal, frames and takes. [default: in the user's data folder]",
            show_default=False,
        ),
    ] = None,
    provider: Annotated[
        str | None,
        typer.Option(
            "--provider",
            help="Whose purchases to work on. [default: empirio]",
            autocompletion=providers,
            show_default=False,
        ),
    ] = None,
    base_url: BaseUrl = None,
) -> None:
    """Submit, wait and bring home what anybody on the team agreed to pay for, until it is stopped.

    STORYBOARD_LEDGER names the Postgres database that all share. Episodes are joined by storyboard render, on the
    machine of whoever wants them; their takes come from the shared store. Pieces of films that others are cutting are
    made here as well, beside the purchases.

    Example: STORYBOARD_LEDGER=postgresql://films@db/films storyboard worker --concurrency 8
    """
    from storyboard.cli.output import say
    from storyboard.errors import UsageError
    from storyboard.generation.lazy_provider import LazyProvider
    from storyboard.generation.ledger import Ledger
    from storyboard.generation.provider import choose_provider
    from storyboard.generation.state_folder import keep_out_of_git, refuse_links, usable
    from storyboard.generation.store import open_store

    place = _postgres()
    choice = choose_provider(provider, base_url, "empirio")
    if choice.free:
        raise UsageError(
            f"The provider {choice.name} needs no worker: what is free is rendered where it is wanted.",
            hint="Name another with --provider.",
        )
    folder = _state_folder(state)
    refuse_links(folder)
    with usable(folder):
        folder.mkdir(parents=True, exist_ok=True)
        keep_out_of_git(folder)
    open_store(store, folder)
    from storyboard.team.desk import Desk
    from storyboard.team.piece_desk import PieceDesk
    from storyboard.team.queue_tables import conninfo_of
    from storyboard.team.serving import serve

    with LazyProvider(choice) as lazy:
        lazy.require_key()
        with Ledger(place.url) as ledger:
            say(f"Working for {choice.name}, {choice.base_url}, from {place.shown}; files are in {folder}.")
            desk = Desk(ledger, lazy, folder, say, store=store)
            pieces = PieceDesk(folder, desk.lines, store=store)
            serve(desk, conninfo_of(place.url), concurrency=concurrency, pieces=pieces)
    say("Stopped. Other workers go on; the same command does so here.")


def _postgres() -> LedgerPlace:
    """The ledger that a team shares.

    Raises:
        UsageError: None is named, it is a file, or a package is missing.
    """
    import importlib.util
    import os

    from storyboard.errors import UsageError
    from storyboard.generation.ledger_place import LEDGER_VARIABLE, ledger_place

    place = ledger_place(Path.cwd(), os.environ)
    if place.path is not None:
        named = f"{LEDGER_VARIABLE} names the file {place.path}" if place.is_kept else f"{LEDGER_VARIABLE} is not set"
        raise UsageError(
            f"A worker takes its work from a ledger on Postgres, and {named}.",
            hint=f"Set {LEDGER_VARIABLE} to postgresql://user@host/database. Alone on one machine, storyboard jobs "
            "watch does the same.",
        )
    if importlib.util.find_spec("procrastinate") is None:
        raise UsageError(
            "A worker needs the package procrastinate, which is not installed.",
            hint='Install it: pip install "storyboard-composer[team]".',
        )
    return place


def _state_folder(named: Path | None) -> Path:
    if named is not None:
        return named.expanduser().absolute()
    from platformdirs import user_data_path

    return user_data_path("storyboard") / "worker"
