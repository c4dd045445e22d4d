"""Reels whose colour drifts from that of the one before: brought back to it where that is asked for, else left."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from coded import drawn
from cutting_room import ffmpeg_says
from episode_room import EpisodeRoom

from storyboard.review.cut_lines import cut_lines

if TYPE_CHECKING:
    from pathlib import Path

    from cutting_room import CuttingRoom

pytest_plugins = ["assembly_fixtures"]

SIZE = (128, 80)
LENGTH = 32
DRIFT = (14.0, 0.0, -12.0)
"""By how many levels of 255 red, green and blue drift from one reel to the next."""
UNSEEN = 2.0
"""Levels that nobody sees; one of them is lost on the way to RGB and back."""
STORY = """\
reels: by-scene
scenes:
  - segments: [a keeper climbs the stair and lifts the lamp]
  - segments: [the beam sweeps over the reef and finds a boat]
cut:
  timeline: [TIMELINE]
  match_colour: MATCH
  output: {size: 128x80}
"""
Colour = np.ndarray[Any, np.dtype[np.float64]]


def _story(match: str, timeline: str = "episode") -> str:
    return STORY.replace("MATCH", match).replace("TIMELINE", timeline)


def _take(path: Path, first: int, *, drift: tuple[float, ...] = (0, 0, 0), contrast: float = 1.0) -> Path:
    """A take whose colours are off: what it shows begins at a frame of one long picture that moves."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libx264", rate=16, options={"crf": "8", "g": "16", "bf": "0"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for number in range(LENGTH):
            picture = (_shown(first + number) - 128) * contrast + 128 + np.array(drift)
            frame = av.VideoFrame.from_ndarray(picture.clip(0, 255).astype(np.uint8), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 16)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _shown(number: int) -> Colour:
    """A frame of the long picture, without the row of squares, which is another in each."""
    return drawn(1, number)[: SIZE[1]].astype(np.float64)


def _colours(film: Path) -> list[Colour]:
    """The mean colour of each frame."""
    with av.open(str(film)) as container:
        return [frame.to_ndarray(format="rgb24").astype(float).mean((0, 1)) for frame in container.decode(video=0)]


def _pictures(film: Path) -> list[bytes]:
    with av.open(str(film)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


@pytest.fixture
def episode(room: CuttingRoom) -> EpisodeRoom:
    return EpisodeRoom(room.folder, room.cache)


@pytest.fixture
def takes(room: CuttingRoom) -> tuple[Path, Path]:
    """Two takes; the second goes on from the last frame of the first, in other colours and with less contrast."""
    first = _take(room.folder / "first.mp4", 0)
    return first, _take(room.folder / "second.mp4", LENGTH - 1, drift=DRIFT, contrast=0.9)


def test_a_reel_is_brought_to_the_colour_of_the_one_before_from_its_first_frame_to_its_last(
    episode: EpisodeRoom, takes: tuple[Path, Path]
) -> None:
    film = episode.film(_story("true"), *takes)
    assert ffmpeg_says(film) == ""
    found = _colours(film)
    assert len(found) == 2 * LENGTH - 1
    meant = _colours(takes[0]) + _colours(_take(episode.folder / "meant.mp4", LENGTH - 1))[1:]
    assert max(np.abs(one - two).max() for one, two in zip(found, meant, strict=True)) < UNSEEN


def test_a_reel_is_not_touched_where_that_is_not_asked_for(episode: EpisodeRoom, takes: tuple[Path, Path]) -> None:
    film = episode.film(_story("false"), *takes)
    assert _pictures(film)[-LENGTH:] == _pictures(takes[1])
    found = _colours(film)
    assert found[LENGTH - 1] - found[LENGTH - 2] == pytest.approx(DRIFT, abs=3)


def test_the_plan_says_which_reel_is_composed_for_its_colour(episode: EpisodeRoom, takes: tuple[Path, Path]) -> None:
    told = {
        match: "\n".join(cut_lines("The Lamp", episode.read(_story(match), *takes).plan, width=100))
        for match in ("true", "false")
    }
    why = "reel 2 of story cannot be copied, because its colour is brought to that of the reel before."
    assert (why in told["true"], why in told["false"]) == (True, False)
    assert told["false"].count("cannot be copied") == 0


def test_the_first_reel_stays_as_it_is(episode: EpisodeRoom, takes: tuple[Path, Path]) -> None:
    film = episode.film(_story("true"), *takes)
    assert _pictures(film)[: LENGTH - 1] == _pictures(takes[0])[: LENGTH - 1]


@pytest.mark.parametrize(
    "timeline",
    ["{reel: 1}, {reel: 2, transition: crossfade 0.5}", "{reel: 1}, {black: 1}, {reel: 2}", "{reel: 2}"],
    ids=["after a transition", "after another item", "alone"],
)
def test_a_reel_that_does_not_go_on_from_the_one_before_keeps_its_colour(
    episode: EpisodeRoom, takes: tuple[Path, Path], timeline: str
) -> None:
    last = _colours(episode.film(_story("true", timeline), *takes))[-1]
    assert last == pytest.approx(_colours(takes[1])[-1], abs=UNSEEN)


def test_a_reel_that_shows_something_else_keeps_its_colour(episode: EpisodeRoom, takes: tuple[Path, Path]) -> None:
    """Another picture has other colours because of what it shows."""
    other = _take(episode.folder / "other.mp4", 500, drift=DRIFT)
    found = _colours(episode.film(_story("true"), takes[0], other))
    assert found[LENGTH:] == [pytest.approx(each, abs=UNSEEN) for each in _colours(other)[1:]]


def test_a_drift_is_mended_by_so_much_and_no_more(episode: EpisodeRoom, takes: tuple[Path, Path]) -> None:
    """What is off by more than a drift may be another light, which is the story's."""
    bright = _take(episode.folder / "bright.mp4", LENGTH - 1, drift=(45, 45, 45))
    found = _colours(episode.film(_story("true"), takes[0], bright))
    gone = _colours(bright)[0] - found[LENGTH - 1]
    assert np.all((gone > 25) & (gone < 30))


def test_reels_that_drift_one_after_the_other_are_all_brought_to_the_first(
    episode: EpisodeRoom, takes: tuple[Path, Path]
) -> None:
    third = _take(episode.folder / "third.mp4", 2 * LENGTH - 2, drift=(26, 0, -22))
    story = _story("true").replace("cut:", "  - segments: [a boat turns hard and clears the rocks]\ncut:", 1)
    found = _colours(episode.film(story, *takes, third))[-LENGTH:]
    meant = _colours(_take(episode.folder / "meant.mp4", 2 * LENGTH - 2))
    assert max(np.abs(one - two).max() for one, two in zip(found, meant, strict=True)) < UNSEEN
