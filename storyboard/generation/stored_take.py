"""What every shared store has in common: the names in it, their check, and how a failure is told."""

from __future__ import annotations

import re
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING

from storyboard.errors import StoreError
from storyboard.files import NO_ROOM, sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SHA256 = re.compile(r"[0-9a-f]{64}")
_AFTER_QUERY = re.compile(r"\?\S*")
_TOLD = 300  # characters of another package's complaint


class Kind(StrEnum):
    """What a store keeps; the value is the folder in it."""

    TAKE = "takes"
    FRAME = "frames"
    """A first frame that a person agreed to, for whoever sends the request."""

    @property
    def word(self) -> str:
        """What people call one."""
        return "take" if self is Kind.TAKE else "first frame"

    @property
    def ending(self) -> str:
        """What its name ends with; a first frame may be of several formats, and its bytes say which."""
        return ".mp4" if self is Kind.TAKE else ""


def object_name(sha256: str, kind: Kind = Kind.TAKE) -> str:
    """The name a take, or a first frame, is kept under.

    Raises:
        StoreError: It is no SHA-256 in hex; a hash may come from a stranger's lock file, and becomes a path.
    """
    if not _SHA256.fullmatch(sha256):
        raise StoreError(
            f"{sha256[:80]!r} is not the hash of a {kind.word} (64 hex digits), so nothing is looked for under it.",
            hint="Look at storyboard.lock: a merge or an editor may have damaged it.",
        )
    return f"{kind}/{sha256[:2]}/{sha256}{kind.ending}"


def refuse_changed(path: Path, sha256: str, *, copy: Path | None = None, kind: Kind = Kind.TAKE) -> None:
    """See that a file, or the copy made of it, has the bytes that its hash says.

    Raises:
        StoreError: It has others.
    """
    if sha256_of(copy or path) == sha256:
        return
    if kind is Kind.FRAME:
        raise StoreError(
            f"The first frame {path} was changed since its price was told. It was not put into the store.",
            hint="Remove it, then render again: it is kept anew from the story.",
        )
    raise StoreError(
        f"The take {path} is not the one that came home: its bytes have changed. It was not put into the store.",
        hint="Remove it from the takes, and run again: it is fetched again from wherever it still is.",
    )


def refuse_damaged(part: Path, sha256: str, kept: str, kind: Kind = Kind.TAKE) -> None:
    """See that what a store gave is what its name says.

    Args:
        part: What it gave.
        sha256: The hash it was asked for.
        kept: The name it is kept under, for people.
        kind: What it is.

    Raises:
        StoreError: It is not.
    """
    if sha256_of(part) != sha256:
        raise StoreError(
            f"The {kind.word} kept as {kept} is damaged: its bytes are not those its name says. It was not used.",
            hint=f"Remove it there. A machine that has the {kind.word} whole puts it there again.",
        )


@contextmanager
def told(shown: str, what: str) -> Iterator[None]:
    """Say it in words where a store fails: each package has errors of its own, and not all are OSErrors.

    Raises:
        StoreError: In their place.
    """
    try:
        yield
    except StoreError:
        raise
    except Exception as error:
        no_room = isinstance(error, OSError) and error.errno in NO_ROOM
        raise StoreError(
            f"The store {shown} {what}: {complaint(error)}.",
            hint=("Make room on the disk" if no_room else "Look at the store, and at who may use it")
            + "; then run again. Nothing that was paid is lost.",
        ) from error


def complaint(error: Exception) -> str:
    """What an error says, in a line, without the query of any address in it: keys stand there."""
    said = error.strerror if isinstance(error, OSError) and error.strerror else f"{type(error).__name__} {error}"
    return _AFTER_QUERY.sub("", " ".join(said.split()))[:_TOLD].rstrip(". ")
