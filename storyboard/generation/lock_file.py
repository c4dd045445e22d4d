"""The lock file: which take of each reel is picked, in the repository, so that a colleague's stitch uses the same."""

from __future__ import annotations

import stat
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from storyboard.errors import BusyElsewhereError, LockError
from storyboard.files import write_whole
from storyboard.generation.lock_text import MAX_BYTES, LockTextError, read_text, write_text
from storyboard.generation.state_folder import STATE_FOLDER, keep_out_of_git, refuse_links

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from storyboard.generation.lock_entry import LockEntry

_PATIENCE = 30.0  # seconds to wait for another process, which holds the file for milliseconds
_NOTHING_BOUGHT = "Nothing was bought."
_NOTHING_WRITTEN = "It was left as it was; every take that was paid for is kept, and stands in the ledger."


@dataclass(frozen=True)
class Lock:
    """What a lock file says. Picks of episodes that are no longer there stay, until they are removed."""

    _entries: Mapping[tuple[str, int], LockEntry]

    def entry(self, episode: str, reel: int) -> LockEntry | None:
        """The pick of a reel; None where there is none.

        Args:
            episode: The story's file, seen from its series, with forward slashes and without its ending.
            reel: From 1.
        """
        return self._entries.get((episode, reel))

    def entries(self) -> tuple[LockEntry, ...]:
        """Every pick, by episode and reel."""
        return tuple(self._entries[place] for place in sorted(self._entries))


class LockFile:
    """A lock file; it need not be there yet.

    Args:
        path: Where it lies. Whoever writes it takes a lock in the state folder beside it, which git ignores.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._state = path.parent if path.parent.name == STATE_FOLDER else path.parent / STATE_FOLDER

    def read(self, *, paid: bool = False) -> Lock:
        """What it says; nothing where there is no file.

        Args:
            paid: Whether it is read because something was bought; a message then says that it is kept.

        Raises:
            LockError: It cannot be read or believed.
        """
        return Lock(self._read(_NOTHING_WRITTEN if paid else _NOTHING_BOUGHT))

    def pick(self, *entries: LockEntry) -> Lock:
        """Pick takes, each in place of what was picked for its reel, and say what holds now.

        Raises:
            LockError: The file cannot be read, believed or written; it is as it was.
            BusyElsewhereError: Another process holds it.
            LedgerError: The state folder is a link.
        """
        with self._alone():
            before = self._read(_NOTHING_WRITTEN)
            return self._write(before, {**before, **{(entry.episode, entry.reel): entry for entry in entries}})

    def remove(self, *places: tuple[str, int]) -> Lock:
        """Take out the picks of these episodes and reels, where there are any, and say what holds now.

        Raises:
            LockError: The file cannot be read, believed or written; it is as it was.
            BusyElsewhereError: Another process holds it.
            LedgerError: The state folder is a link.
        """
        with self._alone():
            before = self._read(_NOTHING_WRITTEN)
            return self._write(before, {place: entry for place, entry in before.items() if place not in places})

    def _read(self, consequence: str) -> dict[tuple[str, int], LockEntry]:
        try:
            data = self._bytes(consequence)
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise LockError(
                f"The lock file {self._path} cannot be read: {error.strerror or error}. {consequence}",
                hint="See that you may read it, then run again.",
            ) from error
        try:
            return read_text(data)
        except LockTextError as problem:
            where = f"{self._path}, line {problem.line}," if problem.line else f"{self._path}"
            raise LockError(
                f"The lock file {where} {problem.what}. {consequence}", hint=problem.hint, line=problem.line
            ) from None

    def _bytes(self, consequence: str) -> bytes:
        kind = self._path.lstat().st_mode
        if not stat.S_ISREG(kind):
            what = "a folder" if stat.S_ISDIR(kind) else "a link" if stat.S_ISLNK(kind) else "no file"
            raise LockError(
                f"The lock file {self._path} is {what}. {consequence}",
                hint="Look where it comes from, and put a file there or nothing at all.",
            )
        with self._path.open("rb") as file:
            return file.read(MAX_BYTES + 1)

    def _write(self, before: Mapping[tuple[str, int], LockEntry], after: Mapping[tuple[str, int], LockEntry]) -> Lock:
        if after == before:
            return Lock(after)
        data = write_text(after.values())
        if len(data) > MAX_BYTES:
            raise LockError(
                f"The lock file {self._path} would be larger than {MAX_BYTES // 2**20} MiB. {_NOTHING_WRITTEN}",
                hint="Remove the picks of episodes that are gone, or shorten the prompts.",
            )
        write_whole(self._path, data)
        return Lock(after)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Be the only process that writes the file.

        Raises:
            BusyElsewhereError: Another one does not let go of it.
            LockError: The file, or the lock, cannot be written.
        """
        try:
            refuse_links(self._state)
            guard = self._state / "locks" / f"{self._path.name}.lock"
            guard.parent.mkdir(parents=True, exist_ok=True)
            keep_out_of_git(self._state)
            with FileLock(guard, timeout=_PATIENCE):
                yield
        except Timeout:
            raise BusyElsewhereError(
                f"Another process has been writing {self._path} for {_PATIENCE:g} seconds. {_NOTHING_WRITTEN}",
                hint="Wait for it to end, then run again.",
            ) from None
        except OSError as error:
            raise LockError(
                f"The lock file {self._path} cannot be written: {error.strerror or error}. {_NOTHING_WRITTEN}",
                hint="Look at the disk's free room and at who may write there, then run again.",
            ) from error
