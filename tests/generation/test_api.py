from __future__ import annotations

import gzip
import json
import logging
import socket
import time
import traceback
from typing import TYPE_CHECKING, Any

import pytest
from scripted_service import (
    Connection,
    ScriptedService,
    Step,
    answer,
    head,
    raw,
    refusal,
    reset,
    reset_within_the_answer,
    silence,
    trickle,
)

from storyboard.errors import (
    CreditsError,
    JobExpiredError,
    KeyRejectedError,
    NeverSentError,
    OutcomeUnknownError,
    RateLimitedError,
    RequestRejectedError,
    ServiceBusyError,
    ServiceUnreachableError,
    StoryboardError,
    UsageError,
)
from storyboard.generation.answers import Phase, SubmittedJob
from storyboard.generation.api import ApiClient, request_bytes
from storyboard.generation.secret import Secret
from storyboard.generation.wire import MAX_ANSWER_BYTES, Timeouts, user_agent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

KEY = "sk-empiriolabs-0123456789abcdef"
QUICK = Timeouts(connect=2.0, read=0.3, write=2.0, pool=2.0, total=5.0)
BODY: dict[str, Any] = {"model": "svi-2-0-pro", "prompt": "Ein Bär läuft – 走", "duration": 18}
ACCEPTED = {"job_id": "job-1", "status": "queued", "poll_url": "/v1/jobs/job-1"}
ENVELOPE = b'{"error": {"message": "no", "type": "t", "code": "c"}}'


def client(url: str, **timeouts: float) -> ApiClient:
    return ApiClient(url, Secret(KEY), timeouts=Timeouts(**(vars(QUICK) | timeouts)))


class PermitLostError(Exception):
    pass


def permit_lost_once_connected() -> Callable[[], None]:
    asked: list[int] = []

    def permit() -> None:
        asked.append(1)
        if len(asked) == 2:
            raise PermitLostError

    return permit


@pytest.fixture
def refused_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens: the system refuses
        yield taken.getsockname()[1]


def test_a_submit_is_one_post_with_the_key_and_the_exact_bytes() -> None:
    with ScriptedService(answer(200, ACCEPTED)) as service, client(service.url + "/v1/") as api:
        assert api.submit(BODY) == SubmittedJob("job-1", "queued", "/v1/jobs/job-1")
    (request,) = service.requests
    assert (request.method, request.target) == ("POST", "/v1/videos/generations")
    assert request.body == request_bytes(BODY)
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["user-agent"] == user_agent()
    assert request.headers["user-agent"].startswith("storyboard-composer/")
    assert request.headers["connection"] == "close"


CERTAIN: list[tuple[Step, type[StoryboardError]]] = [
    (refusal(400, "bad_request"), RequestRejectedError),
    (refusal(401, "invalid_api_key"), KeyRejectedError),
    (refusal(402, "insufficient_credits"), CreditsError),
    (refusal(404, "model_not_found"), RequestRejectedError),
    (refusal(422, "invalid"), RequestRejectedError),
    (refusal(429, "rate_limit_exceeded", retry_after="7"), RateLimitedError),
    (refusal(503, "model_unavailable"), ServiceBusyError),
]

