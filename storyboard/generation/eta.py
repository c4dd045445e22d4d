"""When it will all be home, from how long such jobs took before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.generation.durations import usual_seconds
from storyboard.generation.outlook import Will
from storyboard.generation.polling import REQUESTS_A_MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from storyboard.generation.outlook import EpisodeOutlook, Prospect
    from storyboard.generation.purchase import Order


def eta_seconds(
    outlooks: Iterable[EpisodeOutlook], known: Mapping[str, Sequence[tuple[float, float]]], now: datetime
) -> float:
    """Seconds until the last reel is home; 0.0 where nothing is under way or to be rendered.

    Reels that go on from one another are rendered one after the other, all others at the same time; each submit has
    to pass the account's gate.

    Args:
        outlooks: The episodes.
        known: By resolution, how long jobs took: seconds of clip, seconds it took.
        now: The moment.
    """
    latest, submits = 0.0, 0
    usual = _Usual(known)
    for outlook in outlooks:
        ends: dict[int, float] = {}
        for prospect in outlook.prospects:
            handoff = prospect.reel.start.handoff
            before = ends.get(handoff, 0.0) if handoff is not None else 0.0
            ends[prospect.reel.index] = before + _left(prospect, usual, now)
            submits += prospect.will is Will.BUY
        latest = max([latest, *ends.values()])
    queue = max(submits - 1, 0) * 60.0 / REQUESTS_A_MINUTE
    return latest + queue if latest else 0.0


class _Usual:
    """How long jobs usually take, looked up once for all that are alike."""

    def __init__(self, known: Mapping[str, Sequence[tuple[float, float]]]) -> None:
        self._known = known
        self._found: dict[tuple[str, object], float] = {}

    def seconds(self, order: Order) -> float:
        resolution, duration = str(order.request.get("resolution")), order.request.get("duration")
        found = self._found.get((resolution, duration))
        if found is None:
            found = usual_seconds(self._known.get(resolution, ()), order)
            self._found[resolution, duration] = found
        return found


def _left(prospect: Prospect, known: _Usual, now: datetime) -> float:
    if prospect.will not in {Will.BUY, Will.RESUME}:
        return 0.0
    usual = known.seconds(prospect.order)
    purchase = prospect.purchase
    if prospect.will is Will.BUY or purchase is None or purchase.accepted_at is None:
        return usual
    return max(usual - (now - purchase.accepted_at).total_seconds(), 60.0)
