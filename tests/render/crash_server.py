"""A warmed process that runs the command line in a fork of itself, time and again, and has each die where it is told.

It reads one line of JSON for each run from standard input, answers with a line that names the process, and with
another when that has ended. It holds no thread and no open database, and so a fork of it is as good as a new process.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import sys
import threading
import traceback
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from boundaries import Boundary, Watch
from hurried_clock import HurriedClock, hurry

import storyboard
from storyboard.cli.main import run
from storyboard.generation.clock import SystemClock

LONGEST_NAP = 0.003  # of each wait, in real seconds


def _warm() -> None:
    for module in pkgutil.walk_packages(storyboard.__path__, "storyboard."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in ("sqlalchemy.dialects.sqlite", "sqlalchemy.dialects.postgresql.psycopg", "psycopg", "httpcore"):
        importlib.import_module(name)


def _child(asked: dict[str, Any]) -> int:
    for name, descriptor in (("/dev/null", 0), (asked["out"], 1), (asked["err"], 2)):
        opened = os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o644)
        os.dup2(opened, descriptor)
        os.close(opened)
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    sys.argv = ["storyboard", *asked["arguments"]]
    hurry(HurriedClock(LONGEST_NAP), partial(setattr, SystemClock))
    if asked["trace"] or asked["die_at"]:
        die_at = Boundary(*asked["die_at"]) if asked["die_at"] else None
        Watch(Path(asked["trace"]) if asked["trace"] else None, die_at).begin()
    try:
        run()
    except SystemExit as stopped:
        return int(stopped.code or 0)
    finally:
        sys.setprofile(None)
        Path(asked["modules"]).write_text("\n".join(sys.modules), "utf-8")
    return 0


def _learn(modules: Path) -> None:
    """Import what the last run needed as well, so that the next finds it."""
    if modules.exists():
        for name in set(modules.read_text("utf-8").splitlines()) - set(sys.modules):
            with suppress(ImportError):
                importlib.import_module(name)
        modules.unlink()


def main() -> None:
    _warm()
    assert threading.active_count() == 1
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    for line in sys.stdin:
        asked = json.loads(line)
        pid = os.fork()
        if pid == 0:
            code = 99
            try:
                code = _child(asked)
            except BaseException:  # noqa: BLE001  a fork has to end here, and to say why
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        answers.write(f"{pid}\n")
        answers.write(f"{os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}\n")
        _learn(Path(asked["modules"]))


if __name__ == "__main__":
    main()
