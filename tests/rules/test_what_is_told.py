"""What the rules say, where the words matter: ties, counts, prices, and what only may be so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rule_helpers import findings, of
from story_cases import FOX, camera, many, places

from storyboard.story.findings import Severity

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.story.findings import Finding


def told(folder: Path, code: str, body: str) -> list[Finding]:
    return [finding for finding in findings(folder, body) if finding.code == code]


def of_two(first: int, second: int, head: str = "") -> str:
    """A loose scene and a literal one, of so many slots."""
    return (
        f"{head}scenes:\n  - segments: [{{action: a fox runs up and stops, slots: {first}}}]\n"
        f"  - {{adherence: literal, segments: [{{action: the fox barks, slots: {second}}}]}}\n"
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            of_two(4, 4),
            "“Scene 2” is literal, but shares a job with as many seconds that are loose, and so gets cfg 1.",
        ),
        (of_two(5, 4), "“Scene 2” is literal, but shares a job with more seconds that are loose, and so gets cfg 1."),
        (
            of_two(4, 4, "adherence: literal\n").replace("{adherence: literal", "{adherence: loose"),
            "“Scene 2” is loose, but shares a job with as many seconds that are literal, and so gets cfg 1.5.",
        ),
    ],
)
def test_a_scene_that_shares_a_job_hears_how_much_of_it_and_which_cfg_it_gets(
    tmp_path: Path, body: str, message: str
) -> None:
    assert [finding.message for finding in told(tmp_path, "mixed-adherence", body)] == [message]


def test_three_moves_in_a_row_are_an_info_in_one_slot_and_nothing_in_more(tmp_path: Path) -> None:
    (moving,) = camera("pan left, then push in, then tilt up")
    rest = "      - the captain bows and leaves\n" * 3
    (finding,) = told(tmp_path, "several-camera-moves", moving + rest)
    assert finding.severity is Severity.INFO
    assert finding.message == "The camera is given three moves in 4.5 seconds: pan left, push in, tilt up."
    assert not told(tmp_path, "several-camera-moves", moving.replace("camera:", "slots: 3, camera:") + rest)


def test_three_segments_of_few_words_are_told_once_and_two_are_told_twice(tmp_path: Path) -> None:
    (finding,) = told(tmp_path, "too-few-words", of("a fox runs up and stops", "it barks", "a bell", "the fox runs"))
    assert finding.line == 6
    assert finding.message == "3 segments of this story have fewer than 5 words; this is the first."
    assert len(told(tmp_path, "too-few-words", of("it barks", "a fox runs up and stops", "the fox runs"))) == 2


def test_a_segment_without_motion_is_not_told_of_its_few_words_as_well(tmp_path: Path) -> None:
    assert {finding.code for finding in findings(tmp_path, of("a grey stone wall"))} == {"no-motion", "stretched"}


def test_a_720p_reel_hears_of_sharpness_and_price_and_portrait_of_the_shape(tmp_path: Path) -> None:
    (wide,) = told(tmp_path, "drifting-resolution", many(6, head="resolution: 1280x720\n"))
    assert wide.hint == "It is sharper, and a second costs $0.17; 480p drifts less, and costs $0.057."
    (tall,) = told(tmp_path, "drifting-resolution", f"resolution: 480x832\n{FOX}")
    assert "shape" in tall.hint


def test_a_story_of_several_places_hears_that_each_needs_an_image(tmp_path: Path) -> None:
    people = 'characters: {ada: "Ada, a girl with a kite"}\n'
    one = "  - {place: quay, segments: ['{ada} runs up and lets the kite go']}\n"
    two = one + "  - {place: mill, segments: ['{ada} climbs the stairs and waves']}\n"
    (of_one,) = told(tmp_path, "text-to-video", people + places(one, start=""))
    (of_both,) = told(tmp_path, "text-to-video", people + places(two, start=""))
    assert "several places" not in of_one.hint
    assert "several places" in of_both.hint


@pytest.mark.parametrize(("count", "said"), [(25, "it may be cut off"), (27, "it is cut off")])
def test_a_prompt_within_the_error_of_the_estimate_only_may_be_cut_off(tmp_path: Path, count: int, said: str) -> None:
    text = "the old keeper climbs the spiral stairs with a brass lamp and stops at the narrow window"
    text += " to look out" * (2 if count == 27 else 0)
    (finding,) = told(tmp_path, "prompt-too-long", many(count, text=text))
    assert finding.severity is Severity.WARNING
    assert said in finding.message


def test_the_longest_segment_says_where_its_count_holds_the_style(tmp_path: Path) -> None:
    style = "style: Live action on 35mm film in muted teal and amber with heavy grain and long lenses\n"
    (finding,) = told(tmp_path, "prompt-too-long", many(24, head=style))
    assert "tokens, with style and places)" in finding.hint
    (finding,) = told(tmp_path, "prompt-too-long", many(24, head="template: captions\n"))
    assert "with style" not in finding.hint
