"""Which ledger is in force for what is paid: the one that STORYBOARD_LEDGER names, or the one beside the story."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from storyboard.errors import LedgerNotKeptError, UsageError
from storyboard.generation.state_folder import ledger_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import URL

LEDGER_VARIABLE = "STORYBOARD_LEDGER"
"""The environment variable that names a ledger."""
_HINT = (
    f"Set {LEDGER_VARIABLE} to postgresql://user@host/database, to sqlite:////path/to/ledger.sqlite, or to a path. "
    "Where it is not set, the ledger beside the story is used."
)
_POSTGRES = {"postgresql", "postgresql+psycopg"}
_NOT_IN_CI = {"", "0", "false", "no", "off"}
_UNUSABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]{0,20}(?=:)")


@dataclass(frozen=True)
class LedgerPlace:
    """Where a ledger is.

    Attributes:
        url: For SQLAlchemy; it may hold a password.
        shown: The same for people, with no password in it.
        is_kept: Whether STORYBOARD_LEDGER names it, so that it outlasts this checkout.
        path: The file, where it is SQLite; else None.
    """

    url: URL = field(repr=False)
    shown: str
    is_kept: bool
    path: Path | None


def ledger_place(root: Path, environment: Mapping[str, str]) -> LedgerPlace:
    """Say which ledger is in force for paid purchases; nothing is opened or made.

    Args:
        root: The folder of the series, or of a lone story.
        environment: Such as ``os.environ``; STORYBOARD_LEDGER, if empty, counts as not set.

    Raises:
        UsageError: STORYBOARD_LEDGER names something that can be no ledger, or needs a package that is missing.
    """
    text = environment.get(LEDGER_VARIABLE, "").strip()
    if not text:
        return _file(ledger_path(root), is_kept=False)
    if _UNUSABLE.search(text):
        raise UsageError(f"{LEDGER_VARIABLE} has a character in it that no address and no path has.", hint=_HINT)
    scheme, separator, rest = text.partition("://")
    if not separator:
        if found := _SCHEME.match(text):
            _refuse_address_without_slashes(found[0])
        return _file(_named_file(text), is_kept=True)
    if scheme.lower() == "sqlite":
        return _file(_named_file(_sqlite_path(rest)), is_kept=True)
    if scheme.lower() in _POSTGRES:
        return _postgres(f"postgresql+psycopg://{rest}")
    raise UsageError(
        f"{LEDGER_VARIABLE} names a kind of database that a ledger cannot be kept in ({scheme[:20]}).", hint=_HINT
    )


def refuse_unkept_in_ci(place: LedgerPlace, environment: Mapping[str, str]) -> None:
    """See that what is paid in CI is not forgotten with the runner.

    Args:
        place: The ledger in force.
        environment: ``CI`` says whether it is CI.

    Raises:
        LedgerNotKeptError: It is, and the ledger lies in the checkout.
    """
    if place.is_kept or environment.get("CI", "").strip().lower() in _NOT_IN_CI:
        return
    raise LedgerNotKeptError(
        f"This is CI, and the ledger is {place.shown}, which is thrown away with the runner: what is paid here would "
        "be forgotten, and bought again. Nothing was sent.",
        hint=f"Set {LEDGER_VARIABLE} to a ledger that is kept: a Postgres address (postgresql://…, a secret of the "
        "CI), or a path on a disk that stays.",
    )


def _file(path: Path, *, is_kept: bool) -> LedgerPlace:
    from sqlalchemy import URL

    return LedgerPlace(URL.create("sqlite", database=str(path)), str(path), is_kept, path)


def _named_file(text: str) -> Path:
    try:
        path = Path(text).expanduser()
    except RuntimeError:
        raise UsageError(f"{LEDGER_VARIABLE} names a home folder that is not there: {text}", hint=_HINT) from None
    path = Path.cwd() / path
    return path / "ledger.sqlite" if text.endswith("/") or path.is_dir() else path


def _sqlite_path(rest: str) -> str:
    """The path of ``sqlite:///path``, which begins after the third slash, as in SQLAlchemy."""
    path = rest.removeprefix("/")
    if path == rest or not path or path.startswith((":memory:", "file:")) or "?" in path:
        raise UsageError(
            f"{LEDGER_VARIABLE} has to name a file: sqlite:///ledger.sqlite from this folder, or "
            "sqlite:////path/to/ledger.sqlite. A ledger in memory would be forgotten.",
            hint=_HINT,
        )
    return path


def _refuse_address_without_slashes(scheme: str) -> None:
    if len(scheme) > 1 and (scheme.lower() in {"sqlite", "postgres"} | _POSTGRES):
        raise UsageError(f"{LEDGER_VARIABLE} begins with {scheme}: but not with {scheme}://", hint=_HINT)


def _postgres(text: str) -> LedgerPlace:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # neither is repeated: the password is in them
        url = None
    # Of a password with an @ in it, a part would be taken for the host, and shown. Libpq reads more than a name
    # where there is a = or a :// in the name of a database.
    if url is None or text.count("@") > 1 or any(mark in (url.database or "") for mark in "@=/"):
        raise UsageError(
            f"{LEDGER_VARIABLE} is no Postgres address that can be read. It is not shown: a password may be in it.",
            hint="Write postgresql://user:password@host:5432/database. In the password, write @ as %40, / as %2F and "
            "% as %25.",
        )
    if not url.database:
        raise UsageError(f"{LEDGER_VARIABLE} names no database.", hint=_HINT)
    _need_psycopg()
    return LedgerPlace(url, _shown(url), is_kept=True, path=None)


def _shown(url: URL) -> str:
    """The address without its password, and without its query, where one may stand as well."""
    host = url.host or url.query.get("host") or ""
    port = f":{url.port}" if url.port else ""
    user = f"{url.username}@" if url.username else ""
    return f"postgresql://{user}{host if isinstance(host, str) else ','.join(host)}{port}/{url.database}"


def _need_psycopg() -> None:
    try:
        import psycopg  # noqa: F401
    except ImportError as error:
        raise UsageError(
            f"{LEDGER_VARIABLE} names a Postgres database, and the package psycopg is not installed, or lacks libpq.",
            hint='Install it: pip install "storyboard-composer[team]".',
        ) from error
