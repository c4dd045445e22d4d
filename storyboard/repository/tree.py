"""The files of a commit, out of the object store and onto the disk, byte for byte.

No attribute of the repository has a say in it: no filter runs, no line ending changes, nothing is left out of an
export. No link is ever made: one that names a file of the same tree becomes a copy of that file.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
import shutil
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from storyboard.errors import RepositoryError
from storyboard.repository.git import GitFailedError
from storyboard.repository.lfs import LONGEST_POINTER, content_of, is_pointer

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.repository.git import Git

MOST_FILES = 100_000
MOST_BYTES = 4 * 2**30
"""What is written of one tree at most. A choice of ours: a series is text and pictures."""
_LINK, _SUBMODULE = "120000", "160000"
_MOST_LINKS = 10  # from link to link before a file


@dataclass(frozen=True)
class Entry:
    """A file, a link or a submodule of a tree.

    Attributes:
        mode: As git writes it: ``120000`` is a link, ``160000`` a submodule.
        object_id: Of its content.
        size: Bytes.
    """

    mode: str
    object_id: str
    size: int


@dataclass(frozen=True)
class Written:
    """A tree on the disk.

    Attributes:
        files: The object id of each file's content, by path.
        left_out: What was not written, or not as what it stands for, each in a few words.
    """

    files: dict[str, str]
    left_out: tuple[str, ...]


def write_tree(git: Git, commit: str, to: Path, *, below: str = "", lfs: Path | None = None) -> Written:
    """Write the files of a commit into a folder that is empty or not there.

    Args:
        git: The repository.
        commit: Its full name.
        to: The folder. An empty file ``.git`` in it marks where the repository ends, for whoever looks above a story
            for its series, and for git.
        below: Only this folder of the commit, such as ``shows/one``.
        lfs: The folder in which contents that lie in Git LFS are looked for; None where they are not.

    Raises:
        RepositoryError: The tree is too large, holds a path that no checkout may have, or is not there whole.
    """
    to.mkdir(parents=True, exist_ok=True)
    (to / ".git").write_bytes(b"")
    entries = _entries(git, commit, below)
    files, left_out = _files(git, entries)
    total = sum(entry.size for entry in files.values())
    if len(files) > MOST_FILES or total > MOST_BYTES:
        raise RepositoryError(
            f"The repository has {len(files)} files of {total / 2**30:.1f} GiB at {commit[:10]}; at most "
            f"{MOST_FILES} of {MOST_BYTES / 2**30:g} GiB are taken.",
            hint="Keep a series in a repository of its own, and large media out of it.",
        )
    left_out += [
        f"{path}: its content lies in Git LFS, which is not asked" for path in _write(git, commit, files, to, lfs)
    ]
    return Written({path: entry.object_id for path, entry in files.items()}, tuple(left_out))


def _entries(git: Git, commit: str, below: str) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    try:
        if below and not git.succeeds("cat-file", "-e", f"{commit}:{below}"):
            return {}
        listed = git.run("ls-tree", "-r", "-z", "-l", "--full-tree", f"{commit}:{below}" if below else commit)
    except GitFailedError as failed:
        raise _not_whole(commit) from failed
    for line in listed.split("\0"):
        facts, tab, path = line.partition("\t")
        if tab:
            mode, _, object_id, size = facts.split()
            entries[_checked(path)] = Entry(mode, object_id, int(size) if size.isdigit() else 0)
    return entries


def _checked(path: str) -> str:
    """The path, where a checkout may have it.

    Raises:
        RepositoryError: It may not: it would lead elsewhere, or be taken for git's own.
    """
    strange = os.name == "nt" and any(character in path for character in '\\:"<>|?*')
    for part in path.split("/"):
        plain = part.encode("ascii", "ignore").decode().lower().rstrip(" .")  # as some file systems compare names
        if part in {"", ".", ".."} or plain in {".git", "git~1"} or "\0" in part or strange:
            raise RepositoryError(
                f"The repository holds the path {path!r:.120}, which no checkout may have.",
                hint="Whoever made that commit made it by hand: do not trust the repository.",
            )
    return path


def _files(git: Git, entries: dict[str, Entry]) -> tuple[dict[str, Entry], list[str]]:
    """The files, links to files of the tree among them; and what else there is."""
    files = {path: entry for path, entry in entries.items() if entry.mode not in {_LINK, _SUBMODULE}}
    left_out = [f"{path}: a submodule" for path, entry in entries.items() if entry.mode == _SUBMODULE]
    links = {path: entry for path, entry in entries.items() if entry.mode == _LINK}
    targets = {path: _target(git, path, entry) for path, entry in links.items()}
    for path in links:
        found = path
        for _ in range(_MOST_LINKS):
            found = targets.get(found, found)
        if found in files and found not in links:
            files[path] = entries[found]
        else:
            left_out.append(f"{path}: a link to something that is no file of the repository")
    return files, left_out


def _target(git: Git, path: str, entry: Entry) -> str:
    """The path in the tree that a link names; empty where it names none."""
    if entry.size > 4096:
        return ""
    try:
        target = git.run("cat-file", "blob", entry.object_id)
    except GitFailedError as failed:
        raise _not_whole(path) from failed
    return "" if target.startswith("/") else posixpath.normpath(posixpath.join(posixpath.dirname(path), target))


def _write(git: Git, commit: str, files: dict[str, Entry], to: Path, lfs: Path | None) -> list[str]:
    """Write the files; return those that are but pointers to a content elsewhere."""
    pointers: list[str] = []
    try:
        with git.reading("cat-file", "--batch", given=(entry.object_id for entry in files.values())) as out:
            for path, entry in files.items():
                if out.readline(200).split() != f"{entry.object_id} blob {entry.size}".encode().split():
                    raise _not_whole(commit)
                place = to / path
                place.parent.mkdir(parents=True, exist_ok=True)
                with place.open("xb") as file:
                    left = _copy(out, file, entry.size)
                if left or out.read(1) != b"\n":
                    raise _not_whole(commit)
                if entry.size < LONGEST_POINTER and is_pointer(pointer := place.read_bytes()):
                    content = content_of(pointer, lfs)
                    if content is None:
                        pointers.append(path)
                    else:
                        shutil.copyfile(content, place)
    except GitFailedError as failed:
        raise _not_whole(commit) from failed
    return pointers


def _copy(source: IO[bytes], target: IO[bytes], size: int) -> int:
    """Copy so many bytes; return how many there were not."""
    left = size
    while left and (part := source.read(min(left, 2**20))):
        target.write(part)
        left -= len(part)
    return left


def _not_whole(what: str) -> RepositoryError:
    return RepositoryError(
        f"The repository does not hold everything of {what[:100]}: it is damaged, or a partial clone.",
        hint="git fetch --refetch brings what a partial clone left out; git fsck tells of damage.",
    )


def damaged(folder: Path, files: dict[str, str]) -> list[str]:
    """The files that are not there as they were written, by their content."""
    return [path for path, object_id in files.items() if _object_id(folder / path, len(object_id)) != object_id]


def _object_id(path: Path, length: int) -> str:
    """What git calls the content of a file."""
    made = hashlib.sha1(usedforsecurity=False) if length == 40 else hashlib.sha256()
    try:
        with path.open("rb") as file:
            made.update(b"blob %d\0" % os.fstat(file.fileno()).st_size)
            while part := file.read(2**20):
                made.update(part)
    except OSError:
        return ""
    return made.hexdigest()
