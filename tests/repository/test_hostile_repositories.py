"""Repositories, settings and addresses that would run something, read something or reach for something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from git_repository import Repository
from helpers import MINIMAL

from storyboard.errors import RepositoryError, UsageError
from storyboard.repository.address import RepositoryAddress
from storyboard.repository.checkout import Checkout, check_out
from storyboard.repository.git import Git, GitFailedError
from storyboard.repository.series_at import series_at

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("no_git_settings")


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """A file that is there if something ran."""
    return tmp_path / "ran"


@pytest.fixture
def program(tmp_path: Path, mark: Path) -> Path:
    """A program that shows that it ran."""
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {mark}\ncat\n")
    program.chmod(0o755)
    return program


@pytest.fixture
def show(tmp_path: Path) -> Repository:
    show = Repository.make(tmp_path / "show")
    show.commit({"one.yaml": MINIMAL})
    return show


def at(show: Repository, revision: str | None = "main") -> Checkout:
    return check_out(RepositoryAddress(show.url, revision))


def settings(tmp_path: Path, text: str) -> None:
    (tmp_path / "home" / "gitconfig").write_text(text)


def test_no_hook_runs_whoever_put_it_there(tmp_path: Path, show: Repository, program: Path, mark: Path) -> None:
    hooks = tmp_path / "template" / "hooks"
    hooks.mkdir(parents=True)
    for name in ("post-checkout", "reference-transaction", "post-merge", "post-index-change"):
        (hooks / name).write_bytes(program.read_bytes())
        (hooks / name).chmod(0o755)
    settings(tmp_path, f"[init]\n\ttemplateDir = {hooks.parent}\n[core]\n\thooksPath = {hooks}\n")
    at(show)
    assert not mark.exists()
    show.git("-c", f"core.hooksPath={hooks}", "update-ref", "refs/heads/x", "HEAD")
    assert mark.exists(), "such a hook does run, when nothing prevents it"


def test_a_submodule_is_left_out_and_told(tmp_path: Path, show: Repository, program: Path, mark: Path) -> None:
    other = Repository.make(tmp_path / "other")
    other.commit({"x": "x"})
    show.git("-c", "protocol.file.allow=always", "submodule", "add", "--quiet", other.url, "sub")
    show.git("config", "-f", ".gitmodules", "submodule.sub.update", f"!{program}")
    show.commit({})
    settings(tmp_path, "[submodule]\n\trecurse = true\n[fetch]\n\trecurseSubmodules = true\n")
    checkout = at(show)
    assert checkout.left_out == ("sub: a submodule",)
    assert not (checkout.folder / "sub").exists()
    assert not mark.exists()


def test_no_filter_runs_and_no_attribute_changes_a_byte(
    tmp_path: Path, show: Repository, program: Path, mark: Path
) -> None:
    settings(tmp_path, f'[filter "evil"]\n\tsmudge = {program}\n\trequired = true\n[core]\n\tautocrlf = true\n')
    text = b"$Format:%H$ $Id$\none\ntwo\r\n"
    show.commit(
        {
            ".gitattributes": "a.txt filter=evil export-subst ident eol=crlf text\nb.txt export-ignore\n"
            "c.txt working-tree-encoding=UTF-16\n",
            "b.txt": "b",
        }
    )
    for name in ("a.txt", "c.txt"):
        blob = show.git("hash-object", "-w", "--no-filters", "--stdin", given=text)
        show.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{name}")
    show.git("commit", "--quiet", "-m", "m")
    folder = at(show).folder
    assert (folder / "a.txt").read_bytes() == text
    assert (folder / "c.txt").read_bytes() == text
    assert (folder / "b.txt").read_bytes() == b"b"
    assert not mark.exists()


def test_what_lies_in_git_lfs_is_told_and_not_fetched(show: Repository) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
    show.commit({"a.png": pointer, ".gitattributes": "*.png filter=lfs\n"})
    checkout = at(show)
    assert checkout.left_out == ("a.png: its content lies in Git LFS, which is not asked",)
    assert (checkout.folder / "a.png").read_text() == pointer


def test_no_link_leads_out_and_one_inside_is_a_copy(show: Repository) -> None:
    show.commit({"images/a.png": b"a picture", "shows/readme": "x"})
    links = {
        "passwd": "/etc/passwd",
        "out": "../../../../../../../../etc/passwd",
        "shows/up": "../../show/one.yaml",
        "folder": "images",
        "round": "round",
        "git": ".git/config",
        "shows/a.png": "../images/a.png",
        "shows/b.png": "a.png",
    }
    for name, target in links.items():
        (show.folder / name).symlink_to(target)
    show.commit({})
    checkout = at(show)
    assert not [path for path in checkout.folder.rglob("*") if path.is_symlink()]
    assert (checkout.folder / "shows" / "a.png").read_bytes() == b"a picture"
    assert (checkout.folder / "shows" / "b.png").read_bytes() == b"a picture"
    told = {each.partition(":")[0] for each in checkout.left_out}
    assert told == {"passwd", "out", "shows/up", "folder", "round", "git"}
    assert not any((checkout.folder / name).exists() for name in told)


@pytest.mark.parametrize("name", [".git", ".GIT", "..", ".", "git~1", ".g\u200cit", ".git ", ".git."])
def test_a_path_that_no_checkout_may_have_is_refused(show: Repository, name: str, tmp_path: Path) -> None:
    def tree(entry: bytes) -> str:
        return show.git("hash-object", "-t", "tree", "-w", "--stdin", "--literally", given=entry)

    blob = bytes.fromhex(show.git("hash-object", "-w", "--stdin", given=b"[core]\n"))
    inner = bytes.fromhex(tree(b"100644 config\0" + blob))
    outer = tree(b"40000 " + name.encode() + b"\0" + inner)
    show.git("update-ref", "refs/heads/evil", show.git("commit-tree", outer, "-m", "m"))
    with pytest.raises(RepositoryError):
        at(show, "evil")
    assert not list((tmp_path / "cache").rglob("config"))


def test_too_large_a_tree_is_refused_before_it_is_written(show: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    show.commit({"large": b"x" * 5000})
    monkeypatch.setattr("storyboard.repository.tree.MOST_BYTES", 4000)
    with pytest.raises(RepositoryError, match="are taken"):
        at(show)
    monkeypatch.setattr("storyboard.repository.tree.MOST_BYTES", 40000)
    monkeypatch.setattr("storyboard.repository.tree.MOST_FILES", 1)
    with pytest.raises(RepositoryError, match="has 2 files"):
        at(show)


@pytest.mark.parametrize("before", ["ext::", "git+ext::", "git+ext://", "git+file://ext::"])
def test_an_address_that_would_run_a_command_runs_none(mark: Path, before: str) -> None:
    with pytest.raises(UsageError):
        series_at(f"{before}sh -c touch% {mark}")
    assert not mark.exists()


def test_git_itself_is_told_to_speak_no_other_protocol(tmp_path: Path, mark: Path) -> None:
    (tmp_path / "bare").mkdir()
    settings(tmp_path, '[protocol]\n\tallow = always\n[protocol "ext"]\n\tallow = always\n')
    git = Git(tmp_path / "bare", protocols=("https", "ssh"))
    with pytest.raises(GitFailedError, match="not allowed"):
        git.run("ls-remote", "--", f"ext::sh -c touch% {mark}")
    assert not mark.exists()


def test_an_address_that_the_persons_settings_rewrite_to_a_command_runs_none(
    tmp_path: Path, show: Repository, mark: Path
) -> None:
    settings(
        tmp_path,
        f'[url "ext::sh -c touch% {mark}% "]\n\tinsteadOf = {show.url}\n[protocol "ext"]\n\tallow = always\n',
    )
    with pytest.raises(RepositoryError, match="a protocol that is not spoken here"):
        at(show)
    assert not mark.exists()


def test_variables_of_a_git_that_called_us_lead_nowhere_else(
    tmp_path: Path, show: Repository, monkeypatch: pytest.MonkeyPatch, mark: Path
) -> None:
    other = Repository.make(tmp_path / "other")
    other.commit({"x": "x"})
    monkeypatch.setenv("GIT_DIR", str(other.folder / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    monkeypatch.setenv("GIT_TRACE", str(mark))
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", "'core.bare=banana'")
    assert (at(show).folder / "one.yaml").is_file()
    assert not mark.exists()


def test_the_settings_of_the_repository_one_stands_in_have_no_say(
    tmp_path: Path, show: Repository, monkeypatch: pytest.MonkeyPatch, mark: Path
) -> None:
    here = Repository.make(tmp_path / "here")
    here.commit({"x": "x"})
    here.git("config", f"url.ext::sh -c touch% {mark}% .insteadOf", show.url)
    here.git("config", "core.sshCommand", f"touch {mark};")
    monkeypatch.chdir(here.folder)
    at(show)
    assert not mark.exists()
