"""Finished clips, at public but unguessable and signed addresses, with byte ranges."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from typing import TYPE_CHECKING

from starlette.responses import FileResponse, StreamingResponse

from storyboard.generation.sandbox.connection import break_off
from storyboard.generation.sandbox.envelope import Refusal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response

    from storyboard.generation.sandbox.faults import FaultSet

_NAME = re.compile(r"[0-9a-f]{48}\.mp4")
_DAMAGE = bytes(value ^ 0xA5 for value in range(256))


class MediaStore:
    """The folder of finished clips.

    Args:
        folder: Where they are.
        lifetime: Seconds an address works after the clip was made.
        faults: What shall go wrong with a download.
    """

    def __init__(self, folder: Path, lifetime: float, faults: FaultSet) -> None:
        self._folder = folder
        self._lifetime = lifetime
        self._faults = faults
        self._secret = secrets.token_bytes(32)

    def address(self, name: str, made: float) -> str:
        """The path and query under which a clip can be had, without a key, until its time is over."""
        expires = str(int(made + self._lifetime))
        return f"/media/{name}?expires={expires}&signature={self._sign(name, expires)}"

    def _sign(self, name: str, expires: str) -> str:
        return hmac.new(self._secret, f"{name} {expires}".encode(), hashlib.sha256).hexdigest()

    def answer(self, request: Request) -> Response:
        """Serve one clip, or a part of it.

        Raises:
            Refusal: 403 where the signature is wrong or past its time, 404 where there is no such clip.
        """
        name = request.path_params["name"]
        expires = request.query_params.get("expires", "")
        signature = request.query_params.get("signature", "")
        if not hmac.compare_digest(self._sign(name, expires).encode(), signature.encode("utf-8", "replace")):
            raise Refusal(403, "invalid_signature", "The signature of this address is not right.")
        if time.time() > int(expires) or self._faults.strikes("media-expired"):
            raise Refusal(403, "url_expired", "This address is past its time.")
        path = self._folder / name
        if not _NAME.fullmatch(name) or not path.is_file():
            raise Refusal(404, "not_found", "There is no such clip.")
        if self._faults.strikes("media-corrupt"):
            path = _damaged(path)
        if request.method == "GET" and self._faults.strikes("media-truncate"):
            return _cut_short(request, path)
        if self._faults.strikes("media-no-range"):
            return _whole(path)
        return FileResponse(path, media_type="video/mp4")


def _damaged(path: Path) -> Path:
    """A copy whose last two thirds are noise; the index at its front stays whole."""
    copy = path.with_suffix(".damaged")
    if not copy.exists():
        data = path.read_bytes()
        third = len(data) // 3
        copy.write_bytes(data[:third] + data[third:].translate(_DAMAGE))
    return copy


def _cut_short(request: Request, path: Path) -> Response:
    data = path.read_bytes()

    async def half() -> AsyncIterator[bytes]:
        yield data[: len(data) // 2]
        await break_off(request, politely=True)

    headers = {"Content-Length": str(len(data)), "Accept-Ranges": "bytes"}
    return StreamingResponse(half(), media_type="video/mp4", headers=headers)


def _whole(path: Path) -> Response:
    data = path.read_bytes()

    async def all_of_it() -> AsyncIterator[bytes]:
        yield data

    return StreamingResponse(all_of_it(), media_type="video/mp4", headers={"Content-Length": str(len(data))})
