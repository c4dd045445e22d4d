"""What an author may not have meant is told with its line, and the film is made all the same."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from coded import make_clip
from PIL import Image

from storyboard.cutting.reach import Reach
from storyboard.cutting.rehearsal import rehearse
from storyboard.cutting.stitch import read_cut
from storyboard.generation.prepare import prepare
from storyboard.piloting import piloted

if TYPE_CHECKING:
    from pathlib import Path

    from cutting_room import CuttingRoom

pytest_plugins = ["assembly_fixtures"]

IS_ERROR = "“cut-note” is an error here, and errors cannot be ignored."


@pytest.mark.parametrize(
    ("cut", "line", "message"),
    [
        (
            "timeline:\n  - clip: a.mp4\n  - {caption: Hi, at: 3, seconds: 3}\n",
            6,
            "is seen for 1 s: the film ends",
        ),
        ("timeline:\n  - clip: a.mp4\n  - {caption: Hi, at: 5}\n", 6, "is not seen: it would begin at 5 s"),
        (
            "timeline:\n  - {clip: a.mp4, out: 1}\n  - {caption: Hi, at: 2, seconds: 1}\n  - clip: b.mp4\n",
            6,
            "begins when a.mp4 is over: it is seen over what comes next",
        ),
        (
            "timeline:\n  - clip: a.mp4\n  - {caption: Hi, seconds: 2}\n  - {caption: Ho, at: 1, seconds: 2}\n",
            7,
            "lies over “Hi”, which is seen at the same time",
        ),
        ("timeline:\n  - {title: T, seconds: 1, fade: 2}\n", 5, "it fades in 0.5 s, and not in 2 s"),
        (
            "timeline:\n  - {title: T, size: 900}\n",
            5,
            "no room for the title “T” in letters of 900 pixels",
        ),
        ("timeline:\n  - {image: still.png, camera: sideways}\n", 5, "“sideways” is no camera move"),
        (
            "timeline: [{clip: a.mp4}]\nmusic: {file: long.mp4, fade: 9}\n",
            5,
            "fades in 2 s, not 9 s: it is heard for 4 s",
        ),
        (
            "timeline: [{clip: a.mp4}]\nnarration: {file: long.mp4, at: 1}\n",
            5,
            "would last until 6 s, and the film ends",
        ),
        ("timeline: [{clip: a.mp4}]\nnarration: {file: long.mp4, at: 9}\n", 5, "is not heard: it would begin"),
        (
            "timeline: [{clip: a.mp4}, {caption: Ho, place: top}, {caption: Hi, at: 1, seconds: 3, place: top}]\n",
            4,
            "lies over “Ho”",
        ),
        (
            "timeline: [{clip: a.mp4}, {clip: b.mp4}]\nnarration: [{file: long.mp4}, {file: long.mp4, at: 3}]\n",
            5,
            "long.mp4 begins at 3 s, and long.mp4 is heard until 5 s: both are heard for a while",
        ),
        ("timeline: [{clip: a.mp4}]\nburn_subtitles: true\n", 5, "no subtitles to show"),
        ("timeline: [{clip: a.mp4}]\nsubtitle_font: Lora\n", 5, "their font is not used"),
        ("timeline: [{clip: a.mp4}]\nmatch_colour: true\n", 5, "no colour to match"),
        ("timeline: [{clip: a.mp4}]\noutput: {interpolation: motion}\n", 5, "No frame is made by motion"),
        (
            "timeline: [{clip: a.mp4}, {clip: b.mp4}]\nmusic: {file: long.mp4}\n",
            5,
            "The music ends at 5 s, and the film at 8 s",
        ),
    ],
)
def test_it_is_told_at_its_line(room: CuttingRoom, cut: str, line: int, message: str) -> None:
    make_clip(room.folder / "wide.mp4", 4, 16, size=(160, 64))
    make_clip(room.folder / "long.mp4", 4, 80, sound=np.zeros(5 * 48000, np.float32))
    Image.new("RGB", (64, 48)).save(room.folder / "still.png")
    (note,) = room.read(cut).notes
    assert f"cut.yaml:{line}: " in note
    assert message in note


@pytest.mark.parametrize(
    "cut",
    [
        "timeline: [{clip: a.mp4}, {caption: Hi, seconds: 1}, {caption: Ho, at: 1, seconds: 1}]\n",
        "timeline: [{clip: a.mp4}, {caption: Hi, seconds: 2}, {caption: Ho, seconds: 2, place: top}]\n",
        "timeline: [{clip: a.mp4}, {clip: b.mp4}]\nmusic: [{file: long.mp4}, {file: long.mp4, at: 5}]\n",
        "timeline: [{title: T, seconds: 0.5}]\n",
        "timeline: [{clip: a.mp4, out: 4}, {clip: b.mp4, out: 0.95}]\nnarration: [{file: long.mp4}]\n",
        "timeline: [{clip: a.mp4}, {clip: wide.mp4}]\n",
        "timeline: [{clip: a.mp4, out: 0.5}]\noutput: {interpolation: motion, fps: 24}\n",
        "timeline: [{clip: a.mp4, out: 0.5, speed: 0.5}]\noutput: {interpolation: motion}\n",
        (
            "timeline: [{clip: a.mp4}, {clip: b.mp4}, {clip: c.mp4}]\n"
            "narration: [{file: long.mp4}, {file: long.mp4, at: 5}]\n"
        ),
    ],
)
def test_of_what_is_as_it_should_be_nothing_is_told(room: CuttingRoom, cut: str) -> None:
    make_clip(room.folder / "wide.mp4", 4, 16, size=(160, 64))
    make_clip(room.folder / "long.mp4", 4, 80, sound=np.zeros(5 * 48000, np.float32))
    assert room.read(cut).notes == ()


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("", {(5, "There is no “cut-note” on line 5 to ignore.")}),
        (
            "rules: {cut-note: off}\n",
            {(line, f"There is no “cut-note” on line {line} to ignore.") for line in (6, 7)},
        ),
        ("rules: {cut-note: error}\n", {(6, "There is no “cut-note” on line 6 to ignore."), (7, IS_ERROR)}),
        ("rules: {ignore-without-effect: off}\n", set()),
    ],
    ids=["as it is", "switched off", "taken for an error", "comments switched off"],
)
def test_a_comment_that_hides_nothing_of_a_cut_is_told(tmp_path: Path, head: str, told: set[tuple[int, str]]) -> None:
    path = tmp_path / "cut.yaml"
    path.write_text(
        f"storyboard: 1\ntitle: The cut\n{head}cut:\n  timeline:\n"
        "    - {title: The Lamp, seconds: 3} # storyboard: ignore cut-note\n"
        "    - {caption: One year later, at: 5} # storyboard: ignore cut-note\n"
    )
    found = rehearse(prepare(path), comments=True)
    assert {(each.line, each.message) for each in found if each.code == "ignore-without-effect"} == told
    assert not [each for each in rehearse(prepare(path)) if each.code == "ignore-without-effect"]


def test_music_fades_where_the_film_ends_and_not_where_the_part_ends_that_is_made(room: CuttingRoom) -> None:
    make_clip(room.folder / "long.mp4", 4, 80, sound=np.zeros(5 * 48000, np.float32))
    made = room.read("timeline: [{clip: a.mp4}]\nmusic: {file: long.mp4, fade: 1}\n", Reach(Fraction(0), Fraction(2)))
    assert made.plan.film.soundtrack is not None
    soundtrack = made.plan.film.soundtrack
    (cue,) = soundtrack.cues
    assert [float(each) for each in (cue.fade_in, cue.fade_out, cue.ends, soundtrack.length)] == [1, 1, 4, 2]
    assert made.notes == ()


def test_a_cut_of_its_own_has_the_resolution_that_it_says(room: CuttingRoom) -> None:
    path = room.folder / "cut.yaml"
    made = room.read("timeline: [{clip: a.mp4}]\n")
    assert made.picture.edit.size == (128, 96)
    path.write_text(path.read_text().replace("cut:\n", "resolution: 480x832\ncut:\n"))
    assert read_cut(prepare(path), cache=room.cache).picture.edit.size == (480, 832)


def test_of_a_pilot_a_subtitle_is_told_at_its_own_line_or_at_the_timeline(tmp_path: Path) -> None:
    long = "A line that is a great deal too long to be read in the few seconds that it is seen for. " * 3
    scene = "  - segments:\n      - {action: the keeper ACTS and turns to the sea, seconds: 54, say: SAID}\n"
    path = tmp_path / "story.yaml"
    path.write_text(
        "storyboard: 1\ntitle: T\nscenes:\n"
        + scene.replace("ACTS", "lifts the lamp").replace("SAID", "Short.")
        + scene.replace("ACTS", "climbs the stair")
        .replace("SAID", "Short too.")
        .replace("54", "54, camera: pan left")
        + scene.replace("ACTS", "drops the lamp").replace("SAID", f'"{long}"').replace("54", "4.5")
        + "cut: {}\n"
    )
    prepared = prepare(path)
    (told,) = [each for each in rehearse(prepared) if "The subtitle" in each.message]
    assert told.line == 9
    for told in rehearse(piloted(path, prepared)[0]):
        assert told.line in {9, 10}
