"""Files that change while a film is made of them: the film is refused, and no piece is kept under another's name."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pytest
from coded import codes, make_clip
from cutting_room import CuttingRoom, Watched
from PIL import Image

from storyboard.cutting.stitch import stitch
from storyboard.errors import StoryError

if TYPE_CHECKING:
    from collections.abc import Callable

    from storyboard.assembly.film import FilmPlan

pytest_plugins = ["assembly_fixtures"]

_CROSSFADE = """\
timeline:
- clip: a.mp4
- clip: b.mp4
  transition: crossfade 0.5
"""


@dataclass
class _Does(Watched):
    """Does something when the making begins, or when all is made and joined."""

    at_start: Callable[[], object] = lambda: None
    at_join: Callable[[], object] = lambda: None
    joined: list[int] = field(default_factory=list)

    def starts(self, plan: FilmPlan) -> None:
        self.at_start()

    def joins(self, frames: int) -> None:
        if not self.joined:
            self.at_join()
        self.joined.append(frames)


def _refused(room: CuttingRoom, cut: str, watcher: Watched) -> str:
    with pytest.raises(StoryError) as told:
        stitch(room.read(cut), room.folder / "film.mp4", watcher)
    assert not list(room.folder.glob("*film*"))
    (finding,) = told.value.findings
    return f"{finding.line}: {finding.message}"


def test_a_clip_that_is_replaced_while_pieces_are_made_is_told_at_its_line(room: CuttingRoom) -> None:
    other = (room.folder / "c.mp4").read_bytes()
    told = _refused(room, _CROSSFADE, _Does(at_start=lambda: (room.folder / "b.mp4").write_bytes(other)))
    assert told == "6: b.mp4 was changed or taken away while the film was put together."


def test_no_piece_of_what_replaced_a_clip_is_kept_under_the_name_of_what_was_there(room: CuttingRoom) -> None:
    clip = room.folder / "b.mp4"
    first = clip.read_bytes()
    _refused(room, _CROSSFADE, _Does(at_start=lambda: clip.write_bytes((room.folder / "c.mp4").read_bytes())))
    clip.write_bytes(first)
    film = codes(room.film(_CROSSFADE))
    room.cache.clear()
    assert codes(room.film(_CROSSFADE)) == film


def test_a_clip_that_is_replaced_while_the_film_is_joined_is_not_in_it(room: CuttingRoom) -> None:
    other = (room.folder / "c.mp4").read_bytes()
    replace = _Does(at_join=lambda: (room.folder / "b.mp4").write_bytes(other))
    assert "b.mp4 was changed" in _refused(room, "timeline:\n- clip: a.mp4\n- clip: b.mp4\n", replace)


def test_a_picture_that_is_replaced_is_told_at_its_line(room: CuttingRoom) -> None:
    picture = room.folder / "p.png"
    Image.new("RGB", (64, 64), "red").save(picture)
    replace = _Does(at_start=lambda: Image.new("RGB", (64, 64), "blue").save(picture))
    told = _refused(room, "timeline:\n- clip: a.mp4\n- image: p.png\n  seconds: 1\n", replace)
    assert told.startswith("6: p.png was changed")


def test_music_that_is_replaced_is_told_at_its_line(room: CuttingRoom) -> None:
    music = make_clip(room.folder / "m.mp4", 1, 64, sound=np.full(48000, 0.25, np.float32))
    other = make_clip(room.folder / "n.mp4", 1, 64, sound=np.full(48000, 0.125, np.float32)).read_bytes()
    replace = _Does(at_start=lambda: music.write_bytes(other))
    told = _refused(room, "timeline:\n- clip: a.mp4\nmusic:\n- file: m.mp4\n", replace)
    assert told.startswith("7: m.mp4 was changed")


def test_a_file_whose_time_alone_changes_is_the_same(room: CuttingRoom) -> None:
    made = room.read(_CROSSFADE)
    stitch(made, room.folder / "film.mp4", _Does(at_start=lambda: os.utime(room.folder / "b.mp4", (1, 1))))
    assert len(codes(room.folder / "film.mp4")) == 120


def test_a_take_that_is_copied_as_it_is_is_seen_to_be_the_one_that_was_read(room: CuttingRoom) -> None:
    other = (room.folder / "b.mp4").read_bytes()
    replace = _Does(at_start=lambda: (room.folder / "a.mp4").write_bytes(other))
    assert "a.mp4 was changed" in _refused(room, "timeline:\n- clip: a.mp4\n", replace)
