"""Clips and a folder to cut them in, for the tests of films."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from coded import make_clip
from cutting_room import CuttingRoom

from storyboard.assembly.piece_cache import PieceCache

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Clips of 64 frames, made once, whose frames say which they are."""
    folder = tmp_path_factory.mktemp("clips")
    return {
        "a": make_clip(folder / "a.mp4", 1, 64),
        "b": make_clip(folder / "b.mp4", 2, 64),
        "c": make_clip(folder / "c.mp4", 3, 64, keys=250),
    }


@pytest.fixture
def room(tmp_path: Path, clips: dict[str, Path]) -> CuttingRoom:
    """A folder with the clips a, b and c."""
    folder = tmp_path / "room"
    folder.mkdir()
    for name, path in clips.items():
        (folder / f"{name}.mp4").write_bytes(path.read_bytes())
    return CuttingRoom(folder, PieceCache(tmp_path / "cache" / "pieces"))
