"""Who works on a purchase: a dead process is known for dead, and a live one is never taken for dead."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyboard.generation.holder import Holder, _is_dead_by_psutil, _is_unused

if TYPE_CHECKING:
    from collections.abc import Iterator

SAY_AND_WAIT = "from storyboard.generation.holder import Holder; print(Holder.mine(), flush=True); input()"


class Child:
    """Another process, and what it says of itself."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SAY_AND_WAIT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        holder = Holder.read(self.process.stdout.readline().rstrip("\n"))
        assert holder is not None
        self.holder = holder

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)

    def reap(self) -> None:
        self.process.communicate()


@pytest.fixture
def child() -> Iterator[Child]:
    started = Child()
    yield started
    started.process.kill()
    started.reap()


def test_this_process_is_alive() -> None:
    assert Holder.mine().is_dead() is False
    assert Holder.mine().pid == os.getpid()


def test_another_process_is_seen_alive(child: Child) -> None:
    assert child.holder.is_dead() is False


def test_a_killed_process_is_dead(child: Child) -> None:
    child.kill()
    child.reap()
    assert child.holder.is_dead() is True


def test_a_killed_process_that_nobody_has_reaped_is_dead(child: Child) -> None:
    child.kill()
    os.waitid(os.P_PID, child.holder.pid, os.WEXITED | os.WNOWAIT)
    assert psutil.Process(child.holder.pid).status() == psutil.STATUS_ZOMBIE
    assert child.holder.is_dead() is True


def test_a_stopped_process_is_alive(child: Child) -> None:
    child.process.send_signal(signal.SIGSTOP)
    assert child.holder.is_dead() is False


@pytest.mark.skipif(sys.platform != "linux", reason="start times are compared exactly where they cannot move")
def test_a_process_id_that_is_in_use_again_belongs_to_somebody_else(child: Child) -> None:
    assert replace(child.holder, started=child.holder.started - 1).is_dead() is True


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a start time")
def test_without_a_start_time_a_running_process_may_be_another_one(child: Child) -> None:
    assert replace(child.holder, started=0).is_dead() is None


@pytest.mark.parametrize("other", [{"host": "elsewhere"}, {"space": "another-container"}, {"space": ""}])
def test_of_another_machine_or_container_nothing_is_known(child: Child, other: dict[str, str]) -> None:
    child.kill()
    child.reap()
    assert replace(child.holder, **other).is_dead() is None  # type: ignore[arg-type]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_forked_process_is_another_one() -> None:
    Holder.mine()
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.write(writing, str(Holder.mine()).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as said:
        forked = Holder.read(said.read())
    os.waitpid(child, 0)
    assert forked is not None
    assert forked.pid == child
    assert forked.is_dead() is True


@pytest.mark.skipif(sys.platform != "linux", reason="containers are of Linux")
def test_in_another_container_the_same_process_id_is_not_taken_for_it(child: Child) -> None:
    look = (
        "from storyboard.generation.holder import Holder; import sys; print(Holder.read(sys.argv[1]).is_dead()); "
        "print(Holder.mine())"
    )
    ran = subprocess.run(
        ["unshare", "--user", "--pid", "--fork", "--mount-proc", sys.executable, "-c", look, str(child.holder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        pytest.skip(f"this machine lets nobody make a space of process ids: {ran.stderr.strip()[-200:]}")
    verdict, inside = ran.stdout.splitlines()
    assert verdict == "None"
    of_the_other = Holder.read(inside)
    assert of_the_other is not None
    assert of_the_other.is_dead() is None


def test_a_process_that_cannot_be_looked_at_is_not_called_dead(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(_pid: int, _signal: int) -> None:
        raise PermissionError

    with monkeypatch.context() as patched:
        patched.setattr(os, "kill", denied)
        assert _is_unused(child.holder.pid) is None


def test_where_there_is_no_proc_psutil_tells(child: Child) -> None:
    started = round(psutil.Process(child.holder.pid).create_time() * 100)
    assert _is_dead_by_psutil(child.holder.pid, started + 3) is False
    assert _is_dead_by_psutil(child.holder.pid, started - 100_000) is (True if sys.platform == "win32" else None)
    child.kill()
    os.waitid(os.P_PID, child.holder.pid, os.WEXITED | os.WNOWAIT)
    assert _is_dead_by_psutil(child.holder.pid, started) is True
    child.reap()
    assert _is_dead_by_psutil(child.holder.pid, started) is True


@given(
    host=st.text(),
    space=st.text(alphabet=st.characters(exclude_characters="@")),
    pid=st.integers(1, 2**31),
    started=st.integers(0, 2**63),
)
def test_a_holder_comes_back_from_its_text(host: str, space: str, pid: int, started: int) -> None:
    holder = Holder(host, space, pid, started)
    assert Holder.read(str(holder)) == holder


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    read = Holder.read(text)
    assert read is None or read.pid > 0


@pytest.mark.parametrize("text", ["", "12", "12.3", "12.3@a", "0.3@a@b", "-1.3@a@b", "x.3@a@b", "1.³@a@b", "1@a@b"])
def test_what_is_no_holder_is_none(text: str) -> None:
    assert Holder.read(text) is None


def test_an_enormous_process_id_is_of_nobody() -> None:
    assert replace(Holder.mine(), pid=10**30).is_dead() is True
