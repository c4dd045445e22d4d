"""Films of a team: whoever cuts one has what others made of it, and workers make what is missing."""

from __future__ import annotations

import shutil
from functools import partial
from typing import TYPE_CHECKING

import pytest
from hurried_clock import HurriedClock, hurry
from render_command import ended
from stand_in import KEY, StandIn
from team import LONE, Team

from storyboard.assembly.film import PieceTask
from storyboard.cutting.stitch import read_cut
from storyboard.generation.clock import SystemClock
from storyboard.generation.prepare import prepare
from storyboard.generation.purchase import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from helpers import Ran
    from postgres.postgres_server import Database

pytest_plugins = ["render_fixtures", "postgres.postgres_fixtures"]

CUT = LONE + "cut: {{timeline: [{{reel: 1, out: 2}}, {{black: 1, transition: crossfade 0.5}}]}}\n"


@pytest.fixture
def team(clip_file: Path, postgres: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:
    monkeypatch.setenv("STORYBOARD_LEDGER", postgres.url)
    monkeypatch.setenv("EMPIRIOLABS_API_KEY", KEY)
    hurry(HurriedClock(0.01), partial(monkeypatch.setattr, SystemClock))
    with StandIn(clip_file.read_bytes()) as service:
        made = Team(tmp_path, service, postgres)
        yield made
        service.stopping.set()
        made.end_all()


def test_a_film_of_takes_is_made_of_the_pieces_in_the_store_and_workers_make_what_is_not_there(
    team: Team, storyboard: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    team.write(boat=CUT)
    team.agree()
    worker = team.start("machine")
    team.until(lambda: bool(team.purchases(State.DONE)))
    monkeypatch.chdir(team.series)
    monkeypatch.setenv("STORYBOARD_CACHE", str(tmp_path / "own"))
    result = storyboard("render", "--yes", "--provider", "empirio", "--base-url", team.service.url)
    assert result.code == 0, result.err
    story = team.series / "episodes" / "boat.yaml"
    pieces = {path.name for path in (team.store / "pieces").glob("??/*")}
    assert pieces

    monkeypatch.setenv("STORYBOARD_CACHE", str(tmp_path / "colleague"))
    monkeypatch.setenv("STORYBOARD_BASE_URL", team.service.url)
    assert read_cut(prepare(story), provider="empirio").plan.tasks == ()

    shutil.rmtree(team.store / "pieces")
    monkeypatch.setenv("STORYBOARD_CACHE", str(tmp_path / "another"))
    made = read_cut(prepare(story), provider="empirio")
    assert made.elsewhere is not None
    offered = made.elsewhere.offer(made.plan.tasks)
    assert offered == {task.key for task in made.plan.tasks if isinstance(task, PieceTask)}
    assert offered
    team.until(lambda: made.elsewhere is not None and not made.elsewhere.open())
    made.elsewhere.end()
    assert {path.name for path in (team.store / "pieces").glob("??/*")} == pieces
    worker.terminate()
    told = ended(worker).err
    assert told.count(": made, ") == len(offered)
