"""What the browser is answered: the page as it is now, and a stream of events that says when it changes."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from storyboard.review.page.write import content_policy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

    from storyboard.review.page.write import Page

_BEAT_SECONDS = 15.0  # a word now and then, so that a browser that went away is noticed
_HOSTS = ["127.0.0.1", "localhost"]
"""The names under which the page may be asked for: another site's name that leads here is no reason to show it."""


class LivePage:
    """The page as it is now, for any number of browsers.

    Args:
        page: The first one.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._listeners: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        self._lock = threading.Lock()
        self._closing = False

    def publish(self, page: Page) -> None:
        """Show another page; may be called from any thread."""
        self._page = page
        self._wake()

    def close(self) -> None:
        """End every stream, so that the server need not wait for browsers to leave."""
        self._closing = True
        self._wake()

    def _wake(self) -> None:
        with self._lock:
            for loop, event in self._listeners:
                loop.call_soon_threadsafe(event.set)

    def application(self) -> Starlette:
        """The ASGI application."""
        return Starlette(
            routes=[Route("/", self._show), Route("/events", self._events)],
            middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=_HOSTS, www_redirect=False)],
        )

    async def _show(self, request: Request) -> Response:
        return Response(
            self._page.data,
            media_type="text/html; charset=utf-8",
            headers=_GUARDED | {"Content-Security-Policy": f"{content_policy(live=True)}; frame-ancestors 'none'"},
        )

    async def _events(self, request: Request) -> StreamingResponse:
        return StreamingResponse(self._stream(), media_type="text/event-stream", headers=_GUARDED)

    async def _stream(self) -> AsyncIterator[str]:
        listener = asyncio.get_running_loop(), asyncio.Event()
        with self._lock:
            self._listeners.add(listener)
        told = ""
        try:
            yield "retry: 500\n\n"
            while not self._closing:
                version = self._page.version
                yield ": still here\n\n" if version == told else f"event: page\ndata: {version}\n\n"
                told = version
                await _set_within(listener[1], _BEAT_SECONDS)
        finally:
            with self._lock:
                self._listeners.discard(listener)


_GUARDED = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


async def _set_within(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
    event.clear()
