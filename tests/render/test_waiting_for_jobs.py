"""Waiting for a job: for as long as it takes, whatever stands between."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from stand_in import refuse, state, web_page

if TYPE_CHECKING:
    from stand_in import Exchange
    from studio import Studio

pytest_plugins = ["render_fixtures"]


def test_web_pages_instead_of_a_state_are_waited_out(studio: Studio) -> None:
    studio.service.on_poll += [web_page] * 4
    result = studio.render()
    assert (result.code, len(studio.service.posts)) == (0, 1)
    assert "Trying again in" in result.err


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
def test_a_service_that_stumbles_over_a_question_is_asked_again(studio: Studio, status: int) -> None:
    studio.service.on_poll += [refuse(status, "stumbled", Retry_After="1")] * 2
    assert studio.render().code == 0
    assert studio.service.polls >= 3
    assert len(studio.service.posts) == 1


def test_a_404_that_is_not_the_service_s_own_does_not_end_a_paid_job(studio: Studio) -> None:
    studio.service.on_poll += [lambda exchange: exchange.answer(404, b"<html>nothing here</html>")] * 2
    assert studio.render().code == 0
    assert studio.rows() == [("done", "job-1")]


def test_a_word_that_is_not_documented_means_that_the_job_goes_on(studio: Studio) -> None:
    studio.service.on_poll += [state("queued"), state("warming up", 0.1), state("moderating", 0.9)]
    result = studio.render()
    assert result.code == 0
    assert "warming up 10%" in result.err


def test_a_job_that_is_done_and_names_no_clip_yet_is_asked_after_again(studio: Studio) -> None:
    studio.service.on_poll += [state("completed", 1.0, result=None), state("succeeded", 1.0, result={"data": []})]
    assert studio.render().code == 0
    assert studio.rows() == [("done", "job-1")]


def test_a_key_that_is_revoked_while_a_job_runs_is_exit_5_and_says_that_the_job_goes_on(studio: Studio) -> None:
    studio.service.on_poll.append(refuse(401, "invalid_api_key"))
    result = studio.render()
    assert result.code == 5
    assert "The job itself goes on there, and is paid." in result.err
    assert studio.rows() == [("running", "job-1")]


def test_a_job_goes_on_once_the_key_is_right_again(studio: Studio) -> None:
    studio.service.on_poll.append(refuse(401, "invalid_api_key"))
    studio.render()
    result = studio.render(yes=False)
    assert (result.code, len(studio.service.posts)) == (0, 1)
    assert "goes on (job job-1)" in result.err


def test_a_job_is_first_asked_after_within_two_seconds_and_then_at_least_every_five(studio: Studio) -> None:
    studio.service.on_poll += [state("processing", n / 10) for n in range(4)]
    assert studio.render().code == 0
    first, *others = studio.naps
    assert first <= 2
    assert all(nap <= 5 for nap in others)
    assert sum(others) == pytest.approx(20, abs=2)  # four more looks, each after at most five seconds


def test_a_poll_address_at_another_host_is_never_asked(studio: Studio) -> None:
    def elsewhere(exchange: Exchange) -> None:
        job = studio.service.register()
        exchange.answer(200, {"job_id": job, "poll_url": "http://169.254.169.254/v1/jobs/job-1"})

    studio.service.on_submit.append(elsewhere)
    assert studio.render().code == 0
    assert studio.service.polls == 1


@pytest.mark.parametrize("address", ["\ud800", "/v1/jobs/\ud83d", "x" * 5000])
def test_a_poll_address_that_nothing_can_hold_does_not_lose_the_job(studio: Studio, address: str) -> None:
    def odd(exchange: Exchange) -> None:
        exchange.answer(200, {"job_id": studio.service.register(), "poll_url": address})

    studio.service.on_submit.append(odd)
    assert studio.render().code == 0
    assert studio.rows() == [("done", "job-1")]
