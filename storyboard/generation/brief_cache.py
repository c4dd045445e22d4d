"""Briefs kept from one run to the next, in one SQLite file in the user's cache folder.

A convenience only: a cache that is missing, damaged, locked or not writable is as if there were none, and nothing is
taken from it that is not whole.
"""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from storyboard.cache import cache_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

FILE = "briefs-1.sqlite"
"""The cache's file; a new form of it gets a new number."""
MOST_BYTES = 128 * 2**20
"""About how large the file may become; a brief takes 5 to 10 KB."""
_LONGEST = 4 * 2**20  # characters of one brief
_PATIENCE = 2.0  # seconds to wait for another process that writes
_AT_ONCE = 500  # keys in one question; SQLite takes at least 999
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}

_TABLE = "CREATE TABLE IF NOT EXISTS briefs (key TEXT PRIMARY KEY, digest BLOB NOT NULL, value TEXT NOT NULL)"


class BriefCache:
    """The kept briefs, as text by key."""

    def __init__(self) -> None:
        self._path = cache_folder() / FILE

    def get(self, keys: Sequence[str]) -> dict[str, str]:
        """What is kept under these keys."""
        try:
            if not self._path.is_file():
                return {}
            with closing(self._open()) as connection:
                return dict(_read(connection, keys))
        except (sqlite3.Error, OSError, ValueError) as error:  # ValueError: a folder that can have no such name
            _drop_if_damaged(self._path, error)
            return {}

    def put(self, values: Mapping[str, str]) -> None:
        """Keep these, if that is possible; the oldest make room for them."""
        rows = [(key, _digest(key, value), value) for key, value in values.items() if len(value) <= _LONGEST]
        if not rows:
            return
        for _ in range(2):
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                with closing(self._open()) as connection:
                    _write(connection, rows)
                return
            except (sqlite3.Error, OSError, ValueError) as error:
                if not _drop_if_damaged(self._path, error):
                    return  # no room, no right, or another process is at it: the next plan compiles again

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=_PATIENCE, isolation_level=None)
        try:
            # What a loss of power leaves is seen by its digest; to wait for the disk would cost more than it saves.
            connection.execute("PRAGMA synchronous=OFF")
            connection.execute("PRAGMA trusted_schema=OFF")
        except BaseException:
            connection.close()
            raise
        return connection


def _read(connection: sqlite3.Connection, keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    for at in range(0, len(keys), _AT_ONCE):
        some = keys[at : at + _AT_ONCE]
        marks = ",".join("?" * len(some))
        for key, digest, value in connection.execute(
            f"SELECT key, digest, value FROM briefs WHERE key IN ({marks})",  # noqa: S608  only question marks
            some,
        ):
            if isinstance(value, str) and digest == _digest(key, value):
                yield key, value


def _write(connection: sqlite3.Connection, rows: Sequence[tuple[str, bytes, str]]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute(_TABLE)
        pages, unused, size = (
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        if (pages - unused) * size > MOST_BYTES:
            connection.execute(
                "DELETE FROM briefs WHERE rowid <= (SELECT rowid FROM briefs ORDER BY rowid LIMIT 1 "
                "OFFSET (SELECT count(*) / 2 FROM briefs))"
            )
        connection.executemany("INSERT OR REPLACE INTO briefs VALUES (?, ?, ?)", rows)
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def _digest(key: str, value: str) -> bytes:
    """Shows that a value is whole, and is the one of its key."""
    return hashlib.sha256(f"{key}\n{value}".encode()).digest()


def _drop_if_damaged(path: Path, error: Exception) -> bool:
    """Remove a file that is no database, so that the next run can keep something again."""
    if getattr(error, "sqlite_errorcode", None) not in _DAMAGED:
        return False
    with suppress(OSError):
        path.unlink(missing_ok=True)
        return True
    return False
