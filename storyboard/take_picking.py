"""Picking a take: the lock file says which one counts; what goes on from another one stays by the person's word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.errors import UsageError
from storyboard.generation.lock_entry import EntryProblemError, LockEntry, lock_entry_of
from storyboard.generation.lock_file import LockFile
from storyboard.known_takes import Fit, KnownTake, standing, takes_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from storyboard.generation.rows import Rows
    from storyboard.project import Project

_SHORTEST_KEY = 4


def find_take(takes: Sequence[KnownTake], reel: int, named: str) -> KnownTake:
    """The take that a person means.

    Args:
        takes: All of the episode.
        reel: From 1.
        named: A take's number, or the first characters of its key.

    Raises:
        UsageError: There is none, or several.
    """
    of_reel = [take for take in takes if take.reel == reel]
    if not of_reel:
        raise UsageError(f"Reel {reel} has no take.", hint="storyboard takes lists what there is.")
    by_key = [take for take in of_reel if len(named) >= _SHORTEST_KEY and take.order.key.startswith(named)]
    by_number = [take for take in of_reel if str(take.order.take) == named]
    usable = [take for take in by_number if take.fit is not Fit.OLDER]
    found = by_key or (usable if len(usable) == 1 else by_number)
    if len(found) == 1:
        return found[0]
    what = "no take" if not found else f"{len(found)} takes"
    raise UsageError(
        f"“{named}” names {what} of reel {reel}.",
        hint="Name it by its key: " + ", ".join(take.order.key[:8] for take in found or of_reel) + ".",
    )


def pick(project: Project, path: Path, rows: Rows, take: KnownTake) -> list[KnownTake]:
    """Pick a take; nothing is bought by it.

    Returns:
        The takes of later reels that now go on from another take than the one in use, and stay.

    Raises:
        UsageError: The present story cannot use it.
        LockError: The lock file cannot be read or written.
    """
    if take.fit is Fit.OLDER:
        raise UsageError(
            f"Take {take.order.take} ({take.order.key[:8]}) of reel {take.reel} is of an older text than the story "
            "has now, so the story cannot use it.",
            hint="Give the story its old text back; storyboard plan says what differs.",
        )
    lock = LockFile(project.lock_path(free=take.order.free))
    used_before = [each for each in takes_of(project, path, rows) if each.is_used and _same_service(each, take)]
    lock.pick(_entry(take, stands=take.fit is Fit.STANDS))
    stays: list[KnownTake] = []
    for old in used_before:  # in the order of reels, since each may move the next
        if old.reel == take.reel:
            continue
        now = [each for each in takes_of(project, path, rows) if each.reel == old.reel and _same_service(each, take)]
        used = [each for each in now if each.is_used]
        if not used:
            lock.pick(_entry(old, stands=True))
        if not used or (used[0].fit is Fit.STANDS and old.fit is not Fit.STANDS):
            stays.append(old)
    return stays


def _same_service(one: KnownTake, other: KnownTake) -> bool:
    return (one.order.provider, one.order.base_url) == (other.order.provider, other.order.base_url)


def _entry(take: KnownTake, *, stands: bool) -> LockEntry:
    if take.purchase is None:
        if take.entry is None:
            raise ValueError("a take that nobody knows")
        return standing(take.entry) if stands else take.entry
    try:
        return lock_entry_of(take.purchase, stands=stands, reel=(take.episode, take.reel))
    except EntryProblemError as problem:
        raise UsageError(
            f"Take {take.order.take} of reel {take.reel} cannot be picked: {problem}.",
            hint="storyboard jobs show tells about it.",
        ) from None
