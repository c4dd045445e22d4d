"""The files that a film is made from, as they were when they were read: one that changes meanwhile spoils it.

A piece is kept under the hashes of what it was made from. Were a clip replaced after it was hashed, the piece would
hold the new picture under the old one's name, in this film and in every later one.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from storyboard.errors import StoryboardError
from storyboard.files import sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path


class FileChangedError(StoryboardError):
    """A file that a film is made from is no longer what it was when the film was planned."""

    code = "file-changed"


class _Known(NamedTuple):
    facts: tuple[int, int, int] | None
    sha256: str


class KnownFiles:
    """Hashes files, and finds out later whether they have stayed as they were.

    Args:
        hash_of: Tells files apart.
    """

    def __init__(self, hash_of: Callable[[Path], str] = sha256_of) -> None:
        self._hash_of = hash_of
        self._known: dict[Path, _Known] = {}

    def sha256_of(self, path: Path, hash_of: Callable[[Path], str] | None = None) -> str:
        """The SHA-256 of a file's bytes, in hex.

        Args:
            path: The file.
            hash_of: Reads it, and gives that; left out, as files are told apart.

        Raises:
            OSError: It cannot be read.
        """
        facts = _facts(path)  # before it is read: what changes afterwards is seen
        sha256 = (hash_of or self._hash_of)(path)
        self._known.setdefault(path, _Known(facts, sha256))
        return sha256

    def some(self, paths: Iterable[Path]) -> KnownFiles:
        """Only these of them, as they were."""
        some = KnownFiles(self._hash_of)
        some._known = {path: self._known[path] for path in paths if path in self._known}
        return some

    @contextmanager
    def staying(self) -> Iterator[None]:
        """See that no file is changed until the end of the block.

        Raises:
            FileChangedError: One was, since it was hashed; also where the block failed, which that explains.
        """
        try:
            yield
        except (StoryboardError, OSError) as error:
            self._see(error)
            raise
        self._see()

    def _see(self, error: Exception | None = None) -> None:
        for path, known in self._known.items():
            if _facts(path) != known.facts and not _has(path, known.sha256):
                raise FileChangedError(
                    f"{path} was changed or taken away while the film was put together.",
                    hint="Run it again: what was made of other files is kept.",
                ) from error


def _facts(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino


def _has(path: Path, sha256: str) -> bool:
    try:
        return sha256_of(path) == sha256
    except OSError:
        return False
