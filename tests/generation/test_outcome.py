from __future__ import annotations

import json
import socket
import ssl

import httpx
import pytest

from storyboard.errors import (
    CreditsError,
    JobExpiredError,
    KeyRejectedError,
    NeverSentError,
    OutcomeUnknownError,
    RateLimitedError,
    RefusedError,
    RequestRejectedError,
    ServiceBusyError,
    ServiceUnreachableError,
    StoryboardError,
)
from storyboard.generation.answers import SubmittedJob
from storyboard.generation.deadline import NotSentInTimeError
from storyboard.generation.exchange import Answer, NoAnswer
from storyboard.generation.outcome import (
    BUSY_WAIT,
    RATE_LIMIT_WAIT,
    job_outcome,
    model_outcome,
    submit_outcome,
)
from storyboard.generation.wire import no_answer

SERVICE = "https://api.empiriolabs.ai"
HTML = b"<html><h1>Bad request</h1></html>"


def enveloped(code: str = "some_code") -> bytes:
    return json.dumps({"error": {"message": "It will not do.", "type": "error", "code": code}}).encode()


REFUSALS: list[tuple[int, str, type[RefusedError]]] = [
    (400, "bad_request", RequestRejectedError),
    (401, "missing_api_key", KeyRejectedError),
    (401, "invalid_api_key", KeyRejectedError),
    (402, "insufficient_credits", CreditsError),
    (403, "forbidden", KeyRejectedError),
    (404, "model_not_found", RequestRejectedError),
    (405, "", RequestRejectedError),
    (409, "", RequestRejectedError),
    (413, "", RequestRejectedError),
    (415, "", RequestRejectedError),
    (418, "", RequestRejectedError),
    (422, "", RequestRejectedError),
    (429, "rate_limit_exceeded", RateLimitedError),
    (451, "", RequestRejectedError),
    (499, "", RequestRejectedError),
    (503, "model_unavailable", ServiceBusyError),
]

UNCERTAIN_STATUSES = [101, 300, 301, 302, 303, 304, 307, 308, 408, 500, 501, 502, 503, 504, 507, 520, 524, 529]

ODD_BODIES = [
    b"",
    b"OK",
    HTML,
    b"null",
    b"[]",
    b"{}",
    b'"job-1"',
    b'{"job_id": null}',
    b'{"job_id": 17}',
    b'{"job_id": ""}',
    b'{"job_id": "a b"}',
    b'{"job_id": ["job-1"]}',
    b'{"id": "job-1"}',
    b'{"job_id": "job-1"',
    b'{"error": {"message": "no", "code": "invalid_api_key"}}',
]


@pytest.mark.parametrize(("status", "code", "kind"), REFUSALS)
def test_a_refusal_in_the_services_own_envelope_is_certain(status: int, code: str, kind: type[RefusedError]) -> None:
    with pytest.raises(RefusedError, match="Nothing was spent") as caught:
        submit_outcome(Answer(status, enveloped(code)), service=SERVICE)
    assert type(caught.value) is kind
    assert (caught.value.retry_after is not None) is (kind in {RateLimitedError, ServiceBusyError})


@pytest.mark.parametrize("status", sorted({status for status, _, _ in REFUSALS}))
@pytest.mark.parametrize(
    "body",
    [b"", HTML, b"{}", b'{"error": "no"}', b'{"error": {}}', b'{"detail": "no"}', b'{"error": {"code": null}}'],
)
def test_the_same_refusal_without_the_envelope_may_come_from_something_in_front_and_is_unknown(
    status: int, body: bytes
) -> None:
    with pytest.raises(OutcomeUnknownError, match="not in the service's own form"):
        submit_outcome(Answer(status, body), service=SERVICE)


@pytest.mark.parametrize("status", UNCERTAIN_STATUSES)
@pytest.mark.parametrize("body", [enveloped("upstream_error"), HTML, b'{"job_id": "job-1"}'])
def test_every_other_status_is_unknown_whatever_its_body_says(status: int, body: bytes) -> None:
    with pytest.raises(OutcomeUnknownError):
        submit_outcome(Answer(status, body), service=SERVICE)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
