"""An episode of several reels: each goes on from the last frame of the one before, and all are joined."""

from __future__ import annotations

import base64
import io
import json
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import pytest
from PIL import Image, ImageChops
from stand_in import refuse, state
from still_clip import longer, png

if TYPE_CHECKING:
    from studio import Studio

pytest_plugins = ["render_fixtures"]

TWO = """\
storyboard: 1
title: Two
rules: {stretched: off}
reels: by-scene
scenes:
  - segments: [a keeper climbs the stair and lifts the lamp]
  - segments: [the beam sweeps over the reef and finds a boat]
"""
OWN_IMAGE = TWO.replace("  - segments: [the beam", "  - image: reef.png\n    segments: [the beam")


@pytest.fixture
def two(studio: Studio) -> Studio:
    studio.write(TWO)
    return studio


def test_each_reel_is_one_purchase_in_order(two: Studio) -> None:
    told = two.rendered_json()
    assert [reel["job_id"] for reel in told["reels"]] == ["job-1", "job-2"]
    assert two.rows() == [("done", "job-1"), ("done", "job-2")]
    assert ["stair" in post.body["prompt"] for post in two.service.posts] == [True, False]


def test_the_second_request_starts_from_the_last_frame_of_the_first_take(two: Studio) -> None:
    two.rendered_json()
    first, second = two.service.posts
    assert "image" not in first.body
    head, data = second.body["image"].split(",")
    assert head == "data:image/png;base64"
    sent = Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")
    with av.open(io.BytesIO(two.service.clip), "r") as container:
        *_, last = container.decode(video=0)
    assert ImageChops.difference(sent, last.to_image().convert("RGB")).getbbox() is None  # type: ignore[no-untyped-call]  # PyAV leaves it untyped


def test_the_second_request_is_not_sent_before_the_first_take_is_home(two: Studio) -> None:
    two.rendered_json()
    assert two.service.posts[1].ledger == [("done", "job-1"), ("buying", "")]


def test_a_handoff_is_known_by_the_take_it_comes_from_and_not_by_a_picture(two: Studio) -> None:
    told = two.rendered_json()
    manifest = json.loads((two.folder / told["manifest"]).read_bytes())
    first, second = manifest["reels"]
    assert second["request"]["image"] == {"handoff": first["purchase"], "frame": "last"}
    assert second["starts_from"] == "handoff: last frame of reel 1"


def test_the_joined_episode_has_the_frames_of_all_takes_and_the_one_that_is_handed_over_once(two: Studio) -> None:
    assert two.rendered_json()["episode"]
    with av.open(str(two.episode)) as container:
        stream = container.streams.video[0]
        times = [(frame.pts or 0) * (stream.time_base or 0) for frame in container.decode(stream)]
    assert times == [Fraction(n, 16) for n in range(575)]


def test_editing_the_second_scene_renders_only_it(two: Studio) -> None:
    two.rendered_json()
    two.write(TWO.replace("finds a boat", "finds a wreck"))
    assert [reel["reused"] for reel in two.rendered_json()["reels"]] == [True, False]
    assert len(two.service.posts) == 3


def test_editing_the_first_scene_renders_both(two: Studio) -> None:
    two.rendered_json()
    two.write(TWO.replace("lifts the lamp", "trims the lamp"))
    assert [reel["reused"] for reel in two.rendered_json()["reels"]] == [False, False]
    assert len(two.service.posts) == 4


def test_another_take_of_the_first_reel_buys_that_alone_and_says_that_the_second_goes_on_from_the_old(
    two: Studio,
) -> None:
    two.rendered_json()
    two.service.clip = longer(two.service.clip, 8)
    result = two.render("--take", "1")
    assert result.code == 0
    assert "$1.16 to pay" in result.err
    assert "it goes on from another take of the reel before it" in " ".join(result.err.split())
    assert len(two.service.posts) == 3
    assert two.render().code == 0  # and so it stays
    assert len(two.service.posts) == 3


def test_after_another_take_of_the_first_reel_another_of_the_second_goes_on_from_it(two: Studio) -> None:
    two.rendered_json()
    two.render("--take", "1")
    told = two.rendered_json("--take", "2")
    first, second = json.loads((two.folder / told["manifest"]).read_bytes())["reels"]
    assert second["request"]["image"] == {"handoff": first["purchase"], "frame": "last"}
    assert [reel["take_number"] for reel in told["reels"]] == [2, 1]
    assert len(two.service.posts) == 4


