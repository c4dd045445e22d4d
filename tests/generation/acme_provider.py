"""A provider as another package would bring it: tiny, with a service in memory that has one clip for everybody."""

from __future__ import annotations

import io
import itertools
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import av

from storyboard.errors import DownloadError, JobExpiredError, RequestRejectedError
from storyboard.generation.answers import JobStatus, Phase, SubmittedJob

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from storyboard.generation.provider import ProviderSettings

PIECE = 1000


def black_clip(width: int, height: int, frames: int) -> bytes:
    held = io.BytesIO()
    with av.open(held, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=16, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        frame = av.VideoFrame(width, height, "yuv420p")
        for index in range(frames):
            frame.pts = index
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return held.getvalue()


class AcmeProvider:
    name = "acme"
    free = False
    ends_with_process = False
    requests_a_minute = 600

    def __init__(self, settings: ProviderSettings) -> None:
        self.base_url = settings.base_url or "https://render.acme.example"
        self._key = settings.key
        self._jobs: dict[str, int] = {}
        self._clip = b""

    def require_key(self) -> None:
        self._key("ACME_KEY")

    def submit(self, body: Mapping[str, Any], *, before_send: Callable[[], None] | None = None) -> SubmittedJob:
        self.require_key()
        if before_send is not None:
            before_send()
        if not isinstance(body.get("duration"), int | float) or body["duration"] < 18:
            raise RequestRejectedError("acme takes 18 seconds and more. Nothing was spent.")
        width, height = map(int, body["resolution"].split("x"))
        self._clip = self._clip or black_clip(width, height, round(body["duration"] * 16))
        job_id = f"acme-{len(self._jobs) + 1}"
        self._jobs[job_id] = 0
        return SubmittedJob(job_id)

    def status(self, job_id: str, poll_url: str | None = None) -> JobStatus:
        if job_id not in self._jobs:
            raise JobExpiredError(f"acme knows no job {job_id}.", job_id=job_id)
        self._jobs[job_id] += 1
        if self._jobs[job_id] < 3:
            return JobStatus(job_id, Phase.GOING, "painting", 0.5)
        return JobStatus(job_id, Phase.DONE, "painted", 1.0, urls=(f"{self.base_url}/{job_id}.mp4",))

    def fetch(self, url: str, to: Path, *, part: Path, on_progress: Callable[[int, int | None], None]) -> None:
        if not self._clip:
            raise DownloadError("acme has no clip.", url_expired=True)
        have = part.stat().st_size if part.exists() else 0
        with part.open("ab") as file:
            for start in itertools.count(have, PIECE):
                on_progress(min(start, len(self._clip)), len(self._clip))
                if start >= len(self._clip):
                    break
                file.write(self._clip[start : start + PIECE])
                file.flush()
        part.replace(to)

    def price(self, request: Mapping[str, Any]) -> Decimal:
        return Decimal("0.01") * Decimal(str(request["duration"]))

    def close(self) -> None:
        self._clip = b""
