"""An end to one exchange as a whole, which a time-out for each read does not give.

A service that sends one byte a minute never meets a read time-out. Whether a buyer has vanished is told by
how long a POST can last, so that has to have an end.
"""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class NotSentInTimeError(Exception):
    """The connection came about after the deadline, so the request was held back."""


class Deadline:
    """Cuts the connection of one request when its time is up, and guards the moment of sending.

    ``trace`` goes into the request as httpx's ``trace`` extension, which tells every step of the transport.

    Args:
        seconds: How long the whole exchange may last.
        before_send: Called when the connection stands and no byte of the request has left; what it raises
            holds the request back.
    """

    def __init__(self, seconds: float, before_send: Callable[[], None]) -> None:
        self._seconds = seconds
        self._before_send = before_send
        self._ends = time.monotonic() + seconds
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self.passed = False
        self.may_be_sent = False
        self.held_back: BaseException | None = None

    def __enter__(self) -> Deadline:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """One step of the transport, by the names that httpcore gives them."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            self._socket = info["return_value"].get_extra_info("socket")
        elif event.endswith(".send_request_headers.started") and info["request"].method != b"CONNECT":
            try:
                self._check()
            except BaseException as problem:
                self.held_back = problem
                raise
            self.may_be_sent = True

    def _check(self) -> None:
        if time.monotonic() >= self._ends:
            raise NotSentInTimeError
        self._before_send()

    def _cut(self) -> None:
        self.passed = True
        if self._socket is not None:
            # socket.shutdown itself: ssl's own version takes the TLS state away from under the reader.
            with suppress(OSError):  # already closed: the exchange ended in the same moment
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
