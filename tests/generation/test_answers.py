from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyboard.errors import StoryboardError
from storyboard.generation.answers import (
    JobProblem,
    JobStatus,
    Phase,
    SubmittedJob,
    UnreadableAnswerError,
    is_job_id,
    phase_of,
    read_envelope,
    read_status,
    read_submitted,
)
from storyboard.generation.catalogue import read_catalogue
from storyboard.generation.exchange import Answer, retry_after_seconds
from storyboard.generation.outcome import job_outcome, model_outcome, submit_outcome

BASE = "https://api.empiriolabs.ai"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([10**400, -(10**30)]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "job_id",
                    "status",
                    "poll_url",
                    "progress",
                    "created_at",
                    "completed_at",
                    "result",
                    "error",
                    "data",
                    "url",
                    "video_url",
                    "output_urls",
                    "message",
                    "code",
                    "type",
                    "pricing_rows",
                    "name",
                    "range",
                    "supported_parameters",
                    "default",
                    "enum",
                ]
            )
            | st.text(max_size=3),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)


def status(**fields: Any) -> JobStatus:
    body = json.dumps({"job_id": "job-1", "status": "completed"} | fields).encode()
    return read_status(body, job_id="job-1", base=BASE)


@given(anything | st.fixed_dictionaries({"status": st.text(), "result": anything, "error": anything}))
def test_any_json_is_read_or_refused_in_the_one_documented_way(value: Any) -> None:
    body = json.dumps(value).encode()
    for read in (
        read_submitted,
        lambda b: read_status(b, job_id="job-1", base=BASE),
        lambda b: read_catalogue(b, name="m"),
    ):
        try:
            read(body)
        except UnreadableAnswerError:
            continue


@given(st.integers(100, 599), st.binary(max_size=40) | anything.map(lambda value: json.dumps(value).encode()))
def test_any_answer_to_any_question_is_a_value_or_an_error_of_ours(code: int, body: bytes) -> None:
    answer = Answer(code, body)
    for ask in (
        lambda: submit_outcome(answer, service=BASE),
        lambda: job_outcome(answer, service=BASE, job_id="job-1"),
        lambda: model_outcome(answer, service=BASE, name="m"),
    ):
        told = ""
        try:
            ask()
        except StoryboardError as problem:
            told = problem.message
        assert told == "" or told.isprintable()


@pytest.mark.parametrize("body", [b"[" * 100_000, b"9" * 10_000, b'{"a": 1e999999999999999999999}', b"\xff\xfe", b""])
def test_a_body_made_to_break_a_parser_is_only_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableAnswerError):
        read_status(body, job_id="job-1", base=BASE)
    with pytest.raises(UnreadableAnswerError):
        read_catalogue(body, name="m")
    assert read_envelope(body) is None


def test_a_submit_is_read_with_its_poll_url() -> None:
    body = b'{"job_id": "job-1", "status": "queued", "poll_url": "/v1/jobs/job-1"}'
    assert read_submitted(body) == SubmittedJob("job-1", "queued", "/v1/jobs/job-1")


def test_with_a_job_id_a_submit_counts_however_odd_the_rest_is() -> None:
    body = b'{"job_id": "job-1", "status": [1], "poll_url": {"a": 1}, "extra": null}'
    assert read_submitted(body) == SubmittedJob("job-1", "", None)


@pytest.mark.parametrize(
    "job_id",
    [
        None,
        7,
        True,
        "",
        " ",
        ["a"],
        {"a": 1},
        "a b",
        "a\n",
        "../jobs",
        "a/b",
        ".",
        "é",
        "a" * 201,
        "\x1b[31m",
        "a\x00",
    ],
)
def test_a_job_id_that_is_no_plain_short_word_is_none(job_id: object) -> None:
    assert not is_job_id(job_id)
    with pytest.raises(UnreadableAnswerError):
        read_submitted(json.dumps({"job_id": job_id}).encode())


@pytest.mark.parametrize("job_id", ["job-1", "6f9619ff-8b86-d011-b42d-00cf4fc964ff", "gen:video_1.2", "QUJD+w=="])
def test_the_usual_kinds_of_job_id_are_taken(job_id: str) -> None:
    assert is_job_id(job_id)


@pytest.mark.parametrize(
    ("word", "phase"),
    [
        ("queued", Phase.GOING),
        ("pending", Phase.GOING),
        ("processing", Phase.GOING),
        ("running", Phase.GOING),
        ("rendering-in-hyperspace", Phase.GOING),
        ("completed", Phase.DONE),
        ("succeeded", Phase.DONE),
        (" Succeeded\n", Phase.DONE),
        ("COMPLETED", Phase.DONE),
        ("failed", Phase.FAILED),
        ("error", Phase.FAILED),
        ("cancelled", Phase.FAILED),
        ("canceled", Phase.FAILED),
        ("Failed ", Phase.FAILED),
    ],
)
def test_every_status_word_has_its_phase(word: str, phase: Phase) -> None:
    assert phase_of(word) is phase
    assert status(status=word).word == word.strip()


@pytest.mark.parametrize("body", [b"{}", b'{"status": 5}', b'{"status": ""}', b"[]", b"null", b"<html>"])
def test_an_answer_that_tells_no_status_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableAnswerError):
        read_status(body, job_id="job-1", base=BASE)


