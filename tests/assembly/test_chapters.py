"""Chapters: one for each scene of the episode, where it begins in the film."""

from __future__ import annotations

import subprocess
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import imageio_ffmpeg
import pytest
from coded import make_clip
from episode_room import EpisodeRoom

from storyboard.cutting.reach import Reach

if TYPE_CHECKING:
    from pathlib import Path

    from cutting_room import CuttingRoom

pytest_plugins = ["assembly_fixtures"]

FPS = 16
SCENES = """\
scenes:
  - name: The stair
    segments: [a keeper climbs the stair, a keeper lifts the lamp]
  - name: "Die Böe; # 2 = “gust”"
    segments: [the beam sweeps over the reef, a boat clears the rocks]
"""
CUT = "cut:\n  timeline: [{title: The Lamp, seconds: 1}, episode, {clip: end.mp4}]\n  output: {size: 96x64}\n"
STAIR, GUST = "The stair", "Die Böe; # 2 = “gust”"


@pytest.fixture(scope="module")
def take(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A take of the shortest reel: four slots of 4.5 s."""
    return make_clip(tmp_path_factory.mktemp("take") / "take.mp4", 1, 288, size=(96, 64), keys=72)


@pytest.fixture
def episode(room: CuttingRoom) -> EpisodeRoom:
    make_clip(room.folder / "end.mp4", 2, 16, size=(96, 64))
    return EpisodeRoom(room.folder, room.cache)


def _chapters(film: Path) -> list[tuple[str, int, int]]:
    """What PyAV reads: titles, first frames, and the frames after the last."""
    with av.open(str(film)) as container:
        found = container.chapters()
    told = list[tuple[str, int, int]]()
    for chapter in found:
        base = Fraction(chapter["time_base"] or 1)
        begins, ends = (round(chapter[edge] * base * FPS, 3) for edge in ("start", "end"))
        assert max(abs(begins - round(begins)), abs(ends - round(ends))) < 0.016, "a chapter is off by over 1 ms"
        told.append((chapter["metadata"]["title"], round(begins), round(ends)))
    return told


@pytest.mark.parametrize("name", ["story.mp4", "story.mov", "story.mkv"])
def test_each_scene_is_a_chapter_from_its_first_frame_on(episode: EpisodeRoom, take: Path, name: str) -> None:
    """The title card belongs to the first, and the clip at the end to the last."""
    assert _chapters(episode.film(SCENES + CUT, take, name=name)) == [(STAIR, 0, 160), (GUST, 160, 320)]


def test_other_programs_read_the_same_chapters(episode: EpisodeRoom, take: Path) -> None:
    film = episode.film(SCENES + CUT, take)
    words = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(film), "-f", "ffmetadata", "-"]
    told = subprocess.run(words, capture_output=True, check=True).stdout.decode()
    assert told.count("[CHAPTER]") == 2
    assert "title=The stair" in told
    assert "title=Die Böe\\; \\# 2 \\= “gust”" in told


def test_reels_that_follow_each_other_have_their_chapters_one_after_the_other(
    episode: EpisodeRoom, take: Path
) -> None:
    """The second begins a frame early: the frame that is handed over is shown once."""
    cut = "cut: {output: {size: 96x64}}\n"
    film = episode.film(f"reels: by-scene\n{SCENES}{cut}", take, take)
    assert _chapters(film) == [(STAIR, 0, 287), (GUST, 287, 575)]


def test_a_scene_that_is_seen_in_the_handle_of_a_transition_alone_is_no_chapter(
    episode: EpisodeRoom, take: Path
) -> None:
    """The second scene begins 9 s into the reel, 0.2 s after what is asked for of it."""
    cut = """\
cut:
  timeline:
  - {reel: 1, out: 8.8}
  - {reel: 1, transition: crossfade 1}
  output: {size: 96x64}
"""
    assert _chapters(episode.film(SCENES + cut, take)) == [(STAIR, 0, 285), (GUST, 285, 429)]


def test_a_scene_before_the_part_that_is_shown_is_no_chapter(episode: EpisodeRoom, take: Path) -> None:
    cut = "cut: {timeline: [{reel: 1, in: 10}], output: {size: 96x64}}\n"
    assert _chapters(episode.film(SCENES + cut, take)) == [(GUST, 0, 128)]


def test_a_part_of_a_film_has_the_chapters_of_that_part_counted_from_its_beginning(
    episode: EpisodeRoom, take: Path
) -> None:
    cut = CUT.replace("{title: The Lamp, seconds: 1}, ", "")
    reach = Reach(Fraction(8), Fraction(11))
    assert _chapters(episode.film(SCENES + cut, take, reach=reach)) == [(STAIR, 0, 16), (GUST, 16, 48)]


@pytest.mark.parametrize("name", ["story.mp4", "story.mov", "story.mkv"])
def test_a_film_has_no_chapters_where_they_are_switched_off(episode: EpisodeRoom, take: Path, name: str) -> None:
    cut = CUT.replace("size: 96x64", "size: 96x64, chapters: false")
    assert _chapters(episode.film(SCENES + cut, take, name=name)) == []
