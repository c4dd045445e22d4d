from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import av
import httpx
import pytest
from sandbox_client import ORDER, client_of, error_of

from storyboard.errors import UsageError
from storyboard.generation.sandbox.faults import FAULTS, FaultSet, read_faults

if TYPE_CHECKING:
    from pathlib import Path


def test_an_unknown_fault_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UsageError, match="no fault called 'job-fail'") as caught:
        FaultSet(["job-fail"])
    assert caught.value.hint == "Did you mean 'job-fails'?"


@pytest.mark.parametrize("text", ["job-fails=1", "poll-500=x", "poll-500=0", "status-word=great", "slow-answer=nan"])
def test_a_value_a_fault_cannot_take_is_refused_with_how_it_is_written(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_faults([text])
    assert FAULTS[text.partition("=")[0]].usage in caught.value.hint


def test_every_fault_has_one_line_of_help() -> None:
    assert all(fault.help and "\n" not in fault.help for fault in FAULTS.values())


def test_a_job_can_be_made_to_fail_after_it_was_accepted() -> None:
    with client_of("job-fails") as client:
        state = client.wait(client.submit())
    assert (state["status"], state["result"]) == ("failed", None)
    assert sorted(state["error"]) == ["code", "message", "type"]


@pytest.mark.parametrize("word", ["failed", "error", "cancelled", "canceled"])
def test_a_job_can_end_badly_with_any_word(word: str) -> None:
    with client_of(f"status-word={word}") as client:
        assert client.wait(client.submit())["status"] == word


@pytest.mark.parametrize(
    ("fault", "status"), [("submit-500-after-accept", 500), ("submit-html", 200), ("slow-answer=0.2", 200)]
)
def test_a_bad_answer_to_a_submit_leaves_a_registered_job(fault: str, status: int) -> None:
    with client_of(fault, "job-fails") as client:
        begun = time.monotonic()
        assert client.post(ORDER).status_code == status
        assert fault != "slow-answer=0.2" or time.monotonic() - begun >= 0.2
        assert (client.sandbox.stats.posts, client.sandbox.stats.jobs) == (1, 1)


def test_an_answer_can_be_dropped_after_the_job_was_registered() -> None:
    with client_of("submit-drop-answer", "job-fails") as client:
        with pytest.raises(httpx.TransportError):
            client.post(ORDER)
        assert client.sandbox.stats.jobs == 1


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [("submit-429=2", 429, "rate_limit_exceeded"), ("submit-503=2", 503, "model_unavailable")],
)
def test_the_first_submits_can_be_refused_and_register_nothing(fault: str, status: int, code: str) -> None:
    with client_of(fault, "job-fails") as client:
        for _ in range(2):
            answer = client.post(ORDER)
            assert (answer.status_code, error_of(answer)["code"]) == (status, code)
            assert answer.headers["Retry-After"] == "1"
        assert client.sandbox.stats.jobs == 0
        client.submit()


def test_credits_can_be_out_from_the_start() -> None:
    with client_of("out-of-credits") as client:
        answer = client.post(ORDER)
        assert (answer.status_code, error_of(answer)["code"]) == (402, "insufficient_credits")


@pytest.mark.parametrize(("fault", "status"), [("poll-500=1", 500), ("poll-429=1", 429), ("poll-html=1", 200)])
def test_the_first_polls_can_go_wrong_and_later_ones_are_right(fault: str, status: int) -> None:
    with client_of(fault, "job-fails") as client:
        job_id = client.submit()
        first = client.poll(job_id)
        assert first.status_code == status
        assert fault != "poll-html=1" or first.headers["Content-Type"].startswith("text/html")
        assert client.poll(job_id).json()["job_id"] == job_id


def test_a_job_can_be_forgotten_as_soon_as_it_is_done() -> None:
    with client_of("job-forgotten", "job-fails") as client:
        job_id = client.submit()
        until = time.monotonic() + 20
        while client.poll(job_id).status_code == 200:
            assert time.monotonic() < until
        assert error_of(client.poll(job_id))["code"] == "job_not_found"


@pytest.mark.parametrize(
    ("fault", "start"), [("poll-url=absolute", "http://127.0.0.1:"), ("poll-url=relative", "/v1/")]
)
def test_the_poll_url_can_be_absolute_or_relative(fault: str, start: str) -> None:
    with client_of(fault, "job-fails") as client:
        assert client.post(ORDER).json()["poll_url"].startswith(start)


def test_the_clip_can_have_another_size_and_length_and_the_result_other_names(tmp_path: Path) -> None:
    with client_of("wrong-size", "wrong-length", "result-shape=video_url", "status-word=succeeded") as client:
        state = client.wait(client.submit())
        assert state["status"] == "succeeded"
        target = tmp_path / "take.mp4"
        target.write_bytes(httpx.get(state["result"]["video_url"]).content)
    with av.open(str(target)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height, stream.frames) == (416, 240, 3 * 72)


def test_downloads_can_be_cut_short_damaged_unresumable_and_refused() -> None:
    with client_of("media-truncate=1", "media-corrupt", "media-no-range", "result-shape=url") as client:
        url = client.wait(client.submit())["result"]["url"]
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(url)
        answer = httpx.get(url, headers={"Range": "bytes=10-19"})
    assert answer.status_code == 200
    assert "Accept-Ranges" not in answer.headers
    assert len(answer.content) == int(answer.headers["Content-Length"])
    assert not decodes(answer.content)


def decodes(data: bytes) -> bool:
    import io

    try:
        with av.open(io.BytesIO(data), "r") as container:
            return sum(1 for _ in container.decode(video=0)) == 288
    except av.FFmpegError:
        return False


def test_a_media_address_can_be_past_its_time() -> None:
    with client_of("media-expired", "result-shape=output_urls") as client:
        url = client.wait(client.submit())["result"]["output_urls"][0]
        answer = httpx.get(url)
        assert (answer.status_code, error_of(answer)["code"]) == (403, "url_expired")


def test_counted_faults_strike_so_often_and_no_more() -> None:
    faults: Any = FaultSet(["poll-500=2", "job-fails"])
    assert [faults.strikes("poll-500") for _ in range(4)] == [True, True, False, False]
    assert [faults.strikes("job-fails") for _ in range(3)] == [True, True, True]
    assert not faults.strikes("submit-html")
