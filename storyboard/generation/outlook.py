"""What a render is about to do with each reel, and why; told before anything is sent, without asking anybody.

Content decides, never whether a file is there: a reel is known by its request, and an edited segment changes that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from storyboard.compiler.changes import changes
from storyboard.compiler.content import combined
from storyboard.errors import UsageError
from storyboard.generation.first_frame import identified_request, identity
from storyboard.generation.purchase import ENDED_BADLY, Order, Purchase, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from storyboard.compiler.plan import OrderedEpisode, OrderedReel, Plan
    from storyboard.generation.lock_entry import LockEntry
    from storyboard.generation.lock_file import Lock
    from storyboard.generation.prepare import Prepared
    from storyboard.generation.provider import ProviderChoice
    from storyboard.generation.rows import Rows


class Will(StrEnum):
    """What becomes of a reel."""

    REUSE = "reuse"
    """Its take is there."""
    RESUME = "resume"
    """Its job is paid and goes on."""
    BUY = "render"
    """It is sent, and costs its price."""
    STOP = "stopped"
    """Its last job ended badly or is uncertain, and a person has to decide."""
    LEAVE = "left"
    """It has no take, and another reel alone is to be rendered."""


@dataclass(frozen=True)
class Options:
    """What a person wants other than all that is missing.

    Attributes:
        another_take_of: The number of a reel to make another take of; nothing else is bought.
        only_reel: The number of the one reel that may be bought; the others stay as they are.
        recompile: Buy anew what only this program's own changes made different.
        pilot: Render the riskiest part of each story alone.
    """

    another_take_of: int | None = None
    only_reel: int | None = None
    recompile: bool = False
    pilot: bool = False

    def __post_init__(self) -> None:
        if self.another_take_of is not None and self.only_reel is not None:
            raise UsageError(
                "--take and --only-reel do not go together: each names the one reel that is rendered.",
                hint="--take REEL renders that reel alone already.",
            )

    @property
    def alone(self) -> int | None:
        """The one reel that may be bought; None where all may."""
        return self.only_reel if self.another_take_of is None else self.another_take_of


@dataclass(frozen=True)
class Prospect:
    """What a render will do with one reel.

    Attributes:
        reel: The reel.
        order: What names it; for a take that stays although the reel would be another now, that take's.
        will: What becomes of it.
        purchase: Its row in the ledger, if it has one.
        entry: Its pick in the lock file, where that is what counts.
        why: For a reel that is rendered: what changed since the last take, in words.
        note: What is worth knowing of a take that stays; may be empty.
        stands: Whether it stays by a person's word, although the reel before it has another take.
        away: For a take whose clip is not on this machine: where it would come from, in words; else empty.
    """

    reel: OrderedReel
    order: Order
    will: Will
    purchase: Purchase | None = None
    entry: LockEntry | None = None
    why: tuple[str, ...] = ()
    note: str = ""
    stands: bool = False
    away: str = ""

    @property
    def clip(self) -> str | None:
        """The file of its take, seen from the ledger's folder; None where there is none yet."""
        if self.purchase is not None:
            return self.purchase.clip
        return f"takes/{self.entry.clip}" if self.entry is not None else None

    @property
    def cost(self) -> Decimal:
        """What it will cost from now on, in US dollars, unrounded."""
        return self.order.cost if self.will is Will.BUY and not self.order.free else Decimal(0)


@dataclass(frozen=True)
class EpisodeOutlook:
    """What a render will do with one episode.

    Attributes:
        path: The storyboard, as the person named it.
        episode: What the ledger calls it.
        plan: What it compiles to.
        prospects: Each reel's.
    """

    path: Path
    episode: str
    plan: OrderedEpisode
    prospects: tuple[Prospect, ...]

    @property
    def cost(self) -> Decimal:
        """What it will cost from now on, in US dollars, unrounded."""
        return total_to_pay(self.prospects)


@dataclass(frozen=True)
class PreparedOutlook(EpisodeOutlook):
    """What a render will do with one episode, with all that doing it needs.

    Attributes:
        prepared: The storyboard as read and compiled.
    """

    plan: Plan
    prepared: Prepared


