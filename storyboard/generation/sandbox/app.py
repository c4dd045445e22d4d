"""The service's endpoints, as a Starlette application."""

from __future__ import annotations

import asyncio
import hmac
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import Route

from storyboard.generation.sandbox import fault_answers
from storyboard.generation.sandbox.catalogue import describe_model
from storyboard.generation.sandbox.envelope import Refusal, answer_crash, answer_http_error, answer_refusal
from storyboard.generation.sandbox.limits import Credits, RateLimit
from storyboard.generation.sandbox.orders import read_json, read_order
from storyboard.generation.sandbox.settings import MAX_BODY_BYTES
from storyboard.profile import SVI_2_0_PRO

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from storyboard.generation.sandbox.faults import FaultSet
    from storyboard.generation.sandbox.jobs import Job, JobTable
    from storyboard.generation.sandbox.media import MediaStore
    from storyboard.generation.sandbox.settings import SandboxSettings


@dataclass(frozen=True)
class SandboxStats:
    """What a sandbox has seen so far.

    Attributes:
        posts: Submits that arrived, whatever came of them.
        jobs: Jobs that were registered: what the hosted service would bill.
        polls: Requests for the state of a job.
        downloads: Requests for a clip, or a part of one.
    """

    posts: int = 0
    jobs: int = 0
    polls: int = 0
    downloads: int = 0


class Api:
    """The endpoints of one sandbox, and what they count.

    Args:
        settings: The account's limits.
        key: The API key it accepts.
        faults: What shall go wrong.
        jobs: Where orders go.
        media: Where clips come from.
    """

    def __init__(
        self, settings: SandboxSettings, key: str, faults: FaultSet, jobs: JobTable, media: MediaStore
    ) -> None:
        self._key = key
        self._faults = faults
        self._jobs = jobs
        self._media = media
        self._rate = RateLimit(settings.requests_per_minute)
        self._credits = Credits(settings.credits)
        self.on_job: Callable[[Job], None] = lambda job: None
        self._counts = dict.fromkeys(("posts", "jobs", "polls", "downloads"), 0)
        self._lock = threading.Lock()

    @property
    def stats(self) -> SandboxStats:
        """What was seen until now."""
        with self._lock:
            return SandboxStats(**self._counts)

    def _count(self, what: str) -> None:
        with self._lock:
            self._counts[what] += 1

    def application(self) -> Starlette:
        """The application, with every error in the service's envelope."""
        app = Starlette(
            routes=[
                Route("/v1/videos/generations", self._submit, methods=["POST"]),
                Route("/v1/jobs/{job_id}", self._poll, methods=["GET"]),
                Route("/v1/models", self._models, methods=["GET"]),
                Route("/v1/models/{model}", self._model, methods=["GET"]),
                Route("/media/{name}", self._download, methods=["GET"]),
                Route("/sandbox/stats", self._show_stats, methods=["GET"]),
            ],
            exception_handlers={
                Refusal: answer_refusal,
                HTTPException: answer_http_error,
                Exception: answer_crash,
            },
        )
        app.router.redirect_slashes = False
        return app

    def _admit(self, request: Request) -> None:
        """Let a request with the right key pass, unless there were too many."""
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        given = given.strip() if scheme.lower() == "bearer" else ""
        given = given or request.headers.get("x-api-key", "").strip()
        if not given:
            message = "No API key was given. Send it as 'Authorization: Bearer KEY' or 'x-api-key: KEY'."
            raise Refusal(401, "missing_api_key", message)
        if not hmac.compare_digest(given.encode(), self._key.encode()):
            raise Refusal(401, "invalid_api_key", "This API key is not known here.")
        self._rate.admit()

    async def _submit(self, request: Request) -> Response:
        self._count("posts")
        self._admit(request)
        if answer := fault_answers.strike(fault_answers.BEFORE_SUBMIT, self._faults):
            return answer
        fields = read_json(await _read_body(request))
        order = await run_in_threadpool(read_order, fields)
        self._credits.spend(order.cost)
        job = self._jobs.register(order.clip)
        self._count("jobs")
        self.on_job(job)
        if wait := self._faults.seconds("slow-answer"):
            await asyncio.sleep(wait)
        if self._faults.strikes("submit-drop-answer"):
            return fault_answers.NoAnswer(request)
        if answer := fault_answers.strike(fault_answers.AFTER_SUBMIT, self._faults):
            return answer
        path = f"/v1/jobs/{job.id}"
        absolute = self._faults.word("poll-url", "relative") == "absolute"
        return JSONResponse(
            {
                "job_id": job.id,
                "status": "queued",
                "poll_url": str(request.base_url).rstrip("/") + path if absolute else path,
            }
        )

    async def _poll(self, request: Request) -> Response:
        self._count("polls")
        self._admit(request)
        if answer := fault_answers.strike(fault_answers.BEFORE_POLL, self._faults):
            return answer
        job = self._jobs.find(request.path_params["job_id"])
        if job is None:
            message = "There is no such job, or it is past the time its state is kept."
            raise Refusal(404, "job_not_found", message)
        return JSONResponse(self._view(job, str(request.base_url).rstrip("/")))

    def _view(self, job: Job, base_url: str) -> dict[str, Any]:
        now = time.time()
        ended = job.ended(now)
        result = error = None
        if ended is not None and job.failure:
            error = {"message": job.failure, "type": "server_error", "code": "generation_failed"}
        elif ended is not None:
            url = base_url + self._media.address(job.media, ended)
            result = fault_answers.RESULT_SHAPES[self._faults.word("result-shape", "data")](url)
        return {
            "job_id": job.id,
            "status": self._jobs.status(job, now),
            "progress": job.progress(now),
            "created_at": _iso(job.created),
            "completed_at": None if ended is None else _iso(ended),
            "result": result,
            "error": error,
        }

    async def _models(self, request: Request) -> Response:
        self._admit(request)
        return JSONResponse({"object": "list", "data": [describe_model()]})

    async def _model(self, request: Request) -> Response:
        self._admit(request)
        name = request.path_params["model"]
        if name != SVI_2_0_PRO.model:
            raise Refusal(
                404, "model_not_found", f"There is no model '{name[:80]}'; this one is {SVI_2_0_PRO.model}."
            )
        return JSONResponse(describe_model())

    async def _download(self, request: Request) -> Response:
        self._count("downloads")
        return self._media.answer(request)

    async def _show_stats(self, request: Request) -> Response:
        stats = self.stats
        return JSONResponse(
            {"posts": stats.posts, "jobs": stats.jobs, "polls": stats.polls, "downloads": stats.downloads}
        )


async def _read_body(request: Request) -> bytes:
    """The body of a request, as long as it is not too large to be an honest order.

    Raises:
        Refusal: 413 above ``MAX_BODY_BYTES``.
    """
    refusal = Refusal(413, "request_too_large", f"The body is larger than {MAX_BODY_BYTES // 2**20} MiB.")
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > MAX_BODY_BYTES:
        raise refusal
    held = bytearray()
    async for chunk in request.stream():
        held += chunk
        if len(held) > MAX_BODY_BYTES:
            raise refusal
    return bytes(held)


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
