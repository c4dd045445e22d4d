"""The fixtures of the tests of rendering. A test file names this module in ``pytest_plugins``.

Not a conftest: mypy takes two files of that name, in folders that are no packages, for one module.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from hurried_clock import HurriedClock, hurry
from stand_in import KEY, StandIn
from still_clip import make_clip
from studio import Studio

from storyboard.generation.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def clip_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip of 18 s at 832x480 and 16 frames a second."""
    return make_clip(tmp_path_factory.mktemp("clip") / "clip.mp4")


@pytest.fixture
def service(clip_file: Path, tmp_path: Path) -> Iterator[StandIn]:
    with StandIn(clip_file.read_bytes(), ledger=tmp_path / "story" / ".storyboard" / "ledger.sqlite") as stand_in:
        yield stand_in


@pytest.fixture
def studio(
    service: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Studio]:
    folder = tmp_path / "story"
    folder.mkdir()
    made = Studio(folder, service, monkeypatch, capsys)
    made.write()

    monkeypatch.chdir(folder)
    monkeypatch.setenv("EMPIRIOLABS_API_KEY", KEY)
    monkeypatch.setenv("STORYBOARD_CACHE", str(tmp_path / "cache"))
    for name in ("STORYBOARD_PROVIDER", "STORYBOARD_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    hurry(HurriedClock(0.01, made.naps.append), partial(monkeypatch.setattr, SystemClock))
    yield made
    made.end_all()
