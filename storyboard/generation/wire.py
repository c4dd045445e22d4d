"""One request to the service and what came of it, as a value: nothing of httpx gets out of here.

httpx's errors hold the request, and the request holds the API key. So they end here, and what went wrong goes
on as a clause of our own.
"""

from __future__ import annotations

import socket
import ssl
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING

import httpx

from storyboard.errors import UsageError
from storyboard.generation.address import is_local_address
from storyboard.generation.deadline import Deadline, NotSentInTimeError
from storyboard.generation.exchange import Answer, NoAnswer, http_date, retry_after_seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from storyboard.generation.secret import Secret

MAX_ANSWER_BYTES = 4 * 2**20
"""The largest answer that is read. A job's state is a few kilobytes."""

_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS


@dataclass(frozen=True)
class Timeouts:
    """How long each part of an exchange may last, in seconds.

    Attributes:
        connect: Name look-up aside, until the connection stands.
        read: Between two pieces of the answer.
        write: Between two pieces of the request; a first frame makes it up to 40 MB.
        pool: Until a connection is free.
        total: For the whole exchange. When it has passed, the request has ended one way or the other.
    """

    connect: float = 15.0
    read: float = 60.0
    write: float = 60.0
    pool: float = 15.0
    total: float = 180.0

    def for_httpx(self) -> httpx.Timeout:
        """The same, in httpx's own type; it knows no total."""
        return httpx.Timeout(connect=self.connect, read=self.read, write=self.write, pool=self.pool)


@cache
def user_agent() -> str:
    """``storyboard-composer/VERSION``, the version being that of the installed package."""
    try:
        return f"storyboard-composer/{metadata.version('storyboard-composer')}"
    except metadata.PackageNotFoundError:
        return "storyboard-composer/source"


def open_client(
    base: str, timeouts: httpx.Timeout, transport: httpx.BaseTransport | None = None, *, redirects: int = 0
) -> httpx.Client:
    """A client that keeps no connection: a kept one that went stale makes a submit's outcome unknown.

    A proxy from the environment is used, but never for this machine: on the way there it would be handed an
    unencrypted request.

    Raises:
        UsageError: The proxy that the environment names cannot be used.
    """
    try:
        return httpx.Client(
            verify=httpx.create_ssl_context(),  # the environment's certificates count for this machine as well
            timeout=timeouts,
            transport=transport,
            follow_redirects=redirects > 0,
            max_redirects=redirects,
            limits=httpx.Limits(max_keepalive_connections=0),
            trust_env=not is_local_address(base),
            headers={"user-agent": user_agent(), "accept-encoding": "identity", "connection": "close"},
        )
    except (ValueError, ImportError, OSError, httpx.InvalidURL) as problem:
        complaint = type(problem).__name__  # its text may repeat a proxy's password
    raise UsageError(
        f"The proxy or the certificates that the environment names cannot be used ({complaint}).",
        hint="Look at HTTPS_PROXY, ALL_PROXY, SSL_CERT_FILE and SSL_CERT_DIR. SOCKS proxies do not work.",
    )


def exchange(
    client: httpx.Client,
    method: str,
    url: str,
    *,
    key: Secret | None,
    timeouts: Timeouts,
    content: bytes | None = None,
    before_send: Callable[[], None] = lambda: None,
) -> Answer | NoAnswer:
    """Send one request, once, and read the whole answer, within ``timeouts.total``.

    Only what ``before_send`` raises gets out, and then nothing was sent.
    """
    headers = httpx.Headers({"accept": "application/json"})  # its repr masks the key, which a dict's would not
    if key is not None:
        headers["authorization"] = f"Bearer {key.reveal()}"
    if content is not None:
        headers["content-type"] = "application/json"
    before_send()
    held: BaseException | None = None
    with Deadline(timeouts.total, before_send) as deadline:
        try:
            with client.stream(
                method,
                url,
                headers=headers,
                content=content,
                follow_redirects=False,
                extensions={"trace": deadline.trace},
            ) as response:
                return _read(response, key)
        except Exception as problem:  # noqa: BLE001  the request may have left: whatever it is, it is an outcome
            failure = no_answer(problem, may_be_sent=deadline.may_be_sent)
            if problem is deadline.held_back and not isinstance(problem, NotSentInTimeError):
                held = problem
    if held is not None:
        raise held.with_traceback(None)  # the frames it came through hold the headers, and so the key
    if deadline.passed and not failure.never_sent:
        return NoAnswer(False, f"no whole answer came within {timeouts.total:g} seconds")
    return failure


