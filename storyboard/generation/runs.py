"""A run: what a person agreed to pay for at one time, so that any process can go on with it."""

from __future__ import annotations

import platform
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from storyboard.generation.holder import Holder
from storyboard.generation.spending import Ceilings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from decimal import Decimal


@dataclass(frozen=True)
class Run:
    """One agreement.

    Attributes:
        id: A name of its own.
        at: When it was given.
        series: The title of the series.
        root: The folder of the series, on the host where it was given.
        host: That host.
        agreed: The price that was told, in US dollars, unrounded.
        ceilings: As they stood then, ``--max-cost`` among them.
        finish: What is to be done when all is home, as plain values: the storyboards, the output folder.
        is_finished: Whether there is nothing more to do for it, and nothing may be bought under it.
    """

    at: datetime
    series: str
    root: str
    agreed: Decimal
    ceilings: Ceilings = field(default_factory=Ceilings)
    finish: Mapping[str, Any] = field(default_factory=dict)
    host: str = field(default_factory=platform.node)
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    is_finished: bool = False


def is_under_way_elsewhere(run: Run) -> bool:
    """Whether the process that began a run is seen to go on with it."""
    process = Holder.read(str(run.finish.get("process", "")))
    return process is not None and process != Holder.mine() and process.is_dead() is False
