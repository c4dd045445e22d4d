"""A plain client of a running sandbox, for the tests beside it."""

from __future__ import annotations

import io
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
from PIL import Image, ImageDraw

from storyboard.generation.sandbox.server import RunningSandbox, serve
from storyboard.generation.sandbox.settings import SandboxSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

ORDER: dict[str, Any] = {
    "model": "svi-2-0-pro",
    "prompt": "she winds the clock\nshe opens the door\nshe steps out\nshe looks at the sea",
}


class Client:
    """Submits, polls and downloads with the sandbox's key."""

    def __init__(self, sandbox: RunningSandbox, http: httpx.Client) -> None:
        self.sandbox = sandbox
        self.http = http

    def post(self, body: dict[str, Any]) -> httpx.Response:
        return self.http.post("/v1/videos/generations", json=body)

    def submit(self, **changes: Any) -> str:
        answer = self.post(ORDER | changes)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["job_id"])

    def poll(self, job_id: str) -> httpx.Response:
        return self.http.get(f"/v1/jobs/{job_id}")

    def wait(self, job_id: str) -> dict[str, Any]:
        """Poll until the job has ended, and return its last state."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            state: dict[str, Any] = self.poll(job_id).json()
            if state["completed_at"]:
                return state
            time.sleep(0.1)
        raise TimeoutError(job_id)


@contextmanager
def client_of(*faults: str, **settings: Any) -> Iterator[Client]:
    """Start a sandbox with these faults and settings, and talk to it."""
    with (
        serve(SandboxSettings(faults=faults, **settings)) as sandbox,
        httpx.Client(
            base_url=sandbox.base_url, headers={"Authorization": f"Bearer {sandbox.key}"}, timeout=30
        ) as http,
    ):
        yield Client(sandbox, http)


def error_of(answer: httpx.Response) -> dict[str, str]:
    """The error in an answer, which must be in the service's envelope and nothing else."""
    body = answer.json()
    assert list(body) == ["error"]
    assert sorted(body["error"]) == ["code", "message", "type"]
    return dict(body["error"])


def red_and_blue(kind: str = "PNG", size: tuple[int, int] = (400, 300), **options: Any) -> bytes:
    """A picture whose left half is red and whose right half is blue."""
    picture = Image.new("RGB", size, (200, 30, 30))
    ImageDraw.Draw(picture).rectangle((size[0] // 2, 0, *size), fill=(30, 30, 200))
    held = io.BytesIO()
    picture.save(held, kind, **options)
    return held.getvalue()
