"""The gate that every request passes."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from storyboard.generation.gate import LONGEST_HOLD, Gate
from storyboard.generation.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
PASSES = """\
import sys, time
from pathlib import Path
from storyboard.generation.gate import Gate
from storyboard.generation.ledger import Ledger

with Ledger(Path(sys.argv[1])) as ledger:
    gate = Gate(ledger, "https://service", float(sys.argv[2]), time.sleep)
    for _ in range(int(sys.argv[3])):
        gate.wait()
        print(time.time(), flush=True)
"""


class Clocked:
    """A gate in a time of its own, in which a wait is over at once."""

    def __init__(self, folder: Path, *, per_minute: float = 48) -> None:
        self.now = NOON
        self.ledger = Ledger(folder / "ledger.sqlite", now=lambda: self.now)
        self.while_asleep: Callable[[], None] = lambda: None
        self.gate = Gate(self.ledger, "https://service", per_minute, self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.while_asleep()

    def passes(self) -> float:
        """Seconds since noon at which a request that comes now gets through."""
        self.gate.wait()
        return (self.now - NOON).total_seconds()


def test_requests_are_spaced_evenly_so_that_48_pass_in_a_minute(tmp_path: Path) -> None:
    clocked = Clocked(tmp_path)
    times = [clocked.passes() for _ in range(60)]
    assert times[0] == 0
    assert [round(later - earlier, 3) for earlier, later in pairwise(times)] == [1.25] * 59


def test_time_that_nobody_used_is_not_made_up_for(tmp_path: Path) -> None:
    clocked = Clocked(tmp_path)
    clocked.passes()
    clocked.now += timedelta(minutes=10)
    assert [clocked.passes(), clocked.passes()] == [600, 601.25]


def test_retry_after_closes_it_for_everybody_those_included_who_wait_already(tmp_path: Path) -> None:
    clocked = Clocked(tmp_path)
    other = Gate(clocked.ledger, "https://service", 48, clocked._sleep)
    clocked.passes()

    def close() -> None:
        other.close_for(30)
        clocked.while_asleep = lambda: None

    clocked.while_asleep = close
    assert clocked.passes() >= 30
    other.wait()
    assert (clocked.now - NOON).total_seconds() >= 31.25


def test_a_shorter_retry_after_does_not_open_it_sooner_and_none_closes_it_for_more_than_an_hour(
    tmp_path: Path,
) -> None:
    clocked = Clocked(tmp_path)
    clocked.gate.close_for(60)
    clocked.gate.close_for(5)
    assert clocked.passes() == 60
    clocked.gate.close_for(1e9)
    assert clocked.passes() <= 60 + LONGEST_HOLD


def test_the_gate_of_one_service_is_not_that_of_another(tmp_path: Path) -> None:
    clocked = Clocked(tmp_path)
    clocked.gate.close_for(60)
    Gate(clocked.ledger, "https://another", 48, clocked._sleep).wait()
    assert clocked.now == NOON


def test_a_clock_that_was_set_back_an_hour_closes_nothing(tmp_path: Path) -> None:
    clocked = Clocked(tmp_path)
    for _ in range(5):
        clocked.passes()
    clocked.now -= timedelta(hours=1)
    begun = clocked.now
    for _ in range(3):
        clocked.passes()
    assert clocked.now - begun <= timedelta(seconds=2.5)


def test_a_clock_that_was_set_back_while_somebody_waits_does_not_keep_them(tmp_path: Path) -> None:
    clocked = Clocked(tmp_path)
    clocked.passes()

    def set_back() -> None:
        clocked.now -= timedelta(hours=1)
        clocked.while_asleep = lambda: None

    clocked.while_asleep = set_back
    begun = clocked.now
    clocked.gate.wait()
    clocked.gate.wait()
    assert clocked.now - begun <= timedelta(seconds=2.5 + 1.25) - timedelta(hours=1)


_requests = st.tuples(st.just("pass"), st.floats(0, 5))
_holds = st.tuples(st.just("hold"), st.floats(0.1, 300))


@settings(max_examples=25)
@given(st.lists(st.one_of(_requests, _holds), max_size=25), st.sampled_from([12.0, 48.0, 300.0]))
def test_whatever_comes_no_minute_has_more_than_its_share_and_nothing_passes_a_closed_gate(
    happens: list[tuple[str, float]], per_minute: float
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        clocked = Clocked(Path(folder), per_minute=per_minute)
        times, closed = [], [(0.0, 0.0)]
        for what, seconds in happens:
            if what == "hold":
                begun = (clocked.now - NOON).total_seconds()
                clocked.gate.close_for(seconds)
                closed.append((begun, begun + seconds))
            else:
                clocked.now += timedelta(seconds=seconds)
                times.append(clocked.passes())
        clocked.ledger.close()
    spacing = 60 / per_minute
    assert all(later - earlier >= spacing - 0.001 for earlier, later in pairwise(times))
    assert not [time for time in times for begun, ends in closed if begun < time < ends - 0.001]


def test_many_threads_pass_one_after_the_other(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        times: list[float] = []
        waiting = threading.Event()

        def sleep(seconds: float) -> None:
            waiting.wait(seconds)

        def passes() -> None:
            gate = Gate(ledger, "https://service", 3000, sleep)
            for _ in range(5):
                gate.wait()
                times.append(datetime.now(UTC).timestamp())

        threads = [threading.Thread(target=passes) for _ in range(6)]
        begun = datetime.now(UTC).timestamp()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    _see_that_none_was_early(times, begun=begun, spacing=0.02)
    assert len(times) == 30


def test_many_processes_pass_one_after_the_other(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    Ledger(path).close()
    begun = datetime.now(UTC).timestamp()
    command = [sys.executable, "-c", PASSES, str(path), "1200", "8"]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = [process.communicate(timeout=60)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    times = [float(line) for text in said for line in text.split()]
    assert len(times) == 24
    _see_that_none_was_early(times, begun=begun, spacing=0.05)


def _see_that_none_was_early(times: list[float], *, begun: float, spacing: float) -> None:
    """A busy machine lets one pass late, and so close to the next; none passes before its own moment."""
    for number, time in enumerate(sorted(times)):
        assert time >= begun + number * spacing - 0.001
