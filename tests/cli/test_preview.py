"""``storyboard preview``: what would be ordered, with no key and no network."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from helpers import EXAMPLES, MINIMAL, ROOT, environment, png, write_story, write_tree

from storyboard.columns import columns
from storyboard.profile import DEFAULT_NEGATIVE_PROMPT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from helpers import Ran

    Command = Callable[..., Ran]

KEEPER = """storyboard: 1
title: Keeper
image: images/keeper.png
characters: {mira: "Mira, grey"}
scenes:
  - name: Night
    segments:
      - "{mira} winds the clock"
      - action: "{mira} waits"
        seconds: 9
        camera: close-up
        say: Hold.
  - segments: [waves]
rules: {too-few-words: off}
"""


@pytest.fixture
def keeper(tmp_path: Path) -> Path:
    write_tree(tmp_path, {"images/keeper.png": png()})
    return write_story(tmp_path, KEEPER)


def test_json_is_the_documented_object_word_for_word(storyboard: Command, keeper: Path) -> None:
    ran = storyboard("preview", keeper, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.json == {
        "title": "Keeper",
        "seconds": 18,
        "cost_usd": "1.03",
        "findings": [],
        "reels": [
            {
                "index": 1,
                "request": {
                    "model": "svi-2-0-pro",
                    "prompt": "Mira, grey, winds the clock.\n"
                    "Then Mira waits. Camera: close-up. (9 seconds)\n"
                    "Scene change; waves.",
                    "image": "images/keeper.png",
                    "resolution": "832x480",
                    "duration": 18,
                    "cfg": 1.15,
                    "negative_prompt": DEFAULT_NEGATIVE_PROMPT,
                },
                "cfg_reason": "1.15: loose lies in 1.0 to 1.3, and 1 of its 2 segment boundaries is a scene change.",
                "segments": [
                    {"index": 1, "scene": "Night", "start": 0, "end": 4.5, "action": "Mira, grey, winds the clock"},
                    {"index": 2, "scene": "Night", "start": 4.5, "end": 13.5, "action": "Mira waits"},
                    {"index": 3, "scene": "Scene 2", "start": 13.5, "end": 18, "action": "waves"},
                ],
                "seconds": 18,
                "cost_usd": "1.03",
            }
        ],
    }


def test_the_keys_come_in_the_documented_order(storyboard: Command, keeper: Path) -> None:
    told = storyboard("preview", keeper, "--json").json
    assert list(told) == ["title", "seconds", "cost_usd", "findings", "reels"]


def test_json_with_errors_has_the_findings_and_no_reels_and_fails(storyboard: Command, tmp_path: Path) -> None:
    ran = storyboard("preview", write_story(tmp_path, MINIMAL + "    plase: x\n"), "--json")
    assert ran.code == 1
    assert (ran.json["title"], ran.json["seconds"], ran.json["cost_usd"], ran.json["reels"]) == ("Fox", 0, "0.00", [])
    assert [each["code"] for each in ran.json["findings"]] == ["unknown-key"]


def test_text_with_errors_prints_no_plan_and_tells_the_errors_on_standard_error(
    storyboard: Command, tmp_path: Path
) -> None:
    ran = storyboard("preview", write_story(tmp_path, MINIMAL + "    plase: x\n"))
    assert (ran.code, ran.out) == (1, "")
    assert ":6:5: error: unknown-key" in ran.err
    assert ran.err.endswith("story.yaml has an error.\n  Mend what is told above.\n")


def test_text_shows_the_timeline_the_price_the_cfg_and_the_prompt(storyboard: Command, keeper: Path) -> None:
    ran = storyboard("preview", keeper)
    assert (ran.code, ran.err) == (0, "")
    for said in (
        "Keeper   0:18.0, one reel, $1.03",
        "first frame   images/keeper.png",
        "18 s at 832x480",
        "1.15: loose lies in 1.0 to 1.3",
        "close-up  Mira waits",
        "  Then Mira waits. Camera: close-up. (9 seconds)",
        "Negative prompt",
    ):
        assert said in ran.out


def test_an_image_by_address_is_sent_as_it_is_and_never_asked_for(storyboard: Command, tmp_path: Path) -> None:
    text = MINIMAL.replace("title: Fox", "title: Fox\nimage: https://a.example/fox.png")
    ran = storyboard("preview", write_story(tmp_path, text), "--json")
    assert ran.json["reels"][0]["request"]["image"] == "https://a.example/fox.png"


def test_text_to_video_has_its_quality_and_its_fee(storyboard: Command, tmp_path: Path) -> None:
    told = storyboard("preview", write_story(tmp_path), "--json").json
    assert "image" not in told["reels"][0]["request"]
    assert told["reels"][0]["request"]["t2v_quality"] == "quality"
    assert told["cost_usd"] == "1.16"


def test_a_later_reel_starts_from_the_handoff_frame(storyboard: Command, tmp_path: Path) -> None:
    scene = "  - segments: [{action: a fox runs up the hill, slots: 20}]\n"
    told = storyboard(
        "preview", write_story(tmp_path, f"storyboard: 1\ntitle: T\nscenes:\n{scene * 2}"), "--json"
    ).json
    assert [reel["index"] for reel in told["reels"]] == [1, 2]
    assert told["reels"][1]["request"]["image"] == "handoff: last frame of reel 1"
    assert told["reels"][1]["segments"][0]["start"] == 0
    assert told["seconds"] == 180
    assert [each["code"] for each in told["findings"]] == ["several-reels"]


def test_five_hundred_segments_are_shown_in_json_and_in_text(storyboard: Command, tmp_path: Path) -> None:
    scene = "  - segments:\n" + "      - a fox runs on\n" * 10
    file = write_story(tmp_path, f"storyboard: 1\ntitle: T\nscenes:\n{scene * 50}")
    told = storyboard("preview", file, "--json").json
    assert sum(len(reel["segments"]) for reel in told["reels"]) == 500
    assert [each["index"] for reel in told["reels"] for each in reel["segments"]] == list(range(1, 501))
    assert all(18 <= reel["seconds"] <= 121.5 for reel in told["reels"])
    assert "Reel 19 of " in storyboard("preview", file).out


@pytest.mark.parametrize("title", ["T", "word " * 40, "狐" * 70, "x" * 150, "👩‍🚀" * 50, "שלום " * 30])
def test_the_text_fits_eighty_columns_whatever_it_shows(
    storyboard: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, title: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = (
        f"storyboard: 1\ntitle: '{title}'\nstyle: '{title}'\nscenes: [{{name: '{title}', segments: ['{title}']}}]\n"
    )
    ran = storyboard("preview", write_story(tmp_path, text))
    assert ran.code == 0
    assert max(columns(line) for line in ran.out.splitlines()) <= 80
    assert "".join(title.split()) in "".join(ran.out.split())


def test_a_title_can_neither_move_the_cursor_nor_turn_the_price_around(storyboard: Command, tmp_path: Path) -> None:
    text = 'storyboard: 1\ntitle: "\\e[2J\\u202e free"\nscenes: [{name: "\\e[1m", segments: ["a\\e[31m"]}]\n'
    ran = storyboard("preview", write_story(tmp_path, text))
    assert ran.code == 0
    assert not {"\x1b", "\u202e"} & set(ran.out)
    assert storyboard("preview", tmp_path / "story.yaml", "--json").json["title"] == "\x1b[2J\u202e free"


def test_an_expression_in_an_action_is_text_or_an_error_and_never_run(storyboard: Command, tmp_path: Path) -> None:
    literal = storyboard("preview", write_story(tmp_path, MINIMAL.replace("a fox runs", "'{{ 7*7 }}'")), "--json")
    assert literal.json["reels"][0]["segments"][0]["action"] == "{ 7*7 }"
    statement = storyboard("preview", write_story(tmp_path, MINIMAL.replace("a fox runs", "'{% if x %}'")), "--json")
    assert (statement.code, statement.json["findings"][0]["code"]) == (1, "brace")


def test_a_cut_of_other_clips_has_nothing_to_order(storyboard: Command, tmp_path: Path) -> None:
    file = write_story(tmp_path, "storyboard: 1\ntitle: T\ncut: {timeline: [{black: 1}]}\n")
    told = storyboard("preview", file, "--json")
    assert (told.code, told.json["reels"], told.json["cost_usd"]) == (0, [], "0.00")
    ran = storyboard("preview", file)
    assert (ran.code, ran.out) == (1, "")
    assert "nothing to compile" in ran.err


def test_it_needs_a_file(storyboard: Command, tmp_path: Path) -> None:
    assert storyboard("preview").code == 2
    missing = storyboard("preview", tmp_path / "nowhere.yaml", "--json")
    assert (missing.code, missing.json["findings"][0]["code"]) == (1, "file-missing")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_previews_from_another_folder_in_a_process_of_its_own(example: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "storyboard", "preview", str(example), "--json"]
    ran = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, encoding="utf-8", check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    told = json.loads(ran.stdout)
    for reel in told["reels"]:
        image = reel["request"].get("image", "")
        assert not image or image.startswith("handoff") or (ROOT / "examples" / image).is_file()
    assert not list(tmp_path.glob("*.yaml"))
    assert not (tmp_path / ".storyboard").exists()
