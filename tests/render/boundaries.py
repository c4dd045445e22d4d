"""The boundaries of a program, as the program itself has them: where it can be killed, and where it was.

A boundary is the call and the return of each function of the rooms that buy, keep and join, of each commit, and of
each call of the system that leaves something behind: on the disk, in a lock or on the wire. Nobody lists them: the
interpreter tells of each as it comes, so that a new function is one more boundary without anybody thinking of it.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import threading
from collections import Counter, deque
from datetime import date, datetime
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

PACKAGE = "storyboard"
ROOMS = tuple(f"{PACKAGE}.{room}" for room in ("generation", "assembly", "cutting", "export", "files"))
"""Rooms whose functions are boundaries, beside the modules that lie in the package itself."""
PURE = (
    *(
        f"{PACKAGE}.{name}"
        for name in ("errors", "profile", "generation.sandbox", "cutting.faults", "cutting.reader")
    ),
    *(f"{PACKAGE}.assembly.{name}" for name in ("arrange", "avc", "edit_list", "pieces", "piece_planning", "spoken")),
    *(f"{PACKAGE}.assembly.{name}" for name in ("picture_format", "piece_key", "subtitles")),
)
"""What leaves nothing behind, or buys nothing."""
SYSTEM = frozenset(
    (
        *("fsync", "fdatasync", "replace", "rename", "link", "unlink", "remove", "mkdir", "rmdir", "truncate"),
        *("ftruncate", "chmod", "utime", "write", "flock", "lockf", "open", "sendfile", "copy_file_range"),
        *("connect", "sendall", "send", "recv", "recv_into", "commit", "mux"),
    )
)
"""Calls into C that leave something behind, or that wait for another machine, by name."""
COMMITS = frozenset({"do_commit", "do_rollback"})
"""SQLAlchemy's own, whichever database is under it."""
# They have a replace, a remove or a write of their own, which leaves nothing behind.
_VALUES = frozenset({str, bytes, bytearray, list, set, deque, io.StringIO, io.BytesIO, date, datetime})
_NO_FUNCTIONS = ("<module>", "<listcomp>", "<dictcomp>", "<setcomp>", "<genexpr>")


class Boundary(NamedTuple):
    """One place where a process can be killed.

    Attributes:
        thread: The kind of thread: ``MainThread``, or the first word of another's name.
        name: Module and function, or the system's own name.
        event: ``call`` or ``return``.
        nth: Which of those that are the same in all this, from 1.
    """

    thread: str
    name: str
    event: str
    nth: int

    @property
    def kind(self) -> str:
        """For tables: what of the program it belongs to."""
        if not self.name.startswith(PACKAGE):
            return "system: " + self.name.rpartition(".")[2]
        return self.name.partition(":")[0]


class Watch:
    """Sees every boundary as it comes; writes it down, or dies at one.

    Args:
        trace: The file to write each down in; None for no file.
        die_at: The boundary to die at; None to live.
    """

    def __init__(self, trace: Path | None, die_at: Boundary | None) -> None:
        self._trace = trace.open("w", encoding="utf-8") if trace else None
        self._die_at = die_at
        self._counts: Counter[tuple[str, str, str]] = Counter()
        self._names: dict[Any, str | None] = {}
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Watch this thread and all that come after it."""
        threading.setprofile(self._seen)
        sys.setprofile(self._seen)

    def _seen(self, frame: FrameType, event: str, what: Any) -> None:
        if event in {"call", "return"}:
            name = self._function(frame)
        elif event == "c_exception":
            name, event = self._builtin(what), "return"
        else:
            name, event = self._builtin(what), event[2:]
        if name is not None:
            self._came(name, event)

    def _came(self, name: str, event: str) -> None:
        thread = threading.current_thread().name.partition(" ")[0]
        with self._lock:
            self._counts[thread, name, event] += 1
            boundary = Boundary(thread, name, event, self._counts[thread, name, event])
            if boundary == self._die_at:
                os.kill(os.getpid(), signal.SIGKILL)
            if self._trace is not None:
                self._trace.write(json.dumps(boundary) + "\n")
                self._trace.flush()

    def _function(self, frame: FrameType) -> str | None:
        code = frame.f_code
        if code not in self._names:
            self._names[code] = _name_of(frame)
        return self._names[code]

    def _builtin(self, what: Any) -> str | None:
        name = getattr(what, "__name__", "")
        if name not in SYSTEM:
            return None
        owner = getattr(what, "__self__", None)
        kind = owner if isinstance(owner, type | ModuleType) else type(owner)
        return None if kind in _VALUES else f"{kind.__name__}.{name}"


def _name_of(frame: FrameType) -> str | None:
    code = frame.f_code
    module = str(frame.f_globals.get("__name__", ""))
    if code.co_name in COMMITS and module.startswith("sqlalchemy"):
        return f"database.{code.co_name}"
    if code.co_name in _NO_FUNCTIONS or module.startswith(PURE):
        return None
    if not module.startswith(ROOMS) and module.rpartition(".")[0] != PACKAGE:
        return None
    return f"{module}:{code.co_qualname}"


def read_trace(path: Path) -> list[Boundary]:
    """The boundaries of a run, in order."""
    return [Boundary(*json.loads(line)) for line in path.read_text("utf-8").splitlines()]


def distinct(trace: list[Boundary]) -> list[Boundary]:
    """Of the boundaries that come again and again, the first and the last; of those that leave something, some more.

    Those are the ones of the system and of the database: a quarter, a half and three quarters on as well.
    """
    counts = Counter(boundary[:3] for boundary in trace)
    kept = []
    for boundary in trace:
        total = counts[boundary[:3]]
        parts = () if boundary.name.startswith(PACKAGE) else (1, 2, 3)
        if boundary.nth in {1, *(max(1, total * part // 4) for part in parts), total}:
            kept.append(boundary)
    return kept


def beyond(trace: list[Boundary], other: list[Boundary]) -> list[Boundary]:
    """Those of a trace that another one did not come to."""
    reached = set(other)
    return [boundary for boundary in trace if boundary not in reached]


def well_spread(boundaries: list[Boundary], count: int) -> list[Boundary]:
    """So many of them, evenly: one half of those that leave something behind, one half of all others."""
    lasting = [each for each in boundaries if not each.name.startswith(PACKAGE)]
    others = [each for each in boundaries if each.name.startswith(PACKAGE)]
    kept = {each for group in (lasting, others) for each in _evenly(group, count // 2)}
    return [each for each in boundaries if each in kept]


def _evenly(boundaries: list[Boundary], count: int) -> list[Boundary]:
    return [boundaries[number * len(boundaries) // count] for number in range(count)] if boundaries else []
