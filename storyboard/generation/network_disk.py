"""A ledger in SQLite does not go on a network disk: locks that do not hold there would let a purchase be made twice.

SQLite says so itself (sqlite.org, "SQLite Over a Network"): network file systems lock unreliably, and the log that
several processes share (WAL) needs memory that they share, which machines do not.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path, PurePath, PureWindowsPath
from typing import TYPE_CHECKING

from storyboard.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Iterable

# fmt: off
_NETWORK = frozenset({
    "nfs", "nfs3", "nfs4", "efs", "cifs", "smb", "smb2", "smb3", "smbfs", "ncp", "ncpfs", "afs", "auristorfs", "coda",
    "afpfs", "webdav", "davfs", "davfs2", "ftp", "ceph", "glusterfs", "lustre", "gpfs", "beegfs", "pvfs2", "orangefs",
    "panfs", "wekafs", "quobyte", "gfs", "gfs2", "ocfs2",
})
_NETWORK_FUSE = _NETWORK | {
    "sshfs", "rclone", "s3fs", "gcsfuse", "goofys", "geesefs", "ossfs", "blobfuse", "blobfuse2", "mount-s3",
    "mountpoint-s3", "curlftpfs", "smbnetfs", "ceph-fuse", "juicefs", "moosefs", "mfs", "seaweedfs", "gvfsd-fuse",
    "kio-fuse", "google-drive-ocamlfuse", "onedriver",
}
# fmt: on


@dataclass(frozen=True)
class Mount:
    """A file system and where it is mounted.

    Attributes:
        point: The folder.
        fstype: The kind, as the system calls it.
        device: What is mounted there.
        options: As the system tells them, with commas between.
    """

    point: str
    fstype: str
    device: str = ""
    options: str = ""


def refuse_network_disk(path: Path) -> None:
    """See that a ledger in SQLite may lie there.

    Args:
        path: The file, or its folder; neither has to exist.

    Raises:
        LedgerError: It would lie on a network disk.
    """
    place = Path(os.path.realpath(path))
    if share := windows_share(str(place)):
        raise _refusal(place, "a network share", share)
    mount = mount_of(place, _mounts())
    if mount is not None and is_network(mount):
        raise _refusal(place, mount.fstype or "a network drive", mount.point)


def is_network(mount: Mount) -> bool:
    """Whether a file system is another machine's, or shared by several.

    9p is how WSL, virtual machines and some containers hand in a folder of this same machine, and every process in
    there goes through one kernel, so it counts as local, unless it is mounted over TCP. So does virtiofs. A FUSE
    file system that is not known to be remote counts as local too (NTFS, encrypted folders, overlays).
    """
    kind = mount.fstype.lower()
    options = mount.options.lower().split(",")
    if kind == "9p":
        return "trans=tcp" in options
    if kind.startswith("fuse"):
        device = mount.device.lower()
        maker = kind.removeprefix("fuse").removeprefix(".") or device.partition("#")[0]
        return maker in _NETWORK_FUSE or device.startswith(("http://", "https://"))
    return kind in _NETWORK or (sys.platform == "win32" and "remote" in options)


def mount_of(path: PurePath, mounts: Iterable[Mount]) -> Mount | None:
    """The mount that holds a path: the deepest above it, and of several at one point the last, which hides the rest.

    Args:
        path: Absolute, without links.
        mounts: In the order they were made.
    """
    found: Mount | None = None
    depth = 0
    above = {path, *path.parents}
    for mount in mounts:
        point = type(path)(mount.point)
        if point in above and len(point.parts) >= depth:
            found, depth = mount, len(point.parts)
    return found


def windows_share(path: str) -> str:
    r"""The share (``\\server\share``) that a Windows path lies on; empty for any other path."""
    drive = "" if path.startswith("/") else PureWindowsPath(path).drive
    if drive.startswith(("\\\\?\\", "\\\\.\\")):
        name = drive[4:]
        return f"\\\\{name[4:]}" if name.upper().startswith("UNC\\") else ""
    return drive if drive.startswith("\\\\") else ""


def _mounts() -> list[Mount]:
    import psutil

    try:
        found = psutil.disk_partitions(all=True)
    except (OSError, RuntimeError):
        return []  # a sandbox that does not tell its mounts; it cannot be known, so nothing is refused
    return [Mount(part.mountpoint, part.fstype, part.device, part.opts) for part in found]


def _refusal(path: Path, kind: str, point: str) -> LedgerError:
    return LedgerError(
        f"The ledger {path} would lie on a network disk ({kind}, at {point}). Locks on it cannot be relied on, and "
        "without them a take may be bought twice.",
        hint="Set STORYBOARD_LEDGER to a Postgres address (postgresql://…), which several machines can share, or to "
        "a path on a disk of this machine.",
    )
