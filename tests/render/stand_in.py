"""A stand-in for the service on loopback: a job API that serves one ready-made clip, and does what a test scripts."""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from pathlib import Path

KEY = "sk-empiriolabs-stand-in-0123456789abcdef"


@dataclass(frozen=True)
class Submitted:
    """A POST as it arrived, and what stood in the ledger at that moment."""

    body: dict[str, Any]
    headers: dict[str, str]
    ledger: list[tuple[str, str]]


class Exchange(BaseHTTPRequestHandler):
    """One request on its way to an answer."""

    server: _Server
    body: bytes = b""

    def do_POST(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.owner.submit(self)

    def do_GET(self) -> None:
        owner = self.server.owner
        (owner.poll if self.path.startswith("/v1/jobs/") else owner.media)(self)

    def log_message(self, *_: object) -> None:
        return

    def answer(self, status: int, body: Any, **headers: str) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()


Step = Callable[[Exchange], None]


class _Server(ThreadingHTTPServer):
    owner: StandIn
    daemon_threads = False

    def handle_error(self, *_: object) -> None:
        """A client that was killed is part of the tests."""


@dataclass
class StandIn:
    """Takes every order at once, and is done with it at the first question; each list changes that, step by step.

    Attributes:
        clip: The bytes of the clip every job ends with.
        ledger: A ledger to look into when a POST arrives.
        on_submit: What to do instead with the next POSTs, in order.
        on_poll: Likewise with the next questions after a job.
        on_media: Likewise with the next downloads.
        always_poll: What to do with every question once ``on_poll`` is used up.
        always_media: Likewise with every download.
    """

    clip: bytes
    ledger: Path | None = None
    on_submit: deque[Step] = field(default_factory=deque)
    on_poll: deque[Step] = field(default_factory=deque)
    on_media: deque[Step] = field(default_factory=deque)
    always_poll: Step | None = None
    always_media: Step | None = None
    posts: list[Submitted] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)
    polls: int = 0
    downloads: list[str | None] = field(default_factory=list)
    reached: dict[str, threading.Event] = field(default_factory=dict)
    stopping: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._http = _Server(("127.0.0.1", 0), Exchange)
        self._http.owner = self
        self.reached = {name: threading.Event() for name in ("submit", "poll", "media")}
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    def submit(self, exchange: Exchange) -> None:
        headers = {name.lower(): value for name, value in exchange.headers.items()}
        self.posts.append(Submitted(json.loads(exchange.body), headers, self._rows()))
        step = self.on_submit.popleft() if self.on_submit else self.accept
        self.reached["submit"].set()
        step(exchange)

    def poll(self, exchange: Exchange) -> None:
        self.polls += 1
        step = self.on_poll.popleft() if self.on_poll else self.always_poll or self.finished
        self.reached["poll"].set()
        step(exchange)

    def media(self, exchange: Exchange) -> None:
        self.downloads.append(exchange.headers.get("range"))
        step = self.on_media.popleft() if self.on_media else self.always_media or serve(self.clip)
        step(exchange)
        self.reached["media"].set()

    def register(self) -> str:
        """Take the order, as the service does before it answers: from here on it is paid."""
        self.jobs.append(f"job-{len(self.jobs) + 1}")
        return self.jobs[-1]

    def accept(self, exchange: Exchange) -> None:
        job = self.register()
        exchange.answer(200, {"job_id": job, "status": "queued", "poll_url": f"/v1/jobs/{job}"})

    def finished(self, exchange: Exchange) -> None:
        job = exchange.path.rpartition("/")[2]
        if job not in self.jobs:
            refuse(404, "job_not_found")(exchange)
            return
        url = f"{self.url}/media/{job}.mp4?signature=s1"
        state("completed", 1.0, job_id=job, result={"data": [{"url": url}]})(exchange)

    def accept_after(self, event: threading.Event) -> Step:
        """Register the job at once, and answer when the event comes or the test is over."""

        def step(exchange: Exchange) -> None:
            job = self.register()
            while not (event.wait(0.02) or self.stopping.is_set()):
                pass
            exchange.answer(200, {"job_id": job, "status": "queued"})

        return step

    def register_then(self, step: Step) -> Step:
        """Register the job, and answer something else."""

        def both(exchange: Exchange) -> None:
            self.register()
            step(exchange)

        return both

    def stall_half_way(self, exchange: Exchange) -> None:
        """Send half of the clip, and then nothing until the test is over."""
        _head(exchange, 200, len(self.clip))
        exchange.wfile.write(self.clip[: len(self.clip) // 2])
        exchange.wfile.flush()
        self.reached["media"].set()
        self.stopping.wait()

    def _rows(self) -> list[tuple[str, str]]:
        if self.ledger is None or not self.ledger.is_file():
            return []
        with closing(sqlite3.connect(f"file:{self.ledger}?mode=ro", uri=True)) as connection:
            return connection.execute("SELECT state, coalesce(job_id, '') FROM purchases ORDER BY rowid").fetchall()


def refuse(status: int, code: str, message: str = "It will not do", **headers: str) -> Step:
    """A refusal in the service's own envelope."""
    return lambda exchange: exchange.answer(
        status, {"error": {"message": message, "type": "error", "code": code}}, **headers
    )


def web_page(exchange: Exchange) -> None:
    """Something in front of the service answers."""
    exchange.answer(200, b"<!doctype html><title>Checking your browser</title>")


def hang_up(exchange: Exchange) -> None:
    """The connection ends without an answer."""
    exchange.close_connection = True


def state(word: str, progress: float | None = None, **more: Any) -> Step:
    """The state of a job."""
    return lambda exchange: exchange.answer(200, {"status": word, "progress": progress, **more})


def serve(clip: bytes) -> Step:
    """A clip, or the part of it that was asked for."""

    def step(exchange: Exchange) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-", exchange.headers.get("range", ""))
        first = int(asked[1]) if asked else 0
        more = {"Content-Range": f"bytes {first}-{len(clip) - 1}/{len(clip)}"} if asked else {}
        _head(exchange, 206 if asked else 200, len(clip) - first, **more)
        exchange.wfile.write(clip[first:])

    return step


def cut_short(clip: bytes) -> Step:
    """Half of a clip, and the end of the connection."""

    def step(exchange: Exchange) -> None:
        _head(exchange, 200, len(clip))
        exchange.wfile.write(clip[: len(clip) // 2])

    return step


def _head(exchange: Exchange, status: int, length: int, **headers: str) -> None:
    exchange.send_response(status)
    for name, value in {"Content-Length": str(length), "ETag": '"one"', **headers}.items():
        exchange.send_header(name, value)
    with suppress(OSError):
        exchange.end_headers()
