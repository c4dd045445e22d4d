"""The wrong answers themselves: which fault gives which, at which moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse, Response

from storyboard.generation.sandbox.connection import break_off
from storyboard.generation.sandbox.envelope import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from storyboard.generation.sandbox.faults import FaultSet

_RETRY = {"Retry-After": "1"}


class NoAnswer(Response):
    """Nothing at all: the connection closes without a byte."""

    def __init__(self, request: Request) -> None:
        super().__init__()
        self._request = request

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Close instead of answering."""
        await break_off(self._request, politely=False)


def _page() -> Response:
    return HTMLResponse("<!doctype html><title>Checking your browser</title><p>One moment, please.</p>")


def _too_many() -> Response:
    message = "The account is over its requests a minute; try again in 1 second."
    return Refusal(429, "rate_limit_exceeded", message, _RETRY).response()


def _no_room() -> Response:
    message = "The model has no room just now; try again in 1 second."
    return Refusal(503, "model_unavailable", message, _RETRY).response()


def _no_credit() -> Response:
    return Refusal(402, "insufficient_credits", "The account has no credits left.").response()


def _crash() -> Response:
    return Refusal(500, "internal_error", "Something went wrong at the service.").response()


Answers = dict[str, "Callable[[], Response]"]

BEFORE_SUBMIT: Answers = {"out-of-credits": _no_credit, "submit-429": _too_many, "submit-503": _no_room}
"""Instead of taking an order: nothing is registered."""

AFTER_SUBMIT: Answers = {"submit-500-after-accept": _crash, "submit-html": _page}
"""Instead of the answer to an order that was registered."""

BEFORE_POLL: Answers = {"poll-429": _too_many, "poll-500": _crash, "poll-html": _page}
"""Instead of the state of a job."""

RESULT_SHAPES: Mapping[str, Callable[[str], dict[str, Any]]] = {
    "data": lambda url: {"data": [{"url": url}]},
    "url": lambda url: {"url": url},
    "video_url": lambda url: {"video_url": url},
    "output_urls": lambda url: {"output_urls": [url]},
}
"""Where the result of a job has its URL."""


def strike(answers: Answers, faults: FaultSet) -> Response | None:
    """The wrong answer that is due at this moment, if any."""
    for name, make in answers.items():
        if faults.strikes(name):
            return make()
    return None
