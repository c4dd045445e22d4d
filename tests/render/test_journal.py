"""The journal: a job's name is on the disk before it is in the ledger, and room for it before it is bought."""

from __future__ import annotations

import multiprocessing
import resource
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from stand_in import hang_up

from storyboard.generation.journal import Entry, Journal
from storyboard.generation.ledger import Ledger

if TYPE_CHECKING:
    from pathlib import Path

    from stand_in import Exchange
    from studio import Studio

pytest_plugins = ["render_fixtures"]

ENTRY = Entry("k" * 64, "permit", "job-1", "/v1/jobs/job-1")


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal")


def test_what_was_written_is_read_back_in_order(journal: Journal) -> None:
    entries = [Entry("k", "p", f"job-{n}", None) for n in range(3)]
    for entry in entries:
        journal.write(journal.take_room(), entry)
    assert journal.entries() == entries


def test_a_journal_that_was_never_written_has_no_entries(journal: Journal) -> None:
    assert journal.entries() == []


def test_writing_takes_no_more_room_than_was_taken_beforehand(journal: Journal, tmp_path: Path) -> None:
    room = journal.take_room()
    before = (tmp_path / "journal").stat()
    journal.write(room, ENTRY)
    after = (tmp_path / "journal").stat()
    assert (after.st_size, after.st_blocks) == (before.st_size, before.st_blocks)
    assert after.st_blocks * 512 >= after.st_size


def test_room_that_was_never_filled_is_passed_over(journal: Journal) -> None:
    journal.take_room()
    journal.write(journal.take_room(), ENTRY)
    assert journal.entries() == [ENTRY]


@pytest.mark.parametrize("kept", [1, 20, 60, 100])
def test_a_line_that_was_torn_hides_no_other(journal: Journal, tmp_path: Path, kept: int) -> None:
    first = journal.take_room()
    journal.write(first, Entry("torn", "p", "job-0", None))
    path = tmp_path / "journal"
    whole = path.read_bytes()
    line = whole.rstrip()
    journal.write(journal.take_room(), ENTRY)
    data = path.read_bytes()
    path.write_bytes(line[: min(kept, len(line) - 1)].ljust(len(whole) - 1) + b"\n" + data[len(whole) :])
    assert journal.entries() == [ENTRY]


@pytest.mark.parametrize("line", [b"[]", b"null", b'"text"', b"{}", b'{"key": 1}', b"\xff\xfe", b"{" * 50])
def test_a_line_that_is_no_entry_is_passed_over(journal: Journal, tmp_path: Path, line: bytes) -> None:
    (tmp_path / "journal").write_bytes(line + b"\n")
    journal.write(journal.take_room(), ENTRY)
    assert journal.entries() == [ENTRY]


@pytest.mark.parametrize("address", ["x" * 5000, "\ud800", "é\u2028\n", None])
def test_an_address_of_any_kind_does_not_keep_the_job_s_name_out(journal: Journal, address: str | None) -> None:
    journal.write(journal.take_room(), Entry("k", "p", "job-1", address))
    (entry,) = journal.entries()
    assert entry.job_id == "job-1"


def test_processes_that_take_room_at_once_get_room_of_their_own(journal: Journal, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(2) as pool:
        places = pool.map(_take_room, [tmp_path / "journal"] * 8)
        pool.close()
        pool.join()
    assert len(set(places)) == 8


def _take_room(path: Path) -> int:
    return Journal(path).take_room()


def test_no_room_for_the_journal_is_told_before_anything_is_sent(studio: Studio) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    (studio.folder / ".storyboard").mkdir()
    with (studio.folder / ".storyboard" / "journal").open("wb") as file:
        file.truncate(500_000)  # larger than any file may become below
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))
    try:
        result = studio.render()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (result.code, studio.service.posts) == (5, [])
    assert "journal cannot be written" in result.err
    assert "Nothing was sent." in result.err
    assert studio.rows() == [("planned", None)]


def test_where_the_journal_fails_the_ledger_still_holds_the_job(studio: Studio) -> None:
    def spoil(exchange: Exchange) -> None:
        (studio.folder / ".storyboard" / "journal").unlink()
        studio.service.accept(exchange)

    studio.service.on_submit.append(spoil)
    result = studio.render()
    assert result.code == 5
    assert "Job job-1 was accepted and is paid" in result.err
    assert "Keep that job id." in result.err
    assert studio.rows() == [("running", "job-1")]
    assert (studio.render().code, len(studio.service.posts)) == (0, 1)


def test_where_the_ledger_fails_the_journal_holds_the_job_and_the_next_run_finds_it(studio: Studio) -> None:
    def spoil(exchange: Exchange) -> None:
        _rename_table(studio.ledger, "purchases", "away")
        studio.service.accept(exchange)

    studio.service.on_submit.append(spoil)
    result = studio.render()
    assert result.code == 5
    assert "accepted as job job-1" in result.err
    assert "no such table" in result.err
    _rename_table(studio.ledger, "away", "purchases")
    again = studio.render()
    assert (again.code, len(studio.service.posts)) == (0, 1)
    assert "Job job-1 was found in the journal" in again.err


def _rename_table(ledger: Path, old: str, new: str) -> None:
    with closing(sqlite3.connect(ledger)) as connection:
        connection.execute("PRAGMA legacy_alter_table = ON")
        connection.execute(f"ALTER TABLE {old} RENAME TO {new}")
        connection.commit()


def test_a_job_that_is_in_the_journal_is_found_even_where_its_outcome_was_called_unknown(studio: Studio) -> None:
    studio.service.on_submit.append(studio.service.register_then(hang_up))
    studio.render()
    with Ledger(studio.ledger) as ledger:
        (purchase,) = ledger.all()
    journal = Journal(studio.folder / ".storyboard" / "journal")
    journal.write(journal.take_room(), Entry(purchase.key, purchase.permit or "", "job-1", None))
    assert (studio.render().code, len(studio.service.posts)) == (0, 1)
