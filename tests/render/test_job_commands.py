"""The commands around the ledger: what is open is gone on with, and nothing is lost or bought unseen."""

from __future__ import annotations

import json
import shlex
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from stand_in import hang_up, refuse, state
from still_clip import make_clip
from test_several_reels import TWO

from storyboard.generation.ledger import Ledger
from storyboard.generation.purchase import State

if TYPE_CHECKING:
    from pathlib import Path

    from render_command import Ended
    from studio import Studio

pytest_plugins = ["render_fixtures"]


def _mine(studio: Studio, *arguments: str) -> Ended:
    """A command about jobs that may ask the stand-in."""
    return studio.here("jobs", *arguments, "--base-url", studio.service.url)


def _expire(studio: Studio) -> None:
    studio.service.on_poll.append(refuse(404, "job_not_found"))
    assert studio.render().code == 4
    assert studio.rows() == [("expired", "job-1")]


class TestResume:
    def test_it_brings_home_what_was_sent_and_joins_the_run_that_is_complete(self, studio: Studio) -> None:
        assert studio.render("--detach").code == 5
        result = _mine(studio, "resume")
        assert result.code == 0, result.err
        assert studio.rows() == [("done", "job-1")]
        assert studio.episode.is_file()
        assert "story.mp4 is finished" in result.err

    def test_a_chain_is_sent_to_its_end(self, studio: Studio) -> None:
        studio.write(TWO)
        detached = studio.render("--detach")
        assert (detached.code, "1 more will be sent" in detached.err) == (5, True)
        assert _mine(studio, "resume").code == 0
        assert studio.rows() == [("done", "job-1"), ("done", "job-2")]
        assert studio.episode.is_file()

    def test_a_key_of_a_later_reel_brings_those_before_it_too(self, studio: Studio) -> None:
        studio.write(TWO)
        studio.render("--detach")
        listed = json.loads(studio.here("jobs", "list", "--json").out)["jobs"]
        (second,) = [job["key"] for job in listed if job["reel"] == 2]
        assert _mine(studio, "resume", second[:10]).code == 0
        assert studio.rows() == [("done", "job-1"), ("done", "job-2")]

    def test_it_says_why_what_cannot_come_cannot(self, studio: Studio) -> None:
        studio.render("--detach")
        studio.service.on_poll.append(state("failed", error={"message": "the scene broke"}))
        result = _mine(studio, "resume", "--json")
        assert (result.code, json.loads(result.out)["error"]["code"]) == (4, "job-failed")
        assert not studio.episode.exists()
        assert _mine(studio, "resume").err.startswith("Nothing is open.")

    def test_nothing_is_sent_that_nobody_agreed_to(self, studio: Studio) -> None:
        studio.service.on_submit.append(refuse(402, "insufficient_credits"))
        studio.render()
        result = _mine(studio, "resume", studio.key())
        assert (result.code, len(studio.service.posts)) == (3, 1)
        assert "storyboard render tells the price first" in result.err


class TestAForeignLedger:
    def test_what_it_says_was_agreed_to_is_not_sent(self, studio: Studio, tmp_path: Path) -> None:
        """A ledger may come with a clone: it is not the person's word."""
        studio.write(TWO)
        studio.render("--detach")
        studio.monkeypatch.setenv("STORYBOARD_CACHE", str(tmp_path / "another-person"))
        result = _mine(studio, "resume")
        assert (result.code, len(studio.service.posts)) == (3, 1)
        assert "did not agree to its price" in result.err
        assert not studio.episode.exists()

    def test_a_command_that_it_names_is_not_run(self, studio: Studio, tmp_path: Path) -> None:
        studio.render("--detach")
        told = tmp_path / "told"
        with closing(sqlite3.connect(studio.ledger)) as connection, connection:
            ((text,),) = connection.execute("SELECT finish FROM runs").fetchall()
            finish = {**json.loads(text), "notify": f"touch {told}"}
            connection.execute("UPDATE runs SET finish = ?", [json.dumps(finish)])
        assert _mine(studio, "resume").code == 0  # the clip itself is paid, and comes home
        assert (told.exists(), studio.episode.exists()) == (False, False)

    def test_the_key_goes_to_no_address_that_nobody_named(self, studio: Studio) -> None:
        studio.render("--detach")
        for command in ("resume", "collect"):
            result = studio.here("jobs", command)
            assert (result.code, "was not sent there" in result.err) == (2, True)
        assert studio.service.polls == 0
        studio.monkeypatch.setenv("STORYBOARD_BASE_URL", studio.service.url)
        assert studio.here("jobs", "resume").code == 0