@pytest.mark.parametrize("body", ODD_BODIES)
def test_a_success_that_names_no_job_is_unknown(status: int, body: bytes) -> None:
    with pytest.raises(OutcomeUnknownError, match="names no job"):
        submit_outcome(Answer(status, body), service=SERVICE)


def test_what_named_no_job_is_shown_so_that_a_person_can_find_the_job() -> None:
    with pytest.raises(OutcomeUnknownError, match=r'begins: \{"id": "job-77"\}'):
        submit_outcome(Answer(200, b'{"id": "job-77"}'), service=SERVICE)


@pytest.mark.parametrize("status", [200, 201, 202, 299])
def test_a_success_with_a_job_id_is_accepted(status: int) -> None:
    assert submit_outcome(Answer(status, b'{"job_id": "job-1"}'), service=SERVICE) == SubmittedJob("job-1")


def test_an_unknown_outcome_says_that_it_may_be_paid_and_where_to_look() -> None:
    with pytest.raises(OutcomeUnknownError) as caught:
        submit_outcome(NoAnswer(False, "no answer came in time"), service=SERVICE)
    assert caught.value.message == (
        f"The job was sent to {SERVICE}, but no answer came in time. It may be paid, and will not be sent again by "
        "itself."
    )
    assert "dashboard" in caught.value.hint
    assert "storyboard jobs settle" in caught.value.hint


@pytest.mark.parametrize(
    ("status", "code", "header", "wait"),
    [
        (429, "rate_limit_exceeded", 7.0, 7.0),
        (429, "rate_limit_exceeded", None, RATE_LIMIT_WAIT),
        (503, "model_unavailable", 7.0, 7.0),
        (503, "model_unavailable", None, BUSY_WAIT),
        (429, "rate_limit_exceeded", 0.0, 0.0),
    ],
)
def test_a_refusal_that_passes_says_how_long_to_wait(
    status: int, code: str, header: float | None, wait: float
) -> None:
    with pytest.raises(RefusedError) as caught:
        submit_outcome(Answer(status, enveloped(code), retry_after=header), service=SERVICE)
    assert caught.value.retry_after == wait


def test_a_rejected_key_is_told_without_the_services_sentence_which_may_repeat_the_key() -> None:
    body = json.dumps({"error": {"message": "Bad key sk-empi***cdef", "code": "invalid_api_key"}}).encode()
    with pytest.raises(KeyRejectedError) as caught:
        submit_outcome(Answer(401, body), service=SERVICE)
    assert "sk-empi" not in caught.value.message


def because(problem: Exception, cause: BaseException) -> Exception:
    problem.__cause__ = cause
    return problem


UNTRUSTED = ssl.SSLCertVerificationError(1, "certificate verify failed")
UNTRUSTED.verify_message = "self-signed certificate"


@pytest.mark.parametrize(
    ("problem", "reason", "lasting"),
    [
        (because(httpx.ConnectError("x"), socket.gaierror(-2, "unknown")), "name service", False),
        (because(httpx.ConnectError("x"), ConnectionRefusedError()), "refused", False),
        (because(httpx.ConnectError("x"), ssl.SSLError(1, "handshake")), "TLS", False),
        (because(httpx.ConnectError("x"), UNTRUSTED), "not trusted .self-signed certificate", True),
        (httpx.ConnectError("network is unreachable"), "no connection could be made", False),
        (httpx.ConnectTimeout("x"), "in time", False),
        (httpx.PoolTimeout("x"), "in time", False),
        (httpx.ProxyError("407"), "proxy", False),
        (NotSentInTimeError(), "in time", False),
    ],
)
def test_where_no_connection_stood_the_job_was_never_sent(problem: Exception, reason: str, lasting: bool) -> None:
    with pytest.raises(NeverSentError, match=reason) as caught:
        submit_outcome(no_answer(problem, may_be_sent=False), service=SERVICE)
    assert caught.value.retry_after == (None if lasting else 0.0)


