from __future__ import annotations

import re
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from sandbox_client import Client, client_of, error_of

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with client_of() as made:
        yield made


@pytest.fixture(scope="module")
def states(client: Client) -> list[dict[str, Any]]:
    """Everything one job said of itself, from the first poll to the last."""
    job_id = client.submit()
    seen: list[dict[str, Any]] = []
    while not seen or not seen[-1]["completed_at"]:
        seen.append(client.poll(job_id).json())
        time.sleep(0.05)
    return seen


@pytest.fixture(scope="module")
def url(states: list[dict[str, Any]]) -> str:
    return str(states[-1]["result"]["data"][0]["url"])


def test_a_job_goes_from_queued_or_processing_to_completed_and_never_back(states: list[dict[str, Any]]) -> None:
    order = ["queued", "processing", "completed"]
    ranks = [order.index(state["status"]) for state in states]
    assert ranks == sorted(ranks)
    assert ranks[-1] == 2
    assert 1 in ranks


def test_progress_rises_with_the_encoder_and_is_1_only_at_the_end(states: list[dict[str, Any]]) -> None:
    progress = [state["progress"] for state in states]
    assert progress == sorted(progress)
    assert len(set(progress)) > 2
    assert [share for share in progress if share == 1] == [1]


def test_a_job_tells_its_times_in_utc(states: list[dict[str, Any]]) -> None:
    assert all(state["completed_at"] is None for state in states[:-1])
    begun, ended = (datetime.fromisoformat(states[-1][name]) for name in ("created_at", "completed_at"))
    assert begun.utcoffset() == ended.utcoffset()
    assert not begun.utcoffset()
    assert begun < ended


def test_an_unknown_job_is_404(client: Client) -> None:
    for name in ("0" * 32, "..%2f..%2fetc%2fpasswd"):
        assert error_of(client.poll(name))["code"] in {"job_not_found", "not_found"}


def test_a_clip_needs_no_key_and_has_a_name_nobody_can_guess(url: str) -> None:
    assert re.search(r"/media/[0-9a-f]{48}\.mp4\?expires=\d+&signature=[0-9a-f]{64}$", url)
    answer = httpx.get(url)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "video/mp4")
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["ETag"]
    assert answer.headers["Last-Modified"]
    assert answer.content[4:8] == b"ftyp"


def test_a_download_can_be_resumed(url: str) -> None:
    whole = httpx.get(url)
    headers = {"Range": "bytes=1000-", "If-Range": whole.headers["ETag"]}
    rest = httpx.get(url, headers=headers)
    assert rest.status_code == 206
    assert rest.headers["Content-Range"] == f"bytes 1000-{len(whole.content) - 1}/{len(whole.content)}"
    assert whole.content[:1000] + rest.content == whole.content


def test_a_resumed_download_of_another_file_starts_over(url: str) -> None:
    assert httpx.get(url, headers={"Range": "bytes=1000-", "If-Range": '"other"'}).status_code == 200


def test_a_range_past_the_end_is_416(url: str) -> None:
    answer = httpx.get(url, headers={"Range": "bytes=999999999-"})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"].startswith("bytes */")


def test_a_media_address_without_its_signature_is_403(url: str) -> None:
    for changed in (url.partition("?")[0], url[:-1] + "x", url.replace("expires=", "expires=9")):
        assert httpx.get(changed).status_code == 403


def test_no_path_leads_out_of_the_media_folder(client: Client) -> None:
    for path in ("/media/..%2f..%2fetc%2fpasswd", "/media/../../etc/passwd", "/media/"):
        assert client.http.get(path).status_code in {403, 404}


def test_the_state_of_a_job_is_dropped_after_its_retention_but_not_its_clip() -> None:
    with client_of(retention=0.5) as client:
        job_id = client.submit()
        url = client.wait(job_id)["result"]["data"][0]["url"]
        time.sleep(0.6)
        assert client.poll(job_id).status_code == 404
        assert httpx.head(url).status_code == 200


def test_a_clip_is_gone_after_the_life_of_its_address() -> None:
    with client_of(media_lifetime=0) as client:
        url = client.wait(client.submit())["result"]["data"][0]["url"]
        time.sleep(1.1)
        assert error_of(httpx.get(url))["code"] == "url_expired"


def test_a_job_takes_as_long_as_the_speed_says() -> None:
    with client_of("job-fails", speed=2700.0) as client:
        begun = time.monotonic()
        job_id = client.submit()
        assert client.poll(job_id).json()["status"] != "failed"
        client.wait(job_id)
        assert time.monotonic() - begun >= 0.99


def test_jobs_are_made_one_after_the_other(client: Client) -> None:
    first, second = client.submit(), client.submit()
    while client.poll(first).json()["status"] == "queued":
        time.sleep(0.02)
    assert client.poll(second).json()["status"] == "queued"
    assert client.wait(second)["status"] == "completed"
    assert client.poll(first).json()["status"] == "completed"