def test_the_price_of_what_is_still_to_be_paid_counts_reused_reels_as_nothing(two: Studio) -> None:
    two.rendered_json()
    two.write(TWO.replace("finds a boat", "finds a wreck"))
    result = two.render("--max-cost", "1.03")
    assert result.code == 0
    assert "$1.03 to pay" in result.err


def test_a_scene_with_its_own_image_does_not_depend_on_the_first(studio: Studio) -> None:
    (studio.folder / "reef.png").write_bytes(png(seed=1))
    studio.write(OWN_IMAGE)
    studio.rendered_json()
    studio.service.clip = longer(studio.service.clip, 8)
    studio.write(OWN_IMAGE.replace("lifts the lamp", "trims the lamp"))
    assert [reel["reused"] for reel in studio.rendered_json()["reels"]] == [False, True]
    assert len(studio.service.posts) == 3


def test_an_image_that_changes_is_another_request_and_one_that_is_renamed_is_not(studio: Studio) -> None:
    (studio.folder / "reef.png").write_bytes(png(seed=1))
    studio.write(OWN_IMAGE)
    studio.rendered_json()
    (studio.folder / "reef.png").rename(studio.folder / "rocks.png")
    studio.write(OWN_IMAGE.replace("reef.png", "rocks.png"))
    assert [reel["reused"] for reel in studio.rendered_json()["reels"]] == [True, True]
    (studio.folder / "rocks.png").write_bytes(png(seed=2))
    assert [reel["reused"] for reel in studio.rendered_json()["reels"]] == [True, False]


def test_a_scene_that_is_put_in_front_buys_only_itself(studio: Studio) -> None:
    (studio.folder / "reef.png").write_bytes(png(seed=1))
    studio.write(OWN_IMAGE)
    studio.rendered_json()
    (studio.folder / "sky.png").write_bytes(png(seed=2))
    scene = "scenes:\n  - image: sky.png\n    segments: [clouds roll in over the sea and cover the moon]\n"
    # The scene that was first has no image of its own, and so goes on from the new one: it is another request.
    studio.write(OWN_IMAGE.replace("scenes:\n", scene))
    assert [reel["reused"] for reel in studio.rendered_json()["reels"]] == [False, False, True]


def test_a_failure_in_the_second_reel_keeps_the_first_and_tells_it_in_json(two: Studio) -> None:
    two.service.on_poll += [two.service.finished, state("failed", error={"message": "no"})]
    result = two.render("--json")
    told = json.loads(result.out)
    assert result.code == 4
    assert [reel["job_id"] for reel in told["reels"]] == ["job-1"]
    assert told["episode"] is None
    assert not two.episode.exists()


def test_a_refusal_of_the_second_reel_loses_nothing_of_the_first(two: Studio) -> None:
    two.service.on_submit += [two.service.accept, refuse(402, "insufficient_credits")]
    assert two.render().code == 3
    assert two.render().code == 0
    assert two.service.jobs == ["job-1", "job-2"]
    assert len(two.service.posts) == 3


def test_progress_says_which_reel_of_how_many(two: Studio) -> None:
    told = two.render().err
    assert "reel 1 of 2: submitting" in told
    assert "reel 2 of 2: checking" in told
    assert "reel 2 of 2: accepted as job job-2" in told


def test_a_take_that_comes_home_in_other_bytes_buys_nothing(two: Studio) -> None:
    two.rendered_json()
    for take in (two.folder / ".storyboard" / "takes").glob("*reel1*"):
        take.unlink()
    two.service.clip = longer(two.service.clip, 8)
    assert two.render().code == 0
    assert len(two.service.posts) == 2


def test_while_the_buyer_of_one_reel_is_gone_no_other_reel_is_bought(two: Studio) -> None:
    two.write(OWN_IMAGE)
    (two.folder / "reef.png").write_bytes(png())
    two.killed("before-the-request")
    with_two = two.rows()
    assert with_two == [("buying", None), ("planned", None)]
    result = two.render()
    assert (result.code, two.service.posts) == (5, [])
    assert "Nobody knows what became of reel 1" in result.err