def total_to_pay(prospects: Iterable[Prospect]) -> Decimal:
    """What a render will cost from now on, in US dollars, unrounded; what two episodes share is bought once."""
    costs = {prospect.order.key: prospect.cost for prospect in prospects}
    return sum(costs.values(), start=Decimal(0))


class Forecaster:
    """Foresees what becomes of the reels of one series.

    Args:
        series: What the ledger calls it.
        choice: Who renders.
        rows: What the ledger knows.
        lock: What was picked.
        options: What the person wants.
    """

    def __init__(self, series: str, choice: ProviderChoice, rows: Rows, lock: Lock, options: Options) -> None:
        self._series = series
        self._choice = choice
        self._rows = rows
        self._lock = lock
        self._options = options

    def foresee(self, episode: str, plan: OrderedEpisode, images: Mapping[str, str]) -> tuple[Prospect, ...]:
        """What becomes of each reel of an episode.

        Args:
            episode: What the ledger calls it.
            plan: What it compiles to.
            images: The hashes of the plan's first frames, by the name the author wrote.
        """
        prospects: list[Prospect] = []
        for reel in plan.reels:
            handoff = reel.start.handoff
            before = prospects[handoff - 1] if handoff is not None else None
            start = identity(reel.start, images, before.order.key if before else None)
            request = identified_request(reel, start)
            order = Order(
                self._choice.name,
                self._choice.base_url,
                request,
                1,
                self._series,
                episode,
                reel.index,
                reel.cost if self._choice.free else self._choice.price(request),
                combined(reel.content, start),
                self._choice.free,
            )
            prospects.append(self._prospect(reel, order, self._picked(episode, reel.index)))
        return tuple(prospects)

    def _picked(self, episode: str, reel: int) -> LockEntry | None:
        entry = self._lock.entry(episode, reel)
        ours = entry is not None and (entry.provider, entry.base_url) == (self._choice.name, self._choice.base_url)
        return entry if ours else None

    def _prospect(self, reel: OrderedReel, order: Order, entry: LockEntry | None) -> Prospect:
        takes = self._rows.takes_of(order)
        if reel.index == self._options.another_take_of:
            return self._another(reel, order, takes, entry)
        same = self._same_request(reel, order, takes, entry)
        if same is not None:
            return same
        kept = self._kept(reel, order, entry)
        if kept is not None:
            return kept
        if self._options.alone not in {None, reel.index}:
            return Prospect(reel, order, Will.LEAVE, note="it has no take, and only another reel is to be rendered")
        return Prospect(reel, order, Will.BUY, self._rows.find(order.key), why=self._why(order, entry))

    def _another(
        self, reel: OrderedReel, order: Order, takes: Sequence[Purchase], entry: LockEntry | None
    ) -> Prospect:
        """A further take: one that is under way, else one that was never sent, else a new one."""
        locked = entry.take if entry is not None and entry.request_sha256 == order.request_sha256 else 0
        order = replace(order, take=another(takes, locked=locked))
        found = self._rows.find(order.key)
        will = what_becomes_of(found, free=order.free)
        return Prospect(reel, order, will, found, why=("another take was asked for",) if will is Will.BUY else ())

    def _same_request(
        self, reel: OrderedReel, order: Order, takes: Sequence[Purchase], entry: LockEntry | None
    ) -> Prospect | None:
        """The take of this very request that counts now, if there is one."""
        if entry is not None and entry.request_sha256 == order.request_sha256:
            picked = replace(order, take=entry.take)
            row = self._rows.find(picked.key)
            if row is None or row.state is State.DONE:
                return Prospect(reel, picked, Will.REUSE, row, entry)
        chosen = current(takes)
        if chosen is None or chosen.state is State.PLANNED:
            return None
        will = what_becomes_of(chosen, free=order.free)
        why = ("the sandbox's clip was not finished",) if will is Will.BUY else ()
        return Prospect(reel, chosen.order, will, chosen, why=why)

    def _kept(self, reel: OrderedReel, order: Order, entry: LockEntry | None) -> Prospect | None:
        """A take that stays although its request would be another now."""
        alone = self._options.alone
        spared = alone not in {None, reel.index}
        stands = spared or (entry is not None and entry.stands)
        for old in self._candidates(order, entry):
            same = old.own_sha256 == order.own_sha256
            if stands and same:
                note = "it goes on from another take of the reel before it than the one in use"
                return self._stays(reel, old, entry, note, stands=True)
            if spared:
                note = f"it would be another now ({', '.join(_words(old, order))}), and only reel {alone} is rendered"
                return self._stays(reel, old, entry, note, stands=False)
        if self._options.recompile:
            return None
        if entry is not None and entry.content_sha256 and entry.content_sha256 == order.content_sha256:
            return self._stays(reel, _order_of(entry, order), entry, _RECOMPILED, stands=False)
        by_content = self._rows.done_with_content_of(order)
        if by_content is not None:
            return Prospect(reel, by_content.order, Will.REUSE, by_content, note=_RECOMPILED)
        return None

    def _candidates(self, order: Order, entry: LockEntry | None) -> list[Order]:
        """What was made for this reel before: the pick first, then the latest."""
        picked = [_order_of(entry, order)] if entry is not None else []
        done = [p.order for p in self._rows.at_place_of(order) if p.state is State.DONE]
        return [*picked, *reversed(done)]

    def _stays(self, reel: OrderedReel, old: Order, entry: LockEntry | None, note: str, *, stands: bool) -> Prospect:
        row = self._rows.find(old.key)
        locked = entry if entry is not None and entry.key == old.key else None
        return Prospect(reel, old, Will.REUSE, row, locked, note=note, stands=stands)

    def _why(self, order: Order, entry: LockEntry | None) -> tuple[str, ...]:
        before = self._candidates(order, entry)
        return tuple(_words(before[0], order)) if before else ("it was not rendered yet",)


