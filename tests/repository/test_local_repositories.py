"""The repository a folder lies in: its revisions, and where it stands."""

from __future__ import annotations

import hashlib
import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from git_repository import Repository
from helpers import MINIMAL

from storyboard.errors import RepositoryError, UsageError
from storyboard.repository.export import (
    CommitNow,
    commit_now,
    commit_of,
    export_revision,
    is_repository,
    top_of,
)

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("no_git_settings")


@pytest.fixture
def show(tmp_path: Path) -> Repository:
    show = Repository.make(tmp_path / "show")
    show.commit({"one.yaml": MINIMAL, "shows/a/two.yaml": MINIMAL, "shows/a/images/a.bin": b"\x00"})
    return show


def now(folder: Path) -> CommitNow:
    found = commit_now(folder)
    assert found is not None
    return found


def test_a_folder_of_a_repository_is_told_from_one_that_is_none(tmp_path: Path, show: Repository) -> None:
    assert is_repository(show.folder / "shows")
    assert top_of(show.folder / "shows") == show.folder
    assert not is_repository(tmp_path)
    assert not is_repository(tmp_path / "nowhere")
    with pytest.raises(RepositoryError, match="lies in no git repository"):
        top_of(tmp_path)


def test_a_revision_is_whatever_git_takes_for_one(show: Repository) -> None:
    first = show.git("rev-parse", "HEAD")
    show.git("tag", "-a", "v1", "-m", "x")
    second = show.commit({"x": "x"})
    for name in ("HEAD~1", "v1", "main^", first, first[:8], "main~1", "refs/tags/v1", "v1^{commit}"):
        assert commit_of(show.folder, name) == first
    assert commit_of(show.folder / "shows", "HEAD") == second


@pytest.mark.parametrize(
    "revision", ["", "--upload-pack=touch x", "-x", "--git-dir=x", "a\nb", "a\0b", "\x1b[2J", "x" * 600]
)
def test_what_git_could_take_for_an_option_is_no_revision(show: Repository, revision: str) -> None:
    with pytest.raises(UsageError, match="is no revision") as refused:
        commit_of(show.folder, revision)
    assert refused.value.message.isprintable()


@pytest.mark.parametrize(
    "revision", ["nowhere", "^main", "main:one.yaml", "HEAD~9", ":/none such", "main..main", "@{x"]
)
def test_a_revision_that_is_not_there(show: Repository, revision: str) -> None:
    with pytest.raises(RepositoryError, match="has no revision"):
        commit_of(show.folder, revision)


def test_a_clean_folder_and_a_changed_one(show: Repository) -> None:
    commit = show.git("rev-parse", "HEAD")
    assert now(show.folder) == CommitNow(commit, dirty=False)
    (show.folder / "shows" / "a" / "two.yaml").write_text("x")
    assert now(show.folder) == CommitNow(commit, dirty=True)
    assert now(show.folder / "shows") == CommitNow(commit, dirty=True)


def test_only_what_lies_below_the_folder_counts(show: Repository) -> None:
    (show.folder / "one.yaml").write_text("x")
    assert now(show.folder).dirty
    assert not now(show.folder / "shows").dirty


def test_a_new_file_counts_and_finished_films_do_not(show: Repository) -> None:
    for made in ("renders/one.mp4", ".storyboard/ledger.sqlite", "shows/a/renders/two.mp4"):
        (show.folder / made).parent.mkdir(exist_ok=True)
        (show.folder / made).write_bytes(b"x")
    assert not now(show.folder).dirty
    (show.folder / "three.yaml").write_text("x")
    assert now(show.folder).dirty


