"""A ledger that cannot be used, or is somebody else's: told before anything is paid, and nothing paid is lost."""

from __future__ import annotations

import shlex
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from render_command import environment
from sqlalchemy import create_engine, update
from stand_in import KEY, refuse, state
from still_clip import longer
from studio import STORY

from storyboard.errors import LedgerError
from storyboard.generation.journal import JOURNAL, Journal
from storyboard.generation.ledger import Ledger
from storyboard.generation.ledger_tables import SCHEMA_VERSION, meta

if TYPE_CHECKING:
    from postgres.postgres_server import Database
    from stand_in import Exchange
    from studio import Studio

pytest_plugins = ["render_fixtures", "postgres.postgres_fixtures"]

MEBIBYTE = 2**20
READ_ONLY = ("mount --bind . .", "mount -o remount,ro,bind .", "cd $PWD")


def _may_mount(folder: Path) -> bool:
    """Whether a file system of one's own can be mounted here, where nobody else sees it."""
    if shutil.which("unshare") is None:
        return False
    words = ["unshare", "-m", "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


@pytest.fixture
def mounts(tmp_path: Path) -> None:
    """Skips where nothing can be mounted."""
    folder = tmp_path / "mount"
    folder.mkdir()
    if not _may_mount(folder):
        pytest.skip("a file system of one's own can be mounted by root on Linux alone")


def _shell(studio: Studio, *lines: str) -> subprocess.Popen[str]:
    """Run lines of a shell that has mounts of its own; ``render`` in them renders the story."""
    render = shlex.join([sys.executable, "-m", "storyboard", *studio.render_arguments()])
    script = "\n".join(
        ["set -e", f"render() {{ {render}; }}", "ends() { c=0; render || c=$?; test $c = $1; }", *lines]
    )
    process = subprocess.Popen(
        ["unshare", "-m", "sh", "-c", script],
        cwd=studio.folder,
        env=environment(studio.folder, KEY),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    studio.started.append(process)
    return process


def _said(process: subprocess.Popen[str]) -> str:
    with process:
        _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    return said


def _begin(studio: Studio) -> None:
    """Leave a job that is paid and goes on."""
    studio.service.on_poll.append(refuse(401, "invalid_api_key"))
    assert studio.render().code == 5
    assert studio.rows() == [("running", "job-1")]


def test_the_ledger_of_a_newer_program_is_exit_5_before_anything_is_sent(studio: Studio) -> None:
    _begin(studio)
    with closing(sqlite3.connect(studio.ledger)) as connection:
        connection.execute("UPDATE meta SET schema_version = ?", [SCHEMA_VERSION + 1])
        connection.commit()
    result = studio.render()
    assert (result.code, len(studio.service.posts)) == (5, 1)
    assert "was written by a newer program" in result.err
    assert "Install a newer storyboard-composer" in " ".join(result.err.split())


def test_the_ledger_of_a_newer_program_on_a_server_is_refused(postgres: Database) -> None:
    Ledger(postgres.url).close()
    engine = create_engine(postgres.url)
    with engine.begin() as connection:
        connection.execute(update(meta).values(schema_version=SCHEMA_VERSION + 1))
    engine.dispose()
    with pytest.raises(LedgerError, match="written by a newer program"):
        Ledger(postgres.url)


@pytest.mark.usefixtures("mounts")
def test_a_folder_that_is_read_only_is_exit_5_and_buys_nothing(studio: Studio) -> None:
    said = _said(_shell(studio, *READ_ONLY, "ends 5"))
    assert "Read-only file system" in said
    assert "Traceback" not in said
    assert studio.service.posts == []


@pytest.mark.usefixtures("mounts")
def test_a_job_that_goes_on_outlasts_a_disk_that_is_read_only_for_a_while(studio: Studio) -> None:
    _begin(studio)
    said = _said(_shell(studio, *READ_ONLY, "ends 5", "mount -o remount,rw,bind .", "render"))
    assert "cannot be used" in said
    assert "Traceback" not in said
    assert studio.episode.read_bytes() == studio.service.clip
    assert len(studio.service.posts) == 1


@pytest.mark.usefixtures("mounts")
def test_a_disk_that_is_full_is_exit_5_and_buys_nothing(studio: Studio) -> None:
    (studio.folder / ".storyboard").mkdir()
    full = "dd if=/dev/zero of=.storyboard/ballast bs=1k 2>/dev/null || true"
    said = _said(_shell(studio, "mount -t tmpfs -o size=64k tmpfs .storyboard", full, "ends 5"))
    assert "Look at the disk's free room" in " ".join(said.split())
    assert "Traceback" not in said
    assert studio.service.posts == []


@pytest.mark.usefixtures("mounts")
def test_a_disk_without_room_for_the_clip_keeps_the_job_until_there_is_room(studio: Studio) -> None:
    studio.service.clip = longer(studio.service.clip, MEBIBYTE)
    (studio.folder / ".storyboard").mkdir()
    lines = (
        "mount -t tmpfs -o size=1m tmpfs .storyboard",
        "ends 5",
        "mount -o remount,size=9m .storyboard",
        "render",
    )
    said = _said(_shell(studio, *lines))
    assert "There is no room for the clip" in said
    assert "Traceback" not in said
    assert studio.episode.read_bytes() == studio.service.clip
    assert len(studio.service.posts) == 1


@pytest.mark.usefixtures("mounts")
def test_a_disk_that_fills_while_a_job_is_bought_keeps_its_name_in_the_journal(studio: Studio) -> None:
    state_folder = studio.folder / ".storyboard"
    state_folder.mkdir()
    seen: list[str] = []

    def fill(exchange: Exchange) -> None:
        inside = Path(f"/proc/{process.pid}/root{state_folder}")  # the disk, as that process has it
        with (inside / "ballast").open("wb", buffering=0) as ballast:
            for size in (4096, 1):
                try:
                    while ballast.write(bytes(size)) == size:
                        pass
                except OSError:
                    continue
        studio.service.accept(exchange)
        time.sleep(0.3)
        seen.extend(entry.job_id for entry in Journal(inside / JOURNAL).entries())

    studio.service.on_submit.append(fill)
    lines = ("mount -t tmpfs -o size=1m tmpfs .storyboard", "ends 5", "rm .storyboard/ballast", "render")
    process = _shell(studio, *lines)
    said = _said(process)
    assert seen == ["job-1"]
    assert "accepted as job job-1" in said
    assert "Traceback" not in said
    assert studio.episode.read_bytes() == studio.service.clip
    assert len(studio.service.posts) == 1


def _two_series(studio: Studio) -> tuple[Path, Path]:
    folders = (studio.folder / "lighthouse", studio.folder / "harbour")
    for folder in folders:
        (folder / "episodes").mkdir(parents=True)
        title = folder.name.title()
        (folder / "series.yaml").write_text(f"series: 1\ntitle: {title}\nepisodes: episodes/*.yaml\n", "utf-8")
        (folder / "episodes" / "one.yaml").write_text(STORY.replace("the sea", title), "utf-8")
    return folders


def test_a_file_that_is_the_ledger_of_one_series_is_refused_to_another(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = _two_series(studio)
    monkeypatch.setenv("STORYBOARD_LEDGER", str(studio.folder / "shared.sqlite"))
    assert studio.render(story=str(one / "episodes" / "one.yaml")).code == 0
    result = studio.render(story=str(other / "episodes" / "one.yaml"))
    assert (result.code, len(studio.service.posts)) == (5, 1)
    assert "is that of the series “Lighthouse”, and this is “Harbour”. Nothing was sent." in " ".join(
        result.err.split()
    )
    assert studio.render(story=str(one / "episodes" / "one.yaml")).code == 0


def test_a_server_is_the_ledger_of_many_series(
    studio: Studio, postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORYBOARD_LEDGER", postgres.url)
    for folder in _two_series(studio) * 2:
        assert studio.render(story=str(folder / "episodes" / "one.yaml")).code == 0
    assert len(studio.service.posts) == 2


def test_a_lock_file_with_a_merge_conflict_is_told_before_anything_is_paid(studio: Studio) -> None:
    one, _ = _two_series(studio)
    story = str(one / "episodes" / "one.yaml")
    assert studio.render(story=story).code == 0
    lock = one / "storyboard.lock"
    whole = lock.read_text("utf-8")
    lock.write_text(f"<<<<<<< HEAD\n{whole}=======\n{whole}>>>>>>> other\n", "utf-8")
    in_conflict = lock.read_bytes()
    for more in ([], ["--take", "1"]):
        result = studio.render(*more, story=story)
        assert (result.code, len(studio.service.posts)) == (2, 1)
        assert "merge conflict" in " ".join(result.err.split())
        assert "Nothing was bought." in " ".join(result.err.split())
    assert lock.read_bytes() == in_conflict
    lock.write_text(whole, "utf-8")
    assert (studio.render(story=story).code, len(studio.service.posts)) == (0, 1)


def test_a_conflict_that_comes_while_a_job_runs_loses_nothing(studio: Studio) -> None:
    one, _ = _two_series(studio)
    story = str(one / "episodes" / "one.yaml")

    def conflict(exchange: Exchange) -> None:
        (one / "storyboard.lock").write_text("<<<<<<< HEAD\n=======\n>>>>>>> other\n", "utf-8")
        state("processing", 0.5)(exchange)

    studio.service.on_poll.append(conflict)
    result = studio.render(story=story)
    assert result.code == 2
    assert "every take that was paid for is kept" in " ".join(result.err.split())
    (one / "storyboard.lock").unlink()
    assert (studio.render(story=story).code, len(studio.service.posts)) == (0, 1)
    assert (one / "renders" / "one.mp4").read_bytes() == studio.service.clip


def test_a_ledger_that_another_program_holds_for_a_moment_is_waited_for(studio: Studio) -> None:
    _begin(studio)
    with closing(sqlite3.connect(studio.ledger)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        process = studio.start(dies=None)
        time.sleep(1.5)
        assert process.poll() is None  # it waits
        connection.rollback()
    with process:
        process.communicate(timeout=60)
    assert (process.returncode, len(studio.service.posts)) == (0, 1)
    assert studio.episode.read_bytes() == studio.service.clip
