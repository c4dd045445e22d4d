"""Every take of an episode: what is picked, what the present story would use, and where each clip is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from storyboard.errors import StoreError, UsageError
from storyboard.generation.ledger import Ledger
from storyboard.generation.outlook import Forecaster, Options, Prospect, Will
from storyboard.generation.prepare import prepare
from storyboard.generation.provider import choice_of
from storyboard.generation.purchase import State
from storyboard.generation.store import open_store
from storyboard.ledgers import open_ledger, place_of
from storyboard.project import hashes_of_images

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from decimal import Decimal
    from pathlib import Path

    from storyboard.generation.lock_entry import LockEntry
    from storyboard.generation.prepare import Prepared
    from storyboard.generation.provider import ProviderChoice
    from storyboard.generation.purchase import Order, Purchase
    from storyboard.generation.rows import Rows
    from storyboard.generation.store import Store
    from storyboard.project import Project


class Fit(Enum):
    """What the present story makes of a take."""

    PRESENT = ""
    """It is a take of the very request."""
    WORDED = "worded by another version"
    """The author wrote the same; only this program words it differently now."""
    STANDS = "from another take"
    """It goes on from another take of the reel before than the one in use."""
    OLDER = "older text"
    """The author wrote something else; it cannot be used."""


@dataclass(frozen=True)
class KnownTake:
    """A take that was made.

    Attributes:
        episode: What the ledger calls the episode.
        reel: From 1.
        order: What was ordered.
        purchase: Its row; None where only the lock file knows it.
        entry: Its pick; None where it is not picked.
        fit: What the present story makes of it.
        is_used: Whether a render of the present story would use it.
        clip: Its file on this machine, there or not.
        clip_sha256: Of the clip's bytes.
        job_id: The service's name for the job.
        size: Bytes, where it is here; None where it is not.
        is_stored: Whether the shared store has it; None where that is not known.
    """

    episode: str
    reel: int
    order: Order
    purchase: Purchase | None
    entry: LockEntry | None
    fit: Fit
    is_used: bool
    clip: Path
    clip_sha256: str
    job_id: str
    size: int | None
    is_stored: bool | None

    @property
    def made_at(self) -> datetime | None:
        """When its clip came home."""
        return (self.purchase.done_at or self.purchase.updated_at) if self.purchase else None

    @property
    def where(self) -> str:
        """Where its clip is, in a word."""
        if self.size is not None:
            return "here"
        return {True: "store", False: "nowhere", None: "unknown"}[self.is_stored]

    @property
    def cost(self) -> Decimal:
        """What it cost, in US dollars, unrounded."""
        return self.order.cost


def all_purchases(project: Project) -> list[Purchase]:
    """What both ledgers of a project know, that of what is paid and that of the sandbox; none is made.

    Raises:
        LedgerError: One cannot be read.
    """
    paid, free = place_of(project, free=False), place_of(project, free=True)
    found: list[Purchase] = []
    if paid.path is None or paid.path.is_file():
        with open_ledger(project, free=False) as ledger:
            found += ledger.all(series=project.name if paid.is_kept else None)
    if free.path is not None and free.path != paid.path and free.path.is_file():
        with Ledger(free.path) as ledger:
            found += [purchase for purchase in ledger.all() if purchase.order.free]
    return found


def takes_of(project: Project, path: Path, rows: Rows, store: Store | None = None) -> list[KnownTake]:
    """Every take of an episode, by reel, the oldest first.

    Args:
        project: Where it lies.
        path: The storyboard.
        rows: What the ledgers know.
        store: Asked for clips that are not here; None asks nobody.

    Raises:
        StoryError: The story has errors.
        LockError: A lock file cannot be read.
    """
    return list(_Episode(project, path, rows, store).takes())


def shared_store(project: Project) -> Store:
    """Where the takes of a project are kept for others.

    Raises:
        UsageError: Its address cannot be used.
    """
    return open_store(project.series.store if project.series else None, project.root)


class _Episode:
    def __init__(self, project: Project, path: Path, rows: Rows, store: Store | None) -> None:
        self._project = project
        self._prepared: Prepared = prepare(path)
        self._episode = project.episode_of(path)
        self._rows = rows
        self._store = store
        self._images = hashes_of_images(self._prepared)

    def takes(self) -> Iterator[KnownTake]:
        found: list[KnownTake] = []
        for provider, base_url in self._services():
            found += self._of_service(provider, base_url)
        yield from sorted(found, key=lambda take: (take.reel, take.made_at is None, str(take.made_at or "")))

    def _services(self) -> list[tuple[str, str]]:
        orders = [p.order for p in self._rows if p.order.episode == self._episode]
        named = {(order.provider, order.base_url) for order in orders}
        for free in (False, True):
            entries = self._project.read_lock(free=free).entries()
            named |= {(e.provider, e.base_url) for e in entries if e.episode == self._episode}
        return sorted(named)

    def _of_service(self, provider: str, base_url: str) -> Iterator[KnownTake]:
        try:
            choice: ProviderChoice | None = choice_of(provider, base_url)
        except UsageError:  # its package is not installed: its takes are there all the same
            choice = None
        free = choice.free if choice else False
        lock = self._project.read_lock(free=free)
        used = {p.reel.index: p for p in self._prospects(choice, Options())} if choice else {}
        numbers = {p.order.reel for p in self._made(provider, base_url)} | set(used)
        for number in sorted(numbers):
            entry = lock.entry(self._episode, number)
            entry = entry if entry and (entry.provider, entry.base_url) == (provider, base_url) else None
            present = self._present(choice, number) if choice and number in used else None
            done = [p for p in self._made(provider, base_url) if p.order.reel == number]
            same = self._rows.takes_of(present) if present else []
            made = {p.key: p for p in (*done, *(p for p in same if p.state is State.DONE))}
            picked = entry.key if entry else ""
            chosen = used.get(number)
            for purchase in made.values():
                yield self._take(number, purchase, entry if purchase.key == picked else None, present, chosen)
            if entry is not None and entry.key not in made:
                yield self._only_locked(number, entry, free, present, chosen)

    def _made(self, provider: str, base_url: str) -> Iterable[Purchase]:
        for purchase in self._rows:
            order = purchase.order
            here = (order.provider, order.base_url, order.episode) == (provider, base_url, self._episode)
            if here and purchase.state is State.DONE:
                yield purchase

    def _prospects(self, choice: ProviderChoice, options: Options) -> tuple[Prospect, ...]:
        lock = self._project.read_lock(free=choice.free)
        forecaster = Forecaster(self._project.name, choice, self._rows, lock, options)
        return forecaster.foresee(self._episode, self._prepared.require_plan(), self._images)

    def _present(self, choice: ProviderChoice, reel: int) -> Order:
        """What would be ordered for the reel now, all else staying as it is."""
        return self._prospects(choice, Options(another_take_of=reel))[reel - 1].order

    def _take(
        self, reel: int, purchase: Purchase, entry: LockEntry | None, present: Order | None, chosen: Prospect | None
    ) -> KnownTake:
        clip = self._project.state / (purchase.clip or "takes/none")
        return self._known(
            reel, purchase.order, purchase, entry, present, chosen, clip, purchase.clip_sha256, purchase.job_id
        )

    def _only_locked(
        self, reel: int, entry: LockEntry, free: bool, present: Order | None, chosen: Prospect | None
    ) -> KnownTake:
        clip = self._project.state / "takes" / entry.clip
        order = replace(entry.order(self._project.name), free=free)
        return self._known(reel, order, None, entry, present, chosen, clip, entry.clip_sha256, entry.job_id)

    def _known(
        self,
        reel: int,
        order: Order,
        purchase: Purchase | None,
        entry: LockEntry | None,
        present: Order | None,
        chosen: Prospect | None,
        clip: Path,
        sha256: str | None,
        job_id: str | None,
    ) -> KnownTake:
        size = clip.stat().st_size if clip.is_file() else None
        is_used = chosen is not None and chosen.will is Will.REUSE and chosen.order.key == order.key
        stored = _is_stored(self._store, sha256) if size is None and not order.free else False
        return KnownTake(
            self._episode,
            reel,
            order,
            purchase,
            entry,
            _fit(order, present),
            is_used,
            clip,
            sha256 or "",
            job_id or "",
            size,
            stored,
        )


def _fit(order: Order, present: Order | None) -> Fit:
    if present is None:
        return Fit.OLDER
    if order.request_sha256 == present.request_sha256:
        return Fit.PRESENT
    if order.own_sha256 == present.own_sha256:
        return Fit.STANDS
    same = order.content_sha256 and order.content_sha256 == present.content_sha256
    return Fit.WORDED if same else Fit.OLDER


def _is_stored(store: Store | None, sha256: str | None) -> bool | None:
    if store is None or not sha256:
        return None if store is None else False
    try:
        return store.has(sha256)
    except StoreError:
        return None


def standing(entry: LockEntry) -> LockEntry:
    """The same pick, kept by the person's word."""
    return replace(entry, stands=True)
