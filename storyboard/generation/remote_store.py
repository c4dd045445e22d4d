"""A shared store by way of fsspec: a bucket.

An object store shows an object when all of it has arrived and not before, so a take goes straight to its name; its
length is looked at afterwards all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storyboard.errors import StoreError, UsageError
from storyboard.files import whole_path
from storyboard.generation.store_address import PACKAGES, StoreAddress
from storyboard.generation.stored_take import Kind, complaint, object_name, refuse_changed, refuse_damaged, told

if TYPE_CHECKING:
    from pathlib import Path


def open_remote_store(address: StoreAddress) -> RemoteStore:
    """Open the store at an address.

    Raises:
        UsageError: A package is not installed, or has not what it needs.
    """
    package = PACKAGES[address.protocol]
    try:
        from fsspec.core import url_to_fs  # type: ignore[import-untyped]
    except ImportError as error:
        raise UsageError(
            f"The store {address.url} needs the package fsspec, which is not installed.",
            hint=f'Install it: pip install "storyboard-composer[team]" {package}.',
        ) from error
    try:
        files, root = url_to_fs(address.url)
    except ImportError as error:
        raise UsageError(
            f"The store {address.url} needs the package {package}, which is not installed.",
            hint=f"Install it: pip install {package}.",
        ) from error
    except Exception as error:  # each package has errors of its own, and some look for keys at once
        raise UsageError(
            f"The store {address.url} cannot be opened: {complaint(error)}.",
            hint=f"Look at the settings of {package}: its keys, its region.",
        ) from error
    return RemoteStore(files, root, address.url)


class RemoteStore:
    """Keeps takes in a bucket.

    Args:
        files: An fsspec file system.
        root: The path in it under which takes are kept.
        shown: The address, for people.
    """

    def __init__(self, files: Any, root: str, shown: str) -> None:
        self._files = files
        self._root = root.rstrip("/")
        self._shown = shown

    def put(self, path: Path, sha256: str, kind: Kind = Kind.TAKE) -> None:
        """Keep a take; one of that name and another length is replaced."""
        name = self._name(sha256, kind)
        with told(self._shown, "cannot be written"):
            size = path.stat().st_size
            if self._size(name) == size:
                return
            refuse_changed(path, sha256, kind=kind)
            self._files.put_file(str(path), name)
            arrived = self._size(name)
        if arrived != size:
            raise StoreError(
                f"The store {self._shown} has {arrived or 0} bytes of the {size} that were sent of {path.name}.",
                hint=f"The {kind.word} is whole on this machine. Run again to send it again.",
            )

    def get(self, sha256: str, to: Path, kind: Kind = Kind.TAKE) -> bool:
        """Fetch a take."""
        name = self._name(sha256, kind)
        with told(self._shown, f"cannot be read into {to}"):
            if self._size(name) is None:
                return False
            with whole_path(to) as part:
                self._files.get_file(name, str(part))
                refuse_damaged(part, sha256, f"{self._shown}/{object_name(sha256, kind)}", kind)
        return True

    def has(self, sha256: str, kind: Kind = Kind.TAKE) -> bool:
        """Whether it is there."""
        with told(self._shown, "cannot be read"):
            return self._size(self._name(sha256, kind)) is not None

    def put_named(self, path: Path, name: str) -> None:
        """Keep a file under a name, in place of what has it."""
        with told(self._shown, "cannot be written"):
            self._files.put_file(str(path), f"{self._root}/{name}")

    def get_named(self, name: str, to: Path) -> bool:
        """Fetch the file of a name."""
        with told(self._shown, f"cannot be read into {to}"):
            if self._size(f"{self._root}/{name}") is None:
                return False
            with whole_path(to) as part:
                self._files.get_file(f"{self._root}/{name}", str(part))
        return True

    def describe(self) -> str:
        """The address."""
        return self._shown

    def _name(self, sha256: str, kind: Kind) -> str:
        return f"{self._root}/{object_name(sha256, kind)}"

    def _size(self, name: str) -> int | None:
        """Bytes kept under a name, asked anew; None where there is nothing."""
        self._files.invalidate_cache()
        try:
            known = self._files.info(name)
        except FileNotFoundError:
            return None
        return None if known["type"] == "directory" else int(known["size"])
