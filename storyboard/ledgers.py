"""Opening the ledger of a project: which one, and whether it may be used."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from storyboard.errors import LedgerError, UsageError
from storyboard.generation.ledger import Ledger
from storyboard.generation.ledger_place import LedgerPlace, ledger_place
from storyboard.generation.network_disk import refuse_network_disk
from storyboard.generation.state_folder import refuse_links

if TYPE_CHECKING:
    from storyboard.project import Project


def place_of(project: Project, *, free: bool) -> LedgerPlace:
    """Which ledger is in force: ``STORYBOARD_LEDGER`` for what is paid, else the one beside the project.

    What costs nothing is always written beside the project: a sandbox take is nobody else's business.

    Raises:
        UsageError: ``STORYBOARD_LEDGER`` names nothing that can be one.
    """
    return ledger_place(project.state.parent, {} if free else os.environ)


def existing_ledger(project: Project) -> Ledger:
    """Open the ledger of what is paid, where there is one.

    Raises:
        UsageError: There is none, or ``STORYBOARD_LEDGER`` names nothing that can be one.
        LedgerError: It cannot be used, lies on a network disk, or is another series' own.
    """
    place = place_of(project, free=False)
    if place.path is not None and not place.path.is_file():
        named = "STORYBOARD_LEDGER names that file" if place.is_kept else "nothing was rendered there yet"
        raise UsageError(
            f"There is no ledger at {place.shown}: {named}.",
            hint="Name the folder of the storyboard, or of the series, with --series.",
        )
    return open_ledger(project, free=False, make=False)


def open_ledger(project: Project, *, free: bool, make: bool = True) -> Ledger:
    """Open it, made if need be.

    Args:
        project: Whose.
        free: Whether it is for what costs nothing.
        make: Whether it is made where there is none.

    Raises:
        UsageError: ``STORYBOARD_LEDGER`` names nothing that can be one.
        LedgerError: It cannot be used, lies on a network disk, or is another series' own.
    """
    place = place_of(project, free=free)
    refuse_links(project.state)
    if place.path is not None and not free:
        refuse_network_disk(place.path)
    ledger = Ledger(place.path if place.path is not None else place.url, make=make)
    try:
        if place.is_kept and place.path is not None:
            _see_that_it_is_ours(ledger, project)
    except BaseException:
        ledger.close()
        raise
    return ledger


def _see_that_it_is_ours(ledger: Ledger, project: Project) -> None:
    owner = ledger.belongs_to(project.name)
    if owner != project.name:
        raise LedgerError(
            f"The ledger {ledger.shown} is that of the series “{owner}”, and this is “{project.name}”. Nothing was "
            "sent.",
            hint="Give each series a file of its own in STORYBOARD_LEDGER, or a Postgres database, which holds many. "
            "If the series was only renamed, give it its old title back.",
        )
