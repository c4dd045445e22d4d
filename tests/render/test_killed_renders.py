"""A render that is killed, at any moment, and started again: nothing is bought twice, nothing bought is lost."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

import pytest
from render_command import ended
from stand_in import state

if TYPE_CHECKING:
    import subprocess

    from studio import Studio

pytest_plugins = ["render_fixtures"]


def _kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    assert ended(process).code == -signal.SIGKILL


def _goes_on_without_a_purchase(studio: Studio) -> None:
    result = studio.render()
    assert result.code == 0, result.err
    assert studio.episode.read_bytes() == studio.service.clip
    assert studio.rows() == [("done", "job-1")]
    assert len(studio.service.posts) == 1


@pytest.mark.parametrize(
    "moment",
    [
        "before-the-permit",
        "before-the-ledger",
        "after-the-ledger",
        "after-the-address",
        "after-the-download",
        "before-the-rename",
        "after-the-rename",
        "after-the-take",
        "in-the-join",
        "after-the-join",
        "before-the-film-has-its-name",
    ],
)
def test_a_render_that_dies_at_this_moment_is_finished_by_the_same_command(studio: Studio, moment: str) -> None:
    studio.killed(moment)
    _goes_on_without_a_purchase(studio)


def test_a_render_that_dies_in_the_join_leaves_no_half_written_episode(studio: Studio) -> None:
    studio.killed("in-the-join")
    assert not studio.episode.exists()


def test_a_job_that_never_reached_the_ledger_is_found_in_the_journal(studio: Studio) -> None:
    studio.killed("before-the-ledger")
    assert studio.rows() == [("buying", None)]
    assert "Job job-1 was found in the journal; it goes on." in studio.render().err
    assert len(studio.service.posts) == 1


def test_a_render_that_dies_before_its_request_left_is_told_as_unknown_and_sends_nothing(studio: Studio) -> None:
    studio.killed("before-the-request")
    result = studio.render()
    assert (result.code, studio.service.posts) == (5, [])
    assert "Nobody knows what became of reel 1" in result.err
    assert "storyboard jobs settle" in result.err


def test_a_render_that_dies_in_its_request_is_told_as_unknown_and_never_sent_again(studio: Studio) -> None:
    studio.service.on_submit.append(studio.service.accept_after(threading.Event()))
    _kill(studio.start_until("submit"))
    for _ in range(3):
        result = studio.render()
        assert result.code == 5
        assert "The program that was buying it is gone" in result.err
    assert len(studio.service.posts) == 1
    assert studio.rows() == [("unknown", None)]


def test_a_job_whose_buyer_died_in_its_request_is_gone_on_with_once_a_person_names_it(studio: Studio) -> None:
    studio.service.on_submit.append(studio.service.accept_after(threading.Event()))
    _kill(studio.start_until("submit"))
    studio.render()
    assert studio.here("jobs", "settle", studio.key(), "--job-id", "job-1").code == 0
    _goes_on_without_a_purchase(studio)


def test_what_a_buyer_left_behind_can_be_settled_only_once_a_render_has_looked_at_it(studio: Studio) -> None:
    studio.killed("before-the-request")
    result = studio.here("jobs", "settle", studio.key(), "--buy-again")
    assert (result.code, studio.rows()) == (2, [("buying", None)])
    assert "looks whether its buyer is still there" in result.err


def test_an_answer_that_was_read_and_not_written_down_is_told_as_unknown(studio: Studio) -> None:
    studio.killed("before-the-journal")
    result = studio.render()
    assert (result.code, len(studio.service.posts)) == (5, 1)
    assert studio.here("jobs", "settle", studio.key(), "--job-id", studio.service.jobs[0]).code == 0
    _goes_on_without_a_purchase(studio)


def test_the_job_is_on_standard_error_before_anything_is_written_down(studio: Studio) -> None:
    result = ended(studio.start(dies="before-the-journal"))
    assert "accepted as job job-1" in result.err


def test_a_render_that_is_killed_while_it_waits_goes_on_with_its_job(studio: Studio) -> None:
    studio.service.always_poll = state("processing", 0.4)
    _kill(studio.start_until("poll"))
    studio.service.always_poll = None
    _goes_on_without_a_purchase(studio)


def test_a_render_that_is_killed_half_way_through_the_download_fetches_the_other_half(studio: Studio) -> None:
    studio.service.on_media.append(studio.service.stall_half_way)
    process = studio.start_until("media")
    part = studio.folder / ".storyboard" / "parts"
    while not any(each.suffix == ".part" and each.stat().st_size for each in part.iterdir()):
        assert process.poll() is None
    _kill(process)
    _goes_on_without_a_purchase(studio)
    first, second = studio.service.downloads
    assert first is None
    assert second is not None


def test_the_command_as_it_is_installed_survives_a_kill_as_well(studio: Studio) -> None:
    studio.service.always_poll = state("queued", 0.0)
    _kill(studio.start_until("poll", dies=None))
    studio.service.always_poll = None
    result = ended(studio.start(dies=None))
    assert result.code == 0, result.err
    assert result.out == "renders/story.mp4\n"
    assert studio.rows() == [("done", "job-1")]
    assert len(studio.service.posts) == 1
