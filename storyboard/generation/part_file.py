"""A download that is on its way: the bytes so far, and beside them what they belong to."""

from __future__ import annotations

import errno
import json
import os
import stat
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from storyboard.errors import BusyElsewhereError

if sys.platform != "win32":
    import fcntl

_CHECKPOINT_BYTES = 16 * 2**20
_FLAGS = (
    os.O_RDWR
    | os.O_CREAT
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    # A checkout may come from a stranger, with a link where our file goes; and a pipe would be waited on.
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
)


@dataclass(frozen=True)
class Origin:
    """What a partial file is part of.

    Attributes:
        resource: A hash of the address without its query, where signatures change.
        validator: A strong ETag, or else a Last-Modified date, to send as ``If-Range``; empty for neither.
        total: Bytes of the whole, or None where the host did not say.
        synced: Bytes that were on the disk for certain at the last checkpoint.
        boot: Which run of the machine wrote it; empty where the system does not tell.
    """

    resource: str
    validator: str
    total: int | None
    synced: int = 0
    boot: str = ""


class PartFile:
    """The partial file of one download, locked against a second process while it is open.

    Args:
        path: The partial file; ``path`` with ``.json`` added says where it comes from.

    Raises:
        BusyElsewhereError: Another process is writing it.
        OSError: It cannot be opened, or is not a regular file of our own.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._side = path.with_name(path.name + ".json")
        self._descriptor = _open_locked(path)
        self._origin: Origin | None = None
        self._since_checkpoint = 0
        self.size = 0

    @property
    def missing(self) -> int | None:
        """Bytes still to come, or None where that is not known."""
        total = self._origin.total if self._origin else None
        return None if total is None else max(total - self.size, 0)

    def __enter__(self) -> PartFile:
        return self

    def __exit__(self, *_: object) -> None:
        # However it ends, what came so far is worth keeping; where even that fails, it comes again.
        with suppress(OSError):
            self._checkpoint()
        self.close()

    def resume(self, resource: str) -> Origin | None:
        """Where the bytes on the disk come from, if they can be gone on with; ``size`` says how many.

        After a crash of the machine, a file can be longer than what was written to the disk. So bytes past
        the last checkpoint count only if the machine has not been started anew since.
        """
        origin = self._read_side()
        size = os.fstat(self._descriptor).st_size
        if origin is None or origin.resource != resource or not origin.validator:
            return None
        if not origin.boot or origin.boot != _boot():
            size = min(size, origin.synced)
        if size == 0 or (origin.total is not None and size > origin.total):
            return None
        os.ftruncate(self._descriptor, size)
        self.size, self._origin = size, origin
        return origin

    def start(self, origin: Origin) -> None:
        """Begin anew, with nothing."""
        os.ftruncate(self._descriptor, 0)  # first, so that the new origin never stands beside old bytes
        self.size = self._since_checkpoint = 0
        self._origin = replace(origin, boot=_boot())
        self._write_side(self._origin)

    def append(self, data: bytes) -> None:
        """Write ``data`` at the end."""
        view = memoryview(data)
        os.lseek(self._descriptor, self.size, os.SEEK_SET)
        while view:
            written = os.write(self._descriptor, view)
            view = view[written:]
            self.size += written
            self._since_checkpoint += written
        if self._since_checkpoint >= _CHECKPOINT_BYTES:
            self._checkpoint()

    def discard(self) -> None:
        """Forget everything: the bytes are not part of anything that can be finished."""
        os.ftruncate(self._descriptor, 0)
        self._side.unlink(missing_ok=True)
        self.size, self._origin = 0, None

    def read(self, amount: int, offset: int) -> bytes:
        """Up to ``amount`` bytes from ``offset``; fewer only at the end."""
        os.lseek(self._descriptor, offset, os.SEEK_SET)
        return os.read(self._descriptor, amount)

    def finish(self, destination: Path) -> None:
        """Put the whole file in its place, on the disk for certain: fsync, rename, fsync of the folder."""
        os.fsync(self._descriptor)
        if sys.platform == "win32":
            self.close()  # an open file cannot be renamed there
        self.path.replace(destination)
        self._origin = None
        self._side.unlink(missing_ok=True)
        _sync_folder(destination.parent)

    def close(self) -> None:
        """Let go of the file and its lock."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _checkpoint(self) -> None:
        if self._origin is not None and self._descriptor >= 0:
            os.fsync(self._descriptor)
            self._origin = replace(self._origin, synced=self.size, boot=_boot())
            self._write_side(self._origin)
            self._since_checkpoint = 0

    def _read_side(self) -> Origin | None:
        try:
            value: Any = json.loads(self._side.read_bytes())
        except (OSError, ValueError, RecursionError):
            return None
        match value:
            case {
                "resource": str(resource),
                "validator": str(validator),
                "total": int() | None as total,
                "synced": int(synced),
                "boot": str(boot),
            } if validator.isascii() and validator.isprintable():
                return Origin(resource, validator, total, max(synced, 0), boot)
        return None

    def _write_side(self, origin: Origin) -> None:
        new = self._side.with_name(self._side.name + ".new")
        new.unlink(missing_ok=True)  # whatever lies there, a link included, is not written through
        with new.open("x", encoding="utf-8") as file:
            json.dump(asdict(origin), file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._side)


def _open_locked(path: Path) -> int:
    descriptor = os.open(path, _FLAGS, 0o644)
    try:
        if _lock(descriptor, path):
            return descriptor
    except OSError:
        os.close(descriptor)
        raise
    os.close(descriptor)
    raise BusyElsewhereError(
        f"Another process is downloading the same clip, into {path}.",
        hint="Let it finish, then run the command again.",
    )


def _lock(descriptor: int, path: Path) -> bool:
    """Whether the file is ours alone now; it must be a plain one."""
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise OSError(errno.EINVAL, "it is not a plain file", str(path))
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Between opening and locking, the holder before may have finished and moved the file away.
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except (BlockingIOError, FileNotFoundError):
        return False


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except (OSError, ValueError):
        return ""


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return  # a folder cannot be opened there
    with suppress(OSError):  # some network file systems cannot; the rename stands all the same
        descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
