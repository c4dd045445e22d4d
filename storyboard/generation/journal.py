"""The journal: job ids, on the disk before they are in the ledger.

Between the service's answer and the ledger's commit the job id is the only handle on something that was paid. A
full disk must not swallow it, so the room for an entry is taken before the request is sent.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from storyboard.errors import LedgerError

if TYPE_CHECKING:
    from pathlib import Path

JOURNAL = "journal"
"""The journal's name in the ledger's folder."""
_ROOM = 2048  # bytes for one entry; a job id is at most a few hundred


@dataclass(frozen=True)
class Entry:
    """A job that was accepted.

    Attributes:
        key: The purchase's.
        permit: Under which it was bought.
        job_id: The service's name for it.
        poll_url: Where the service said to ask.
    """

    key: str
    permit: str
    job_id: str
    poll_url: str | None


class Journal:
    """A file of fixed-size entries, each one line of JSON padded with spaces."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = FileLock(path.with_suffix(".lock"))

    def take_room(self) -> int:
        """Take the room for one entry, on the disk, and say where it is.

        Raises:
            LedgerError: There is no room, so nothing may be sent.
        """
        try:
            with self._lock, self._path.open("ab") as file:
                offset = file.seek(0, os.SEEK_END)
                file.write(_padded(b""))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise LedgerError(
                f"The journal {self._path} cannot be written: {error.strerror}. Nothing was sent.",
                hint="Make room on the disk, then run again.",
            ) from error
        return offset

    def write(self, offset: int, entry: Entry) -> None:
        """Fill the room that was taken.

        Raises:
            LedgerError: Even that failed; the message carries the job id, which is the only handle on the job.
        """
        line = json.dumps(vars(entry)).encode("ascii")
        if len(line) >= _ROOM:  # an address to ask at may be any length; the job's name is what counts
            line = json.dumps({**vars(entry), "poll_url": None}).encode("ascii")
        try:
            with self._path.open("r+b") as file:
                file.seek(offset)
                file.write(_padded(line))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise LedgerError(
                f"Job {entry.job_id} was accepted and is paid, but the journal {self._path} cannot be written: "
                f"{error.strerror}.",
                hint="Keep that job id. Make room on the disk, then run again.",
            ) from error

    def entry_of(self, key: str, permit: str | None = None) -> Entry | None:
        """The last job that was accepted for a purchase, under a permit if one is given."""
        found = [entry for entry in self.entries() if entry.key == key and permit in {None, entry.permit}]
        return found[-1] if found else None

    def entries(self) -> list[Entry]:
        """Every entry, oldest first; room that was taken and never filled is passed over."""
        try:
            blocks = self._path.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise LedgerError(f"The journal {self._path} cannot be read: {error.strerror}.") from error
        found = (_entry(line) for line in blocks.splitlines() if line.strip())
        return [entry for entry in found if entry is not None]


def _padded(line: bytes) -> bytes:
    return line.ljust(_ROOM - 1) + b"\n"


def _entry(line: bytes) -> Entry | None:
    """An entry as it was written; a line that a crash tore apart is none."""
    try:
        value: Any = json.loads(line)
        return Entry(value["key"], value["permit"], value["job_id"], value["poll_url"])
    except (ValueError, KeyError, TypeError):
        return None
