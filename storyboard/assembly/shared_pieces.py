"""Finished pieces in a team's shared store, so that what one machine made no other makes again.

A piece lies there under the key that it has everywhere (``pieces/ab/abcdef….mp4``), and beside it what its bytes have
to be. The store is a help and no truth: whatever is wrong with it, a film is made all the same.
"""

from __future__ import annotations

import json
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from storyboard.errors import StoreError
from storyboard.files import sha256_of

if TYPE_CHECKING:
    from storyboard.generation.store import NamedFiles

SHARED_FOLDER = "pieces"


class SharedPieces:
    """Pieces in a store. Several threads can use it.

    Args:
        store: Where they are kept. Once it does not answer, it is left alone.
    """

    def __init__(self, store: NamedFiles) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._is_away = False
        self._notes: list[str] = []

    def fetch(self, key: str, suffix: str, to: Path) -> bool:
        """Fetch a piece into the file ``to``, whole as it was when it was made.

        Returns:
            False where it is not there, is damaged, or the store does not answer.
        """
        if self._is_away:
            return False
        name = _name(key, suffix)
        try:
            seal = self._seal(name)
            if seal is None or not self._store.get_named(name, to):
                return False
        except StoreError as error:
            self._leave_alone(error)
            return False
        if (to.stat().st_size, sha256_of(to)) != seal:
            self._note(f"The piece {name} in the store {self._store.describe()} is damaged; it is made again.")
            to.unlink()
            return False
        return True

    def put(self, path: Path, key: str, suffix: str) -> None:
        """Keep a piece for others; where the store does not answer, it is kept on this machine alone."""
        if self._is_away:
            return
        name = _name(key, suffix)
        try:
            with tempfile.TemporaryDirectory(prefix="storyboard-") as folder:
                seal = Path(folder) / "seal.json"
                told = {"bytes": path.stat().st_size, "sha256": sha256_of(path)}
                seal.write_text(json.dumps(told), encoding="utf-8")
                self._store.put_named(path, name)
                self._store.put_named(seal, f"{name}.json")
        except StoreError as error:
            self._leave_alone(error)

    def told(self) -> list[str]:
        """What there was to tell since this was asked last."""
        with self._lock:
            notes, self._notes = self._notes, []
        return notes

    def _seal(self, name: str) -> tuple[int, str] | None:
        """How many bytes a piece has to have, and their SHA-256; None where there is none to go by."""
        with tempfile.TemporaryDirectory(prefix="storyboard-") as folder:
            path = Path(folder) / "seal.json"
            if not self._store.get_named(f"{name}.json", path):
                return None
            try:
                told = json.loads(path.read_text(encoding="utf-8"))
                return int(told["bytes"]), str(told["sha256"])
            except (ValueError, KeyError, TypeError):
                return None

    def _leave_alone(self, error: StoreError) -> None:
        with self._lock:
            is_first, self._is_away = not self._is_away, True
            if is_first:
                self._notes.append(f"{error.message} Pieces are made and kept on this machine alone.")

    def _note(self, text: str) -> None:
        with self._lock:
            self._notes.append(text)


def _name(key: str, suffix: str) -> str:
    return f"{SHARED_FOLDER}/{key[:2]}/{key}{suffix}"
