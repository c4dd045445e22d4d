"""Which clips of the takes a plan counts on are on this machine; one look at a name each, and nothing is read."""

from __future__ import annotations

import stat
from dataclasses import replace
from typing import TYPE_CHECKING

from storyboard.generation.outlook import Will

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from storyboard.generation.outlook import Prospect
    from storyboard.project import Project

_FROM_SERVICE = "the service while it knows the job"


def with_clips(project: Project, prospects: Iterable[Prospect]) -> tuple[Prospect, ...]:
    """The same, and for each take whose clip is not here, where it would come from. No store is asked.

    Args:
        project: Where the takes lie, and which store it has.
        prospects: What becomes of each reel.
    """
    has_store = bool(project.series and project.series.store)
    paid = f"the store, or {_FROM_SERVICE}" if has_store else _FROM_SERVICE
    return tuple(
        replace(each, away="another render, free" if each.order.free else paid)
        if each.will is Will.REUSE and not _is_there(project.state / (each.clip or "takes/none"))
        else each
        for each in prospects
    )


def _is_there(path: Path) -> bool:
    try:
        found = path.stat()
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size > 0
