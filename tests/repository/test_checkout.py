"""A repository at a revision, as a folder."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from git_repository import Repository, answering, served, served_as_files
from helpers import MINIMAL, environment

from storyboard.errors import RepositoryError, RepositoryUnreachableError, StoryboardError, UsageError
from storyboard.generation.prepare import prepare
from storyboard.repository.address import RepositoryAddress, series_address
from storyboard.repository.checkout import Checkout, check_out
from storyboard.repository.remote import Patience, Remote
from storyboard.repository.series_at import series_at

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.usefixtures("no_git_settings")

SOON = Patience(1.5, 1.5)


@pytest.fixture
def show(tmp_path: Path) -> Repository:
    """Three commits: v1 (annotated), v2 (light), and main with a branch beside it."""
    show = Repository.make(tmp_path / "srv" / "show")
    show.commit({"one.yaml": MINIMAL, "images/a.bin": b"\x00\r\n\xff"})
    show.git("tag", "-a", "v1", "-m", "one")
    show.commit({"one.yaml": MINIMAL.replace("Fox", "Owl")})
    show.git("tag", "v2")
    show.git("branch", "feature/owl")
    show.commit({"one.yaml": MINIMAL.replace("Fox", "Bear")})
    return show


@pytest.fixture
def host(show: Repository) -> Iterator[str]:
    with served(show.folder.parent) as address:
        yield f"{address}/show/.git"


def at(url: str, revision: str | None = None, subdirectory: str = "") -> Checkout:
    return check_out(RepositoryAddress(url, revision, subdirectory))


def refusal(url: str, revision: str | None = None, patience: Patience | None = None) -> StoryboardError:
    with pytest.raises(StoryboardError) as refused:
        check_out(RepositoryAddress(url, revision), patience=patience)
    assert refused.value.hint
    return refused.value


def title(checkout: Checkout) -> str:
    plan = prepare(checkout.folder / "one.yaml").require_plan()
    return plan.title


@pytest.mark.parametrize(
    ("revision", "means", "story"),
    [
        (None, "HEAD", "Bear"),
        ("HEAD", "HEAD", "Bear"),
        ("main", "main", "Bear"),
        ("feature/owl", "v2", "Owl"),
        ("v1", "v1^{commit}", "Fox"),
        ("v2", "v2", "Owl"),
        ("refs/tags/v1", "v1^{commit}", "Fox"),
        ("refs/heads/feature/owl", "v2", "Owl"),
    ],
)
def test_a_revision_is_the_files_of_its_commit_by_file_and_over_http(
    show: Repository, host: str, revision: str | None, means: str, story: str
) -> None:
    for url in (show.url, host):
        checkout = at(url, revision)
        assert checkout.commit == show.git("rev-parse", means)
        assert (checkout.url, checkout.revision_asked, checkout.notes, checkout.left_out) == (url, revision, (), ())
        assert title(checkout) == story
        assert (checkout.folder / "images" / "a.bin").read_bytes() == b"\x00\r\n\xff"


def test_a_commit_by_its_full_name_is_fetched_alone(show: Repository, host: str) -> None:
    commit = show.git("rev-parse", "v1^{commit}")
    for url in (show.url, host):
        checkout = at(url, commit)
        assert (checkout.commit, checkout.notes, title(checkout)) == (commit, (), "Fox")


def test_a_commit_by_a_part_of_its_name_is_found_in_the_history_and_that_is_told(show: Repository, host: str) -> None:
    show.git("tag", "-d", "v1")
    commit = show.git("rev-parse", "main~2")
    checkout = at(host, commit[:8])
    assert (checkout.commit, title(checkout)) == (commit, "Fox")
    assert "the whole history was fetched" in checkout.notes[0]


def test_a_part_of_the_name_of_a_branchs_own_commit_needs_no_history(show: Repository, host: str) -> None:
    commit = show.git("rev-parse", "main")
    checkout = at(host, commit[:8])
    assert (checkout.commit, checkout.notes) == (commit, ())


def test_a_commit_the_host_does_not_give_by_itself_comes_with_the_history(show: Repository) -> None:
    commit = show.git("rev-parse", "main~1")
    show.git("tag", "-d", "v2")
    show.git("branch", "-D", "feature/owl")
    plain = show.folder.parent / "plain"
    shutil.copytree(show.folder / ".git", plain)
    subprocess.run(["git", "--git-dir", plain, "update-server-info"], check=True)
    with served_as_files(show.folder.parent) as address:
        checkout = at(f"{address}/plain", commit)
        assert (checkout.commit, title(checkout)) == (commit, "Owl")
        assert "history was fetched" in checkout.notes[0]
        newest = at(f"{address}/plain", "main")
        assert (newest.commit, title(newest)) == (show.git("rev-parse", "main"), "Bear")
        assert "can't give one commit alone" in newest.notes[0]


def test_no_more_than_one_commit_is_fetched(show: Repository, host: str, tmp_path: Path) -> None:
    for number, url in enumerate((show.url, host)):
        (tmp_path / str(number)).mkdir()
        remote = Remote(RepositoryAddress(url, "main"), tmp_path / str(number), Patience())
        commit = remote.fetch(remote.ask())
        assert remote.git.run("rev-list", "--all", "--count") == "1"
        assert remote.git.run("rev-list", "--count", commit) == "1"


def test_a_repository_of_sha256_names_is_read_as_well(tmp_path: Path) -> None:
    long = Repository.make(tmp_path / "long", "--object-format=sha256")
    commit = long.commit({"one.yaml": MINIMAL})
    assert len(commit) == 64
    assert at(long.url).commit == commit
    shutil.rmtree(tmp_path / "cache")
    assert title(at(long.url, commit)) == "Fox"
    assert title(at(long.url, commit)) == "Fox"


def test_a_commit_that_was_had_before_needs_no_repository(show: Repository) -> None:
    commit = show.git("rev-parse", "main")
    first = at(show.url, "main")
    shutil.rmtree(show.folder)
    assert at(show.url, commit).folder == first.folder
    assert at(show.url, commit).commit == commit


def test_a_branch_that_moved_is_another_folder_and_the_old_one_stays(show: Repository) -> None:
    before = at(show.url, "main")
    show.commit({"one.yaml": MINIMAL})
    after = at(show.url, "main")
    assert before.folder != after.folder
    assert (title(before), title(after)) == ("Bear", "Fox")
    assert before.commit != after.commit


def test_a_damaged_checkout_is_mended_and_what_else_lies_in_it_stays(show: Repository) -> None:
    first = at(show.url, "main")
    (first.folder / "one.yaml").write_text("edited by somebody")
    (first.folder / "images" / "a.bin").unlink()
    (first.folder / ".storyboard").mkdir()
    (first.folder / ".storyboard" / "ledger.sqlite").write_bytes(b"what was paid")
    again = at(show.url, "main")
    assert again.folder == first.folder
    assert title(again) == "Bear"
    assert (again.folder / "images" / "a.bin").read_bytes() == b"\x00\r\n\xff"
    assert (again.folder / ".storyboard" / "ledger.sqlite").read_bytes() == b"what was paid"


def test_a_checkout_without_its_record_is_made_whole_again(show: Repository, tmp_path: Path) -> None:
    first = at(show.url)
    for record in (tmp_path / "cache").rglob("*.json"):
        record.write_bytes(b"{")
    assert title(at(show.url)) == "Bear"
    assert at(show.url).folder == first.folder


def test_nothing_unfinished_stays_behind(show: Repository, tmp_path: Path) -> None:
    at(show.url)
    refusal(show.url, "nowhere")
    left = [path.name for path in (tmp_path / "cache" / "series").glob("*/*")]
    commit = show.git("rev-parse", "main")
    assert sorted(left) == [commit, f"{commit}.json"]


def test_eight_at_once_have_the_same_whole_folder(show: Repository) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: at(show.url, "main"), range(8)))
    assert len({checkout.folder for checkout in found}) == 1
    assert title(found[0]) == "Bear"
    assert json.loads((found[0].folder.parent / f"{found[0].commit}.json").read_text())["files"]


def test_two_processes_at_once_have_the_same_whole_folder(show: Repository) -> None:
    program = (
        "import sys; from storyboard.repository.series_at import series_at; print(series_at(sys.argv[1]).folder)"
    )
    command = [sys.executable, "-c", program, f"git+{show.url}@main"]
    running = [subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True) for _ in range(2)]
    folders = {process.communicate()[0] for process in running}
    assert [process.returncode for process in running] == [0, 0]
    assert len(folders) == 1
    assert "Bear" in (Path(folders.pop().strip()) / "one.yaml").read_text()


def test_a_series_in_a_subfolder(show: Repository) -> None:
    show.commit({"shows/one/series.yaml": "series: 1\n", "shows/one/a b/two.yaml": MINIMAL})
    checkout = at(show.url, "main", "shows/one")
    assert sorted(path.name for path in checkout.folder.iterdir()) == ["a b", "series.yaml"]
    assert checkout.as_json() == {
        "url": show.url,
        "revision": "main",
        "commit": show.git("rev-parse", "main"),
        "subdirectory": "shows/one",
    }
    for wrong in ("shows/two", "one.yaml"):
        with pytest.raises(RepositoryError, match=f"has no folder {wrong} at main"):
            at(show.url, "main", wrong)


def test_a_story_of_a_checkout_never_finds_a_series_above_it(show: Repository, tmp_path: Path) -> None:
    checkout = at(show.url)
    (checkout.folder.parent / "series.yaml").write_text("series: 1\n")
    source = prepare(checkout.folder / "one.yaml").loaded.source
    assert source is not None
    assert source.root == checkout.folder.resolve()


def test_one_function_gives_a_folder_or_a_checkout(show: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    own = series_at(str(show.folder))
    commit = show.git("rev-parse", "main")
    assert (own.folder, own.checkout, own.as_json()) == (show.folder, None, {"commit": commit, "dirty": False})
    fetched = series_at(f"git+{show.url}@v1")
    assert fetched.checkout is not None
    assert fetched.folder == fetched.checkout.folder
    assert (fetched.as_json() or {})["commit"] == show.git("rev-parse", "v1^{commit}")
    monkeypatch.chdir(show.folder.parent)
    assert series_at("git+./show@v2").folder.name == show.git("rev-parse", "v2")
    with pytest.raises(UsageError, match=r"There is no folder \./show@v2") as refused:
        series_at("./show@v2")
    assert "write git+ before it" in refused.value.hint


def test_a_revision_that_is_not_there(show: Repository, host: str) -> None:
    for url in (show.url, host):
        for revision in ("nowhere", "0123456789", "0" * 39 + "1", "refs/heads/nowhere"):
            error = refusal(url, revision)
            assert isinstance(error, RepositoryError)
            assert f"has no revision “{revision}”" in error.message


def test_a_name_that_is_both_a_branch_and_a_tag_has_to_be_told_apart(show: Repository) -> None:
    show.git("branch", "v1", "main")
    error = refusal(show.url, "v1")
    assert "both a branch and a tag" in error.message
    assert error.hint == "Say which: @refs/heads/v1 or @refs/tags/v1."
    assert title(at(show.url, "refs/heads/v1")) == "Bear"
    show.git("branch", "v2", "v2")
    assert title(at(show.url, "v2")) == "Owl"


def test_a_repository_that_is_not_there(tmp_path: Path, host: str) -> None:
    for url in (f"file://{tmp_path}/nowhere", host.replace("show", "nowhere")):
        error = refusal(url)
        assert isinstance(error, RepositoryError)
        assert "There is no repository" in error.message


def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    assert "has no commit yet" in refusal(Repository.make(tmp_path / "new").url).message


def test_a_host_that_refuses_the_connection_can_be_asked_again(tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        error = refusal(f"http://127.0.0.1:{nobody.getsockname()[1]}/show.git")
    assert isinstance(error, RepositoryUnreachableError)
    assert error.exit_code == 5


def test_a_host_that_does_not_answer_is_given_up() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        error = refusal(f"http://127.0.0.1:{silent.getsockname()[1]}/show.git", patience=SOON)
    assert isinstance(error, RepositoryUnreachableError)
    assert "took longer than 1.5 seconds" in error.message


def test_a_host_that_fails_can_be_asked_again() -> None:
    with answering(503) as address:
        assert isinstance(refusal(f"{address}/show.git"), RepositoryUnreachableError)


def test_nobody_is_asked_for_a_login(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    window = tmp_path / "window"
    window.write_text(f"#!/bin/sh\ntouch {tmp_path}/asked\necho x\n")
    window.chmod(0o755)
    monkeypatch.setenv("SSH_ASKPASS", str(window))
    monkeypatch.setenv("DISPLAY", ":0")
    with answering(401) as address:
        error = refusal(f"{address}/show.git")
    assert "lets nobody in without a login" in error.message
    assert not (tmp_path / "asked").exists()


def test_the_persons_own_credential_helper_is_asked(tmp_path: Path) -> None:
    helper = tmp_path / "helper"
    helper.write_text(f"#!/bin/sh\necho $1 >> {tmp_path}/asked\necho username=me\necho password=hunter2\n")
    helper.chmod(0o755)
    (tmp_path / "home" / "gitconfig").write_text(f"[credential]\n\thelper = {helper}\n")
    with answering(401) as address:
        error = refusal(f"{address}/show.git")
    assert (tmp_path / "asked").read_text().split()[0] == "get"
    assert "hunter2" not in error.message + error.hint


def test_git_is_not_installed(show: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "git is not installed" in refusal(show.url).message


def test_a_cache_folder_that_cannot_be_written(
    show: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("STORYBOARD_CACHE", str(tmp_path / "file"))
    error = refusal(show.url)
    assert "cannot be kept in" in error.message
    assert "STORYBOARD_CACHE" in error.hint


def test_over_ssh_nothing_is_asked_and_the_persons_command_is_used(
    show: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ssh = tmp_path / "bin" / "ssh"
    ssh.parent.mkdir()
    ssh.write_text(
        f'#!/bin/sh\necho "$@" >> {tmp_path}/words\nenv > {tmp_path}/env\n'
        f'(: < /dev/tty) 2>/dev/null && touch {tmp_path}/terminal\nfor last; do :; done\nexec sh -c "$last"\n'
    )
    ssh.chmod(0o755)
    monkeypatch.setenv("EMPIRIOLABS_API_KEY", "sk-empiriolabs-secret")
    (tmp_path / "home" / "gitconfig").write_text(f"[core]\n\tsshCommand = {ssh} -F config\n")
    address = series_address(f"git+ssh://git@host.example{show.folder}@v1")
    assert isinstance(address, RepositoryAddress)
    assert title(check_out(address)) == "Fox"
    words = (tmp_path / "words").read_text()
    assert "-F config -o BatchMode=yes" in words
    assert "git@host.example" in words
    assert "sk-empiriolabs" not in (tmp_path / "env").read_text()
    assert not (tmp_path / "terminal").exists()
