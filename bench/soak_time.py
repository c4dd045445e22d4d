"""The soak's time: it goes on only when every process waits, and then to the next thing that happens.

Each process has one connection to here. What it asks is answered at the moment at which the answer would be there: a
wait at its end, a request when the service's answer arrives. One process goes on at a time.
"""

from __future__ import annotations

import heapq
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from itertools import count
from multiprocessing import Pipe
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection

PATIENCE = 120.0
"""Real seconds after which a process that neither asks nor ends is taken to hang."""


class HangsError(RuntimeError):
    """A process neither asks for anything nor ends."""


@dataclass
class Actor:
    """One process of the soak.

    Attributes:
        process: The process.
        connection: Its connection to here.
        number: Its number, from 1.
        waits: Whether it waits for an answer from here.
        doing: What it asked for last.
    """

    process: subprocess.Popen[bytes]
    connection: Connection[Any, Any]
    number: int
    waits: bool = False
    doing: str = "starting"


@dataclass
class Stage:
    """The time, and all that happens in it.

    Args:
        command: Starts a process; the number of its end of the connection is added.
        handle: Told of what a process asks: itself, the kind and the values. It calls ``answer``, or kills it.
    """

    command: Sequence[str]
    handle: Callable[[Actor, str, tuple[Any, ...]], None]
    now: float = 0.0
    actors: list[Actor] = field(default_factory=list)
    deaths: list[str] = field(default_factory=list)
    _coming: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _order: count[int] = field(default_factory=count)
    _started: int = 0

    def start(self) -> None:
        """Start one more process."""
        here, there = Pipe()
        self._started += 1
        process = subprocess.Popen(
            [sys.executable, *self.command, str(there.fileno())],
            pass_fds=[there.fileno()],
            stdin=subprocess.DEVNULL,
            cwd=Path(__file__).parents[1],  # where it finds this package
        )
        there.close()
        self.actors.append(Actor(process, here, self._started))

    def kill(self, actor: Actor) -> None:
        """End a process with SIGKILL, wherever it is."""
        actor.process.send_signal(signal.SIGKILL)
        self._bury(actor)

    def at(self, moment: float, happens: Callable[[], None]) -> None:
        """Have something happen at a moment, when every process waits."""
        heapq.heappush(self._coming, (max(moment, self.now), next(self._order), happens))

    def answer(self, actor: Actor, after: float, *values: object) -> None:
        """Answer a process so many seconds from now."""

        def happens() -> None:
            if actor in self.actors:
                actor.waits = False
                actor.connection.send((self.now, *values))

        actor.waits = True
        self.at(self.now + after, happens)

    def run(self, until: Callable[[], bool]) -> None:
        """Let it go on until that is true; it is looked at whenever every process waits.

        Raises:
            HangsError: A process hangs, or nothing can happen any more.
        """
        while True:
            awake = [actor for actor in self.actors if not actor.waits]
            if awake:
                self._hear(awake)
            elif until():
                return
            elif not self._coming:
                raise HangsError(f"Nothing happens any more, at {self.now:.0f} s.")
            else:
                moment, _, happens = heapq.heappop(self._coming)
                self.now = max(self.now, moment)
                happens()

    def close(self) -> None:
        """End every process."""
        for actor in list(self.actors):
            self.kill(actor)

    def _hear(self, awake: list[Actor]) -> None:
        ready = wait([actor.connection for actor in awake], PATIENCE)
        if not ready:
            raise HangsError(f"Process {awake[0].number} hangs after “{awake[0].doing}”, at {self.now:.0f} s.")
        for actor in awake:
            if actor.connection not in ready:
                continue
            try:
                kind, *values = actor.connection.recv()
            except (EOFError, ConnectionResetError):
                self._bury(actor)
                self.deaths.append(f"process {actor.number} ended by itself with {actor.process.returncode}")
                continue
            actor.doing = kind
            self.handle(actor, kind, tuple(values))

    def _bury(self, actor: Actor) -> None:
        actor.process.wait()
        actor.connection.close()
        self.actors.remove(actor)