def test_where_there_is_no_repository_no_commit_or_no_git_there_is_no_answer(
    tmp_path: Path, show: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert commit_now(tmp_path) is None
    assert commit_now(tmp_path / "nowhere") is None
    assert commit_now(Repository.make(tmp_path / "new").folder) is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert commit_now(show.folder) is None
    assert not is_repository(show.folder)


def test_nothing_that_the_repositorys_own_settings_name_is_run(show: Repository, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {ran}\ncat\n")
    program.chmod(0o755)
    show.commit({".gitattributes": "*.yaml filter=evil\n"})
    for key in ("core.fsmonitor", "filter.evil.clean", "filter.evil.smudge", "core.sshCommand", "core.pager"):
        show.git("config", key, str(program))
    show.git("config", "filter.evil.required", "true")
    hooks = show.folder / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    (hooks / "post-index-change").write_bytes(program.read_bytes())
    (hooks / "post-index-change").chmod(0o755)
    os.utime(show.folder / "one.yaml", (1, 1))  # so that git has to compare its content
    ran.unlink(missing_ok=True)
    assert commit_now(show.folder) is not None
    export_revision(show.folder, "HEAD", tmp_path / "out")
    assert (tmp_path / "out" / "one.yaml").read_text() == MINIMAL
    assert not ran.exists()
    show.git("status")
    assert ran.exists(), "such a setting does run, when nothing prevents it"


def test_a_filter_whose_name_cannot_be_switched_off_is_not_run_either(show: Repository, tmp_path: Path) -> None:
    show.commit({".gitattributes": "*.yaml filter=a=b\n"})
    show.git("config", "filter.a=b.clean", f"touch {tmp_path}/ran; cat")
    os.utime(show.folder / "one.yaml", (1, 1))
    assert commit_now(show.folder) is None
    assert not (tmp_path / "ran").exists()


def test_a_repository_hidden_in_a_folder_of_a_repository_is_not_used(show: Repository, tmp_path: Path) -> None:
    hidden = show.folder / "shows" / "a"
    subprocess.run(["git", "init", "--quiet", "--bare", str(hidden)], check=True, capture_output=True)
    with (hidden / "config").open("a") as config:
        config.write(f"[core]\n\tbare = false\n\tworktree = {hidden}\n\tfsmonitor = touch {tmp_path}/ran\n")
    assert commit_now(hidden) is None
    assert not is_repository(hidden)
    assert not (tmp_path / "ran").exists()


def test_the_files_of_a_folder_at_a_revision(show: Repository, tmp_path: Path) -> None:
    commit = show.git("rev-parse", "HEAD")
    show.commit({"shows/a/two.yaml": "later", "shows/b/x": "x"})
    exported = export_revision(show.folder / "shows", "HEAD~1", tmp_path / "out")
    assert (exported.folder, exported.commit, exported.left_out) == (tmp_path / "out", commit, ())
    found = sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*"))
    assert found == [".git", "a", "a/images", "a/images/a.bin", "a/two.yaml"]
    assert (tmp_path / "out" / "a" / "two.yaml").read_text() == MINIMAL


def test_a_folder_that_was_not_there_yet_was_empty(show: Repository, tmp_path: Path) -> None:
    show.commit({"later/x": "x"})
    exported = export_revision(show.folder / "later", "HEAD~1", tmp_path / "out")
    assert [path.name for path in exported.folder.iterdir()] == [".git"]


def test_what_lies_in_git_lfs_is_written_where_this_machine_has_it(show: Repository, tmp_path: Path) -> None:
    content = b"a picture"
    name = hashlib.sha256(content).hexdigest()
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{name}\nsize {len(content)}\n"
    show.commit({"shows/a/a.png": pointer, "b.png": pointer.replace(name, "0" * 64)})
    place = show.folder / ".git" / "lfs" / "objects" / name[:2] / name[2:4] / name
    place.parent.mkdir(parents=True)
    place.write_bytes(content)
    exported = export_revision(show.folder, "HEAD", tmp_path / "one")
    assert (tmp_path / "one" / "shows" / "a" / "a.png").read_bytes() == content
    assert [each.partition(":")[0] for each in exported.left_out] == ["b.png"]
    place.write_bytes(b"not what the name says")
    export_revision(show.folder / "shows", "HEAD", tmp_path / "two")
    assert (tmp_path / "two" / "a" / "a.png").read_text() == pointer


def test_a_partial_clone_is_told_and_nothing_is_fetched(show: Repository, tmp_path: Path) -> None:
    show.git("config", "uploadpack.allowFilter", "true")
    partial = tmp_path / "partial"
    show.git("clone", "--quiet", "--no-checkout", "--filter=blob:none", show.url, str(partial))
    with pytest.raises(RepositoryError, match="a partial clone"):
        export_revision(partial, "HEAD", tmp_path / "out")


def test_a_folder_that_cannot_be_written(show: Repository, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(RepositoryError, match="cannot be written"):
        export_revision(show.folder, "HEAD", tmp_path / "file" / "out")
