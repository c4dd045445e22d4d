"""A service that renames the words for a job's state: patience while it goes on, and an end that is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from stand_in import refuse, state

if TYPE_CHECKING:
    from stand_in import Exchange
    from studio import Studio

pytest_plugins = ["render_fixtures"]

ENDED_AT = "2026-11-24T12:00:00Z"


@pytest.mark.parametrize("word", ["warming", "In Progress", "état", "x" * 3000])
def test_a_word_that_nobody_knows_is_waited_out(studio: Studio, word: str) -> None:
    studio.service.on_poll += [state(word, 0.5)] * 6
    assert studio.render().code == 0
    assert (len(studio.service.posts), studio.service.polls) == (1, 7)


@pytest.mark.parametrize("word", ["finished", "COMPLETE", "done"])
def test_a_clip_that_is_named_when_the_job_has_ended_comes_home_whatever_the_word(studio: Studio, word: str) -> None:
    def renamed(exchange: Exchange) -> None:
        url = f"{studio.service.url}/media/job-1.mp4"
        state(word, 1.0, completed_at=ENDED_AT, result={"data": [{"url": url}]})(exchange)

    studio.service.always_poll = renamed
    result = studio.render()
    assert (result.code, studio.service.polls) == (0, 1)
    assert studio.episode.read_bytes() == studio.service.clip


def test_a_clip_that_is_named_before_the_job_has_ended_is_not_fetched(studio: Studio) -> None:
    def preview(exchange: Exchange) -> None:
        state("refining", 0.5, completed_at=None, result={"data": [{"url": f"{studio.service.url}/p.mp4"}]})(exchange)

    studio.service.on_poll += [preview] * 2
    assert studio.render().code == 0
    assert (studio.service.polls, len(studio.service.downloads)) == (3, 1)


def test_a_job_that_has_ended_under_an_unknown_word_with_an_error_has_failed(studio: Studio) -> None:
    studio.service.always_poll = state(
        "rejected", completed_at=ENDED_AT, error={"message": "The picture was refused"}
    )
    result = studio.render()
    assert (result.code, studio.rows()) == (4, [("failed", "job-1")])
    assert "The picture was refused." in result.err


def test_a_job_that_has_ended_under_an_unknown_word_without_a_clip_is_told_in_the_end(
    studio: Studio,
) -> None:
    studio.service.always_poll = state("archived", 1.0, completed_at=ENDED_AT)
    result = studio.render()
    assert (result.code, studio.rows()) == (5, [("running", "job-1")])
    assert "Job job-1 is done, and the service names no clip for it." in " ".join(result.err.split())
    assert 580 <= sum(studio.naps) <= 700  # ten minutes, less what the machine itself took
    studio.service.always_poll = None
    assert (studio.render().code, len(studio.service.posts)) == (0, 1)


def test_a_job_under_an_unknown_word_that_is_dropped_by_the_service_is_told_as_paid(studio: Studio) -> None:
    studio.service.on_poll += [state("finished", 1.0)] * 20 + [refuse(404, "job_not_found")]
    result = studio.render()
    assert (result.code, studio.rows()) == (4, [("expired", "job-1")])
    assert "no longer knows job job-1" in result.err
    assert "is paid" in result.err
