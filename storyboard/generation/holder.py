"""Who works on a purchase: a process, told apart from every other, and whether it still runs.

A process id alone says too little: it is used again, it means another process on another machine, and in a container
it counts from one. So a holder carries where its id counts (the machine since it was started, and the container), and
when the process started.
"""

from __future__ import annotations

import os
import platform
import sys
import uuid
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_ENDED = frozenset("ZXx")  # zombie and dead: proc_pid_stat(5)
_TOLERANCE = 200  # hundredths of a second; psutil's start times elsewhere are rounded and corrected
_MULTICAST = 1 << 40  # set by uuid.getnode where it found no network card and made a number up


@dataclass(frozen=True)
class Holder:
    """A process.

    Attributes:
        host: The machine's name, for people, and to tell machines apart.
        space: Where its process id counts: on Linux, the machine's boot and the container's own space of process
            ids; elsewhere the machine's network card. Empty where the system does not say.
        pid: The process id.
        started: When it started: on Linux in clock ticks since the machine was started, which no setting of the
            clock moves; elsewhere in hundredths of a second since 1970. 0 where the system does not say.
    """

    host: str
    space: str
    pid: int
    started: int

    @staticmethod
    def mine() -> Holder:
        """This process."""
        return _of_this_process(os.getpid())

    @staticmethod
    def read(text: str) -> Holder | None:
        """What ``str(holder)`` wrote; None for anything else, a newer program's way of writing it included."""
        process, _, place = text.partition("@")
        pid, _, started = process.partition(".")
        space, separator, host = place.partition("@")
        numbers = (pid, started)
        if not separator or not all(number.isascii() and number.isdecimal() for number in numbers):
            return None
        return Holder(host, space, int(pid), int(started)) if int(pid) > 0 else None

    def __str__(self) -> str:
        return f"{self.pid}.{self.started}@{self.space}@{self.host}"

    def is_dead(self) -> bool | None:
        """Whether the process has ended.

        Returns:
            True where it ran here and runs no more, False where it is seen running, None where this process cannot
            know: it ran on another machine, in another container, or before this machine was started anew.
        """
        here = Holder.mine()
        if self == here:
            return False
        if not self.space or (self.host, self.space) != (here.host, here.space):
            return None
        return _is_dead_here(self.pid, self.started)


@cache
def _of_this_process(pid: int) -> Holder:
    """The holder of the process of that id, which is the one that asks; a forked child has another id."""
    return Holder(platform.node(), _space(), pid, _started_of_mine(pid))


def _space() -> str:
    if sys.platform == "linux":
        try:
            boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
            return f"{boot}.{Path('/proc/self/ns/pid').stat().st_ino}"
        except (OSError, ValueError):
            return ""
    card = uuid.getnode()
    return "" if card & _MULTICAST else f"{card:012x}"


def _started_of_mine(pid: int) -> int:
    if sys.platform == "linux":
        seen = _look_up(pid)
        return seen[1] if seen else 0
    import psutil

    return round(psutil.Process(pid).create_time() * 100)


def _is_dead_here(pid: int, started: int) -> bool | None:
    """Whether the process of that id and start, in this machine's space of process ids, has ended."""
    if sys.platform == "linux":
        seen = _look_up(pid)
        if seen is None:
            return _is_unused(pid)
        state, start = seen
        return state in _ENDED or (start != started if started else None)
    return _is_dead_by_psutil(pid, started)


def _look_up(pid: int) -> tuple[str, int] | None:
    """State and start (fields 3 and 22 of proc_pid_stat(5)), or None where it is not to be seen."""
    try:
        line = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return None
    fields = line.rpartition(b")")[2].split()  # the name before it may hold anything
    return fields[0].decode("ascii"), int(fields[19])


def _is_unused(pid: int) -> bool | None:
    """Whether no process has that id: with ``hidepid``, another user's cannot be seen in /proc."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:
        return None
    return None


def _is_dead_by_psutil(pid: int, started: int) -> bool | None:
    import psutil

    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return True
        start = round(process.create_time() * 100)
    except psutil.NoSuchProcess:
        return True
    except psutil.AccessDenied:
        return None
    if abs(start - started) <= _TOLERANCE:
        return False
    # Setting the clock moves a start time on macOS and BSD, but not on Windows.
    return True if sys.platform == "win32" else None