class TestCollect:
    def test_it_looks_once_and_says_what_goes_on(self, studio: Studio) -> None:
        studio.render("--detach")
        studio.service.on_poll.append(state("processing", 0.4))
        first = _mine(studio, "collect")
        assert (first.code, studio.service.polls) == (5, 1)
        assert "at the service, 40 %" in first.out
        assert "1 job still under way" in first.err
        assert _mine(studio, "collect").code == 0
        assert studio.episode.is_file()

    def test_it_sends_nothing(self, studio: Studio) -> None:
        studio.write(TWO)
        studio.render("--detach")
        result = _mine(studio, "collect")
        assert (result.code, len(studio.service.posts)) == (5, 1)
        assert "1 reel still to be sent" in result.err.lower()
        assert studio.rows() == [("done", "job-1"), ("planned", None)]

    def test_a_clip_fetched_by_hand_is_taken_in_for_a_job_the_service_forgot(
        self, studio: Studio, clip_file: Path
    ) -> None:
        _expire(studio)
        result = _mine(studio, "collect", studio.key(), "--clip", str(clip_file))
        assert result.code == 0, result.err
        assert (studio.rows(), clip_file.is_file()) == ([("done", "job-1")], True)
        assert studio.render().code == 0
        assert len(studio.service.posts) == 1
        assert "brought the clip by hand" in studio.here("jobs", "history").out

    def test_a_clip_that_is_not_what_was_ordered_is_refused_and_changes_nothing(
        self, studio: Studio, tmp_path: Path
    ) -> None:
        _expire(studio)
        short = make_clip(tmp_path / "short.mp4", frames=40)
        broken = tmp_path / "broken.mp4"
        broken.write_bytes(b"no clip")
        for file in (short, broken):
            result = _mine(studio, "collect", studio.key(), "--clip", str(file))
            assert (result.code, "cannot be taken in" in result.err) == (4, True)
        assert studio.rows() == [("expired", "job-1")]
        assert not list((studio.folder / ".storyboard" / "parts").glob("*.mp4"))

    def test_a_clip_without_a_key_a_file_or_a_need_is_wrong_usage(self, studio: Studio, clip_file: Path) -> None:
        _expire(studio)
        assert _mine(studio, "collect", "--clip", str(clip_file)).code == 2
        assert _mine(studio, "collect", studio.key(), "--clip", "nowhere.mp4").code == 2
        assert _mine(studio, "collect", studio.key(), "--clip", str(clip_file)).code == 0
        assert _mine(studio, "collect", studio.key(), "--clip", str(clip_file)).code == 2


class TestAbandon:
    def test_without_a_terminal_it_needs_yes(self, studio: Studio) -> None:
        studio.render("--detach")
        result = studio.here("jobs", "abandon", studio.key())
        assert (result.code, "cost $1.16" in result.err) == (3, True)
        assert studio.rows() == [("running", "job-1")]

    def test_what_is_under_way_can_be_given_up_and_stays_so(self, studio: Studio) -> None:
        studio.render("--detach")
        assert studio.here("jobs", "abandon", studio.key(), "--yes").code == 0
        assert studio.rows() == [("abandoned", "job-1")]
        assert studio.render().code == 4
        assert len(studio.service.posts) == 1
        assert "Paid: $1.16." in studio.here("jobs", "list").out

    def test_what_is_home_is_not_given_up(self, studio: Studio) -> None:
        studio.render()
        result = studio.here("jobs", "abandon", studio.key(), "--yes")
        assert (result.code, studio.rows()) == (2, [("done", "job-1")])

    def test_what_another_process_works_on_is_left_alone(self, studio: Studio) -> None:
        studio.render("--detach")
        with Ledger(studio.ledger) as ledger:
            (purchase,) = ledger.all()
            assert ledger.hold(purchase.key, "somebody on another machine")
        result = studio.here("jobs", "abandon", studio.key(), "--yes")
        assert (result.code, studio.rows()) == (5, [("running", "job-1")])


