"""Mezzanines: a take encoded once more, so that later cuts copy what they would have composed."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import imageio_ffmpeg
import pytest
from coded import codes, make_clip
from cutting_room import CuttingRoom, ffmpeg_says
from sounds import tone

from storyboard.assembly.media import Media, examine
from storyboard.assembly.mezzanine import MEZZANINE_SUFFIX
from storyboard.review.cut_lines import cut_lines

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["assembly_fixtures"]

CUT = "{mezzanine: true, timeline: [{clip: c.mp4, in: 1.25, out: 3}, {clip: a.mp4, out: 1}]}"
SHOWN = [(3, n) for n in range(20, 48)] + [(1, n) for n in range(16)]


def mezzanine_of(room: CuttingRoom, cut: str = CUT) -> tuple[Path, Media]:
    """The one mezzanine of a cut, and its take."""
    (mezzanine,) = room.read(cut).plan.mezzanines
    path = room.cache.find(mezzanine.key, MEZZANINE_SUFFIX)
    assert path
    return path, mezzanine.take


def test_a_cut_from_a_mezzanine_shows_the_frames_of_its_take_and_a_decoder_has_nothing_to_say(
    room: CuttingRoom,
) -> None:
    film = room.film(CUT)
    assert codes(film) == SHOWN
    assert ffmpeg_says(film) == ""


def test_a_take_with_few_key_frames_is_encoded_once_and_later_cuts_compose_a_second_at_most(
    room: CuttingRoom,
) -> None:
    assert room.read(CUT.replace("true", "false")).plan.pieces.composed == 28
    room.film(CUT)
    assert sorted(room.watched.weights) == [12, 64]
    room.film(CUT.replace("1.25", "2.5"))
    assert room.watched.weights == [8]


def test_what_is_planned_before_a_mezzanine_is_there_is_what_is_planned_after(room: CuttingRoom) -> None:
    before = room.read(CUT).plan.pieces
    room.film(CUT)
    assert room.read(CUT).plan.pieces == before
    path, take = mezzanine_of(room)
    found = examine(path)
    assert (found.order, found.starts) == (tuple(range(64)), (0, 16, 32, 48))
    planned = next(media for media in _copied(before.pieces) if media.path == take.path)
    assert (planned.order, planned.starts, planned.sets) == (found.order, found.starts, found.sets)


def _copied(pieces: tuple[object, ...]) -> list[Media]:
    return [piece.media for piece in pieces if hasattr(piece, "media")]


def test_a_mezzanine_is_as_good_as_its_take_to_the_eye(room: CuttingRoom) -> None:
    room.film(CUT)
    path, take = mezzanine_of(room)
    assert ssim(path, take.path) >= 0.99


def test_a_take_stays_as_it_came(room: CuttingRoom) -> None:
    before = (room.folder / "c.mp4").read_bytes()
    room.film(CUT)
    assert (room.folder / "c.mp4").read_bytes() == before


@pytest.mark.parametrize(
    "timeline",
    [
        "[{clip: a.mp4, in: 1}, {clip: b.mp4}]",
        "[{clip: c.mp4, speed: 2}, {clip: a.mp4}]",
        "[{clip: large.mp4}, {clip: a.mp4}]",
    ],
    ids=["key frames enough", "another speed", "another size"],
)
def test_what_would_not_be_copied_or_has_key_frames_enough_gets_no_mezzanine(
    room: CuttingRoom, timeline: str
) -> None:
    make_clip(room.folder / "large.mp4", 4, 16, keys=250, size=(160, 96))
    made = room.read(f"{{mezzanine: true, output: {{size: 128x96}}, timeline: {timeline}}}")
    assert made.plan.film.mezzanines == {}


def test_takes_whose_streams_do_not_go_together_do_so_as_mezzanines(room: CuttingRoom) -> None:
    make_clip(room.folder / "odd.mp4", 5, 64, keys=250, options={"x264-params": "ref=1:bframes=0:cabac=0:8x8dct=0"})
    film = room.film("{mezzanine: true, timeline: [{clip: c.mp4}, {clip: odd.mp4}]}")
    assert codes(film) == [(clip, n) for clip in (3, 5) for n in range(64)]
    assert room.watched.weights == [64, 64]


def test_what_is_heard_is_the_sound_of_the_take(room: CuttingRoom) -> None:
    sound = tone(4)[:, 0].copy()
    make_clip(room.folder / "c.mp4", 3, 64, keys=250, sound=sound)
    with_it, without = room.read(CUT), room.read(CUT.replace("true", "false"))
    assert with_it.plan.film.soundtrack == without.plan.film.soundtrack
    film = room.film(CUT)
    assert codes(film) == SHOWN
    assert examine(film).has_sound


def test_the_plan_says_what_is_encoded_once_and_what_is_kept_from_before(room: CuttingRoom) -> None:
    made = room.read(CUT)
    assert "1 mezzanine to copy from: 1 to be made first, of 64 frames" in said(made.plan)
    assert [each["has_mezzanine"] for each in made.as_json()["sources"]] == [True, False]
    room.film(CUT)
    assert "1 mezzanine to copy from: kept from before." in said(room.read(CUT).plan)


def test_a_damaged_mezzanine_is_made_again(room: CuttingRoom) -> None:
    room.film(CUT)
    path, _ = mezzanine_of(room)
    path.write_bytes(path.read_bytes()[:-100])
    assert codes(room.film(CUT)) == SHOWN
    assert room.watched.weights == [64]


def said(plan: object) -> str:
    return " ".join(" ".join(cut_lines("The cut", plan, width=80)).split())  # type: ignore[arg-type]


def ssim(one: Path, other: Path) -> float:
    """How alike two clips are, by ffmpeg's own measure: 1.0 for the same."""
    words = [imageio_ffmpeg.get_ffmpeg_exe(), "-i", str(one), "-i", str(other), "-lavfi", "ssim", "-f", "null", "-"]
    told = subprocess.run(words, capture_output=True, text=True, check=True).stderr
    found = re.search(r"SSIM.*All:([\d.]+)", told)
    assert found, told
    return float(found[1])
