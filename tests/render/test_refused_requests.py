"""A request that certainly bought nothing: nothing is spent, nothing is uncertain, and it may be sent again."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

import pytest
from stand_in import KEY, refuse

if TYPE_CHECKING:
    from studio import Studio

pytest_plugins = ["render_fixtures"]

FOR_GOOD = {
    401: ("invalid_api_key", "invalid-api-key", "does not accept the API key"),
    402: ("insufficient_credits", "insufficient-credits", "too little credit"),
    403: ("forbidden", "invalid-api-key", "does not accept the API key"),
    404: ("model_not_found", "request-rejected", "will not take this job"),
    422: ("invalid_parameter", "request-rejected", "will not take this job"),
}


@pytest.mark.parametrize("status", FOR_GOOD)
def test_a_refusal_for_good_is_exit_3_with_nothing_spent(studio: Studio, status: int) -> None:
    word, code, told = FOR_GOOD[status]
    studio.service.on_submit.append(refuse(status, word))
    result = studio.render("--json")
    error = json.loads(result.out)["error"]
    assert (result.code, error["code"]) == (3, code)
    assert told in error["message"]
    assert "Nothing was spent." in error["message"]
    assert studio.rows() == [("planned", None)]
    assert len(studio.service.posts) == 1


@pytest.mark.parametrize("status", FOR_GOOD)
def test_what_was_refused_for_good_is_bought_by_the_next_run(studio: Studio, status: int) -> None:
    studio.service.on_submit.append(refuse(status, FOR_GOOD[status][0]))
    studio.render()
    assert studio.render().code == 0
    assert studio.rows() == [("done", "job-1")]
    assert studio.service.jobs == ["job-1"]


@pytest.mark.parametrize(("status", "word"), [(429, "rate_limit_exceeded"), (503, "model_unavailable")])
def test_too_many_requests_and_no_room_are_tried_again_after_the_wait_that_is_asked_for(
    studio: Studio, status: int, word: str
) -> None:
    studio.service.on_submit += [refuse(status, word, Retry_After="7")] * 2
    result = studio.render()
    assert result.code == 0
    waits = [nap for nap in studio.naps if nap >= 7]
    assert len(waits) == 2
    assert "Nothing was spent. Trying again in" in result.err
    assert len(studio.service.posts) == 3
    assert studio.service.jobs == ["job-1"]


def test_each_try_after_a_refusal_stands_in_the_ledger_before_it_is_sent(studio: Studio) -> None:
    studio.service.on_submit.append(refuse(429, "rate_limit_exceeded", Retry_After="1"))
    studio.render()
    assert [post.ledger for post in studio.service.posts] == [[("buying", "")]] * 2


def test_a_service_that_stays_busy_is_given_up_with_nothing_spent(studio: Studio) -> None:
    studio.service.on_submit += [refuse(503, "model_unavailable", Retry_After="1")] * 20
    result = studio.render()
    assert result.code == 3
    assert studio.rows() == [("planned", None)]
    assert 1 < len(studio.service.posts) < 20


def test_a_port_that_refuses_is_exit_3_with_nothing_sent(studio: Studio) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    result = studio.render("--base-url", f"http://127.0.0.1:{port}")
    assert result.code == 3
    assert "The job was not sent" in result.err
    assert "the connection was refused" in result.err
    assert studio.rows() == [("planned", None)]


def test_a_refusal_shows_no_part_of_the_key_that_the_service_repeats(studio: Studio) -> None:
    studio.service.on_submit.append(refuse(422, "invalid_parameter", f"Bearer {KEY} may not do this"))
    result = studio.render("--json")
    assert result.code == 3
    assert KEY not in result.out + result.err
    assert KEY[-12:] not in result.out + result.err