class TestListAndHistory:
    def test_a_newcomer_reads_where_each_stands_in_80_columns(self, studio: Studio) -> None:
        studio.monkeypatch.setenv("COLUMNS", "80")
        studio.write(TWO)
        studio.render("--detach")
        listed = studio.here("jobs", "list").out
        assert "at the service" in listed
        assert "waiting to be sent" in listed
        assert max(map(len, listed.splitlines())) <= 80
        assert "2 jobs to go on with: storyboard jobs watch\n" in listed
        assert "--base-url http" not in listed
        assert f"The ledger names {studio.service.url}, which you have not named here" in " ".join(listed.split())
        studio.monkeypatch.setenv("STORYBOARD_BASE_URL", studio.service.url)
        assert "not named" not in studio.here("jobs", "list").out

    def test_a_hint_is_a_command_for_where_the_person_is(self, studio: Studio) -> None:
        odd = studio.folder.rename(studio.folder.with_name("it's odd"))
        studio.folder = odd
        studio.monkeypatch.chdir(odd)
        studio.service.on_submit.append(hang_up)
        studio.render()
        studio.monkeypatch.chdir(odd.parent)
        listed = studio.here("jobs", "list", "-C", str(odd)).out
        (line,) = [line for line in listed.splitlines() if "jobs settle" in line]
        words = shlex.split(line)
        assert words == ["storyboard", "jobs", "settle", studio.key(), "--job-id", "ID", "--series", str(odd)]

    def test_open_leaves_out_what_is_home(self, studio: Studio) -> None:
        studio.render()
        assert studio.here("jobs", "list", "--open").out == "Nothing is open.\n"

    def test_history_tells_the_newest_last_with_its_host_and_can_be_narrowed(self, studio: Studio) -> None:
        studio.render()
        events = json.loads(studio.here("jobs", "history", "--json").out)["events"]
        assert events[0]["state"] == "planned"
        assert events[-1]["state"] == "done"
        assert all(each["host"] for each in events)
        assert len(studio.here("jobs", "history", "--since", "7d").out.splitlines()) == len(events)
        assert studio.here("jobs", "history", "--since", "999999w").code == 0
        assert studio.here("jobs", "history", "--since", "soon").code == 2

    @pytest.mark.parametrize(
        "command",
        ["list", "show abc", "resume", "collect", "settle abc --abandon", "abandon abc", "history", "watch"],
    )
    def test_where_there_is_no_ledger_none_is_made(self, studio: Studio, command: str) -> None:
        result = studio.here("jobs", *command.split())
        assert (result.code, "There is no ledger at" in result.err) == (2, True)
        assert not studio.ledger.exists()

    def test_nothing_in_a_ledger_steers_the_terminal(self, studio: Studio) -> None:
        studio.render("--detach")
        with closing(sqlite3.connect(studio.ledger)) as connection, connection:
            connection.execute("UPDATE purchases SET job_id = ?, reason = ?", ("\x1b[2Jjob", "\x1b]0;x\x07"))
        for command in (("list",), ("show", studio.key()), ("history",)):
            assert "\x1b" not in studio.here("jobs", *command).out


class TestBackup:
    def test_the_copy_is_a_ledger_that_can_take_the_place_of_the_first(self, studio: Studio, tmp_path: Path) -> None:
        studio.render()
        copy = tmp_path / "copies" / "ledger.sqlite"
        result = studio.here("jobs", "backup", str(copy))
        assert (result.code, result.out, "1 purchase copied" in result.err) == (0, f"{copy}\n", True)
        assert sorted(file.name for file in copy.parent.iterdir()) == ["ledger.sqlite"]
        with Ledger(studio.ledger) as ledger, Ledger(copy) as copied:
            assert copied.all() == ledger.all()
            assert copied.all_history() == ledger.all_history()
        studio.ledger.unlink()
        studio.monkeypatch.setenv("STORYBOARD_LEDGER", str(copy))
        assert studio.render().code == 0
        assert len(studio.service.posts) == 1

    def test_nothing_is_written_over(self, studio: Studio, tmp_path: Path) -> None:
        studio.render()
        copy = tmp_path / "copy.sqlite"
        copy.write_text("mine")
        assert studio.here("jobs", "backup", str(copy)).code == 2
        assert copy.read_text() == "mine"
        copy.unlink()
        copy.symlink_to(tmp_path / "elsewhere")
        assert studio.here("jobs", "backup", str(copy)).code == 2

    def test_a_job_that_only_the_journal_knows_is_in_the_copy(self, studio: Studio, tmp_path: Path) -> None:
        studio.killed("before-the-ledger")
        assert studio.rows() == [("buying", None)]
        copy = tmp_path / "copy.sqlite"
        assert studio.here("jobs", "backup", str(copy)).code == 0
        with Ledger(copy) as copied:
            (purchase,) = copied.all()
        assert (purchase.state, purchase.job_id) == (State.RUNNING, "job-1")
        assert studio.rows() == [("buying", None)]
