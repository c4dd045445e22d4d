"""Closing a connection in the middle, which a web framework otherwise takes care never to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio

    from starlette.requests import Request

_TRANSPORT = "storyboard.transport"


class BreakableProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, which also hands the application its connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Put the connection into the scope of every request that comes over it."""
        super().connection_made(transport)
        inner: Any = self.app

        async def app(scope: Any, receive: Any, send: Any) -> None:
            scope[_TRANSPORT] = transport
            await inner(scope, receive, send)

        self.app = app


async def break_off(request: Request, *, politely: bool) -> None:
    """Close the connection of a request, and wait until it is gone.

    Args:
        request: The request that will get no (further) answer.
        politely: First send what was already written; otherwise what is left is thrown away.
    """
    transport: asyncio.Transport = request.scope[_TRANSPORT]
    if politely:
        transport.close()
    else:
        transport.abort()
    while (await request.receive())["type"] != "http.disconnect":
        pass
