"""The address of a shared store, which may come with a stranger's repository, and what may be in it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from storyboard.errors import UsageError

PACKAGES = {"s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs", "abfs": "adlfs"}
"""The protocols that may be used besides ``file``, and the package that speaks each.

All are object stores: an upload is there whole or not at all, and who one is never stands in the address. ``sftp``
and ``ssh`` are left out, because fsspec takes any host for the right one; ``http`` and ``webdav``, because they need
a password; everything else, because it is no plain store (archives, caches, commits, other people's machines).
"""
_HINT = "Write it as file:///mnt/films, s3://bucket/films, gs://bucket/films or az://container/films."
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_AZURE = re.compile(r"[a-z0-9-]+@[a-z0-9]+\.(dfs|blob)\.core\.windows\.net")  # container@account, no user name
_UNUSABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\\*\[\]{}]")
_LONGEST = 1024
_LOCAL_HOSTS = {"", "localhost"}


@dataclass(frozen=True)
class StoreAddress:
    """Where a store is.

    Attributes:
        url: Its address, with nothing secret in it and without a last slash.
        protocol: ``file``, or one of PACKAGES.
        folder: The folder, where the protocol is ``file``; else None.
    """

    url: str
    protocol: str
    folder: Path | None


def store_address(text: str) -> StoreAddress:
    """Read the address of a store.

    Raises:
        UsageError: It cannot be used. Where a password or a key may be in it, the message does not repeat it.
    """
    text = text.strip()
    if "::" in text:
        raise UsageError("The store's address may not chain one protocol to another with '::'.", hint=_HINT)
    protocol, separator, rest = text.partition("://")
    protocol = protocol.lower()
    if not separator:
        raise UsageError("The store is not an address: it names no protocol.", hint=_HINT)
    if protocol != "file" and protocol not in PACKAGES:
        named = f" {protocol}" if re.fullmatch(r"[a-z0-9+.-]{1,20}", protocol) else ""
        raise UsageError(f"The store's protocol{named} is not one that takes can be kept by.", hint=_HINT)
    if "?" in rest or "#" in rest:
        raise UsageError("The store's address may have no query and no fragment: keys stand there.", hint=_HINT)
    host = rest.partition("/")[0]
    if "@" in host and not (protocol == "abfs" and _AZURE.fullmatch(host)):
        raise UsageError(
            "The store's address may have no user name, password or key in it: it is shown, and lies in git.",
            hint="Put them where the store's own programs look for them (their settings, or the environment).",
        )
    if len(text) > _LONGEST or _UNUSABLE.search(unquote(text)):
        raise UsageError("The store's address is too long, or has a character in it that none may have.", hint=_HINT)
    if any(part in {".", ".."} for part in unquote(rest).split("/")):
        raise UsageError(f"The store's address has '.' or '..' in it: {text}", hint=_HINT)
    if protocol == "file":
        folder = _folder(text)
        return StoreAddress(folder.as_uri(), protocol, folder)
    if not _BUCKET.fullmatch(host) and not _AZURE.fullmatch(host):
        raise UsageError(f"The store's address names no bucket: {text}", hint=_HINT)
    return StoreAddress(f"{protocol}://{rest.rstrip('/')}", protocol, None)


def _folder(text: str) -> Path:
    """The folder of a ``file`` address: from the root of this machine, so that it means one place only."""
    host, _, rest = text.partition("://")[2].partition("/")
    path = f"/{unquote(rest)}"
    if host.lower() not in _LOCAL_HOSTS or path.startswith(("/~", "//")):
        raise UsageError(f"The store {text} does not begin at the root of this machine's disk.", hint=_HINT)
    if os.name == "nt":
        path = path.lstrip("/")  # file:///C:/films
    folder = Path(path)
    if not folder.is_absolute() or folder == folder.parent:
        raise UsageError(f"The store {text} is not a folder of this machine.", hint=_HINT)
    return folder