UNKNOWN: list[Step] = [
    silence,
    reset,
    reset_within_the_answer,
    raw(b""),
    raw(b"SSH-2.0-OpenSSH_9.6\r\n"),
    raw(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"),
    raw(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"),
    answer(200, b"<html>Welcome to the hotel's wireless</html>"),
    answer(200, {"id": "job-1"}),
    answer(200, {"job_id": 5}),
    answer(200, b'{"job_id": "job-1", "padding": "' + b"x" * MAX_ANSWER_BYTES + b'"}'),
    answer(200, gzip.compress(b"0" * (2 * MAX_ANSWER_BYTES)), content_encoding="gzip"),
    answer(200, b"not gzip at all", content_encoding="gzip"),
    answer(204),
    answer(301, location="/elsewhere"),
    answer(307, location="/v1/videos/generations"),
    answer(308, location="/v1/videos/generations"),
    answer(401, b"<html>Log in to the proxy</html>"),
    answer(429, b"slow down"),
    refusal(408, "timeout"),
    refusal(500, "internal"),
    refusal(502, "upstream_error"),
    refusal(503, "overloaded"),
    refusal(504, "timeout"),
]


@pytest.mark.parametrize(("step", "kind"), CERTAIN)
def test_an_answered_refusal_is_told_for_what_it_is_after_exactly_one_post(
    step: Step, kind: type[StoryboardError]
) -> None:
    with ScriptedService(step) as service, client(service.url) as api, pytest.raises(kind):
        api.submit(BODY)
    assert service.posts == 1


@pytest.mark.parametrize("step", UNKNOWN)
def test_anything_doubtful_is_unknown_after_exactly_one_post(step: Step) -> None:
    with ScriptedService(step) as service, client(service.url) as api, pytest.raises(OutcomeUnknownError):
        api.submit(BODY)
    assert service.posts == 1
    assert len(service.requests) == 1


def test_a_service_that_stops_reading_leaves_the_outcome_unknown() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with client(url, write=0.3, read=0.3) as api, pytest.raises(OutcomeUnknownError):
            api.submit(BODY | {"image": "x" * 20_000_000})


def test_a_refused_connection_means_that_the_job_was_never_sent(refused_port: int) -> None:
    with client(f"http://127.0.0.1:{refused_port}") as api:
        with pytest.raises(NeverSentError, match=r"refused\. Nothing was spent") as caught:
            api.submit(BODY)
        assert caught.value.retry_after == 0.0


def test_a_failed_tls_handshake_means_that_the_job_was_never_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with client(f"https://127.0.0.1:{port}", connect=0.3) as api, pytest.raises(NeverSentError):
            api.submit(BODY)


def test_a_name_that_is_not_known_means_that_the_job_was_never_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with client("https://service.invalid") as api, pytest.raises(NeverSentError, match="DNS"):
        api.submit(BODY)


def test_a_connection_that_comes_about_too_late_is_not_used() -> None:
    with ScriptedService(answer(200, ACCEPTED)) as service:
        with client(service.url, total=0.0) as api, pytest.raises(NeverSentError, match="in time"):
            api.submit(BODY)
        assert service.requests == []


def test_an_answer_that_trickles_is_cut_off_in_time_and_unknown() -> None:
    with ScriptedService(trickle) as service, client(service.url, total=0.5) as api:
        started = time.monotonic()
        with pytest.raises(OutcomeUnknownError, match=r"within 0\.5 seconds"):
            api.submit(BODY)
        assert time.monotonic() - started < 3
    assert service.posts == 1


def test_a_buyer_who_thinks_better_of_it_holds_the_request_back() -> None:
    with ScriptedService(answer(200, ACCEPTED)) as service:
        with client(service.url) as api, pytest.raises(PermitLostError):
            api.submit(BODY, before_send=permit_lost_once_connected())
        assert service.requests == []


def test_every_submit_has_a_connection_of_its_own() -> None:
    connections: set[int] = set()

    def step(connection: Connection) -> None:
        connections.add(connection.socket.getpeername()[1])
        answer(200, ACCEPTED)(connection)

    with ScriptedService(step) as service, client(service.url) as api:
        for _ in range(3):
            api.submit(BODY)
    assert len(connections) == 3


def test_a_success_is_read_even_if_something_in_front_compressed_it() -> None:
    packed = gzip.compress(json.dumps(ACCEPTED).encode())
    with (
        ScriptedService(answer(200, packed, content_encoding="gzip")) as service,
        client(service.url) as api,
    ):
        assert api.submit(BODY).job_id == "job-1"


def test_the_bytes_of_a_request_are_compact_utf8_in_the_order_given() -> None:
    assert request_bytes({"b": "ä", "a": [1, 1.5]}) == '{"b":"ä","a":[1,1.5]}'.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800", object(), {1, 2}])
def test_what_json_cannot_hold_is_refused_before_anything_is_sent(value: object) -> None:
    with ScriptedService(answer(200, ACCEPTED)) as service, client(service.url) as api:
        with pytest.raises(RequestRejectedError, match="cannot be written as JSON"):
            api.submit({"prompt": value})
        assert service.requests == []


def test_a_job_is_asked_at_its_poll_url_and_read_whole() -> None:
    body = {
        "job_id": "job-1",
        "status": "succeeded",
        "progress": 1,
        "created_at": "2026-11-23T12:00:00Z",
        "completed_at": "2026-11-23T12:45:00Z",
        "result": {"data": [{"url": "/media/job-1.mp4"}]},
        "error": None,
    }
    with ScriptedService(answer(200, body)) as service, client(service.url) as api:
        status = api.job("job-1", "/v1/jobs/job-1?view=full")
    assert status.phase is Phase.DONE
    assert status.urls == (service.url + "/media/job-1.mp4",)
    assert status.completed_at is not None
    assert [(r.method, r.target) for r in service.requests] == [("GET", "/v1/jobs/job-1?view=full")]


def test_the_key_never_goes_to_another_host_neither_by_link_nor_by_redirect() -> None:
    with (
        ScriptedService(answer(200, {"status": "running"})) as stranger,
        ScriptedService(
            answer(200, {"status": "running"}), answer(302, location=f"{stranger.url}/v1/jobs/job-1")
        ) as service,
        client(service.url) as api,
    ):
        assert api.job("job-1", f"{stranger.url}/v1/jobs/job-1").phase is Phase.GOING
        with pytest.raises(ServiceUnreachableError):
            api.job("job-1")
        with pytest.raises(OutcomeUnknownError):
            api.submit(BODY)
        assert stranger.requests == []


@pytest.mark.parametrize(
    "wrong", [refusal(404, "not_found"), answer(404, b"no page"), answer(302), answer(200, b"hi")]
)
def test_a_wrong_poll_url_does_not_end_a_paid_job(wrong: Step) -> None:
    running = answer(200, {"status": "running"})
    with ScriptedService(wrong, running) as service, client(service.url) as api:
        assert api.job("job-1", "/wrong/job-1").phase is Phase.GOING
        assert [request.target for request in service.requests] == ["/wrong/job-1", "/v1/jobs/job-1"]


def test_a_job_that_the_service_no_longer_knows_has_expired() -> None:
    with ScriptedService(refusal(404, "job_not_found")) as service, client(service.url) as api:
        with pytest.raises(JobExpiredError, match="job-1") as caught:
            api.job("job-1", "/v1/jobs/job-1")
        assert caught.value.job_id == "job-1"
        assert len(service.requests) == 1


@pytest.mark.parametrize(
    "step", [silence, reset, raw(b""), answer(502, b"<html>"), refusal(429, "rate_limit_exceeded")]
)
def test_a_poll_that_does_not_go_through_can_be_asked_again(step: Step) -> None:
    with ScriptedService(step) as service, client(service.url) as api, pytest.raises(ServiceUnreachableError):
        api.job("job-1")


def test_a_retry_after_date_is_taken_by_the_services_own_clock() -> None:
    late = refusal(503, "x", retry_after="Tue, 01 Jan 2030 00:00:20 GMT", date="Tue, 01 Jan 2030 00:00:00 GMT")
    with ScriptedService(late) as service, client(service.url) as api:
        with pytest.raises(ServiceUnreachableError) as caught:
            api.job("job-1")
        assert caught.value.retry_after == 20.0


def test_a_poll_to_a_closed_port_can_be_asked_again(refused_port: int) -> None:
    with client(f"http://127.0.0.1:{refused_port}") as api, pytest.raises(ServiceUnreachableError, match="refused"):
        api.job("job-1")


def test_the_live_catalogue_is_read() -> None:
    body = {"pricing_rows": [{"price": 0.057}], "supported_parameters": [{"name": "cfg"}]}
    with ScriptedService(answer(200, body)) as service, client(service.url) as api:
        assert [parameter.name for parameter in api.model("svi-2-0-pro").parameters] == ["cfg"]
        assert service.requests[0].target == "/v1/models/svi-2-0-pro"


def test_a_service_without_keys_is_sent_none() -> None:
    with (
        ScriptedService(answer(200, ACCEPTED)) as service,
        ApiClient(service.url, None, timeouts=QUICK) as api,
    ):
        api.submit(BODY)
        assert "authorization" not in service.requests[0].headers


def test_a_proxy_of_the_environment_is_not_used_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedService(answer(200, ACCEPTED)) as service, ScriptedService(answer(200, ACCEPTED)) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        with client(service.url) as api:
            api.submit(BODY)
        assert proxy.requests == []
        assert service.posts == 1


def test_a_proxy_sees_neither_the_key_nor_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedService(answer(407)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        with client("https://service.invalid") as api, pytest.raises(NeverSentError, match="proxy"):
            api.submit(BODY)
        (request,) = proxy.requests
        assert request.method == "CONNECT"
        assert KEY not in repr(request)


def test_a_proxy_setting_that_cannot_be_used_is_told_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "gopher://me:hunter2@proxy.example")
    with pytest.raises(UsageError, match="proxy") as caught:
        client("https://service.invalid")
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


def test_certificates_that_are_not_there_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
    with pytest.raises(UsageError, match="certificates"):
        client("https://service.invalid")


def test_no_error_no_log_and_no_frame_of_a_traceback_shows_the_key(
    caplog: pytest.LogCaptureFixture, refused_port: int
) -> None:
    caplog.set_level(logging.DEBUG)
    echo = f"your key {KEY} is bad"
    steps: list[Step] = [
        *(step for step, _ in CERTAIN),
        *(step for step in UNKNOWN if step is not silence),
        refusal(401, KEY, echo),
        refusal(422, KEY, echo),
        refusal(500, KEY, echo),
        answer(200, {"job_id": 5, "note": echo}),
        answer(200, {"status": "failed", "error": {"message": echo}}),
    ]
    shown: list[str] = []

    def look(problem: BaseException | None) -> None:
        while problem is not None:
            shown.extend([repr(problem), str(problem), repr(vars(problem)), repr(problem.args)])
            lines = traceback.TracebackException.from_exception(problem, capture_locals=True).format()
            shown.append("".join(line for line in lines if "test_api.py" not in line))
            problem = problem.__cause__ or problem.__context__

    def ask(api: ApiClient) -> None:
        for call in (lambda: api.submit(BODY), lambda: api.job("job-1"), lambda: api.model("m")):
            try:
                shown.append(repr(call()))
            except StoryboardError as problem:
                look(problem)
        shown.append(repr(api) + repr(vars(api)))

    for step in steps:
        with ScriptedService(step) as service, client(service.url) as api:
            ask(api)
    with client(f"http://127.0.0.1:{refused_port}") as api:
        ask(api)
    with ScriptedService(silence) as service, client(service.url) as api:
        with pytest.raises(PermitLostError) as held:
            api.submit(BODY, before_send=permit_lost_once_connected())
        look(held.value)
        with pytest.raises(OutcomeUnknownError) as caught:
            api.submit(BODY)
        look(caught.value)

    assert len(shown) > 300
    assert not [text for text in [*shown, caplog.text] if KEY in text or KEY[15:] in text]


def test_a_success_that_never_ends_its_headers_is_cut_off() -> None:
    flood = raw(head(200, {"x": "y" * 200_000}))
    with ScriptedService(flood) as service, client(service.url) as api, pytest.raises(OutcomeUnknownError):
        api.submit(BODY)
