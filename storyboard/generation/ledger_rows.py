"""The ledger's rows as frozen values, and back."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from storyboard.errors import LedgerError
from storyboard.generation.purchase import Order, Purchase, State
from storyboard.generation.runs import Run
from storyboard.generation.spending import Ceilings

if TYPE_CHECKING:
    from sqlalchemy import Row


def purchase_of(row: Row[Any]) -> Purchase:
    """A row of ``purchases``.

    Raises:
        LedgerError: It names a file that is none of the ledger's own, or holds another request than its name says:
            it may come with a stranger's repository.
    """
    clip = PurePosixPath(row.clip or "takes/none")
    if clip.parts != ("takes", clip.name) or "\\" in row.episode + clip.name or _leads_out(row.episode):
        raise LedgerError(
            f"The ledger names the file {row.clip or row.episode}, which is none of its own.",
            hint="It was not written by this program; do not render with it.",
        )
    order = Order(
        row.provider,
        row.base_url,
        json.loads(row.request),
        row.take,
        row.series,
        row.episode,
        row.reel,
        Decimal(row.cost_usd),
        row.content_sha256,
        bool(row.free),
    )
    if order.key != row.key:  # or what is sent would be another request than the one whose price was told
        raise LedgerError(
            f"The ledger's row {row.key[:8]} does not hold the request that its name stands for.",
            hint="It was changed by hand, or not written by this program; do not render with it.",
        )
    return Purchase(
        row.key,
        order,
        State(row.state),
        row.permit,
        row.job_id,
        row.poll_url,
        row.media_url,
        row.clip,
        row.clip_sha256,
        row.reason,
        utc(row.created_at),
        utc(row.updated_at),
        row.run,
        row.holder,
        _perhaps(row.held_until),
        _perhaps(row.permit_at),
        _perhaps(row.accepted_at),
        _perhaps(row.ready_at),
        _perhaps(row.done_at),
        _perhaps(row.looked_at),
        row.wait_seconds,
        row.tries,
        row.progress,
        row.word,
    )


def run_values(run: Run) -> dict[str, Any]:
    """A run as a row of ``runs``."""
    amounts = {scope: str(value) for scope, value in vars(run.ceilings).items() if value is not None}
    most = amounts.pop("run", None)
    return {
        "id": run.id,
        "at": run.at,
        "series": run.series,
        "root": run.root,
        "host": run.host,
        "agreed_usd": str(run.agreed),
        "max_cost_usd": most,
        "ceilings": json.dumps(amounts),
        "finish": json.dumps(dict(run.finish), ensure_ascii=False),
    }


def run_of(row: Row[Any]) -> Run:
    """A row of ``runs``."""
    amounts = {scope: Decimal(value) for scope, value in json.loads(row.ceilings).items()}
    most = Decimal(row.max_cost_usd) if row.max_cost_usd is not None else None
    return Run(
        utc(row.at),
        row.series,
        row.root,
        Decimal(row.agreed_usd),
        Ceilings(**amounts, run=most),
        json.loads(row.finish),
        row.host,
        row.id,
        row.finished_at is not None,
    )


def utc(moment: datetime) -> datetime:
    """SQLite forgets the zone; everything here is written in UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _perhaps(moment: datetime | None) -> datetime | None:
    return None if moment is None else utc(moment)


def _leads_out(episode: str) -> bool:
    path = PurePosixPath(episode)
    return path.is_absolute() or ".." in path.parts
