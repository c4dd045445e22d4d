"""The fixtures of the crash matrix. A test file names this module in ``pytest_plugins``."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from boundaries import beyond, distinct, well_spread
from crash_matrix import Matrix
from crash_service import HOLDS, Service
from still_clip import longer, make_clip
from studio import STORY
from warmed import Warmed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boundaries import Boundary

Ledgers = Callable[[], AbstractContextManager[str]]
TWO = (
    STORY.replace("rules:", "reels: by-scene\nrules:")
    + """\
  - segments:
      - the beam sweeps over the reef and finds a boat
"""
)
SAMPLE_OF_ONE = 18
SAMPLE_OF_TWO = 8
WHOLE = "CRASH_MATRIX"
"""With the value ``whole``, a render is killed at every boundary, which takes half an hour and more."""
TABLES = "CRASH_TABLES"
"""Names the folder that the tables go to, line by line; a folder of pytest's own otherwise."""
EVERY = "CRASH_EVERY"
"""In the whole matrix, kill at every so manieth boundary only."""
NOT_REACHED = 0.05  # two threads, and answers that come in other pieces: not each run is the same to the last call


@pytest.fixture(scope="module")
def warmed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warmed]:
    with Warmed(tmp_path_factory.mktemp("warmed")) as process:
        yield process


@pytest.fixture(scope="module")
def crash_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    clip = make_clip(tmp_path_factory.mktemp("clip") / "clip.mp4")
    with Service(longer(clip.read_bytes(), 400_000)) as service:
        yield service


@pytest.fixture
def crashes(
    warmed: Warmed,
    crash_service: Service,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
) -> Callable[[Ledgers], None]:
    """Runs the matrix on one kind of ledger: a sample of it, or the whole."""
    whole = os.environ.get(WHOLE) == "whole"
    every = int(os.environ.get(EVERY, "1"))

    def chosen(boundaries: list[Boundary], count: int) -> list[Boundary]:
        return boundaries[::every] if whole else well_spread(boundaries, count)

    def run(ledgers: Ledgers) -> None:
        table = Path(os.environ.get(TABLES) or tmp_path) / f"{request.node.path.stem}.txt"
        with table.open("w", encoding="utf-8", buffering=1) as file:

            def tell(line: str) -> None:
                file.write(f"{line}\n")
                if whole:
                    with capsys.disabled():
                        print(line)  # noqa: T201  the table is what a person runs it for

            one = Matrix(warmed, crash_service, tmp_path / "one", STORY, ledgers, tell)
            two = Matrix(warmed, crash_service, tmp_path / "two", TWO, ledgers, tell)
            reached = one.trace()
            all_of_one = distinct(reached)
            tell(f"one reel: {len(reached)} boundaries, {len(all_of_one)} to kill at")
            for hold in HOLDS:
                one.hold(hold)
            for boundary in chosen(all_of_one, SAMPLE_OF_ONE):
                one.die_at(boundary)
            further = beyond(distinct(two.trace()), reached)
            tell(f"{one.summary()}\na chain of two reels: {len(further)} more to kill at")
            for boundary in chosen(further, SAMPLE_OF_TWO):
                two.die_at(boundary)
            tell(two.summary())
        rows = one.rows + two.rows
        assert [str(row) for row in rows if row.problems] == []
        assert sum(row.outcome.startswith("not reached") for row in rows) <= max(2, len(rows) * NOT_REACHED)

    return run
