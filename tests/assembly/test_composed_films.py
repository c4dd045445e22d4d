"""Films that are composed in part: every frame is what a lossless composition shows, and all of it plays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from coded import codes, make_clip
from cutting_room import CuttingRoom, ffmpeg_says
from likeness import composed_without_loss, frames_of, ssim
from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["assembly_fixtures"]

TRANSITIONS = [
    "crossfade 0.5", "dip 0.5", "zoom 0.5", "fade through black 0.75", "fade through white 0.5",
    *(f"{{kind: {kind}, seconds: 0.5, direction: {way}}}" for kind in ("wipe", "slide")
      for way in ("left", "right", "up", "down")),
    "{kind: luma, seconds: 0.5, matte: matte.png}",
]  # fmt: skip
ITEMS = {
    "contain": "{clip: wide.mp4, out: 1.5, fit: contain}",
    "cover": "{clip: wide.mp4, out: 1.5, fit: cover}",
    "blur": "{clip: wide.mp4, out: 1.5, fit: blur}",
    "twice as fast": "{clip: b.mp4, speed: 2}",
    "half as fast": "{clip: b.mp4, out: 1, speed: 0.5}",
    "a picture that moves": "{image: still.png, seconds: 1.5, camera: slow push in}",
    "a picture that stands": "{image: still.png, seconds: 1}",
    "a title": "{title: The Lighthouse, subtitle: part one, seconds: 1.5}",
    "a caption": "{caption: Three days later, at: 0.5, seconds: 1}",
    "black": "{black: 0.5}",
}


@pytest.fixture
def set_up(room: CuttingRoom) -> CuttingRoom:
    make_clip(room.folder / "wide.mp4", 4, 40, size=(160, 64), fps=25)
    Image.radial_gradient("L").resize((128, 96)).save(room.folder / "matte.png")
    Image.linear_gradient("L").resize((256, 192)).convert("RGB").save(room.folder / "still.png")
    return room


def _holds(room: CuttingRoom, cut: str) -> Path:
    made = room.read(cut)
    wanted = composed_without_loss(made)
    film = room.film(cut)
    assert ffmpeg_says(film) == ""
    shown = frames_of(film)
    assert len(shown) == len(wanted) == made.picture.edit.frames
    worst = min(ssim(one, two) for one, two in zip(shown, wanted, strict=True))
    assert worst >= 0.97
    return film


@pytest.mark.parametrize("transition", TRANSITIONS)
def test_a_film_with_this_transition_shows_what_a_lossless_composition_shows(
    set_up: CuttingRoom, transition: str
) -> None:
    film = _holds(set_up, f"timeline: [{{clip: a.mp4}}, {{clip: b.mp4, transition: {transition}}}]")
    shown = codes(film)
    apart = 0 if "fade through" in transition else 8
    assert len(shown) == 128 - apart
    assert shown[: 64 - 8] == [(1, n) for n in range(56)]
    assert shown[-56:] == [(2, n) for n in range(8, 64)]


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
def test_a_film_with_this_item_shows_what_a_lossless_composition_shows(set_up: CuttingRoom, item: str) -> None:
    film = _holds(set_up, f"timeline: [{{clip: a.mp4}}, {item}, {{clip: c.mp4, in: 1}}]")
    shown = codes(film)
    assert shown[:8] == [(1, n) for n in range(8)]
    assert shown[-48:] == [(3, n) for n in range(16, 64)]


def test_what_is_painted_is_as_light_as_what_is_copied(room: CuttingRoom) -> None:
    made = room.read("timeline: [{clip: a.mp4}, {caption: ., at: 1, seconds: 2, place: bottom}]")
    of_the_clip, shown = frames_of(room.folder / "a.mp4"), composed_without_loss(made)
    assert len(shown) == len(of_the_clip)
    for number in (4, 20, 32, 44):  # under a caption from 16 to 47
        top = slice(0, 60)
        assert np.abs(shown[number][top] - of_the_clip[number][top]).mean() < 0.1


def test_a_transition_takes_nothing_away_from_clips_that_are_longer_than_what_is_shown(set_up: CuttingRoom) -> None:
    film = _holds(
        set_up,
        "timeline: [{clip: a.mp4, out: 3}, {clip: b.mp4, in: 1, transition: crossfade 0.5}]",
    )
    shown = codes(film)
    assert len(shown) == 48 + 48
    assert shown[:44] == [(1, n) for n in range(44)]
    assert shown[-44:] == [(2, n) for n in range(20, 64)]


def test_what_was_composed_is_not_composed_again(room: CuttingRoom) -> None:
    cut = "timeline: [{clip: a.mp4}, {clip: b.mp4, transition: crossfade 0.5}, {clip: c.mp4, transition: wipe 0.5}]"
    first = codes(room.film(cut))
    assert room.watched.weights
    assert codes(room.film(cut)) == first
    assert room.watched.weights == []


def test_of_a_cut_that_was_changed_only_what_changed_is_composed(room: CuttingRoom) -> None:
    cut = "timeline: [{clip: a.mp4}, {clip: b.mp4, transition: crossfade 0.5}, {clip: c.mp4, transition: wipe 0.5}]"
    room.film(cut)
    before = len(room.watched.weights)
    room.film(cut.replace("wipe", "slide"))
    assert 0 < len(room.watched.weights) < before


def test_a_piece_that_was_damaged_is_noticed_and_made_again(room: CuttingRoom) -> None:
    cut = "timeline: [{clip: a.mp4}, {clip: b.mp4, transition: crossfade 0.5}]"
    whole = codes(room.film(cut))
    (piece,) = room.cache.pieces()
    data = bytearray(piece.path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    piece.path.write_bytes(data)
    assert codes(room.film(cut)) == whole
    assert len(room.watched.weights) == 1
