"""Bringing a clip home from its media URL: without the key, resumable, and whole or not at all."""

from __future__ import annotations

import hashlib
import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from storyboard.errors import DownloadError
from storyboard.files import NO_ROOM
from storyboard.generation.address import media_address
from storyboard.generation.part_file import Origin, PartFile
from storyboard.generation.wire import Timeouts, open_client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MAX_CLIP_BYTES = 8 * 2**30
"""The largest file that is brought home. The longest clip is some 200 MB; this only bounds the harm."""

_MEDIA_DAYS = 7  # vendor docs
_MOST_REDIRECTS = 5
_CONTENT_RANGE = re.compile(r"bytes (?:(\d{1,18})-(\d{1,18})|\*)/(\d{1,18}|\*)")
_AGAIN = "Run the same command again: it goes on where it stopped, and costs nothing."
_PIECE = 2**20


@dataclass(frozen=True)
class Downloaded:
    """A clip that is home.

    Attributes:
        path: Where it lies.
        size: Bytes.
        sha256: Of its bytes, in hex.
    """

    path: Path
    size: int
    sha256: str


def download(
    url: str,
    destination: Path,
    *,
    part: Path,
    expected_sha256: str | None = None,
    on_progress: Callable[[int, int | None], None] = lambda _done, _total: None,
    timeouts: Timeouts | None = None,
    client: httpx.Client | None = None,
) -> Downloaded:
    """Bring a media URL home, going on with ``part`` where an earlier try left it.

    The address is public and signed: no key, no cookie and no other credential goes along, not even one that
    ``client`` holds. Nothing is tried again in here; a ``DownloadError`` says that the same call can be.

    Args:
        url: The media address, http(s).
        destination: The finished file. Its folder exists; a file of that name is replaced in one step.
        part: The partial file, on the same file system, for this clip alone. It stays after an error.
        expected_sha256: What the bytes should be, in hex, where that is known.
        on_progress: Told of bytes at home and bytes in all (None where not known), often.
        timeouts: Connect, read and pool apply; the whole may last as long as bytes come.
        client: Used in place of one made here; it follows redirects as ``open_client`` sets it up.

    Raises:
        DownloadError: Not home, or not whole; ``url_expired`` where the address itself is no longer good.
        BusyElsewhereError: Another process is at the same ``part``.
    """
    address = media_address("", url)
    if address is None:
        raise DownloadError(
            "The clip's address is not an http(s) one, so the clip was not fetched.",
            hint="Look for the clip in the service's dashboard.",
        )
    limits = timeouts or Timeouts()
    own = client or open_client(address, limits.for_httpx(), redirects=_MOST_REDIRECTS)
    file: PartFile | None = None
    try:
        with PartFile(part) as file:
            _fetch(own, address, file, on_progress)
            sha256 = _hash(file)
            if expected_sha256 is not None and sha256 != expected_sha256.lower():
                file.discard()
                raise DownloadError(
                    "The clip that came home is not the one that was expected: its SHA-256 differs.",
                    hint="Run the same command again: it fetches the clip from the start.",
                )
            file.finish(destination)
            return Downloaded(destination, file.size, sha256)
    except OSError as problem:
        raise _disk_error(problem, part, file.missing if file else None) from problem
    finally:
        if client is None:
            own.close()


def _fetch(client: httpx.Client, url: str, file: PartFile, on_progress: Callable[[int, int | None], None]) -> None:
    resource = hashlib.sha256(url.partition("?")[0].encode()).hexdigest()
    origin = file.resume(resource)
    host = urlsplit(url).hostname or "its host"
    for known in (origin, None):
        problem: str | None = None
        try:
            with _get(client, url, file.size if known else 0, known) as response:
                if known and _is_useless(response, file, known):
                    file.discard()
                    continue
                _receive(response, file, resource, known, host, on_progress)
                return
        except httpx.HTTPError as caught:
            problem = _clause(caught)
        except httpx.InvalidURL:
            problem = "it sent on to an address that is none"
        # Outside the handler: httpx's error holds the signed address, and would go along as the context.
        if problem:
            raise DownloadError(f"The clip did not come home from {host}: {problem}.", hint=_AGAIN)


@contextmanager
def _get(client: httpx.Client, url: str, have: int, origin: Origin | None) -> Iterator[httpx.Response]:
    headers = {"accept": "*/*", "accept-encoding": "identity"}
    if origin is not None:
        headers |= {"range": f"bytes={have}-", "if-range": origin.validator}
    request = client.build_request("GET", url, headers=headers)
    for name in ("authorization", "x-api-key", "cookie", "proxy-authorization"):
        request.headers.pop(name, None)
    response = client.send(request, stream=True, auth=None, follow_redirects=True)
    try:
        yield response
    finally:
        response.close()


def _is_useless(response: httpx.Response, file: PartFile, origin: Origin) -> bool:
    """Whether the answer to a resumption means that the bytes at home must come again from the start."""
    first, _, total = _content_range(response)
    if response.status_code == 416:
        # Nothing lies past what is here. If that is the whole, it is done.
        return not (total == file.size and origin.total in {None, total})
    if response.status_code != 206:
        return False
    etag = response.headers.get("etag", origin.validator)
    changed = origin.validator.startswith('"') and etag != origin.validator
    return changed or first != file.size or (origin.total is not None and total not in {None, origin.total})


