"""Finished pieces, kept by what they were made from: made once, used by every later cut that needs them."""

from __future__ import annotations

import json
import os
import re
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from storyboard.files import copy_whole, sha256_of, whole_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from storyboard.assembly.shared_pieces import SharedPieces

USUAL_LIMIT = 10 * 2**30
"""Bytes that the pieces may take together, where nothing else is said."""
_IN_USE = 3600.0
_AT_ONCE = 8
_SENT_AT_ONCE = 2
_OURS = re.compile(r"\.?[0-9a-f]{64}\.")
"""How a piece is called, and what an ended process left of one; whatever else lies there is somebody else's."""


@dataclass(frozen=True)
class KeptPiece:
    """A piece in the cache.

    Attributes:
        path: Its file.
        bytes: Its size.
        used: When it was last used, in seconds since 1970.
    """

    path: Path
    bytes: int
    used: float

    @property
    def is_finished(self) -> bool:
        """Whether it is a piece, and not what a process is writing, or has left of one."""
        return not self.path.name.startswith(".")


class PieceCache:
    """A folder of pieces. Several processes can use it at once.

    A piece is one file beside one that says what its bytes have to be; the second is written last. So a piece that
    is half there, or was damaged since, is seen to be so and is made again.

    Args:
        folder: Where they lie; made when the first one is kept.
        limit: How many bytes they may take together.
        shared: Those of a team, which are taken from there and put there as well.
    """

    def __init__(self, folder: Path, limit: int = USUAL_LIMIT, *, shared: SharedPieces | None = None) -> None:
        self.folder = folder
        self.limit = limit
        self.shared = shared

    def path_of(self, key: str, suffix: str) -> Path:
        """Where a piece lies, or would."""
        return self.folder / key[:2] / f"{key}{suffix}"

    def find(self, key: str, suffix: str) -> Path | None:
        """A piece, whole as it was when it was made; None where it has to be made."""
        return self._found_here(key, suffix) or self._found_shared(key, suffix)

    def find_all(self, wanted: Iterable[tuple[str, str]]) -> set[str]:
        """The keys of those that need not be made; what others have made is fetched, several at once.

        Args:
            wanted: Keys, each with the suffix of its file.
        """
        asked = dict(wanted)
        here = {key for key, suffix in asked.items() if self._found_here(key, suffix)}
        away = [(key, suffix) for key, suffix in asked.items() if key not in here]
        if self.shared is None or not away:
            return here
        with ThreadPoolExecutor(_AT_ONCE, "fetching") as threads:
            found = threads.map(lambda each: self._found_shared(*each), away)
            return here | {key for (key, _), path in zip(away, found, strict=True) if path}

    @contextmanager
    def sharing(self) -> Iterator[Callable[[str, str], None]]:
        """What puts a piece that is kept here where others find it, if there is such a place.

        It does so while the caller goes on; what is left at the end of the block is waited for.
        """
        if self.shared is None:
            yield lambda key, suffix: None
            return
        put, sent = self.shared.put, list[Future[None]]()
        threads = ThreadPoolExecutor(_SENT_AT_ONCE, "sharing")  # its threads begin with the first piece
        try:
            yield lambda key, suffix: sent.append(threads.submit(put, self.path_of(key, suffix), key, suffix))
            for each in sent:
                each.result()
        finally:
            threads.shutdown(wait=True, cancel_futures=True)

    def told(self) -> list[str]:
        """What there was to tell of the shared side since this was asked last."""
        return self.shared.told() if self.shared else []

    def _found_shared(self, key: str, suffix: str) -> Path | None:
        if self.shared is None:
            return None
        with TemporaryDirectory(prefix="storyboard-") as folder:
            fetched = Path(folder) / f"piece{suffix}"
            if not self.shared.fetch(key, suffix, fetched):
                return None
            with suppress(OSError):  # without room to keep it here, it has no room to be made, and that says so
                return self.keep(key, suffix, lambda part: copy_whole(fetched, part))
        return None

    def _found_here(self, key: str, suffix: str) -> Path | None:
        path = self.path_of(key, suffix)
        try:
            told = json.loads(_seal(path).read_text(encoding="utf-8"))
            if path.stat().st_size != told["bytes"] or sha256_of(path) != told["sha256"]:
                return None
            os.utime(path)
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return path

    def keep(self, key: str, suffix: str, make: Callable[[Path], None]) -> Path:
        """Make a piece and keep it.

        Args:
            key: What names it.
            suffix: Of its file.
            make: Writes it to the path it is given.

        Raises:
            OSError: There is no room, or the folder cannot be written. Nothing half-made is left.
        """
        path = self.path_of(key, suffix)
        with whole_path(path) as part:
            make(part)
        with whole_path(_seal(path)) as part:
            told = {"bytes": path.stat().st_size, "sha256": sha256_of(path)}
            part.write_text(json.dumps(told), encoding="utf-8")
        return path

    def pieces(self) -> list[KeptPiece]:
        """All that is kept, what was used last first."""
        return sorted(self._found(), key=lambda piece: -piece.used)

    def _found(self) -> Iterator[KeptPiece]:
        for path in self.folder.glob("??/*"):
            if _is_seal(path) or not _OURS.match(path.name) or not path.is_file():
                continue
            with suppress(OSError):  # another process takes it away at this moment
                facts = path.stat()
                yield KeptPiece(path, facts.st_size, facts.st_mtime)

    def prune(self, limit: int | None = None, *, now: float | None = None) -> list[KeptPiece]:
        """Take away what was not used for longest, until the rest keeps the limit.

        Args:
            limit: Bytes; the cache's own where left out.
            now: The time, in seconds since 1970. What was used in the hour before it stays: a cut may be using it.

        Returns:
            What was taken away.
        """
        allowed = self.limit if limit is None else limit
        moment = time.time() if now is None else now
        kept = self.pieces()
        total = sum(piece.bytes for piece in kept)
        gone: list[KeptPiece] = []
        for piece in reversed(kept):
            if total <= allowed or moment - piece.used < _IN_USE:
                break
            self._remove(piece)
            total -= piece.bytes
            gone.append(piece)
        return gone

    def clear(self) -> list[KeptPiece]:
        """Take everything away; a cut that is being made at this moment makes its pieces again.

        What is just being written stays: whoever writes it would fail.

        Returns:
            What was taken away.
        """
        moment = time.time()
        kept = [each for each in self.pieces() if each.is_finished or moment - each.used > _IN_USE]
        for piece in kept:
            self._remove(piece)
        return kept

    def _remove(self, piece: KeptPiece) -> None:
        _seal(piece.path).unlink(missing_ok=True)
        piece.path.unlink(missing_ok=True)


def _seal(path: Path) -> Path:
    return path.with_suffix(path.suffix + ".json")


def _is_seal(path: Path) -> bool:
    """Whether it goes with a piece; one that was never finished goes with none."""
    return path.suffix == ".json" and not path.name.startswith(".")
