"""The git program, started without a shell, and so that nothing it reads can make it run, ask or reach for more.

Of the person's own settings those stay that lead to a repository: credential helpers, proxies, certificates, ssh's
own configuration, rewritten addresses. What comes with a repository decides nothing: no hook, no file-system
monitor, no submodule; files are read out of the object store byte for byte, so that no attribute, filter or link
has a say; and no protocol is spoken but those that the caller names.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from storyboard.errors import RepositoryError, RepositoryUnreachableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_SETTINGS = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.askPass": "",
    "credential.interactive": "false",
    "submodule.recurse": "false",
    "fetch.recurseSubmodules": "false",
    "transfer.bundleURI": "false",
    "safe.bareRepository": "explicit",  # a folder of a strange repository may hold another one, with its own settings
    "gc.auto": "0",
    "maintenance.auto": "false",
    "http.lowSpeedLimit": "1000",  # bytes a second …
    "http.lowSpeedTime": "30",  # … for so many seconds: then the server is given up
}
# What else of GIT_… there is belongs to another repository (GIT_DIR in a hook), or has git write files (GIT_TRACE).
_KEPT = {
    "GIT_ASKPASS",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_SYSTEM",
    "GIT_EXEC_PATH",
    "GIT_HTTP_PROXY_AUTHMETHOD",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_SSH_VARIANT",
}
_KEPT_FAMILIES = ("GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_", "GIT_SSL_", "GIT_PROXY_SSL_")
_SSH_OPTIONS = "-o BatchMode=yes -o ConnectTimeout=20 -o ServerAliveInterval=15 -o ServerAliveCountMax=4"


class GitFailedError(Exception):
    """git ended with an error.

    Attributes:
        said: What it wrote to standard error.
    """

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


@dataclass(frozen=True)
class Git:
    """A way to call git on one repository.

    Attributes:
        folder: The folder it is started in.
        bare: Whether that folder itself is the repository; otherwise it is looked for in it and above it.
        protocols: What may be spoken with another repository, such as ``("https", "ssh")``; nothing by default, so
            that not even a missing object is fetched.
        seconds: How long one call may take.
        settings: More settings of git's, which go before all others.
    """

    folder: Path
    bare: bool = False
    protocols: tuple[str, ...] = ()
    seconds: float = 60.0
    settings: Mapping[str, str] = field(default_factory=dict)

    def lasting(self, seconds: float) -> Git:
        """The same, with calls that may take so long."""
        return replace(self, seconds=seconds)

    def run(self, *words: str) -> str:
        """What git writes to standard output, without the line break at its end.

        Raises:
            GitFailedError: It ended with an error.
            RepositoryError: There is no git on this machine.
            RepositoryUnreachableError: It took too long.
        """
        process = self._start(words, None)
        with _ended(process):
            try:
                out, said = process.communicate(timeout=self.seconds)
            except subprocess.TimeoutExpired:
                raise RepositoryUnreachableError(
                    f"git {words[0]} took longer than {self.seconds:g} seconds and was ended.",
                    hint="Nothing was sent or paid. Look at the network and the address, and run again.",
                ) from None
        if process.returncode:
            raise GitFailedError(said.decode("utf-8", "replace"))
        return os.fsdecode(out).removesuffix("\n")

    def succeeds(self, *words: str) -> bool:
        """Whether git ends without an error."""
        try:
            self.run(*words)
        except GitFailedError:
            return False
        return True

    @contextmanager
    def reading(self, *words: str, given: Iterable[str]) -> Iterator[IO[bytes]]:
        """The standard output of git as it comes, with these lines as its standard input.

        Raises:
            GitFailedError: It ended with an error.
        """
        with tempfile.TemporaryFile() as lines, tempfile.TemporaryFile() as said:
            lines.writelines(f"{line}\n".encode() for line in given)
            lines.seek(0)
            process = self._start(words, lines, said)
            with _ended(process):
                if process.stdout is None:
                    raise ValueError("git was started without a pipe")
                yield process.stdout
                if process.wait(self.seconds):
                    said.seek(0)
                    raise GitFailedError(said.read(10_000).decode("utf-8", "replace"))

    def _start(
        self, words: Iterable[str], given: IO[bytes] | None, said: IO[bytes] | None = None
    ) -> subprocess.Popen[bytes]:
        program = shutil.which("git")
        if program is None:
            raise RepositoryError(
                "git is not installed, or not on the PATH.",
                hint="Install it (https://git-scm.com), or name the folder of the series instead of its repository.",
            )
        where = [f"--git-dir={self.folder}"] if self.bare else []
        settings = [f"{key}={value}" for key, value in {**_SETTINGS, **self.settings}.items()]
        command = [program, "--no-pager", *where, *(word for each in settings for word in ("-c", each)), *words]
        try:
            return subprocess.Popen(  # noqa: S603  a list of words; what a person gave is checked before it is one
                command,
                cwd=self.folder,
                env=self._environment(),
                stdin=given or subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=said or subprocess.PIPE,
                start_new_session=True,  # without a terminal that ssh or a helper could ask at
            )
        except OSError as error:
            raise RepositoryError(f"git cannot be started in {self.folder}: {error.strerror or error}.") from error

    def _environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if name in _KEPT
            or name.startswith(_KEPT_FAMILIES)
            or not name.startswith(("GIT_", "STORYBOARD_", "EMPIRIOLABS_", "SSH_ASKPASS", "LC_", "LANGUAGE"))
        }
        return {
            "GIT_ASKPASS": "",  # where none is set: an empty one keeps git from SSH_ASKPASS, which opens a window
            **kept,
            "LC_ALL": "C",
            "GIT_TERMINAL_PROMPT": "0",
            "GCM_INTERACTIVE": "never",
            "SSH_ASKPASS_REQUIRE": "never",
            "GIT_ALLOW_PROTOCOL": ":".join(self.protocols) or "none",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",  # or the commit of that name could hold what it never held
            "GIT_OPTIONAL_LOCKS": "0",
            **self._ssh(),
        }

    def _ssh(self) -> dict[str, str]:
        """An ssh that never asks: the person's own command for it, where it is OpenSSH, with that option added."""
        if "ssh" not in self.protocols or os.environ.get("GIT_SSH"):
            return {}
        command = os.environ.get("GIT_SSH_COMMAND") or self.settings.get("core.sshCommand") or "ssh"
        try:
            program = shlex.split(command)[0]
        except (ValueError, IndexError):
            return {}
        if Path(program).stem.lower() != "ssh":
            return {}
        return {"GIT_SSH_COMMAND": f"{command} {_SSH_OPTIONS}"}


@contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """See that git and what it started are gone after the block, whatever happens in it."""
    try:
        yield
    finally:
        if process.poll() is None:
            with suppress(OSError):
                if os.name == "nt":
                    process.kill()
                else:
                    os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()
