"""Where the pieces of films are kept: on this machine, and where a team shares its takes, there as well."""

from __future__ import annotations

import importlib.util
import os
from typing import TYPE_CHECKING, NamedTuple

from storyboard.assembly.piece_cache import PieceCache
from storyboard.cache import cache_folder
from storyboard.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from storyboard.assembly.film import Film
    from storyboard.assembly.making_together import Elsewhere
    from storyboard.cutting.episode_takes import EpisodeTakes


def piece_cache() -> PieceCache:
    """Where pieces are kept on this machine."""
    return PieceCache(cache_folder() / "pieces")


class PiecePlace(NamedTuple):
    """Where the pieces of a film are kept, and who else makes them.

    Attributes:
        cache: Where they are kept.
        notes: What there is to tell about it.
        ask: Gives the workers of a team, who are told which takes the store has; None where there is no team.
    """

    cache: PieceCache
    notes: tuple[str, ...] = ()
    ask: Callable[[Mapping[str, str]], Elsewhere] | None = None


def place_of_pieces(story: Path) -> PiecePlace:
    """This machine; and where the ledger is on Postgres and the series names a store, that store and its workers.

    A store alone does not make a team: who cuts a stranger's series asks nobody, and sends nothing anywhere.

    Args:
        story: The storyboard.
    """
    from storyboard.generation.ledger_place import LEDGER_VARIABLE

    if not os.environ.get(LEDGER_VARIABLE):  # what follows takes a while to import
        return PiecePlace(piece_cache())
    from storyboard.assembly.shared_pieces import SharedPieces
    from storyboard.generation.store import open_named_files
    from storyboard.ledgers import place_of
    from storyboard.project import project_of

    series = project_of(story).series
    if series is None or series.store is None:
        return PiecePlace(piece_cache())
    try:
        ledger = place_of(project_of(story), free=False)
        if ledger.path is not None:
            return PiecePlace(piece_cache())
        store = open_named_files(series.store)
    except UsageError as error:
        return PiecePlace(piece_cache(), (f"{error.message} Pieces are kept on this machine alone.",))
    url, address = series.store, ledger.url

    def ask(takes: Mapping[str, str]) -> Elsewhere:
        from storyboard.team.piece_queue import PieceQueue
        from storyboard.team.queue_tables import conninfo_of

        return PieceQueue(conninfo_of(address), url, takes)

    has_queue = importlib.util.find_spec("procrastinate") is not None
    return PiecePlace(PieceCache(piece_cache().folder, shared=SharedPieces(store)), (), ask if has_queue else None)


def takes_in_store(shown: Mapping[Path, EpisodeTakes], film: Film) -> dict[str, str]:
    """The SHA-256 of each take that a store has, by what its picture goes by: that hash, or its mezzanine's key."""
    takes = {made.take.sha256 for each in shown.values() for made in each.takes.values() if not made.order.free}
    mezzanines = {key: each.take.sha256 for key, each in film.mezzanines.items() if each.take.sha256 in takes}
    return {sha256: sha256 for sha256 in takes} | mezzanines
