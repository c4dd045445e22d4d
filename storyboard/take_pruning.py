"""Freeing disk: which files of the state folder nobody needs any more."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyboard.errors import StoreError
from storyboard.generation.purchase import OPEN, Purchase, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from storyboard.generation.lock_file import Lock
    from storyboard.generation.rows import Rows
    from storyboard.generation.store import Store

YOUNG = 3600.0
"""Seconds for which a file that is no take is left alone: a render may have just written it."""


@dataclass(frozen=True)
class Needless:
    """A file that nobody needs.

    Attributes:
        path: It.
        size: Bytes.
        what: ``take``, ``sandbox take``, ``part``, ``rejected clip`` or ``first frame``.
        purchase: Whose take it is; None for the rest.
        is_only_copy: Whether it is the only copy, as far as is known, of something that was paid for.
    """

    path: Path
    size: int
    what: str
    purchase: Purchase | None = None
    is_only_copy: bool = False


def needless(
    state: Path, rows: Rows, locks: Iterable[Lock], store: Store, *, keep: int = 1, used: Iterable[str] = ()
) -> list[Needless]:
    """What may be removed: never a take that is picked, is among the newest, or is needed by what is open.

    A file of which nobody knows what it is stays.

    Args:
        state: The state folder.
        rows: What the ledgers know.
        locks: Every lock file of the project.
        store: Asked which takes it keeps.
        keep: How many of the newest takes of each reel stay in any case.
        used: The keys of takes that the present stories use.
    """
    purchases = list(rows)
    kept = _needed(purchases, keep) | set(used)
    clips = {entry.clip for lock in locks for entry in lock.entries()}
    clips |= {_name(each) for each in purchases if each.key in kept}
    by_clip = {_name(each): each for each in purchases if each.clip}
    return [
        *_takes(state / "takes", clips, by_clip, store),
        *_leftovers(state / "parts", "part", {each.key[:16] for each in purchases if _may_go_on(each)}),
        *_rejected(state / "rejected", purchases),
        *_leftovers(state / "frames", "first frame", _frames(purchases)),
    ]


def remove(files: Iterable[Needless]) -> int:
    """Remove them, and say how many bytes that freed.

    Raises:
        OSError: One cannot be removed.
    """
    freed = 0
    for each in files:
        each.path.unlink(missing_ok=True)
        freed += each.size
    return freed


def _takes(folder: Path, kept: set[str], by_clip: Mapping[str, Purchase], store: Store) -> Iterator[Needless]:
    for file in _files(folder):
        purchase = by_clip.get(file.name)
        if purchase is None or file.name in kept or purchase.state is not State.DONE:
            continue
        if purchase.order.free:
            yield Needless(file, file.stat().st_size, "sandbox take", purchase)
        else:
            only = not _is_stored(store, purchase)
            yield Needless(file, file.stat().st_size, "take", purchase, only)


def _leftovers(folder: Path, what: str, needed: set[str]) -> Iterator[Needless]:
    for file in _files(folder):
        if file.name.partition(".")[0] not in needed and time.time() - file.stat().st_mtime > YOUNG:
            yield Needless(file, file.stat().st_size, what)


def _rejected(folder: Path, purchases: Iterable[Purchase]) -> Iterator[Needless]:
    """Those of purchases that are settled: of one that is stuck, a person may want to look at the clip."""
    open_ = {each.key[:8] for each in purchases if _may_go_on(each)}
    for file in _files(folder):
        named = file.stem.split("-")[-2:-1]
        if not set(named) & open_ and time.time() - file.stat().st_mtime > YOUNG:
            yield Needless(file, file.stat().st_size, "rejected clip")


def _needed(purchases: Iterable[Purchase], keep: int) -> set[str]:
    """The keys of takes that are among the newest of their reel, or that something open goes on from."""
    needed: set[str] = set()
    of_reel: dict[tuple[object, ...], list[Purchase]] = defaultdict(list)
    for purchase in purchases:
        order = purchase.order
        if purchase.state is State.DONE:
            of_reel[order.provider, order.base_url, order.series, order.episode, order.reel].append(purchase)
        elif order.after is not None and (_may_go_on(purchase) or purchase.state is State.PLANNED):
            needed.add(order.after)
    for takes in of_reel.values():
        takes.sort(key=lambda each: each.done_at or each.updated_at)
        needed |= {each.key for each in takes[len(takes) - keep :]} if keep else set()
    return needed


def _frames(purchases: Iterable[Purchase]) -> set[str]:
    """The hashes of the first frames of what may yet be sent."""
    told = (each.order.request.get("image") for each in purchases if _may_go_on(each) or _is_agreed(each))
    return {image["sha256"] for image in told if image and "sha256" in image}


def _may_go_on(purchase: Purchase) -> bool:
    return purchase.state in OPEN | {State.UNKNOWN, State.EXPIRED}


def _is_agreed(purchase: Purchase) -> bool:
    return purchase.state is State.PLANNED and purchase.run is not None


def _is_stored(store: Store, purchase: Purchase) -> bool:
    try:
        return bool(purchase.clip_sha256) and store.has(purchase.clip_sha256 or "")
    except StoreError:  # where it cannot be asked, the file here counts as the only one
        return False


def _name(purchase: Purchase) -> str:
    return (purchase.clip or "").rpartition("/")[2]


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (each for each in sorted(folder.iterdir()) if each.is_file() and not each.is_symlink())
