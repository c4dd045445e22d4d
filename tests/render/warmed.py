"""A warmed process from which command lines are forked, from the side of the tests."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Self

from render_command import Ended

if TYPE_CHECKING:
    from collections.abc import Sequence

    from boundaries import Boundary

SERVER = Path(__file__).with_name("crash_server.py")


class Warmed:
    """A process that runs the command line in forks of itself; use ``with``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.running = 0

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, str(SERVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        with self._process:
            assert self._process.stdin is not None
            self._process.stdin.close()
            self._process.wait(60)

    def start(
        self,
        arguments: Sequence[str],
        cwd: Path,
        env: dict[str, str],
        die_at: Boundary | None = None,
        trace: Path | None = None,
    ) -> None:
        """Begin a run."""
        files = {name: str(self._folder / name) for name in ("out", "err", "modules")}
        more = {"die_at": die_at, "trace": str(trace) if trace else None}
        asked = {"arguments": list(arguments), "cwd": str(cwd), "env": env, **files, **more}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        self.running = int(self._line())

    def ended(self) -> Ended:
        """Wait for its end."""
        code = int(self._line())
        return Ended(code, *((self._folder / name).read_text("utf-8", "replace") for name in ("out", "err")))

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the process that runs the command line has ended"
        return line
