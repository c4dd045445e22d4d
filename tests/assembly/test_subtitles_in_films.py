"""The subtitles of a film: beside it, and on its picture where that is asked for."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pysubs2
import pytest
from cutting_room import ffmpeg_says
from episode_room import EpisodeRoom

from storyboard.cutting.reach import Reach
from storyboard.drawing import typefaces
from storyboard.errors import StoryError
from storyboard.story.findings import Severity

if TYPE_CHECKING:
    from cutting_room import CuttingRoom

pytest_plugins = ["assembly_fixtures"]

FPS = Fraction(16)
STORY = """\
scenes:
  - segments:
      - {action: a keeper climbs the stair, say: "Hold, you old girl!"}
      - a keeper lifts the lamp
      - {action: the beam sweeps over the reef, say: The boat is clear of the rocks.}
      - the waves break over the reef and slide back
cut: {burn_subtitles: BURN, output: {size: 256x144}}
"""
SAID = [(0, 36, "Hold, you old girl!"), (144, 202, "The boat is clear of the rocks.")]
"""First frames, the frames after the last, and what is said."""


@pytest.fixture(scope="module")
def take(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dark take of the shortest reel."""
    path = tmp_path_factory.mktemp("take") / "take.mp4"
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(
            "libx264", rate=16, options={"crf": "12", "preset": "ultrafast", "g": "72"}
        )
        stream.width, stream.height, stream.pix_fmt = 256, 144, "yuv420p"
        dark = np.full((144, 256, 3), 40, np.uint8)
        for number in range(288):
            frame = av.VideoFrame.from_ndarray(dark, format="rgb24")
            frame.pts, frame.time_base = number, 1 / FPS
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.fixture
def episode(room: CuttingRoom) -> EpisodeRoom:
    return EpisodeRoom(room.folder, room.cache)