@pytest.mark.parametrize(
    ("result", "urls"),
    [
        ({"data": [{"url": "https://m.example/1.mp4"}, {"url": "https://m.example/2.mp4"}]}, ("1", "2")),
        ({"url": "https://m.example/1.mp4"}, ("1",)),
        ({"video_url": "https://m.example/1.mp4"}, ("1",)),
        ({"output_urls": ["https://m.example/1.mp4", "https://m.example/2.mp4"]}, ("1", "2")),
        ({"output_urls": "https://m.example/1.mp4"}, ("1",)),
        ({"data": {"url": "https://m.example/1.mp4"}}, ("1",)),
        ({"data": ["https://m.example/1.mp4"]}, ("1",)),
        (["https://m.example/1.mp4", {"url": "https://m.example/2.mp4"}], ("1", "2")),
        ("https://m.example/1.mp4", ("1",)),
        ({"data": [{"url": "https://m.example/1.mp4"}], "url": "https://m.example/1.mp4"}, ("1",)),
        ({"data": [{"url": "file:///etc/passwd"}, {"url": 5}, None, 7]}, ()),
        (None, ()),
        (7, ()),
        ({}, ()),
    ],
)
def test_the_media_addresses_are_found_in_every_known_shape(result: object, urls: tuple[str, ...]) -> None:
    found = status(result=result)
    assert found.urls == tuple(f"https://m.example/{name}.mp4" for name in urls)
    assert found.done_without_result is not bool(urls)


def test_a_relative_media_address_is_taken_from_the_base() -> None:
    assert status(result={"url": "/media/1.mp4"}).urls == (BASE + "/media/1.mp4",)


def test_a_flood_of_media_addresses_is_bounded() -> None:
    assert len(status(result=[f"https://m.example/{n}.mp4" for n in range(5000)]).urls) == 64


@pytest.mark.parametrize(
    ("value", "progress"),
    [
        (0, 0.0),
        (0.25, 0.25),
        (1, 1.0),
        (45, 0.45),
        (100, 1.0),
        (250, 1.0),
        (-1, 0.0),
        ("0.5", 0.5),
        ("45%", 0.45),
        ("0.5%", 0.005),
        (None, None),
        (True, None),
        ("soon", None),
        ([], None),
        (10**400, None),
        ("nan", None),
    ],
)
def test_progress_is_a_share_of_one_or_not_known(value: object, progress: float | None) -> None:
    assert status(progress=value).progress == (pytest.approx(progress) if progress is not None else None)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-11-23T12:00:00Z", NOW),
        ("2026-11-23T13:00:00+01:00", NOW),
        ("2026-11-23T12:00:00", NOW),
        (NOW.timestamp(), NOW),
        (NOW.timestamp() * 1000, NOW),
        ("yesterday", None),
        ("0001-01-01T00:00:00+14:00", None),
        (1e300, None),
        (True, None),
        (None, None),
        ({}, None),
    ],
)
def test_a_moment_is_aware_and_in_utc_or_not_known(value: object, moment: datetime | None) -> None:
    found = status(created_at=value, completed_at=value)
    assert found.created_at == found.completed_at == moment


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        ({"message": "out of memory", "type": "server", "code": "oom"}, JobProblem("out of memory", "oom", "server")),
        ({"code": "oom"}, JobProblem("oom", "oom")),
        ("out of memory", JobProblem("out of memory")),
        ("two\nlines \x1b[31mred", JobProblem("two lines [31mred")),
        (None, None),
        ("", None),
        ({}, None),
        ({"message": []}, None),
    ],
)
def test_why_a_job_failed_is_read_from_an_object_or_a_string(error: object, problem: JobProblem | None) -> None:
    assert status(status="failed", error=error).problem == problem


def test_a_sermon_of_an_error_is_cut() -> None:
    problem = status(status="failed", error="x" * 10_000).problem
    assert problem is not None
    assert len(problem.message) == 500


def test_the_catalogue_keeps_prices_exactly_as_written() -> None:
    body = b"""{"pricing_rows": [{"label": "480p", "price": 0.057, "unit": "second", "deep": {"a": 1}}, 7],
      "supported_parameters": [
        {"name": "duration", "type": "number", "default": 18, "range": [18, 121.5]},
        {"name": "cfg", "type": "number", "default": 1.0, "range": {"min": 1.0, "max": 2.0}},
        {"name": "resolution", "type": "enum", "default": "832x480", "range": ["832x480", "480x832"]},
        {"type": "nameless"}, null]}"""
    catalogue = read_catalogue(body, name="svi-2-0-pro")
    assert [dict(row) for row in catalogue.pricing_rows] == [
        {"label": "480p", "price": Decimal("0.057"), "unit": "second"}
    ]
    duration, cfg, resolution = catalogue.parameters
    assert (duration.minimum, duration.maximum, duration.default) == (Decimal(18), Decimal("121.5"), 18)
    assert (cfg.minimum, cfg.maximum) == (Decimal("1.0"), Decimal("2.0"))
    assert resolution.choices == ("832x480", "480x832")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("1.5", 1.5),
        (" 0 ", 0.0),
        ("999999", 3600.0),
        ("Mon, 23 Nov 2026 12:00:30 GMT", 30.0),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0),
        ("Mon, 23 Nov 2099 11:00:00 GMT", 3600.0),
        ("-5", None),
        ("nan", None),
        ("inf", None),
        ("1e9", None),
        ("٣", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date_within_an_hour(
    header: str | None, seconds: float | None
) -> None:
    assert retry_after_seconds(header, now=NOW) == seconds


@given(st.text())
def test_no_retry_after_leads_outside_an_hour(header: str) -> None:
    seconds = retry_after_seconds(header, now=NOW)
    assert seconds is None or 0.0 <= seconds <= 3600.0
