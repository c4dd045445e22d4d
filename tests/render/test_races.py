"""Two processes, one ledger, one reel: a dozen times, and each time one of them buys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from render_command import environment
from stand_in import KEY
from studio import STORY
from warmed import Warmed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crash_service import Service
    from postgres.postgres_server import PostgresServer

pytest_plugins = ["crash_fixtures", "postgres.postgres_fixtures"]

RACES = 12


@pytest.fixture(scope="module")
def two_of_them(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Warmed]]:
    with Warmed(tmp_path_factory.mktemp("first")) as first, Warmed(tmp_path_factory.mktemp("second")) as second:
        yield [first, second]


def _race(two: list[Warmed], service: Service, folder: Path, ledger: str) -> None:
    service.forget()
    folder.mkdir()
    (folder / "story.yaml").write_text(STORY, "utf-8")
    env = environment(folder.parent, KEY, **({"STORYBOARD_LEDGER": ledger} if ledger else {}))
    words = ["render", "story.yaml", "--provider", "empirio", "--base-url", service.url, "--yes"]
    for process in two:
        process.start(words, folder, env)
    for result in [process.ended() for process in two]:
        assert result.code == 0, result.err
    assert (len(service.posts), service.jobs) == (1, ["job-1"])
    assert (folder / "renders" / "story.mp4").read_bytes() == service.clip


def test_of_two_processes_on_one_file_one_buys_each_time(
    two_of_them: list[Warmed], crash_service: Service, tmp_path: Path
) -> None:
    for number in range(RACES):
        _race(two_of_them, crash_service, tmp_path / str(number), "")


def test_of_two_processes_on_one_server_one_buys_each_time(
    two_of_them: list[Warmed], crash_service: Service, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    for number in range(RACES):
        with postgres_server.database() as database:
            _race(two_of_them, crash_service, tmp_path / str(number), database.url)