def _bright(film: Path) -> tuple[set[int], set[int]]:
    """In which frames something is bright in the lower third of the picture, and in which above it."""
    low, high = set[int](), set[int]()
    with av.open(str(film)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            picture = frame.reformat(format="gray").to_ndarray()
            low |= {number} if (picture[96:] > 150).sum() > 20 else set()
            high |= {number} if (picture[:96] > 60).any() else set()
    return low, high


def test_on_the_sandbox_clips_they_stand_at_the_head_where_its_own_words_do_not(
    episode: EpisodeRoom, take: Path
) -> None:
    episode.free = True
    low, high = _bright(episode.film(STORY.replace("BURN", "true"), take))
    assert not low
    assert {10, 150} <= high


def test_a_caption_on_the_sandbox_clips_stands_at_the_head_unless_its_author_says_where(
    episode: EpisodeRoom, take: Path
) -> None:
    episode.free = True
    cut = "cut: {output: {size: 256x144}, timeline: [episode, CAPTION]}"
    story = STORY.replace("cut: {burn_subtitles: BURN, output: {size: 256x144}}", cut)
    low, high = _bright(episode.film(story.replace("CAPTION", "{caption: Reef, fade: 0, seconds: 1}"), take))
    assert (low, high) == (set(), set(range(16)))
    low, high = _bright(
        episode.film(story.replace("CAPTION", "{caption: Reef, fade: 0, seconds: 1, place: bottom}"), take)
    )
    assert (low, high) == (set(range(16)), set())


def test_a_subtitle_stands_at_the_head_while_a_caption_is_at_the_foot(episode: EpisodeRoom, take: Path) -> None:
    caption = "timeline: [episode, {caption: Reef, fade: 0, at: 2, seconds: 0.5}]"
    film = episode.film(STORY.replace("BURN", f"true, {caption}"), take)
    assert _bright(film) == ({*range(32, 40), *range(144, 202)}, set(range(36)))


def test_a_caption_that_subtitles_lie_over_is_told(episode: EpisodeRoom, take: Path) -> None:
    both = "timeline: [episode, {caption: Reef, seconds: 1}, {caption: Rocks, seconds: 1, place: top}]"
    (note,) = episode.read(STORY.replace("BURN", f"true, {both}"), take).notes
    assert ": Subtitles lie over this caption for a while." in note


def _picture(film: Path) -> Any:
    """The foot of the picture as the first line is said."""
    with av.open(str(film)) as container:
        return next(container.decode(video=0)).reformat(format="gray").to_ndarray()[96:]


def _told(path: Path) -> list[tuple[int, int, str]]:
    return [(round(e.start * FPS / 1000), round(e.end * FPS / 1000), e.plaintext) for e in pysubs2.load(str(path))]


def test_burned_subtitles_are_seen_low_in_the_picture_exactly_while_they_are_told(
    episode: EpisodeRoom, take: Path
) -> None:
    film = episode.film(STORY.replace("BURN", "true"), take)
    assert ffmpeg_says(film) == ""
    low, high = _bright(film)
    assert low == {frame for begins, ends, _ in SAID for frame in range(begins, ends)}
    assert high == set()
    assert _told(film.with_suffix(".srt")) == _told(film.with_suffix(".vtt")) == SAID


def test_they_are_written_in_the_font_that_is_asked_for_by_name_or_as_a_file(
    episode: EpisodeRoom, take: Path
) -> None:
    lora = Path(typefaces.__file__).with_name("fonts") / "Lora-Regular.ttf"
    (episode.folder / "mine.ttf").write_bytes(lora.read_bytes())
    named = (f"true, subtitle_font: {font}" for font in ("Inter", "Lora", "mine.ttf"))
    usual, lora_s, mine = (_picture(episode.film(STORY.replace("BURN", burn), take)) for burn in named)
    assert (lora_s == mine).all()
    assert (lora_s != usual).any()


def test_a_font_for_subtitles_that_does_not_ship_is_told_at_its_line(episode: EpisodeRoom, take: Path) -> None:
    with pytest.raises(StoryError) as told:
        episode.read(STORY.replace("BURN", "true, subtitle_font: Comic Sans"), take)
    (finding,) = (each for each in told.value.findings if each.severity is Severity.ERROR)
    assert "“Comic Sans” is no font that ships" in finding.message
    assert "subtitle_font" in finding.excerpt


def test_letters_of_a_line_that_no_font_has_are_told_with_what_helps(episode: EpisodeRoom, take: Path) -> None:
    story = STORY.replace("BURN", "true").replace("The boat is clear of the rocks.", "狐")
    (note,) = episode.read(story, take).notes
    assert "No font that ships has “狐”" in note
    assert "“subtitle_font” takes a font file that has all letters." in note


def test_subtitles_stand_beside_the_film_and_not_on_it_where_that_is_not_asked_for(
    episode: EpisodeRoom, take: Path
) -> None:
    film = episode.film(STORY.replace("BURN", "false"), take)
    assert _bright(film) == (set(), set())
    assert _told(film.with_suffix(".srt")) == _told(film.with_suffix(".vtt")) == SAID


def test_a_part_of_a_film_has_the_subtitles_of_that_part_counted_from_its_beginning(
    episode: EpisodeRoom, take: Path
) -> None:
    film = episode.film(STORY.replace("BURN", "true"), take, reach=Reach(Fraction(8), Fraction(12)))
    (told,) = _told(film.with_suffix(".srt"))
    assert told == (16, 64, SAID[1][2])
    assert _bright(film)[0] == set(range(16, 64))


def test_subtitles_of_a_film_that_has_none_any_more_are_taken_away(episode: EpisodeRoom, take: Path) -> None:
    film = episode.film(STORY.replace("BURN", "false"), take)
    assert film.with_suffix(".srt").exists()
    silent = STORY.replace("say:", "camera:").replace("BURN", "false")
    episode.film(silent, take)
    assert not film.with_suffix(".srt").exists()
    assert not film.with_suffix(".vtt").exists()


def test_of_a_subtitle_that_a_part_of_the_film_begins_in_the_rest_is_seen_and_told(
    episode: EpisodeRoom, take: Path
) -> None:
    film = episode.film(STORY.replace("BURN", "true"), take, reach=Reach(Fraction(3, 2), Fraction(4)))
    assert _bright(film)[0] == set(range(12))
    assert _told(film.with_suffix(".srt")) == [(0, 12, SAID[0][2])]


def test_an_author_is_told_of_subtitles_that_nobody_can_read_in_time(episode: EpisodeRoom, take: Path) -> None:
    long = "Hold, you old girl! " + "until the morning comes over the reef, " * 4
    notes = episode.read(STORY.replace("BURN", "false").replace("Hold, you old girl!", long), take).notes
    assert notes
    assert all("characters a second, of which 17 can be read." in note for note in notes)
    assert episode.read(STORY.replace("BURN", "false"), take).notes == ()
