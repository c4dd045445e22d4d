"""A service on loopback that does exactly what a test scripts, down to resets and half answers."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Request:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


Step = Callable[["Connection"], None]


@dataclass
class Connection:
    socket: socket.socket
    request: Request
    stopping: threading.Event = field(default_factory=threading.Event)

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def reset(self) -> None:
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class ScriptedService:
    """One step a connection, in order; the last one repeats."""

    def __init__(self, *steps: Step) -> None:
        self._steps = list(steps)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(10)
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._accept)]
        self.requests: list[Request] = []
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    @property
    def posts(self) -> int:
        return sum(request.method == "POST" for request in self.requests)

    def __enter__(self) -> ScriptedService:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        for thread in self._threads:
            thread.join(10)
        self._listener.close()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            connection, _ = self._listener.accept()
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(10)
        with connection, suppress(OSError):
            request = _read(connection)
            if request is None:
                return
            self.requests.append(request)
            step = self._steps.pop(0) if len(self._steps) > 1 else self._steps[0]
            step(Connection(connection, request, self._stopping))


def _read(connection: socket.socket) -> Request | None:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return None
        data += piece
    head, body = data.split(b"\r\n\r\n", 1)
    start, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        piece = connection.recv(65536)
        if not piece:
            return None
        body += piece
    method, target, _ = start.split(" ")
    return Request(method, target, headers, body)


def head(status: int, headers: dict[str, str]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} Said\r\n{lines}\r\n".encode("latin-1")


def answer(status: int, body: Any = b"", **headers: str) -> Step:
    """A whole answer; a body that is not bytes goes out as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {"content-length": str(len(content))} | {k.replace("_", "-"): v for k, v in headers.items()}
    return lambda connection: connection.send(head(status, named) + content)


def refusal(status: int, code: str, message: str = "It will not do", **headers: str) -> Step:
    """A refusal in the service's own envelope."""
    return answer(status, {"error": {"message": message, "type": "error", "code": code}}, **headers)


def raw(data: bytes) -> Step:
    """These bytes, and the end of the connection."""
    return lambda connection: connection.send(data)


def silence(connection: Connection) -> None:
    """No answer, until the test is over."""
    connection.stopping.wait(10)


def reset(connection: Connection) -> None:
    """The connection is torn down without an answer."""
    connection.reset()


def reset_within_the_answer(connection: Connection) -> None:
    """A status and half a body, and then the connection is torn down."""
    connection.send(head(200, {"content-length": "100"}) + b'{"job_id": "job-1"')
    connection.stopping.wait(0.05)
    connection.reset()


def trickle(connection: Connection) -> None:
    """One byte at a time, so that no read ever waits long."""
    for byte in head(200, {"content-length": "100", "x-padding": "-" * 500}):
        connection.send(bytes([byte]))
        if connection.stopping.wait(0.02):
            return
