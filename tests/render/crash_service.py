"""The service of the crash matrix: it holds an answer at a moment of its own, and says when all is over."""

from __future__ import annotations

import http.client
import json
import time
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stand_in import Exchange, StandIn, _head

if TYPE_CHECKING:
    from collections.abc import Callable

SETTLED = "/settled"


class Service(StandIn):
    """The stand-in, which can say when it has nothing more to do, and be asked to hold an answer."""

    def media(self, exchange: Exchange) -> None:
        if exchange.path == SETTLED:
            exchange.answer(200, {})
            return
        super().media(exchange)

    def settle(self) -> None:
        """Come back when every request that was sent is over and done with."""
        with closing(http.client.HTTPConnection("127.0.0.1", self._http.server_port, timeout=10)) as connection:
            connection.request("GET", SETTLED)  # requests are taken in order: all before it have a thread now
            connection.getresponse().read()
        for thread in list(getattr(self._http, "_threads", None) or []):
            thread.join(10)

    def forget(self) -> None:
        self.settle()
        for of_before in (self.posts, self.jobs, self.downloads, self.on_submit, self.on_poll, self.on_media):
            of_before.clear()


@dataclass(frozen=True)
class Hold:
    """A moment that the service makes: it does half of something, and waits until its client is dead."""

    name: str
    on: str
    do: Callable[[Service, Exchange], None]


def _nothing(_: Service, __: Exchange) -> None:
    """The request came, and that is all."""


def _register(service: Service, _: Exchange) -> None:
    service.register()


def _half_an_answer(service: Service, exchange: Exchange) -> None:
    answer = json.dumps({"job_id": service.register(), "status": "queued"}).encode()
    _head(exchange, 200, len(answer))
    exchange.wfile.write(answer[: len(answer) // 2])
    exchange.wfile.flush()


def _part_of_the_clip(quarters: int) -> Callable[[Service, Exchange], None]:
    def send(service: Service, exchange: Exchange) -> None:
        _head(exchange, 200, len(service.clip))
        exchange.wfile.write(service.clip[: max(0, len(service.clip) * quarters // 4 - (quarters == 4))])
        exchange.wfile.flush()
        time.sleep(0.05)  # so that what was sent is read and written

    return send


HOLDS = (
    Hold("the request is received, not answered, not taken", "on_submit", _nothing),
    Hold("the request is taken, and not answered", "on_submit", _register),
    Hold("half of the answer is sent", "on_submit", _half_an_answer),
    Hold("a question is not answered", "on_poll", _nothing),
    *(
        Hold(f"{n} quarters of the clip are sent" if n < 4 else "all but one byte of the clip", "on_media", each)
        for n in range(5)
        for each in [_part_of_the_clip(n)]
    ),
)
