"""What ``--series`` can be given."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyboard.errors import UsageError
from storyboard.repository.address import FolderAddress, RepositoryAddress, check_revision, series_address

pytestmark = pytest.mark.usefixtures("no_git_settings")


@pytest.mark.parametrize(
    ("text", "url", "revision", "subdirectory"),
    [
        ("git+https://host.example/a/show.git@v1", "https://host.example/a/show.git", "v1", ""),
        ("git+https://host.example/a/show.git", "https://host.example/a/show.git", None, ""),
        ("git+https://host.example:8443/show@feature/x", "https://host.example:8443/show", "feature/x", ""),
        ("git+https://host.example/show@refs/pull/7/head", "https://host.example/show", "refs/pull/7/head", ""),
        ("git+https://host.example/s%40t.git@main", "https://host.example/s%40t.git", "main", ""),
        ("git+ssh://git@host.example/a/show.git@v1", "ssh://git@host.example/a/show.git", "v1", ""),
        ("git+ssh://host.example:2222/show.git", "ssh://host.example:2222/show.git", None, ""),
        ("git+ssh://[2001:db8::1]/show.git", "ssh://[2001:db8::1]/show.git", None, ""),
        ("git+ssh://git@host.example/~me/show.git@v1", "ssh://git@host.example/~me/show.git", "v1", ""),
        ("git+file:///srv/show@main", "file:///srv/show", "main", ""),
        ("git+file:///srv/two%20words", "file:///srv/two%20words", None, ""),
        ("git+/srv/two words@main", "file:///srv/two%20words", "main", ""),
        ("git+/srv/show@v1#subdirectory=shows/one", "file:///srv/show", "v1", "shows/one"),
        ("git+https://h.example/s.git@v1#subdirectory=shows/one/", "https://h.example/s.git", "v1", "shows/one"),
        ("git+https://h.example/s.git#subdirectory=a%20b", "https://h.example/s.git", None, "a b"),
        ("git+http://127.0.0.1:8000/show.git@v1", "http://127.0.0.1:8000/show.git", "v1", ""),
        ("git+http://localhost/show.git", "http://localhost/show.git", None, ""),
    ],
)
def test_a_repository_at_a_revision(text: str, url: str, revision: str | None, subdirectory: str) -> None:
    assert series_address(text) == RepositoryAddress(url, revision, subdirectory)


def test_a_path_after_git_plus_is_seen_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/me")
    assert series_address("git+./show@v1") == RepositoryAddress(f"file://{tmp_path}/show", "v1")
    assert series_address("git+~/show") == RepositoryAddress("file:///home/me/show")


@pytest.mark.parametrize("text", [".", "..", "shows/one", "/srv/show", "~/show", "show@v1", "a b"])
def test_a_folder_is_a_folder(text: str) -> None:
    assert series_address(text) == FolderAddress(Path(text))


def test_a_folder_with_a_colon_in_its_name_is_one_where_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a:b").mkdir()
    assert series_address("a:b") == FolderAddress(Path("a:b"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ext::sh -c touch% /tmp/x",
        "git+ext::sh -c touch% /tmp/x",
        "git+ext://sh",
        "git+fd::3",
        "fd::3",
        "git+git://host.example/show.git",
        "git://host.example/show.git",
        "https://host.example/show.git",
        "git@host.example:a/show.git",
        "host.example:show.git",
        "git+git@host.example:a/show.git",
        "git+ssh+git://host.example/show.git",
        "git+http://host.example/show.git",
        "git+http://127.0.0.1.evil.example/show.git",
        "git+HTTPS://host.example/show.git",
        "git+ftp://host.example/show.git",
        "git+file://host.example/show",
        "git+file:show",
        "git+file:///",
        "git+https://host.example",
        "git+https://host.example/",
        "git+https:///show.git",
        "git+https://-oProxyCommand=x/show.git",
        "git+ssh://-oProxyCommand=x/show.git",
        "git+ssh://-x@host.example/show.git",
        "git+ssh://git@-host.example/show.git",
        "git+ssh://git:word@host.example/show.git",
        "git+https://me@host.example/show.git",
        "git+https://me:secret@host.example/show.git",
        "git+https://host.example/show.git?private_token=x",
        "git+https://host.example:port/show.git",
        "git+https://host.example:99999/show.git",
        "git+https://[::1/show.git",
        "git+https://hóst.example/show.git",
        "git+https://host.example/show.git@",
        "git+https://host.example/show.git@--upload-pack=x",
        "git+https://host.example/show.git@a..b",
        "git+https://host.example/show.git@HEAD~1",
        "git+https://host.example/show.git@main^{/x}",
        "git+https://host.example/show.git@a:b",
        "git+https://host.example/show.git@*",
        "git+https://host.example/show.git@a b",
        "git+https://host.example/show.git@%2d-x",
        "git+https://host.example/show.git@x%0ay",
        "git+https://host.example/show.git@main#egg=show",
        "git+https://host.example/show.git#subdirectory=../x",
        "git+https://host.example/show.git#subdirectory=/x",
        "git+https://host.example/show.git#subdirectory=a/.git",
        "git+https://host.example/show.git#subdirectory=",
        "git+https://host.example/show.git#subdirectory=%2e%2e",
        "git+https://host.example/sh\now.git",
        "git+https://host.example/show.git\x1b[2J",
        "git+https://host.example/" + "x" * 3000,
        "--upload-pack=touch",
        "a\0b",
    ],
)
def test_everything_else_is_refused_and_told_what_is_accepted(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        series_address(text)
    assert refused.value.hint
    assert refused.value.message.isprintable()
    assert refused.value.exit_code == 2


@pytest.mark.parametrize(
    "text",
    [
        "git+https://me:hunter2@host.example/show.git",
        "git+https://hunter2@host.example/show.git@v1",
        "https://me:hunter2@host.example/show.git",
        "git+ssh://git:hunter2@host.example/show.git",
        "git+https://host.example/show.git?token=hunter2",
        "git+ext://hunter2@host/x",
    ],
)
def test_a_password_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        series_address(text)
    assert "hunter2" not in refused.value.message + refused.value.hint


_WORDS = "git+ https ssh file http ext :// :: / @ : # subdirectory= ? - .. . host 127.0.0.1 ~ %2d %40 %00 %0a main"
_SIGNS = "[ ] ::1 é --x { ^ \\ ' \" ; $( `"
_PIECES = st.lists(st.sampled_from([*_WORDS.split(), *_SIGNS.split(), " ", "\n"]), max_size=14).map("".join)
_ADDRESSES = st.builds(
    "git+{}://{}{}@{}{}".format,
    st.sampled_from(["https", "ssh", "http", "file"]),
    st.sampled_from(["host.example", "127.0.0.1", "git@h", ""]),
    st.text("/ab.%4-~@é", max_size=10),
    st.text(max_size=8),
    st.sampled_from(["", "#subdirectory=a/b", "#subdirectory=a%2F..%2F.."]),
)


@given(st.one_of(_PIECES, _ADDRESSES, st.text(max_size=40).map("git+".__add__), st.text(max_size=40)))
def test_any_text_is_an_address_that_git_cannot_take_for_an_option_or_it_is_refused(text: str) -> None:
    try:
        address = series_address(text)
    except UsageError:
        return
    if isinstance(address, FolderAddress):
        assert not text.startswith(("-", "git+"))
        return
    parts = urlsplit(address.url)
    assert parts.scheme in {"https", "ssh", "http", "file"}
    assert parts.scheme != "http" or parts.hostname in {"127.0.0.1", "localhost", "::1"}
    assert parts.password is None
    assert parts.username is None or parts.scheme == "ssh"
    assert not (parts.hostname or "").startswith("-")
    assert address.url.isascii()
    assert address.url.isprintable()
    assert " " not in address.url
    assert not parts.query
    assert not parts.fragment
    if address.revision is not None:
        assert check_revision(address.revision) == address.revision
        assert not address.revision.startswith("-")
    assert ".." not in address.subdirectory.split("/")
    assert not address.subdirectory.startswith(("/", "-"))


@given(_ADDRESSES)
def test_an_address_written_out_again_means_the_same(text: str) -> None:
    try:
        address = series_address(text)
    except UsageError:
        return
    assert series_address(str(address)) == address
