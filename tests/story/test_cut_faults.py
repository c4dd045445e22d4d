"""What of a cut cannot be is told by its text alone: before anything is paid, and at its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from helpers import write_story

from storyboard.cutting.rehearsal import rehearse
from storyboard.generation.prepare import prepare

if TYPE_CHECKING:
    from pathlib import Path

SCENES = "scenes: [{segments: [The cat walks over the roof and jumps down]}]\n"


def told(tmp_path: Path, cut: str, scenes: str = "") -> list[tuple[str, int, str]]:
    """The errors of a cut, each with its line: the cut begins on the fifth, without scenes on the fourth."""
    text = f"storyboard: 1\ntitle: T\n{scenes}cut:\n{cut}"
    prepared = prepare(write_story(tmp_path, text))
    findings = [each for each in (*prepared.findings, *rehearse(prepared)) if each.severity == "error"]
    return [(finding.code, finding.line, finding.message) for finding in findings]


@pytest.mark.parametrize(
    ("output", "code", "message"),
    [
        ("size: 20000x200", "invalid-value", "each number has to be from 16 to 8192"),
        ("size: 8192x8192", "invalid-value", "no larger than 8K"),
        ("size: 10x10", "invalid-value", "each number has to be from 16 to 8192"),
        ("crf: 0", "out-of-range", "at least 1 with h264"),
        ("size: 833x480", "invalid-value", "both numbers have to be even, such as 832x480"),
        ("bitrate: plenty", "invalid-value", "“plenty” is no bit rate: write it like 8M or 800k"),
        ("bitrate: 12", "out-of-range", "has to be at least 1000"),
        ("bitrate: 8M, crf: 20", "contradiction", "crf and bitrate"),
        ("crf: 52", "out-of-range", "at most 51 with h264"),
        ("crf: 52, codec: hevc", "out-of-range", "at most 51 with hevc"),
        ("crf: 64, codec: vp9", "out-of-range", "at most 63"),
        ("crf: 20, codec: prores", "contradiction", "“crf” says nothing with prores"),
        ("bitrate: 8M, codec: prores", "contradiction", "“bitrate” says nothing with prores"),
    ],
)
def test_an_output_that_cannot_be_written_is_an_error_at_its_line(
    tmp_path: Path, output: str, code: str, message: str
) -> None:
    ((found, line, said),) = told(tmp_path, f"  timeline: [{{black: 1}}]\n  output: {{{output}}}\n")
    assert (found, line) == (code, 5)
    assert message in said


@pytest.mark.parametrize(
    ("written", "bits"), [("8M", 8_000_000), ("800k", 800_000), ("0.5m", 500_000), ("1500000", 1_500_000)]
)
def test_a_bit_rate_is_a_number_of_bits_or_of_thousands_or_of_millions(
    tmp_path: Path, written: str, bits: int
) -> None:
    text = f"storyboard: 1\ntitle: T\ncut:\n  output: {{bitrate: {written}}}\n  timeline: [{{black: 1}}]\n"
    story = prepare(write_story(tmp_path, text)).loaded.storyboard
    assert story is not None
    assert story.cut is not None
    assert story.cut.output.bitrate == bits


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("{caption: Too soon}", "This caption stands over nothing"),
        ("{reel: 2}", "This episode has no reel 2: it has one"),
        ("{reel: 1, in: 5, out: 3}", "“out” is not after “in”"),
        ("{reel: 1, out: 0}", "“out” is not after “in”"),
        ("{black: 1, transition: crossfade 0.5}", "there is nothing that its crossfade could come from"),
    ],
)
def test_an_item_that_cannot_be_is_an_error_at_its_line(tmp_path: Path, item: str, message: str) -> None:
    ((code, line, said),) = told(tmp_path, f"  timeline:\n    - {item}\n    - episode\n", SCENES)
    assert (code, line) == ("cut-impossible", 6)
    assert message in said


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("episode", "This file has no scenes, so it has no episode of its own"),
        ("{reel: 1}", "This file has no scenes, so it has no reel of its own"),
    ],
)
def test_a_cut_without_scenes_has_no_reels_of_its_own(tmp_path: Path, item: str, message: str) -> None:
    ((code, line, said),) = told(tmp_path, f"  timeline:\n    - {{black: 1}}\n    - {item}\n")
    assert (code, line) == ("cut-impossible", 6)
    assert message in said


@pytest.mark.parametrize("item", ["{black: 0}", "{title: T, seconds: 0}", "{image: a.png, seconds: 0}"])
def test_nothing_is_shown_for_no_time_at_all(tmp_path: Path, item: str) -> None:
    (tmp_path / "a.png").touch()
    ((code, line, said),) = told(tmp_path, f"  timeline:\n    - {item}\n")
    assert (code, line) == ("out-of-range", 5)
    assert "is 0, and has to be more than 0" in said


def test_of_a_cut_that_is_not_understood_nothing_more_is_told(tmp_path: Path) -> None:
    assert [code for code, _, _ in told(tmp_path, "  timeline: [{caption: C, seconds: -1}, {black: 1}]\n")] == [
        "out-of-range"
    ]


def test_a_caption_after_another_stands_over_what_that_one_stands_over(tmp_path: Path) -> None:
    assert told(tmp_path, "  timeline: [{black: 5}, {caption: One}, {caption: Two, at: 2}]\n") == []


@pytest.mark.parametrize(
    ("item", "code", "message"),
    [
        ("{black: 1, transition: cut 2}", "contradiction", "a cut takes no time"),
        ("{black: 1, transition: crossfade 0}", "out-of-range", "has to be more than 0"),
        ("{black: 1, transition: {kind: zoom, direction: up}}", "contradiction", "only wipe and slide have one"),
        ("{black: 1, transition: zoom up 0.5}", "contradiction", "only wipe and slide have one"),
        ("{black: 1, transition: slide away 0.5}", "unknown-value", "“slide away 0.5” is no transition"),
        ("{black: 1, transition: {kind: dip, matte: a.png}}", "contradiction", "only luma has one"),
        ("{black: 1, transition: {dip: 0.5}}", "missing-key", "does not say which transition is meant"),
        ("{black: 1, transition: luma}", "cut-impossible", "A luma transition needs its matte"),
        ("{caption: Hello, transition: crossfade}", "unknown-key", "“transition” is not a key of a caption"),
        ("{black: 1:99}", "not-a-number", "“black” has to be a number"),
        (
            "{black: 2, transition: crossfade 3}",
            "cut-impossible",
            "than the title “One”: it takes 3 s of that, which is seen for 1 s",
        ),
        ("{title: T, seconds: 1, transition: dip 1.5}", "cut-impossible", "is longer than the title “One”"),
        (
            "{title: T, seconds: 2, transition: crossfade 0.75}",
            "cut-impossible",
            "The two transitions of the title “One” overlap: together they take 1.125 s of it",
        ),
    ],
)
def test_what_would_be_passed_over_or_has_no_room_is_an_error_at_its_line(
    tmp_path: Path, item: str, code: str, message: str
) -> None:
    (tmp_path / "a.png").touch()
    before = "    - {black: 1}\n    - {title: One, seconds: 1, transition: fade through black 0.75}\n"
    ((found, line, said),) = told(tmp_path, f"  timeline:\n{before}    - {item}\n")
    assert (found, line) == (code, 7)
    assert message in said


def test_transitions_that_just_fit_are_none_too_many(tmp_path: Path) -> None:
    fits = "  timeline: [{black: 1}, {black: 1, transition: dip 0.5}, {title: T, transition: wipe 0.5}]\n"
    assert told(tmp_path, fits) == []


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("{reel: 1, in: 18}", "reel 1 of story is 18 s long, and “in” is 18 s"),
        ("{reel: 1, in: 17.98}", "reel 1 of story is 18 s long, and “in” is 17.98 s"),
        ("{reel: 1, out: 19}", "reel 1 of story is 18 s long, and “out” is 19 s"),
        ("{episode: cut.yaml}", "cut.yaml has no scenes: it is a cut of other clips, and no episode"),
        ("{reel: 1, of: cut.yaml}", "cut.yaml has no scenes: it is a cut of other clips, and no episode"),
    ],
)
def test_what_a_reel_that_is_not_there_yet_will_not_have_is_told_before_it_is_bought(
    tmp_path: Path, item: str, message: str
) -> None:
    (tmp_path / "cut.yaml").write_text("storyboard: 1\ntitle: T\ncut: {timeline: [{black: 1}]}\n")
    ((code, line, said),) = told(tmp_path, f"  timeline:\n    - {item}\n", SCENES)
    assert (code, line) == ("cut-impossible", 6)
    assert message in said


def test_everything_that_cannot_be_is_told_at_once(tmp_path: Path) -> None:
    items = ["{reel: 1, out: 1}", "{reel: 1, in: 40}", "{reel: 1, in: 2, out: 19}", "{reel: 1, in: 18}"]
    cut = "".join(f"    - {item}\n" for item in items)
    assert [(code, line) for code, line, _ in told(tmp_path, f"  timeline:\n{cut}", SCENES)] == [
        ("cut-impossible", 7),
        ("cut-impossible", 8),
        ("cut-impossible", 9),
    ]
    items = ["{black: 1, transition: dip}", "{title: T, transition: crossfade 2}", "{title: U, transition: zoom 4}"]
    cut = "".join(f"    - {item}\n" for item in items)
    assert [line for _, line, _ in told(tmp_path, f"  timeline:\n{cut}")] == [5, 6, 7]


def test_an_episode_with_errors_is_told_where_it_is_shown(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("storyboard: 1\ntitle: T\nscenes: []\n")
    ((code, line, message),) = told(tmp_path, "  timeline:\n    - {episode: other.yaml}\n")
    assert (code, line) == ("cut-impossible", 5)
    assert message.startswith("other.yaml has errors, the first in line 1: ")


@pytest.mark.parametrize(("item", "what"), [("{clip: a.mp4}", "clip"), ("{black: 1}\n  music: a.mp4", "sound")])
def test_a_file_that_git_lfs_has_not_brought_is_told_as_that(tmp_path: Path, item: str, what: str) -> None:
    (tmp_path / "a.mp4").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n")
    ((code, _, message),) = told(tmp_path, f"  timeline:\n    - {item}\n")
    assert (code, message) == ("cut-impossible", f"a.mp4 is a Git LFS pointer, and the {what} itself is not here.")


def test_a_key_of_the_output_is_told_where_it_belongs(tmp_path: Path) -> None:
    text = "storyboard: 1\ntitle: T\ncut:\n  fps: 24\n  timeline: [{black: 1}]\n"
    (finding,) = prepare(write_story(tmp_path, text)).findings
    assert (finding.code, finding.hint) == ("unknown-key", "It belongs under “output:”.")
    findings = prepare(write_story(tmp_path, "storyboard: 1\ntitle: T\ntimeline: [{black: 1}]\n")).findings
    assert "It belongs under “cut:”." in [each.hint for each in findings]


@pytest.mark.parametrize("kind", ["wipe", "slide"])
def test_a_transition_says_in_one_text_where_it_goes_and_how_long_it_takes(tmp_path: Path, kind: str) -> None:
    text = f"storyboard: 1\ntitle: T\ncut: {{timeline: [{{black: 1}}, {{black: 1, transition: {kind} up 0.8 s}}]}}\n"
    story = prepare(write_story(tmp_path, text)).loaded.storyboard
    assert story is not None
    assert story.cut is not None
    goes = story.cut.timeline[1].transition  # type: ignore[union-attr]
    assert (goes.kind, goes.direction, goes.seconds) == (kind, "up", 0.8)  # type: ignore[union-attr]


def test_a_transition_that_was_written_as_keys_is_told_with_its_direction(tmp_path: Path) -> None:
    text = (
        "storyboard: 1\ntitle: T\ncut: {timeline: [{black: 1}, {black: 1, transition: {slide: 1, direction: up}}]}\n"
    )
    (finding,) = prepare(write_story(tmp_path, text)).findings
    assert "slide up" in finding.hint


def test_only_music_is_ducked(tmp_path: Path) -> None:
    (tmp_path / "a.wav").touch()
    sounds = "  narration: {file: a.wav, duck: false}\n  music: {file: a.wav, duck: false}\n"
    ((code, line, message),) = told(tmp_path, f"  timeline: [{{black: 1}}]\n{sounds}")
    assert (code, line) == ("unknown-key", 5)
    assert "“duck” is not a key of a narration" in message
