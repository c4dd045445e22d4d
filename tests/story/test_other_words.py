"""Words of other tools: a person who writes one is told the format's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from helpers import write_tree

from storyboard.story.load import load_storyboard

if TYPE_CHECKING:
    from pathlib import Path

CLIP = "storyboard: 1\ntitle: One\ncut:\n  timeline:\n    - clip: a.mp4\n"
SCENE = "storyboard: 1\ntitle: One\nscenes:\n  - segments:\n      - action: a fox runs up the hill\n"


def hint(folder: Path, text: str) -> str:
    """What is told to do about the one mistake of a file."""
    write_tree(folder, {"one.yaml": text})
    (finding,) = load_storyboard(folder / "one.yaml").findings
    return finding.hint


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("      start: 3\n", "Did you mean “in”?"),
        ("      end: 3\n", "Did you mean “out”?"),
        ("      duration: 3\n", "follows from “in” and “out”"),
        ("      seconds: 3\n", "follows from “in” and “out”"),
        ("      mute: true\n", "“volume: -96” silences it."),
        ("      fade: 1\n", "Did you mean “transition”?"),
        ("      direction: up\n", "It belongs under “transition:”."),
        ("      volum: 1\n", "Did you mean “volume”?"),
        ("    - title: Hi\n      duration: 3\n", "Did you mean “seconds”?"),
        ("    - caption: Hi\n      start: 3\n", "Did you mean “at”?"),
        ("    - video: b.mp4\n", "Did you mean “clip”?"),
        ("    - audio: b.wav\n", "Sound goes under “music:” or “narration:”"),
        ("  soundtrack: b.wav\n", "Did you mean “music”?"),
        ("  output: {framerate: 25}\n", "Did you mean “fps”?"),
        ("  output: {codec: h265}\n", "Did you mean “hevc”?"),
        ("      fit: letterbox\n", "Did you mean “contain”?"),
        ("    - title: Hi\n      place: middle\n", "Did you mean “center”?"),
        ("    - black\n", "Write how long it lasts, in seconds: “black: 1”."),
        ("    - clip\n", "Something has to follow it: “clip: …”."),
        ("    - b.MOV\n", "Write “clip: b.MOV”."),
        ("    - b.png\n", "Write “image: b.png”."),
        ("    - b.wav\n", "Sound goes under “music:”"),
        ("    - titel\n", "Did you mean “title”?"),
        ("      transition: {luma: 1}\n", "Write “transition: {kind: luma, matte: clouds.png}”"),
    ],
)
def test_a_word_of_another_tool_is_known(written: str, told: str, tmp_path: Path) -> None:
    assert told in hint(tmp_path, CLIP + written)


@pytest.mark.parametrize(
    ("written", "told"),
    [("        duration: 9\n", "Did you mean “seconds”?"), ("        dialogue: Hi\n", "Did you mean “say”?")],
)
def test_so_it_is_in_the_story_itself(written: str, told: str, tmp_path: Path) -> None:
    assert hint(tmp_path, SCENE + written) == told


@pytest.mark.parametrize(
    ("transition", "told"),
    [
        ("dissolve 2", "Did you mean “crossfade”? A length"),
        ("crossfade -1", "A length in seconds may follow"),
        ("0.5", "Say which, such as: crossfade 0.5."),
    ],
)
def test_a_transition_that_is_none_is_told_which_is_meant(transition: str, told: str, tmp_path: Path) -> None:
    assert hint(tmp_path, f"{CLIP}      transition: {transition}\n").startswith(told)


def test_of_a_few_numbers_all_are_told(tmp_path: Path) -> None:
    assert hint(tmp_path, CLIP + "  output: {fps: 0}\n") == "It can be one of: 16, 24, 25, 30."