_RECOMPILED = "this version of the program words its request differently; --recompile renders it anew"


def current(takes: Sequence[Purchase]) -> Purchase | None:
    """The take that counts now, of all takes of one request.

    A purchase under way comes first (it goes on), then the latest take that is done, then one whose clip could
    not be used, then the latest that ended badly, and only then one that was never sent: a reel whose job failed
    is not bought again by itself.
    """
    planned = [p for p in takes if p.state is State.PLANNED]
    done = [p for p in takes if p.state is State.DONE]
    badly = [p for p in takes if p.state in ENDED_BADLY]
    stuck = [p for p in takes if p.is_stuck]
    chosen = (under_way(takes) or done or stuck or badly or planned)[-1:]
    return chosen[0] if chosen else None


def another(takes: Sequence[Purchase], *, locked: int = 0) -> int:
    """The number of a further take: one that is under way, else one that was never sent, else a new one.

    Args:
        takes: All of one request, by number.
        locked: The number of one that only the lock file knows; 0 where there is none.
    """
    begun = under_way(takes) or [p for p in takes if p.state is State.PLANNED and p.order.take > locked]
    return begun[-1].order.take if begun else max([locked, *(p.order.take for p in takes)]) + 1


def under_way(takes: Iterable[Purchase]) -> list[Purchase]:
    """The takes that are paid, or may be, and go on."""
    ended = ENDED_BADLY | {State.PLANNED, State.DONE}
    return [p for p in takes if p.state not in ended and not p.is_stuck]


def what_becomes_of(purchase: Purchase | None, *, free: bool) -> Will:
    """What a render does with a reel whose purchase is this."""
    if purchase is None or purchase.state is State.PLANNED:
        return Will.BUY
    if purchase.state is State.DONE:
        return Will.REUSE
    if free:
        return Will.BUY
    if purchase.state in ENDED_BADLY | {State.UNKNOWN}:
        return Will.STOP
    return Will.RESUME


def _order_of(entry: LockEntry, order: Order) -> Order:
    """The order of a pick, seen from the reel it was picked for."""
    return replace(
        order, request=entry.request, take=entry.take, cost=entry.cost_usd, content_sha256=entry.content_sha256
    )


def _words(old: Order, new: Order) -> list[str]:
    return [str(change) for change in changes(old.request, new.request)] or ["its request"]