def no_answer(problem: Exception, *, may_be_sent: bool) -> NoAnswer:
    """What an error of the transport means. Never sent, only where no connection stood.

    Args:
        problem: What was raised.
        may_be_sent: Whether sending had begun; it overrules the kind of the error.
    """
    chain = _chain(problem)
    if not may_be_sent and isinstance(problem, _WITHOUT_CONNECTION):
        untrusted = next((e for e in chain if isinstance(e, ssl.SSLCertVerificationError)), None)
        if untrusted is not None:
            reason = f"its certificate is not trusted ({untrusted.verify_message})"
            return NoAnswer(True, reason, lasting=True)
        return NoAnswer(True, _clause(chain, _NEVER_SENT) or "no connection could be made")
    clause = _clause([problem], _SENT)
    if clause:
        return NoAnswer(False, clause)
    return NoAnswer(False, f"the exchange broke off ({type(problem).__name__})")


_WITHOUT_CONNECTION = (
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.ConnectError,
    NotSentInTimeError,
)

_Clauses = tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...]

_NEVER_SENT: _Clauses = (
    (socket.gaierror, "its name is not known to the network's name service (DNS)"),
    (ConnectionRefusedError, "the connection was refused"),
    ((httpx.ConnectTimeout, NotSentInTimeError), "no connection came about in time"),
    (httpx.PoolTimeout, "no connection was free in time"),
    (httpx.ProxyError, "the proxy on the way did not let it through"),
    (ssl.SSLError, "no encrypted connection came about (TLS)"),
)

_SENT: _Clauses = (
    (httpx.ReadTimeout, "no answer came in time"),
    (httpx.WriteTimeout, "the service stopped reading it"),
    (httpx.NetworkError, "the connection broke"),
    (httpx.RemoteProtocolError, "the connection ended before a whole answer, or the answer is not HTTP"),
)


def _clause(chain: list[BaseException], clauses: _Clauses) -> str:
    for kinds, clause in clauses:
        if any(isinstance(problem, kinds) for problem in chain):
            return clause
    return ""


def _read(response: httpx.Response, key: Secret | None) -> Answer | NoAnswer:
    body = bytearray()
    for piece in response.iter_raw():
        body += piece
        if len(body) > MAX_ANSWER_BYTES:
            return NoAnswer(False, f"the answer is larger than {MAX_ANSWER_BYTES // 2**20} MiB")
    whole = bytes(body)
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding in {
        "gzip",
        "x-gzip",
        "deflate",
    }:  # not asked for, but something in front may do it all the same
        unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)
        try:
            whole = unpacker.decompress(whole, MAX_ANSWER_BYTES)
        except zlib.error:
            return NoAnswer(False, "the answer cannot be decompressed")
        if not unpacker.eof:
            return NoAnswer(False, "the answer is cut short, or larger than it may be, once decompressed")
    now = http_date(response.headers.get("date")) or datetime.now(UTC)
    return Answer(
        status=response.status_code,
        body=whole if key is None else key.hide_in(whole),
        retry_after=retry_after_seconds(response.headers.get("retry-after"), now=now),
    )


def _chain(problem: BaseException | None) -> list[BaseException]:
    chain: list[BaseException] = []
    while problem is not None and problem not in chain:
        chain.append(problem)
        problem = problem.__cause__ or problem.__context__
    return chain
