"""The shared store: takes go in and come out whole, or not at all; a stranger's series cannot misuse it."""

from __future__ import annotations

import hashlib
import resource
import subprocess
import sys
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import fsspec  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyboard.errors import StoreError, UsageError
from storyboard.generation.remote_store import RemoteStore
from storyboard.generation.store import open_store
from storyboard.generation.store_address import store_address
from storyboard.generation.stored_take import complaint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from storyboard.generation.store import Store

BYTES = bytes(range(256)) * 1000
SHA256 = hashlib.sha256(BYTES).hexdigest()
OTHER = hashlib.sha256(b"other").hexdigest()
NAME = f"takes/{SHA256[:2]}/{SHA256}.mp4"

PUT = """
import sys
from pathlib import Path
from storyboard.generation.store import open_store
store = open_store(sys.argv[1], Path())
print("here", flush=True)
sys.stdin.readline()
store.put(Path(sys.argv[2]), sys.argv[3])
"""


class Kept:
    """A store, and a way to its bytes behind its back."""

    def __init__(self, store: Store, read: Callable[[], bytes], write: Callable[[bytes], None]) -> None:
        self.store = store
        self.read = read
        self.write = write


@pytest.fixture(params=["file", "memory"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    if request.param == "file":
        at = tmp_path / "store" / NAME

        def write(data: bytes) -> None:
            at.parent.mkdir(parents=True, exist_ok=True)
            at.write_bytes(data)

        yield Kept(open_store(f"file://{tmp_path}/store", tmp_path), at.read_bytes, write)
    else:
        files, root = fsspec.filesystem("memory"), f"/{uuid.uuid4().hex}"
        yield Kept(
            RemoteStore(files, root, "memory://store"),
            lambda: files.cat_file(f"{root}/{NAME}"),
            lambda data: files.pipe_file(f"{root}/{NAME}", data),
        )
        if files.exists(root):
            files.rm(root, recursive=True)


@pytest.fixture
def take(tmp_path: Path) -> Path:
    path = tmp_path / "take.mp4"
    path.write_bytes(BYTES)
    return path


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """The system itself refuses to let a file grow further, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def names_below(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_take_that_was_put_comes_back(kept: Kept, take: Path, tmp_path: Path) -> None:
    assert not kept.store.has(SHA256)
    kept.store.put(take, SHA256)
    assert kept.store.has(SHA256)
    assert kept.read() == BYTES
    assert kept.store.get(SHA256, tmp_path / "new" / "back.mp4")
    assert (tmp_path / "new" / "back.mp4").read_bytes() == BYTES
    assert names_below(tmp_path / "new") == ["back.mp4"]


def test_putting_it_again_changes_nothing(kept: Kept, take: Path) -> None:
    kept.store.put(take, SHA256)
    kept.store.put(take, SHA256)
    assert kept.read() == BYTES


def test_a_take_that_is_not_there_is_not_fetched(kept: Kept, take: Path, tmp_path: Path) -> None:
    kept.store.put(take, SHA256)
    assert not kept.store.has(OTHER)
    assert not kept.store.get(OTHER, tmp_path / "back.mp4")
    assert not (tmp_path / "back.mp4").exists()


@pytest.mark.parametrize("damaged", [BYTES[:-1] + b"x", BYTES[:100], b""])
def test_a_damaged_take_is_refused_and_what_was_there_stays(kept: Kept, damaged: bytes, tmp_path: Path) -> None:
    kept.write(damaged)
    (tmp_path / "home").mkdir()
    back = tmp_path / "home" / "back.mp4"
    back.write_bytes(b"older")
    with pytest.raises(StoreError, match="is damaged") as caught:
        kept.store.get(SHA256, back)
    assert NAME in caught.value.message
    assert back.read_bytes() == b"older"
    assert names_below(tmp_path / "home") == ["back.mp4"]


def test_a_take_that_was_cut_short_is_put_anew(kept: Kept, take: Path, tmp_path: Path) -> None:
    kept.write(BYTES[:100])
    kept.store.put(take, SHA256)
    assert kept.store.get(SHA256, tmp_path / "back.mp4")


def test_a_file_with_other_bytes_is_not_put_under_the_takes_name(kept: Kept, take: Path) -> None:
    take.write_bytes(BYTES + b"more")
    with pytest.raises(StoreError, match="its bytes have changed"):
        kept.store.put(take, SHA256)
    assert not kept.store.has(SHA256)


def test_a_file_that_is_not_there_cannot_be_put(kept: Kept, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be written: No such file"):
        kept.store.put(tmp_path / "no.mp4", SHA256)
    assert not kept.store.has(SHA256)


@pytest.mark.parametrize("sha256", ["", "../../etc/passwd", SHA256.upper(), SHA256[:-1], SHA256 + "\n", "a" * 10_000])
def test_what_is_no_hash_never_becomes_a_path(kept: Kept, sha256: str, take: Path, tmp_path: Path) -> None:
    for ask in (
        lambda: kept.store.put(take, sha256),
        lambda: kept.store.get(sha256, tmp_path / "back.mp4"),
        lambda: kept.store.has(sha256),
    ):
        with pytest.raises(StoreError, match="is not the hash of a take"):
            ask()


def test_where_there_is_no_room_here_nothing_half_comes_home(kept: Kept, take: Path, tmp_path: Path) -> None:
    kept.store.put(take, SHA256)
    with files_of_at_most(100_000), pytest.raises(StoreError, match="File too large") as caught:
        kept.store.get(SHA256, tmp_path / "home" / "back.mp4")
    assert "Make room" in caught.value.hint
    assert names_below(tmp_path / "home") == []


def test_where_there_is_no_room_in_the_store_nothing_half_is_kept(take: Path, tmp_path: Path) -> None:
    store = open_store((tmp_path / "store").as_uri(), tmp_path)
    with files_of_at_most(100_000), pytest.raises(StoreError, match="cannot be written: File too large"):
        store.put(take, SHA256)
    assert names_below(tmp_path / "store") == []
    store.put(take, SHA256)
    assert names_below(tmp_path / "store") == [NAME]


def test_a_folder_where_the_store_is_a_file_is_told(take: Path, tmp_path: Path) -> None:
    (tmp_path / "store").write_text("not a folder")
    store = open_store((tmp_path / "store").as_uri(), tmp_path)
    with pytest.raises(StoreError, match="cannot be written: Not a directory"):
        store.put(take, SHA256)


def test_a_damaged_take_in_a_folder_is_replaced_by_a_whole_one(take: Path, tmp_path: Path) -> None:
    store = open_store((tmp_path / "store").as_uri(), tmp_path)
    store.put(take, SHA256)
    (tmp_path / "store" / NAME).write_bytes(BYTES[:-1] + b"x")
    store.put(take, SHA256)
    assert (tmp_path / "store" / NAME).read_bytes() == BYTES


def test_two_that_put_the_same_take_at_once_leave_one_whole_take(take: Path, tmp_path: Path) -> None:
    url = (tmp_path / "store").as_uri()
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", PUT, url, str(take), SHA256], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for _ in range(3)
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"here\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write(b"\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0
    assert names_below(tmp_path / "store") == [NAME]
    assert open_store(url, tmp_path).get(SHA256, tmp_path / "back.mp4")


def test_bytes_that_did_not_all_arrive_are_told(take: Path) -> None:
    class Losing(type(fsspec.filesystem("memory"))):  # type: ignore[misc]
        cachable = False

        def put_file(self, _source: str, name: str, **_: Any) -> None:
            self.pipe_file(name, BYTES[:1000])

    store = RemoteStore(Losing(), f"/{uuid.uuid4().hex}", "s3://bucket")
    with pytest.raises(StoreError, match="has 1000 bytes of the 256000"):
        store.put(take, SHA256)


def test_an_error_of_a_package_is_told_without_the_keys_in_it(take: Path) -> None:
    class Broken(type(fsspec.filesystem("memory"))):  # type: ignore[misc]
        cachable = False

        def info(self, _name: str, **_: Any) -> Any:
            raise ValueError("no\nsuch host: https://a.example/x?sig=hunter2&b=1 at all")

    store = RemoteStore(Broken(), "/r", "az://films")
    for ask in (lambda: store.put(take, SHA256), lambda: store.has(SHA256), lambda: store.get(SHA256, take)):
        with pytest.raises(StoreError, match=r"az://films cannot be .*no such host") as caught:
            ask()
        assert "hunter2" not in caught.value.message
    assert take.read_bytes() == BYTES


def test_with_no_store_named_there_is_nothing_beyond_the_takes(take: Path, tmp_path: Path) -> None:
    store = open_store(None, tmp_path / "takes")
    store.put(take, SHA256)
    assert not store.has(SHA256)
    assert not store.get(SHA256, tmp_path / "back.mp4")
    assert store.describe() == f"{tmp_path / 'takes'} alone"
    assert names_below(tmp_path) == ["take.mp4"]


def test_a_folder_needs_no_fsspec(take: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    store = open_store((tmp_path / "a store").as_uri(), tmp_path)
    store.put(take, SHA256)
    assert (tmp_path / "a store" / NAME).is_file()
    assert store.describe() == str(tmp_path / "a store")


def test_without_fsspec_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(UsageError, match="fsspec, which is not installed") as caught:
        open_store("s3://bucket/films", tmp_path)
    assert 'pip install "storyboard-composer[team]" s3fs' in caught.value.hint


@pytest.mark.parametrize(
    ("url", "package"),
    [("s3://bucket/films", "s3fs"), ("gs://bucket", "gcsfs"), ("abfs://films@show.dfs.core.windows.net/a", "adlfs")],
)
def test_without_a_protocols_package_it_says_what_to_install(
    url: str, package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(UsageError, match=f"{package}, which is not installed") as caught:
        open_store(url, tmp_path)
    assert caught.value.hint == f"Install it: pip install {package}."


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("s3://bucket/films/", "s3://bucket/films"),
        ("S3://bucket", "s3://bucket"),
        (" s3a://b.u-c_k/a b/c=d ", "s3a://b.u-c_k/a b/c=d"),
        ("abfs://films@show.dfs.core.windows.net/a", "abfs://films@show.dfs.core.windows.net/a"),
        ("file:///mnt/films", "file:///mnt/films"),
        ("file://localhost/mnt/films/", "file:///mnt/films"),
        ("file:///mnt/our%20films", "file:///mnt/our%20films"),
    ],
)
def test_an_address_is_read_in_its_one_form(text: str, url: str) -> None:
    assert store_address(text).url == url


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("simplecache::s3://bucket", "may not chain"),
        ("s3://bucket/a::file:///etc", "may not chain"),
        ("/mnt/films", "names no protocol"),
        ("", "names no protocol"),
        ("memory://films", "protocol memory is not one"),
        ("sftp://nas/films", "protocol sftp is not one"),
        ("ssh://nas/films", "protocol ssh is not one"),
        ("https://films.example/", "protocol https is not one"),
        ("github://show:films@/", "protocol github is not one"),
        ("local:///mnt/films", "protocol local is not one"),
        ("reference://x", "protocol reference is not one"),
        ("hunter2@x y://x", "The store's protocol is not one"),
        ("s3://key:hunter2@bucket/films", "no user name, password or key"),
        ("s3://hunter2@bucket/films", "no user name, password or key"),
        ("abfs://films:hunter2@show.dfs.core.windows.net/a", "no user name, password or key"),
        ("abfs://films@evil.example/a", "no user name, password or key"),
        ("file://mira:hunter2@/mnt/films", "no user name, password or key"),
        ("az://films/a?sig=hunter2", "no query"),
        ("s3://bucket/films#hunter2", "no query"),
        ("s3://", "names no bucket"),
        ("s3:///films", "names no bucket"),
        ("s3://localhost:9000/films", "names no bucket"),
        ("s3://bucket/../other", "has '.' or '..'"),
        ("file:///mnt/%2e%2e/etc", "has '.' or '..'"),
        ("file://films", "does not begin at the root"),
        ("file://nas/films", "does not begin at the root"),
        ("file://./films", "has '.' or '..'"),
        ("file://~/films", "does not begin at the root"),
        ("file:///~/films", "does not begin at the root"),
        ("file:////nas/films", "does not begin at the root"),
        ("file:films", "names no protocol"),
        ("file:///", "is not a folder"),
        ("file:///a\x00b", "a character in it"),
        ("file:///a%00b", "a character in it"),
        ("s3://bucket/*", "a character in it"),
        ("s3://bucket/" + "a" * 2000, "too long"),
    ],
)
def test_an_address_that_a_stranger_could_misuse_is_refused(url: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        open_store(url, tmp_path)
    assert why in caught.value.message
    assert "hunter2" not in caught.value.message + caught.value.hint
    assert caught.value.hint


@given(st.text() | st.text().map(lambda rest: f"file://{rest}") | st.text().map(lambda rest: f"s3://{rest}"))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        address = store_address(text)
    except UsageError:
        return
    assert address.protocol in {"file", "s3"}
    assert "\n" not in address.url
    assert store_address(address.url) == address


def test_a_complaint_is_one_short_line() -> None:
    assert complaint(OSError(28, "No space left on device", "/a?b")) == "No space left on device"
    assert len(complaint(ValueError("word\n" * 1000))) <= 300
