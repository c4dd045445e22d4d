"""What every test gets: no network but this machine's own, no key, no settings and no cache of the person's."""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
import sys
from typing import TYPE_CHECKING, Any

import pytest
from helpers import Ran
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

if (
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN
):  # a shell's background job ignores it, and so would all it starts
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("storyboard", deadline=None)  # the machines that run this are slow now and then
settings.load_profile("storyboard")


class ForgotLoopbackError(AssertionError):
    """A test reached for another machine: give it a server on 127.0.0.1."""


def _is_here(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a socket of the file system
    host = str(address[0]).partition("%")[0]
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(autouse=True)
def nothing_but_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("connect", "connect_ex", "sendto"):
        real = getattr(socket.socket, name)

        def guarded(self: socket.socket, *given: Any, real: Callable[..., Any] = real) -> Any:
            if not _is_here(given[-1]):
                raise ForgotLoopbackError(f"{given[-1]} is not this machine: a test's server has to be on 127.0.0.1.")
            return real(self, *given)

        monkeypatch.setattr(socket.socket, name, guarded)
    look_up = socket.getaddrinfo

    def guarded_look_up(host: Any, *given: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name and not _is_here((name,)):
            raise ForgotLoopbackError(f"{name} is not this machine: a test's server has to be on 127.0.0.1.")
        return look_up(host, *given, **named)

    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)
    for variable in list(os.environ):
        if variable.startswith("STORYBOARD_") or variable in {"EMPIRIOLABS_API_KEY", "CI", "NO_COLOR", "FORCE_COLOR"}:
            monkeypatch.delenv(variable)
    monkeypatch.setenv("STORYBOARD_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("STORYBOARD_RATES", str(tmp_path / "own" / "rates.json"))


@pytest.fixture
def no_git_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A person without git settings of their own."""
    for variable in list(os.environ):
        if variable.startswith("GIT_"):
            monkeypatch.delenv(variable)
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "home" / "gitconfig"))


@pytest.fixture
def storyboard(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run the command line in this process, as ``storyboard WORDS…`` would."""

    def run(*words: object) -> Ran:
        from storyboard.cli.main import run as run_command_line

        monkeypatch.setattr(sys, "argv", ["storyboard", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            run_command_line()
        said = capsys.readouterr()
        return Ran(int(ended.value.code or 0), said.out, said.err)

    return run


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-goldens", action="store_true", help="write the kept results anew, to be read in a diff"
    )
