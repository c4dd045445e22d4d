"""Where the pieces of films are kept: on this machine, and where a team shares its takes, there as well."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from storyboard.assembly.piece_cache import PieceCache
from storyboard.cache import cache_folder
from storyboard.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def piece_cache() -> PieceCache:
    """Where pieces are kept on this machine."""
    return PieceCache(cache_folder() / "pieces")


def team_piece_cache(story: Path) -> tuple[PieceCache, tuple[str, ...]]:
    """The same; and where the ledger is on Postgres and the series names a store, that store behind it.

    A store alone does not make a team: who cuts a stranger's series asks nobody, and sends nothing anywhere.

    Args:
        story: The storyboard.

    Returns:
        The cache; and what there is to tell about it.
    """
    from storyboard.generation.ledger_place import LEDGER_VARIABLE

    if not os.environ.get(LEDGER_VARIABLE):  # what follows takes a while to import
        return piece_cache(), ()
    from storyboard.assembly.shared_pieces import SharedPieces
    from storyboard.generation.store import open_named_files
    from storyboard.ledgers import place_of
    from storyboard.project import project_of

    project = project_of(story)
    if project.series is None or project.series.store is None:
        return piece_cache(), ()
    try:
        if place_of(project, free=False).path is not None:
            return piece_cache(), ()
        store = open_named_files(project.series.store)
    except UsageError as error:
        return piece_cache(), (f"{error.message} Pieces are kept on this machine alone.",)
    return PieceCache(piece_cache().folder, shared=SharedPieces(store)), ()