@pytest.mark.parametrize(
    "problem",
    [
        httpx.ReadTimeout("x"),
        httpx.WriteTimeout("x"),
        httpx.ReadError("reset"),
        httpx.WriteError("broken pipe"),
        httpx.CloseError("x"),
        httpx.RemoteProtocolError("x"),
        httpx.LocalProtocolError("x"),
        httpx.DecodingError("x"),
        httpx.TooManyRedirects("x"),
        httpx.UnsupportedProtocol("x"),
        OSError("x"),
        RuntimeError("x"),
    ],
)
@pytest.mark.parametrize("may_be_sent", [True, False])
def test_any_other_failure_is_unknown_even_if_sending_was_not_seen(problem: Exception, may_be_sent: bool) -> None:
    with pytest.raises(OutcomeUnknownError):
        submit_outcome(no_answer(problem, may_be_sent=may_be_sent), service=SERVICE)


@pytest.mark.parametrize("problem", [httpx.ConnectError("x"), httpx.ConnectTimeout("x"), httpx.PoolTimeout("x")])
def test_once_sending_began_no_kind_of_failure_counts_as_never_sent(problem: Exception) -> None:
    with pytest.raises(OutcomeUnknownError):
        submit_outcome(no_answer(problem, may_be_sent=True), service=SERVICE)


@pytest.mark.parametrize(
    ("result", "kind"),
    [
        (Answer(404, enveloped()), JobExpiredError),
        (Answer(410, enveloped()), JobExpiredError),
        (Answer(401, enveloped()), KeyRejectedError),
        (Answer(403, enveloped()), KeyRejectedError),
        *((Answer(status, HTML), ServiceUnreachableError) for status in (200, 302, 401, 403, 404, 410, 500)),
        *(
            (Answer(status, enveloped()), ServiceUnreachableError)
            for status in (400, 402, 405, 408, 422, 429, 500, 502, 503, 504)
        ),
        (Answer(200, b"{}"), ServiceUnreachableError),
        (Answer(200, enveloped()), ServiceUnreachableError),
        (NoAnswer(True, "the connection was refused"), ServiceUnreachableError),
        (NoAnswer(False, "the connection broke"), ServiceUnreachableError),
    ],
)
def test_a_poll_ends_a_job_only_on_the_services_own_word(
    result: Answer | NoAnswer, kind: type[StoryboardError]
) -> None:
    with pytest.raises(StoryboardError, match="job-1") as caught:
        job_outcome(result, service=SERVICE, job_id="job-1")
    assert type(caught.value) is kind


def test_a_key_rejected_in_a_poll_says_that_the_job_goes_on_and_is_paid() -> None:
    with pytest.raises(KeyRejectedError, match="goes on there, and is paid") as caught:
        job_outcome(Answer(401, enveloped()), service=SERVICE, job_id="job-1")
    assert "Nothing was spent" not in caught.value.message
    assert "one hour" in caught.value.hint


def test_a_poll_hands_on_how_long_the_service_asks_to_wait() -> None:
    waits = []
    for status, header in ((429, 7.0), (503, 9.0), (429, None), (503, None)):
        with pytest.raises(ServiceUnreachableError) as caught:
            job_outcome(Answer(status, enveloped(), header), service=SERVICE, job_id="job-1")
        waits.append(caught.value.retry_after)
    assert waits == [7.0, 9.0, RATE_LIMIT_WAIT, None]


@pytest.mark.parametrize(
    ("result", "kind"),
    [
        (Answer(404, enveloped("model_not_found")), RequestRejectedError),
        (Answer(404, HTML), ServiceUnreachableError),
        (Answer(401, enveloped()), KeyRejectedError),
        (Answer(500, enveloped()), ServiceUnreachableError),
        (Answer(200, b"[]"), ServiceUnreachableError),
        (NoAnswer(False, "the connection broke"), ServiceUnreachableError),
    ],
)
def test_the_catalogue_fails_in_words_of_its_own(result: Answer | NoAnswer, kind: type[StoryboardError]) -> None:
    with pytest.raises(StoryboardError, match=r"model named m|model m|API key") as caught:
        model_outcome(result, service=SERVICE, name="m")
    assert type(caught.value) is kind
