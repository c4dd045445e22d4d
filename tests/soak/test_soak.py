"""A small soak in simulated time: real processes that are killed, on one real ledger. The large one is in bench."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from bench.soak import Report

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL, and no file to inherit")


def soaked(monkeypatch: pytest.MonkeyPatch, folder: Path, **settings: object) -> Report:
    """A soak at a slow service, so that it is short in real time too."""
    monkeypatch.syspath_prepend(str(ROOT))
    from bench.soak import Settings, Soak

    return Soak(Settings(processes=2, per_minute=8, **settings), folder).run()  # type: ignore[arg-type]  # passed on


def told(report: Report) -> dict[str, str]:
    # What the ledger takes of a step says nothing on a machine that is busy with other tests.
    assert [promise for promise in report.broken if "the ledger takes" not in promise] == []
    return dict(report.rows)


def test_nothing_is_lost_or_bought_twice_where_a_process_is_killed_and_answers_get_lost(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rows = told(soaked(monkeypatch, tmp_path, jobs=20, lost=0.1, kill_every=50, kills=2))
    assert rows["POSTs, and jobs that the service took"].endswith(", 20")
    assert rows["answers 429"] == "0"
    assert rows["kills"] == "1 answered, 1 recording"
    assert int(rows["lost answers and 5xx"]) > 5


def test_reels_that_go_on_from_each_other_come_home_in_order(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rows = told(soaked(monkeypatch, tmp_path, jobs=8, chained=4, kill_every=2400, kills=1))
    assert rows["POSTs, and jobs that the service took"].endswith(", 8")
    assert 3 <= float(rows["simulated hours"]) < 4
