"""A person's own mark on what they agreed to, so that a ledger that came with a stranger's repository buys nothing.

A ledger may be copied, or come with a clone. What stands in it as agreed to would be paid with the person's own key,
and what is to be done when all is home names files and a command. So an agreement carries a code made with a secret
that never leaves the machine of whoever gave it (HMAC, RFC 2104).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from storyboard.cache import cache_folder

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.generation.runs import Run

_FILE = "agreements.key"
_BYTES = 32


def sealed(run: Run) -> Run:
    """The run with this person's mark on it; without one where none can be kept, so that only a render goes on."""
    secret = _secret(make=True)
    return run if secret is None else replace(run, finish={**run.finish, "seal": _code(run, secret)})


def is_sealed_here(run: Run) -> bool:
    """Whether this person agreed to it, on this machine, and nothing of it was changed since."""
    secret = _secret(make=False)
    said = run.finish.get("seal")
    return secret is not None and isinstance(said, str) and hmac.compare_digest(said, _code(run, secret))


def _code(run: Run, secret: bytes) -> str:
    ceilings = {name: str(value) for name, value in vars(run.ceilings).items() if value is not None}
    finish = {name: value for name, value in run.finish.items() if name != "seal"}
    told = [run.id, run.at.isoformat(), run.series, run.root, run.host, str(run.agreed), ceilings, finish]
    text = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return hmac.new(secret, text.encode("ascii"), hashlib.sha256).hexdigest()


def _secret(*, make: bool) -> bytes | None:
    path = cache_folder() / _FILE
    with suppress(OSError):
        found = path.read_bytes()
        if len(found) == _BYTES:
            return found
    if make:
        with suppress(OSError):
            return _made(path)
    return None


def _made(path: Path) -> bytes | None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{_FILE}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another program was first
            os.link(part, path)
    finally:
        part.unlink(missing_ok=True)
    found = path.read_bytes()
    return found if len(found) == _BYTES else None
