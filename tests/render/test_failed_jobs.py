"""A job that was accepted and then failed: told, kept, and never bought again by itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from stand_in import refuse, state

if TYPE_CHECKING:
    from studio import Studio

pytest_plugins = ["render_fixtures"]

FAILURE = {"message": "The picture was refused", "type": "server_error", "code": "generation_failed"}


@pytest.mark.parametrize("word", ["failed", "error", "cancelled", "canceled"])
def test_a_job_that_fails_is_exit_4_with_the_reason_of_the_service(studio: Studio, word: str) -> None:
    studio.service.on_poll.append(state(word, error=FAILURE))
    result = studio.render("--json")
    error = json.loads(result.out)["error"]
    assert (result.code, error["code"]) == (4, "job-failed")
    assert "Job job-1" in error["message"]
    assert "The picture was refused." in error["message"]
    assert "--take 1" in error["hint"]
    assert studio.rows() == [("failed", "job-1")]


def test_a_failed_job_is_not_bought_again_by_a_second_run(studio: Studio) -> None:
    studio.service.on_poll.append(state("failed", error=FAILURE))
    assert [studio.render().code for _ in range(3)] == [4, 4, 4]
    assert len(studio.service.posts) == 1


def test_another_take_of_a_failed_job_is_bought_when_asked_for_and_then_counts(studio: Studio) -> None:
    studio.service.on_poll.append(state("failed", error=FAILURE))
    studio.render()
    assert studio.render("--take", "1").code == 0
    assert studio.rows() == [("failed", "job-1"), ("done", "job-2")]
    assert studio.render().code == 0
    assert len(studio.service.posts) == 2


def test_a_second_run_after_a_failure_asks_for_no_money_and_says_that_the_reel_is_stopped(studio: Studio) -> None:
    studio.service.on_poll.append(state("failed", error=FAILURE))
    studio.render()
    result = studio.render(yes=False)
    assert result.code == 4
    assert "$0.00 to pay" in result.err
    assert "stopped" in result.err


def test_a_job_that_the_service_has_forgotten_is_exit_4_and_expired(studio: Studio) -> None:
    studio.service.on_poll += [state("processing"), refuse(404, "job_not_found")]
    result = studio.render()
    assert result.code == 4
    assert "no longer knows job job-1" in result.err
    assert "is paid" in result.err
    assert studio.rows() == [("expired", "job-1")]
    assert (studio.render().code, len(studio.service.posts)) == (4, 1)


def test_another_take_that_was_interrupted_goes_on_and_is_not_bought_a_third_time(studio: Studio) -> None:
    studio.render()
    studio.service.on_poll.append(refuse(401, "invalid_api_key"))
    assert studio.render("--take", "1").code == 5
    assert studio.render("--take", "1").code == 0
    assert studio.rows() == [("done", "job-1"), ("done", "job-2")]
    assert len(studio.service.posts) == 2


def test_a_failure_is_told_as_one_line_however_the_service_words_it(studio: Studio) -> None:
    studio.service.on_poll.append(state("failed", error={"message": "bad\x1b[31m\npicture"}))
    result = studio.render()
    assert "\x1b" not in result.err
    assert "bad [31m picture" in result.err


def test_a_failure_without_a_reason_is_told_by_the_word_of_the_service(studio: Studio) -> None:
    studio.service.on_poll.append(state("cancelled"))
    assert "the service said “cancelled”." in studio.render().err