def _receive(
    response: httpx.Response,
    file: PartFile,
    resource: str,
    known: Origin | None,
    host: str,
    on_progress: Callable[[int, int | None], None],
) -> None:
    status = response.status_code
    if known and status == 416:
        on_progress(file.size, file.size)
        return
    if status in {403, 404, 410}:
        raise DownloadError(
            f"{host} no longer gives out the clip ({status}); an address is good for {_MEDIA_DAYS} days.",
            hint="The service's dashboard may still hold the clip and give a new address.",
            url_expired=True,
        )
    if status != 200 and not (known and status == 206):
        raise DownloadError(f"The clip did not come home: {host} answered {status}.", hint=_AGAIN)
    if response.headers.get("content-encoding", "identity").strip().lower() not in {"identity", ""}:
        raise DownloadError(
            f"The clip did not come home: {host} sent it in an encoding that was not asked for.", hint=_AGAIN
        )
    if status == 206:
        total = _content_range(response)[2] or (known.total if known else None)
    else:
        length = response.headers.get("content-length", "")
        total = int(length) if length.isascii() and length.isdigit() else None
        file.start(Origin(resource, _validator(response), total))
    _check_size(total or 0, host)
    _check_room(file, total)
    on_progress(file.size, total)
    for piece in response.iter_raw():
        _check_size(file.size + len(piece), host)
        file.append(piece)
        on_progress(file.size, total)
    if total is not None and file.size != total:
        raise DownloadError(f"The clip came home with {file.size:,} bytes of {total:,} from {host}.", hint=_AGAIN)
    if file.size == 0:
        file.discard()
        raise DownloadError(f"The clip that {host} sent is empty.", hint=_AGAIN)


def _hash(file: PartFile) -> str:
    digest = hashlib.sha256()
    offset = 0
    while piece := file.read(_PIECE, offset):
        digest.update(piece)
        offset += len(piece)
    return digest.hexdigest()


def _content_range(response: httpx.Response) -> tuple[int | None, int | None, int | None]:
    match = _CONTENT_RANGE.fullmatch(response.headers.get("content-range", "").strip())
    if match is None:
        return None, None, None
    first, last, total = (int(group) if group and group != "*" else None for group in match.groups())
    return first, last, total


def _validator(response: httpx.Response) -> str:
    """What ``If-Range`` may carry: a strong ETag, or else the date (RFC 9110, 13.1.5)."""
    etag = str(response.headers.get("etag", ""))
    if etag.startswith('"') and etag.endswith('"') and len(etag) > 2:
        return etag
    return str(response.headers.get("last-modified", ""))


def _check_size(size: int, host: str) -> None:
    if size > MAX_CLIP_BYTES:
        raise DownloadError(
            f"{host} sends more than {MAX_CLIP_BYTES // 2**30} GiB, as no clip is, so it was not taken.",
            hint="Look at the job in the service's dashboard.",
        )


def _check_room(file: PartFile, total: int | None) -> None:
    missing = (total or 0) - file.size
    if missing > shutil.disk_usage(file.path.parent).free:
        raise no_room(file.path, missing)


def no_room(part: Path, missing: int | None, *, now: datetime | None = None) -> DownloadError:
    """The error for a full disk: how much room it takes, and until about when the clip stays at the service.

    Args:
        part: The partial file that could not grow.
        missing: Bytes still to come, or None where that is not known.
        now: The time; a test gives its own.
    """
    until = (now or datetime.now(UTC)) + timedelta(days=_MEDIA_DAYS)
    needed = f"{max(missing / 1e6, 0.1):,.1f} MB more are needed" if missing else "more room is needed"
    return DownloadError(
        f"There is no room for the clip in {part.parent}: {needed}. The clip is paid for, and stays at the "
        f"service for {_MEDIA_DAYS} days after the job was done: until {until:%d %B %Y} at the latest.",
        hint="Make room, then run the same command again: it goes on where it stopped, and costs nothing.",
        no_room=True,
    )


def _disk_error(problem: OSError, part: Path, missing: int | None) -> DownloadError:
    if problem.errno in NO_ROOM:
        return no_room(part, missing)
    reason = problem.strerror or str(problem)
    return DownloadError(
        f"The clip could not be written to {part.parent}: {reason}.",
        hint="Check the folder and its permissions, then run the same command again; it costs nothing.",
    )


def _clause(problem: httpx.HTTPError) -> str:
    match problem:
        case httpx.TimeoutException():
            return "nothing came for too long"
        case httpx.TooManyRedirects():
            return f"it sent on more than {_MOST_REDIRECTS} times"
        case httpx.UnsupportedProtocol():
            return "it sent on to an address that is not http(s)"
        case httpx.ConnectError() | httpx.ProxyError():
            return "no connection could be made"
    return "the connection broke before the end"
