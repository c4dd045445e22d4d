"""The shared store: every take that was paid for, where colleagues and other machines find it.

A take is kept under the hash of its bytes (``takes/ab/abcdef….mp4``), and so is a first frame that a person agreed
to (``frames/ab/abcdef…``), for the machine that sends the request. So two that put the same take put the same bytes,
and what comes back is checked against its own name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from storyboard.generation.folder_store import FolderStore
from storyboard.generation.remote_store import open_remote_store
from storyboard.generation.store_address import store_address
from storyboard.generation.stored_take import Kind

if TYPE_CHECKING:
    from pathlib import Path


class Store(Protocol):
    """Keeps takes. What fails with StoreError loses nothing that was paid: the file on this machine stays."""

    def put(self, path: Path, sha256: str, kind: Kind = Kind.TAKE) -> None:
        """Keep a take, whole or not at all; one that is kept already costs nothing.

        Args:
            path: The file.
            sha256: The hash of its bytes.
            kind: What it is.

        Raises:
            StoreError: The file is not what the hash says, or the store cannot be written.
        """

    def get(self, sha256: str, to: Path, kind: Kind = Kind.TAKE) -> bool:
        """Fetch a take into the file ``to``, whole or not at all.

        Returns:
            False where the store does not have it.

        Raises:
            StoreError: What is kept there is not what its name says, or the store cannot be read, or ``to`` not
                written.
        """

    def has(self, sha256: str, kind: Kind = Kind.TAKE) -> bool:
        """Whether a take of that hash is kept; its bytes are checked when it is fetched.

        Raises:
            StoreError: The store cannot be read.
        """

    def describe(self) -> str:
        """Where it is, for people."""


class NamedFiles(Protocol):
    """Keeps what can be made again, under names that say what it was made from and not which bytes it has."""

    def put_named(self, path: Path, name: str) -> None:
        """Keep a file under a name, whole or not at all, in place of what has it.

        Raises:
            StoreError: The store cannot be written.
        """

    def get_named(self, name: str, to: Path) -> bool:
        """Fetch the file of a name, whole or not at all; whether it is the right one is for the caller to see.

        Returns:
            False where the store does not have it.

        Raises:
            StoreError: The store cannot be read, or ``to`` not written.
        """

    def describe(self) -> str:
        """Where it is, for people."""


def open_named_files(url: str) -> NamedFiles:
    """The same store, for what can be made again. Nothing is asked of it yet.

    Raises:
        UsageError: The address cannot be used, or the package that speaks its protocol is not installed.
    """
    address = store_address(url)
    return FolderStore(address.folder) if address.folder is not None else open_remote_store(address)


def open_store(url: str | None, folder: Path) -> Store:
    """The store that a series names. Nothing is asked of it yet.

    Args:
        url: From ``series.yaml``; None where none is named.
        folder: Where takes lie on this machine.

    Raises:
        UsageError: The address cannot be used, or the package that speaks its protocol is not installed.
    """
    if url is None:
        return NoStore(folder)
    address = store_address(url)
    return FolderStore(address.folder) if address.folder is not None else open_remote_store(address)


class NoStore:
    """No store beyond the folder of takes.

    Args:
        folder: Where takes lie.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, path: Path, sha256: str, kind: Kind = Kind.TAKE) -> None:
        """Nothing to do: the take is where it is kept."""

    def get(self, sha256: str, to: Path, kind: Kind = Kind.TAKE) -> bool:
        """Nothing is kept elsewhere."""
        del sha256, to, kind
        return False

    def has(self, sha256: str, kind: Kind = Kind.TAKE) -> bool:
        """Nothing is kept elsewhere."""
        del sha256, kind
        return False

    def describe(self) -> str:
        """Where takes are."""
        return f"{self._folder} alone"
