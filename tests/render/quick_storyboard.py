"""The command ``storyboard`` with short waits, in a process that kills itself at a moment that a test names.

Called as ``quick_storyboard.py MOMENT ARGUMENT …``; the moment ``never`` lets it live. Nothing here is part of the
program: its own functions are wrapped from outside.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from hurried_clock import HurriedClock, hurry

from storyboard.cli.main import run
from storyboard.cutting import stitch
from storyboard.generation import collecting
from storyboard.generation.api import ApiClient
from storyboard.generation.clock import SystemClock
from storyboard.generation.journal import Journal
from storyboard.generation.lazy_provider import LazyProvider
from storyboard.generation.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LONGEST_NAP = 0.05


def die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before(owner: Any, name: str) -> Callable[[], None]:
    return lambda: setattr(owner, name, die)


def after(owner: Any, name: str) -> Callable[[], None]:
    original = getattr(owner, name)

    def call_and_die(*arguments: Any, **named: Any) -> None:
        original(*arguments, **named)
        die()

    return lambda: setattr(owner, name, call_and_die)


def half_a_copy(source: Path, path: Path) -> None:
    data = source.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    die()


MOMENTS: dict[str, Callable[[], None]] = {
    "never": lambda: None,
    "before-the-permit": before(Ledger, "take_permit"),
    "before-the-request": before(ApiClient, "submit"),
    "before-the-journal": before(Journal, "write"),
    "before-the-ledger": before(Ledger, "accepted"),
    "after-the-ledger": after(Ledger, "accepted"),
    "after-the-address": after(Ledger, "ready"),
    "after-the-download": after(LazyProvider, "fetch"),
    "before-the-rename": before(collecting, "sha256_of"),
    "after-the-rename": before(collecting, "flush_folder"),
    "after-the-take": after(Ledger, "done"),
    "in-the-join": lambda: setattr(shutil, "copyfile", half_a_copy),
    "after-the-join": before(stitch, "write_manifest"),
    "before-the-film-has-its-name": after(stitch, "write_manifest"),
}


def main() -> None:
    MOMENTS[sys.argv.pop(1)]()
    hurry(HurriedClock(LONGEST_NAP), partial(setattr, SystemClock))
    run()


if __name__ == "__main__":
    main()
