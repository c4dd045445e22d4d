"""A pilot: the riskiest part of a story, rendered alone and kept apart from the episode."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio import Studio

pytest_plugins = ["render_fixtures"]

LONG = """\
storyboard: 1
title: Long
characters: {mira: "Mira, a keeper", tom: "Tom, a boy"}
scenes:
  - segments:
      - a fox walks to the first tree and stops
      - a fox walks to the second tree and stops
      - a fox walks to the third tree and stops
      - "{mira} and {tom} row out, turn the boat and wave"
      - "{mira} and {tom} land the boat, pull it up and sit down"
      - a fox walks to the last tree and stops
"""


def test_one_short_job_is_bought_and_lies_beside_where_the_episode_will(studio: Studio) -> None:
    studio.write(LONG)
    result = studio.render("--pilot")
    assert result.code == 0
    assert result.out == "renders/story.pilot.mp4\n"
    (post,) = studio.service.posts
    assert post.body["duration"] == 18
    assert "second tree" in post.body["prompt"]
    assert not studio.episode.exists()


def test_a_plan_tells_what_it_would_be_and_cost(studio: Studio) -> None:
    studio.write(LONG)
    hosted = ("--provider", "empirio", "--base-url", studio.service.url)
    plan = studio.here("plan", "story.yaml", "--pilot", *hosted)
    assert (plan.code, studio.service.posts) == (0, [])
    assert "The pilot of story.yaml is segments 2 to 5: " in plan.err
    assert "To pay: $1.16" in " ".join(plan.out.split())
    before = json.loads(studio.here("plan", "story.yaml", "--pilot", "--json", *hosted).out)["episodes"][0]
    assert (before["episode"], before["reels"][0]["will"]) == ("story.pilot", "render")
    assert studio.render("--pilot").code == 0
    after = json.loads(studio.here("plan", "story.yaml", "--pilot", "--json", *hosted).out)["episodes"][0]
    assert (after["reels"][0]["key"], after["reels"][0]["will"]) == (before["reels"][0]["key"], "reuse")
    assert json.loads(studio.here("plan", "story.yaml", "--json", *hosted).out)["cost_usd"] != "0.00"


def test_it_is_told_which_segments_it_holds_and_why(studio: Studio) -> None:
    studio.write(LONG)
    told = studio.render("--pilot").err
    assert "The pilot of story.yaml is segments 2 to 5: " in told
    assert "several characters at once" in told
    assert "$1.16 to pay" in told


def test_a_pilot_of_the_same_part_is_not_bought_again(studio: Studio) -> None:
    studio.write(LONG)
    studio.render("--pilot")
    studio.write(LONG.replace("last tree", "oldest tree"))
    assert studio.render("--pilot").code == 0
    assert len(studio.service.posts) == 1


def test_another_take_of_a_pilot_can_be_made(studio: Studio) -> None:
    studio.write(LONG)
    studio.render("--pilot")
    assert studio.render("--pilot", "--take", "1").code == 0
    assert len(studio.service.posts) == 2


def test_the_pilot_of_a_story_as_short_as_a_pilot_is_the_episode_and_bought_once(studio: Studio) -> None:
    studio.render("--pilot")
    assert studio.render().code == 0
    assert len(studio.service.posts) == 1
    assert studio.episode.is_file()
