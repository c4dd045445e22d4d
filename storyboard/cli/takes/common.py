"""What the commands about takes have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.cli.jobs.common import cut, plain
from storyboard.known_takes import Fit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from storyboard.known_takes import KnownTake

_WIDE = 100  # columns from which there is room for the job's name
_UNITS = ("B", "kB", "MB", "GB", "TB")


def size(count: int | None) -> str:
    """Bytes for people, in powers of a thousand; empty where it is not known."""
    if count is None:
        return ""
    amount = float(count)
    for unit in _UNITS:
        if amount < 999.5 or unit == _UNITS[-1]:
            return f"{amount:.0f} {unit}" if unit == "B" or amount >= 10 else f"{amount:.1f} {unit}"
        amount /= 1000
    return ""


def price(take: KnownTake) -> str:
    """What it cost, for people."""
    from storyboard.compiler.price import dollars

    return "free" if take.order.free else f"${dollars(take.cost)}"


def take_lines(takes: Sequence[KnownTake], *, width: int) -> Iterator[str]:
    """The takes of an episode as a table."""
    if not takes:
        yield "  no take yet"
        return
    yield from _group([take for take in takes if not take.order.free], "paid", width)
    yield from _group([take for take in takes if take.order.free], "sandbox, free", width)


def _group(takes: Sequence[KnownTake], name: str, width: int) -> Iterator[str]:
    if not takes:
        return
    yield f"  {name}"
    yield f"  reel  take  {'key':<8}  {'home since':<11}  {'price':>6}  {'size':>6}  {'where':<7}  which"
    for take in takes:
        when = f"{take.made_at:%m-%d %H:%M}" if take.made_at else ""
        marks = [*(["used"] if take.is_used else []), *(["picked"] if take.entry else [])]
        fit = take.fit.value if take.fit is not Fit.PRESENT else ""
        head = (
            f"  {take.reel:>4}  {take.order.take:>4}  {take.order.key[:8]:<8}  {when:<11}  {price(take):>6}  "
            f"{size(take.size):>6}  {take.where:<7}  "
        )
        job = plain(take.job_id) if width >= _WIDE and not take.order.free else ""
        both = ", ".join([*marks, *([fit] if fit else [])])
        fits = len(head) + len(both) <= width
        yield cut(f"{head}{both if fits else ', '.join(marks):<22}  {job}".rstrip(), width).rstrip()
        if not fits:
            yield f"{'':14}{fit}"


def as_json(take: KnownTake) -> dict[str, object]:
    """A take as plain values."""
    from storyboard.compiler.price import dollars

    return {
        "reel": take.reel,
        "take": take.order.take,
        "key": take.order.key,
        "job_id": take.job_id,
        "provider": take.order.provider,
        "base_url": take.order.base_url,
        "made_at": take.made_at.isoformat(timespec="seconds") if take.made_at else None,
        "free": take.order.free,
        "cost_usd": "0.00" if take.order.free else dollars(take.cost),
        "clip": str(take.clip),
        "clip_sha256": take.clip_sha256,
        "size": take.size,
        "where": take.where,
        "picked": take.entry is not None,
        "used": take.is_used,
        "fits": take.fit.name.lower(),
        "request_sha256": take.order.request_sha256,
    }
