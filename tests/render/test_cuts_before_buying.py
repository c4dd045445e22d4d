"""What cannot be cut is told before anything is sent, as far as it can be known without the takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from coded import make_clip

if TYPE_CHECKING:
    from studio import Studio

pytest_plugins = ["render_fixtures"]

STORY = """\
storyboard: 1
title: The Lamp
rules: {stretched: off}
scenes:
  - segments:
      - a keeper climbs the stair, lifts the lamp and turns it to the sea
cut:
"""


@pytest.mark.parametrize(
    ("cut", "line", "message"),
    [
        ("  timeline: [episode, {clip: short.mp4, in: 9}]\n", 8, "short.mp4 is 1 s long, and “in” is 9"),
        ("  timeline: [episode, {clip: short.mp4, transition: crossfade 2}]\n", 8, "is longer than short.mp4"),
        ("  timeline: [{reel: 1, in: 19}]\n", 8, "reel 1 of story is 18 s long, and “in” is 19"),
        ("  timeline: [episode, {clip: broken.mp4}]\n", 8, "broken.mp4 cannot be read as a video"),
        ("  timeline: [episode]\n  music: short.mp4\n", 9, "short.mp4 holds no sound"),
        ("  timeline: [{reel: 3, of: other.yaml}]\n", 8, "other.yaml has no reel 3: it has one"),
    ],
)
def test_a_cut_that_cannot_be_made_is_told_at_its_line_and_nothing_is_sent(
    studio: Studio, cut: str, line: int, message: str
) -> None:
    make_clip(studio.folder / "short.mp4", 1, 16)
    (studio.folder / "broken.mp4").write_text("no clip at all")
    studio.write(STORY.removesuffix("cut:\n"), "other.yaml")
    studio.write(STORY + cut)
    result = studio.render()
    assert (result.code, studio.service.posts) == (1, [])
    assert f"story.yaml:{line}:" in result.err
    assert message in " ".join(result.err.split())


def test_an_episode_that_is_shown_is_found_where_it_was_rendered(studio: Studio) -> None:
    studio.write(STORY.removesuffix("cut:\n").replace("stair", "steps"), "other.yaml")
    studio.write(STORY + "  timeline: [episode, {episode: other.yaml, transition: crossfade 1}]\n")
    assert studio.render(story="other.yaml").code == 0
    assert studio.render().code == 0
    assert len(studio.service.posts) == 2
