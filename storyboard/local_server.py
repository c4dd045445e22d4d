"""A server of this program's own on this machine, in a thread, until its block ends or Ctrl-C does."""

from __future__ import annotations

import errno
import socket
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import uvicorn

from storyboard.errors import UsageError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator

_GRACE_SECONDS = 1


@contextmanager
def listening(host: str, port: int, who: str) -> Iterator[socket.socket]:
    """A socket that listens: whoever connects before the server runs waits, and is not refused.

    Args:
        host: The address to listen at.
        port: The port; 0 takes a free one.
        who: What listens, as the subject of a sentence.

    Raises:
        UsageError: The port is in use, or none; or the address cannot be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        if sys.platform != "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OverflowError:
            raise UsageError(f"{port} is not a port.", hint="Ports are from 1 to 65535.") from None
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                message = f"Port {port} at {host} is in use."
                raise UsageError(message, hint="Give another with --port, or end what holds it.") from None
            raise UsageError(f"{who} cannot listen at {host}, port {port}: {error.strerror}.") from None
        listener.listen(128)
        yield listener


@contextmanager
def served(
    app: Any, listener: socket.socket, *, name: str, http: type[asyncio.Protocol] | None = None
) -> Iterator[None]:
    """Serve an ASGI application for as long as the block lasts.

    Args:
        app: The application.
        listener: A socket that listens.
        name: What the thread is called.
        http: The protocol; None is uvicorn's own.
    """
    config = uvicorn.Config(
        app,
        http="h11" if http is None else http,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
