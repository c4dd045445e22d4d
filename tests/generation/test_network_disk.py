"""Where a ledger in SQLite may lie: on a disk of this machine, not on one that other machines share."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath, PureWindowsPath

import psutil
import pytest

from storyboard.errors import LedgerError
from storyboard.generation import network_disk
from storyboard.generation.network_disk import Mount, is_network, mount_of, refuse_network_disk, windows_share

MOUNTS = [
    Mount("/", "ext4", "/dev/vda"),
    Mount("/srv", "autofs"),
    Mount("/srv", "nfs4", "nas:/films"),
    Mount("/srv/films/scratch", "xfs", "/dev/vdb"),
    Mount("/home/mira/bucket", "fuse.s3fs", "s3fs"),
]


@pytest.mark.parametrize(
    "mount",
    [
        *(Mount("/m", kind) for kind in ("nfs", "nfs4", "NFS", "cifs", "smb3", "smbfs", "afs", "ceph", "glusterfs")),
        *(Mount("/m", kind) for kind in ("lustre", "webdav", "gfs2", "fuse.sshfs", "fuse.rclone", "fuse.glusterfs")),
        Mount("/m", "fuse", "https://dav.example/films"),
        Mount("/m", "fuse", "sshfs#mira@nas:/films"),
        Mount("/m", "fuse", "mountpoint-s3"),
        Mount("/m", "9p", "10.0.0.1", "rw,trans=tcp,port=564"),
    ],
    ids=str,
)
def test_a_file_system_of_another_machine_is_known(mount: Mount) -> None:
    assert is_network(mount)


@pytest.mark.parametrize(
    "mount",
    [
        *(
            Mount("/m", kind, "/dev/vda")
            for kind in ("ext4", "xfs", "btrfs", "zfs", "apfs", "hfs", "overlay", "tmpfs")
        ),
        *(Mount("/m", kind, "/dev/sda1") for kind in ("NTFS", "fuseblk", "fuse.gocryptfs", "fuse", "virtiofs", "")),
        Mount("/mnt/c", "9p", "C:\\", "rw,aname=drvfs;path=C:\\,trans=fd,mmap"),
        Mount("/m", "9p", "share", "rw,trans=virtio"),
        Mount("/m", "ext4", "/dev/vda", "rw,remote"),
    ],
    ids=str,
)
def test_a_disk_of_this_machine_is_none(mount: Mount) -> None:
    assert not is_network(mount)


@pytest.mark.parametrize(
    ("path", "fstype"),
    [
        ("/home/mira/.storyboard/ledger.sqlite", "ext4"),
        ("/srv/films/show/ledger.sqlite", "nfs4"),
        ("/srv", "nfs4"),
        ("/srv/films/scratch/ledger.sqlite", "xfs"),
        ("/srv/films/scratchy/ledger.sqlite", "nfs4"),
        ("/srvers/ledger.sqlite", "ext4"),
        ("/home/mira/bucket/x", "fuse.s3fs"),
    ],
)
def test_the_deepest_mount_above_a_path_holds_it(path: str, fstype: str) -> None:
    mount = mount_of(PurePosixPath(path), MOUNTS)
    assert mount is not None
    assert mount.fstype == fstype


def test_drives_of_windows_are_compared_as_windows_does() -> None:
    drives = [Mount("C:\\", "NTFS", "C:\\", "rw,fixed"), Mount("Z:\\", "NTFS", "Z:\\", "rw,remote")]
    assert mount_of(PureWindowsPath(r"z:\show\ledger.sqlite"), drives) == drives[1]


def test_where_no_mount_is_known_none_holds_a_path() -> None:
    assert mount_of(PurePosixPath("/a"), []) is None


@pytest.mark.parametrize(
    ("path", "share"),
    [
        (r"\\nas\films\show", r"\\nas\films"),
        (r"\\?\UNC\nas\films\show", r"\\nas\films"),
        (r"\\wsl.localhost\Ubuntu\home", r"\\wsl.localhost\Ubuntu"),
        (r"\\?\C:\show", ""),
        (r"\\.\C:\show", ""),
        (r"C:\show", ""),
        ("/home/mira", ""),
        (r"/home/\\nas\films", ""),
    ],
)
def test_a_network_share_of_windows_is_known_by_its_name(path: str, share: str) -> None:
    assert windows_share(path) == share


def test_this_machines_own_disk_is_fine(tmp_path: Path) -> None:
    refuse_network_disk(tmp_path / "not" / "there" / "ledger.sqlite")


def test_the_mount_of_this_folder_is_found(tmp_path: Path) -> None:
    mount = mount_of(Path(os.path.realpath(tmp_path)), network_disk._mounts())
    assert mount is not None
    assert os.path.ismount(mount.point)


def test_a_network_disk_is_refused_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = os.path.realpath(tmp_path)
    monkeypatch.setattr(network_disk, "_mounts", lambda: [Mount("/", "ext4"), Mount(here, "nfs4", "nas:/films")])
    with pytest.raises(LedgerError, match=rf"network disk \(nfs4, at {here}\)") as caught:
        refuse_network_disk(tmp_path / "ledger.sqlite")
    assert "STORYBOARD_LEDGER" in caught.value.hint
    assert "postgresql://" in caught.value.hint


def test_a_link_onto_a_network_disk_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "nas").mkdir()
    (tmp_path / "show").symlink_to(tmp_path / "nas")
    nas = os.path.realpath(tmp_path / "nas")
    monkeypatch.setattr(network_disk, "_mounts", lambda: [Mount("/", "ext4"), Mount(nas, "cifs", "//nas/films")])
    with pytest.raises(LedgerError, match="cifs"):
        refuse_network_disk(tmp_path / "show" / "ledger.sqlite")


def test_a_machine_that_does_not_tell_its_mounts_refuses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*, all: bool) -> None:  # noqa: A002
        raise PermissionError

    monkeypatch.setattr(psutil, "disk_partitions", denied)
    refuse_network_disk(tmp_path)
