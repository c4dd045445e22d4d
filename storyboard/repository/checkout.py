"""A series in a repository, at a revision, as a folder: fetched once for each commit and kept.

The folder lies in the cache folder, under the hash of the URL and the name of the commit, and holds the files of that
commit and no repository. It is compared with the commit whenever it is used again, and mended where it differs.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyboard.cache import cache_folder
from storyboard.errors import RepositoryError
from storyboard.files import write_whole
from storyboard.repository.remote import Patience, Remote
from storyboard.repository.tree import Written, damaged, write_tree

if TYPE_CHECKING:
    from storyboard.repository.address import RepositoryAddress

_UNFINISHED = ".new-"
_OLD = 24 * 3600.0  # seconds after which nobody is at work any more on what is unfinished


@dataclass(frozen=True)
class Checkout:
    """A series at a commit.

    Attributes:
        folder: Where its files lie: the top of the repository, or the subdirectory that was named.
        url: Of the repository.
        revision_asked: As the person named it; None is the repository's HEAD.
        commit: What that is: the commit's full name.
        subdirectory: The folder in the repository; empty for its top.
        notes: What there is to tell about how it was had, in sentences.
        left_out: What is not there, or not as what it stands for: submodules, links that lead out, Git LFS.
    """

    folder: Path
    url: str
    revision_asked: str | None
    commit: str
    subdirectory: str = ""
    notes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    def as_json(self) -> dict[str, str | None]:
        """Where the series came from, as plain values for a manifest."""
        return {
            "url": self.url,
            "revision": self.revision_asked,
            "commit": self.commit,
            "subdirectory": self.subdirectory or None,
        }


def check_out(address: RepositoryAddress, *, patience: Patience | None = None) -> Checkout:
    """Have the files of a repository at a revision in a folder.

    A commit by its full name that was had before needs no network.

    Args:
        address: The repository and its revision.
        patience: How long its host may take.

    Raises:
        RepositoryError: There is no such repository, revision or subdirectory; git is not installed or not let in; or
            the files cannot be kept.
        RepositoryUnreachableError: The host does not answer.
    """
    home = (cache_folder() / "series" / hashlib.sha256(address.url.encode()).hexdigest()[:32]).absolute()
    try:
        kept = _kept(home, address.commit)
        if address.commit and kept is not None:
            return _checkout(address, home / address.commit, kept, ())
        home.mkdir(parents=True, exist_ok=True)
        _sweep(home)
        with tempfile.TemporaryDirectory(dir=home, prefix=_UNFINISHED, ignore_cleanup_errors=True) as work:
            remote = Remote(address, Path(work).resolve(), patience or Patience())
            asked = remote.ask()
            commit, kept = asked.commit, _kept(home, asked.commit)
            if commit is None or kept is None:
                commit = remote.fetch(asked)
                kept = _kept(home, commit)
            if kept is None:
                kept = write_tree(remote.git, commit, Path(work) / "tree")
                _keep(home, commit, Path(work) / "tree", kept)
            return _checkout(address, home / commit, kept, tuple(remote.notes))
    except OSError as error:
        raise RepositoryError(
            f"The files of {address.url} cannot be kept in {home}: {error.strerror or error}.",
            hint="Make room there, or name another folder with STORYBOARD_CACHE.",
        ) from error


def _checkout(address: RepositoryAddress, top: Path, kept: Written, notes: tuple[str, ...]) -> Checkout:
    folder = top / address.subdirectory
    commit = top.name
    if not folder.is_dir() or not folder.resolve().is_relative_to(top.resolve()):
        raise RepositoryError(
            f"{address.url} has no folder {address.subdirectory} at "
            f"{address.revision or 'its HEAD'} ({commit[:10]}).",
            hint="#subdirectory= is seen from the top of the repository.",
        )
    return Checkout(folder, address.url, address.revision, commit, address.subdirectory, notes, kept.left_out)


def _record(home: Path, commit: str) -> Path:
    return home / f"{commit}.json"


def _kept(home: Path, commit: str | None) -> Written | None:
    """What is kept of a commit, where it is whole."""
    if commit is None:
        return None
    try:
        match json.loads(_record(home, commit).read_bytes()):
            case {"files": dict(files), "left_out": list(left_out)}:
                written = Written({str(k): str(v) for k, v in files.items()}, tuple(map(str, left_out)))
            case _:
                return None
    except (OSError, ValueError, RecursionError):
        return None
    folder = home / commit
    return written if folder.is_dir() and not damaged(folder, written.files) else None


def _keep(home: Path, commit: str, tree: Path, written: Written) -> None:
    """Put a tree in its place in one step; where one is there already, mend what is damaged in it.

    What else lies in a folder that is there (a ledger, renders) is not touched.
    """
    place = home / commit
    record: dict[str, Any] = {"files": written.files, "left_out": written.left_out}
    write_whole(_record(home, commit), json.dumps(record).encode())
    try:
        tree.rename(place)
    except OSError:
        if not place.is_dir():
            raise
        for path in damaged(place, written.files):
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            os.replace(tree / path, place / path)  # noqa: PTH105  one step, whatever is there


def _sweep(home: Path) -> None:
    """Remove what a process left that was killed in the middle."""
    for folder in home.glob(f"{_UNFINISHED}*"):
        with suppress(OSError):
            if folder.stat().st_mtime < time.time() - _OLD:
                shutil.rmtree(folder, ignore_errors=True)
