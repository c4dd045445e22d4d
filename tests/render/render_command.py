"""The command line as tests run it: in a process of its own, or in this one."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

QUICK = Path(__file__).with_name("quick_storyboard.py")


@dataclass(frozen=True)
class Ended:
    """What a command left: its exit code, and what it printed."""

    code: int
    out: str
    err: str


def environment(folder: Path, key: str | None = None, **more: str) -> dict[str, str]:
    """An environment that holds nothing of the person's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("STORYBOARD", "EMPIRIO", "CI"))}
    own = {"STORYBOARD_CACHE": str(folder / "cache"), "STORYBOARD_RATES": str(folder / "own" / "rates.json")}
    kept |= own | {"COLUMNS": "100"} | more
    return kept | ({"EMPIRIOLABS_API_KEY": key} if key is not None else {})


def start(
    *arguments: str, cwd: Path, env: Mapping[str, str], dies: str | None = None, **more: Any
) -> subprocess.Popen[str]:
    """Start the real command; with ``dies``, the one with short waits that kills itself at that moment."""
    program = ["-m", "storyboard"] if dies is None else [str(QUICK), dies]
    return subprocess.Popen(
        [sys.executable, *program, *arguments],
        cwd=cwd,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        **more,
    )


@contextmanager
def at_most(seconds: float, process: subprocess.Popen[str]) -> Iterator[None]:
    """End a process that keeps a test waiting for a line."""
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()


def ended(process: subprocess.Popen[str], *, within: float = 40) -> Ended:
    """Wait for a process, and never leave it behind."""
    with process:
        try:
            out, err = process.communicate(timeout=within)
        except BaseException:
            with suppress(ProcessLookupError):
                process.kill()
            raise
    return Ended(process.returncode, out, err)
