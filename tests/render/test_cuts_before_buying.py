"""What cannot be cut is told before anything is sent, as far as it can be known without the takes."""

from __future__ import annotations

import json
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


NOTED = "  timeline: [{reel: 1}, {caption: Late, at: 30}, {clip: short.mp4, out: 0.5}]\n"


def test_what_an_author_may_not_have_meant_is_told_before_the_price_and_once(studio: Studio) -> None:
    make_clip(studio.folder / "short.mp4", 1, 16)
    studio.write(STORY + NOTED)
    asked = studio.render(yes=False)
    assert (asked.code, studio.service.posts) == (3, [])
    assert asked.err.index("This caption is not seen") < asked.err.index("to pay")
    paid = studio.render()
    assert (paid.code, paid.err.count("This caption is not seen")) == (0, 1), paid.err


def test_check_tells_the_same_of_a_cut_as_render(studio: Studio) -> None:
    make_clip(studio.folder / "short.mp4", 1, 16)
    studio.write(STORY + NOTED)
    noted = studio.here("check", "story.yaml", "--json")
    (finding,) = [each for each in json.loads(noted.out)["findings"] if each["severity"] == "info"]
    assert (noted.code, finding["code"], finding["line"]) == (0, "cut-note", 8)
    for silent in (
        STORY.replace("stretched: off", "stretched: off, cut-note: off") + NOTED,
        STORY + NOTED.replace("\n", " # storyboard: ignore cut-note\n"),
    ):
        studio.write(silent)
        assert studio.here("check", "story.yaml").out == "story.yaml: good.\n"
    (studio.folder / "short.mp4").write_text("no clip at all")
    wrong = studio.here("check", "story.yaml", "--json")
    (finding,) = [each for each in json.loads(wrong.out)["findings"] if each["severity"] == "error"]
    assert (wrong.code, finding["code"]) == (1, "cut-impossible")
    assert "short.mp4 cannot be read as a video" in finding["message"]


def test_what_an_author_calls_an_error_is_one_for_all_commands(studio: Studio) -> None:
    make_clip(studio.folder / "short.mp4", 1, 16)
    studio.write(STORY + NOTED)
    assert studio.render().code == 0
    studio.write(STORY.replace("stretched: off", "stretched: off, cut-note: error") + NOTED)
    for words in (["check"], ["render", "--yes"], ["stitch"]):
        service = [] if words == ["check"] else ["--provider", "empirio", "--base-url", studio.service.url]
        told = studio.here(*words, "story.yaml", *service)
        assert told.code == 1
        assert "This caption is not seen" in told.out + told.err


@pytest.mark.parametrize(("codec", "ending"), [("prores", ".mov"), ("vp9", ".webm")])
def test_a_film_has_the_ending_of_its_codec_where_stitch_would_write_it(
    studio: Studio, codec: str, ending: str
) -> None:
    studio.write(STORY + f"  timeline: [{{reel: 1, out: 0.5}}]\n  output: {{codec: {codec}, size: 64x36}}\n")
    assert studio.rendered_json()["episode"] == f"renders/story{ending}"
    stitched = studio.here("stitch", "story.yaml", "--provider", "empirio", "--base-url", studio.service.url)
    assert stitched.out == f"renders/story{ending}\n", stitched.err


def test_a_file_as_output_is_refused_before_anything_is_sent(studio: Studio) -> None:
    studio.write(STORY.removesuffix("cut:\n"))
    result = studio.render("--output", "film.mp4")
    assert (result.code, studio.service.posts) == (2, [])
    assert "it has to be a folder" in " ".join(result.err.split())
    assert not (studio.folder / "film.mp4").exists()


def test_an_episode_that_is_shown_is_found_where_it_was_rendered(studio: Studio) -> None:
    studio.write(STORY.removesuffix("cut:\n").replace("stair", "steps"), "other.yaml")
    studio.write(STORY + "  timeline: [episode, {episode: other.yaml, transition: crossfade 1}]\n")
    assert studio.render(story="other.yaml").code == 0
    assert studio.render().code == 0
    assert len(studio.service.posts) == 2
