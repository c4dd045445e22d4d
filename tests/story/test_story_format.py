"""What an author can write, and what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from helpers import EXAMPLES, write_story, write_tree
from pydantic import BaseModel

from storyboard.story.cut import ITEM_KINDS, TRANSITIONS
from storyboard.story.discover import storyboard_files
from storyboard.story.load import load_storyboard
from storyboard.story.paths import OutsideError, inside, is_url, root_of

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.story.model import Storyboard

EVERYTHING = """
storyboard: 1
title: The Lighthouse Keeper
logline: A light goes out.
image: images/keeper.png
resolution: 1280x720
adherence: literal
cfg: 1.5
look: dusk
template: timecoded
negative: {add: [lens flare, fog], remove: artwork}
t2v_quality: fast
reels: by-scene
characters:
  mira: Mira, a woman in her sixties
  tom: {name: Tom, look: a boy}
places:
  lantern: {name: the lantern room}
rules: {stretched: off, several-reels: "off", cfg-between-bands: error}
scenes:
  - name: Night watch
    place: lantern
    camera: slow push in
    image: images/night.png
    transition: the beam sweeps across
    adherence: loose
    style: ink
    mood: quiet
    segments:
      - "{mira} winds the clockwork"
      - action: the lamp gutters
        seconds: 9
        camera: close-up
        say: Hold.
        state: {start: lit, end: dark}
        sketch: sketches/1.png
      - {action: waves, slots: 3}
cut:
  timeline:
    - episode
    - episode: this
      transition: {kind: wipe, seconds: 1, direction: up}
    - reel: 1
      in: 1:15
      out: "0:01:20.5"
      volume: -3 dB
    - clip: clips/a.mp4
      in: 2
      out: 3.5
      speed: 2
      fit: blur
      volume: 6
      transition: crossfade 0.5
    - image: a.png
      seconds: 2
      camera: slow zoom
      fit: contain
    - title: T
      subtitle: S
      seconds: 3
      font: DejaVu
      size: 40
      place: center
      fade: 0.25
      transition: fade through black
    - caption: C
      at: 0.5
    - black: 1
      transition: {kind: luma, matte: m.png}
  music: {file: a.ogg, volume: -12 dB, fade: 2, at: 1, duck: false}
  narration: [a.wav, {file: b.wav}]
  match_colour: true
  mezzanine: true
  burn_subtitles: true
  subtitle_font: Lora
  output:
    size: 1920x1080
    fps: 24
    interpolation: motion
    codec: hevc
    crf: 20
    faststart: false
    chapters: false
    loudness: null
"""


SERIES = "series: 1\ntitle: S\nepisodes: story.yaml\nlooks: {dusk: 35mm film}\n"


def load(tmp_path: Path, text: str) -> Storyboard:
    loaded = load_storyboard(write_story(tmp_path, text))
    assert loaded.storyboard is not None, loaded.findings
    return loaded.storyboard


def test_every_key_of_the_format_is_understood(tmp_path: Path) -> None:
    write_tree(tmp_path, {"series.yaml": SERIES})
    assert load_storyboard(write_story(tmp_path, EVERYTHING)).findings == ()
    story = load(tmp_path, EVERYTHING)
    unset = {field for part in parts_of(story) for field in unset_fields(part)}
    assert unset <= {"Negative.replace", "Output.bitrate"}


def parts_of(value: Any) -> list[BaseModel]:
    """Every model inside a value, and itself."""
    if isinstance(value, BaseModel):
        return [value, *(part for name in type(value).model_fields for part in parts_of(getattr(value, name)))]
    if isinstance(value, dict):
        return [part for item in value.values() for part in parts_of(item)]
    return [part for item in value for part in parts_of(item)] if isinstance(value, tuple) else []


def unset_fields(part: BaseModel) -> list[str]:
    """The keys that this test has never written, seen over all parts of a kind."""
    kind = type(part).__name__
    if kind in {"Storyboard", "Scene", "Negative", "Cut", "Output"}:
        return [f"{kind}.{name}" for name in type(part).model_fields if name not in part.model_fields_set]
    return []


def test_a_text_stands_for_a_segment_a_character_and_a_replaced_negative_prompt(tmp_path: Path) -> None:
    story = load(
        tmp_path,
        "storyboard: 1\ntitle: T\nnegative: only this\ncharacters: {mira: 'Mira, grey, in a coat'}\n"
        "scenes: [{segments: [a fox runs]}]\n",
    )
    assert story.scenes[0].segments[0].action == "a fox runs"
    assert (story.characters["mira"].name, story.characters["mira"].look) == ("Mira", "grey, in a coat")
    assert story.negative.replace == "only this"


def test_what_is_left_out_has_the_documented_default(tmp_path: Path) -> None:
    story = load(tmp_path, "storyboard: 1\ntitle: T\nscenes: [{segments: [a fox runs]}, {segments: [b]}]\n")
    assert (story.resolution, story.adherence, story.template) == ("832x480", "loose", "consecutive")
    assert (story.t2v_quality, story.reels, story.cfg, story.image) == ("quality", "auto", None, None)
    assert [story.scene_name(0), story.scene_name(1)] == ["Scene 1", "Scene 2"]


@pytest.mark.parametrize("setting", ["off", "no", "false", '"off"'])
def test_a_rule_is_switched_off_by_off_however_yaml_reads_it(tmp_path: Path, setting: str) -> None:
    text = f"storyboard: 1\ntitle: T\nrules: {{stretched: {setting}}}\nscenes: [{{segments: [a]}}]\n"
    assert load(tmp_path, text).rules == {"stretched": "off"}


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("75", 75), ("1:15", 75), ("'1:15'", 75), ("'0:01:15.5'", 75.5), ("1:02:03", 3723), ("0.5", 0.5)],
)
def test_a_time_in_the_cut_is_seconds_or_a_clock(tmp_path: Path, written: str, seconds: float) -> None:
    cut = load(tmp_path, f"storyboard: 1\ntitle: T\ncut: {{timeline: [{{black: {written}}}]}}\n").cut
    assert cut is not None
    assert cut.timeline[0].model_dump()["black"] == seconds


@pytest.mark.parametrize(("written", "decibels"), [("-12 dB", -12), ("-12dB", -12), ("-12", -12), ("+3.5 db", 3.5)])
def test_a_volume_is_decibels_with_or_without_the_unit(tmp_path: Path, written: str, decibels: float) -> None:
    cut = load(tmp_path, f"storyboard: 1\ntitle: T\ncut: {{music: {{file: a.ogg, volume: {written}}}}}\n").cut
    assert cut is not None
    assert cut.music[0].volume == decibels


@pytest.mark.parametrize("kind", [kind for kind in TRANSITIONS if kind != "cut"])
@pytest.mark.parametrize(("length", "seconds"), [("", 0.5), (" 1", 1), (" 0.25s", 0.25)])
def test_a_transition_is_its_kind_with_or_without_a_length(
    tmp_path: Path, kind: str, length: str, seconds: float
) -> None:
    cut = load(
        tmp_path, f"storyboard: 1\ntitle: T\ncut: {{timeline: [{{black: 1, transition: {kind}{length}}}]}}\n"
    ).cut
    assert cut is not None
    transition = cut.timeline[0].model_dump()["transition"]
    assert (transition["kind"], transition["seconds"]) == (kind, seconds)


def test_a_cut_has_no_length(tmp_path: Path) -> None:
    cut = load(tmp_path, "storyboard: 1\ntitle: T\ncut: {timeline: [{black: 1, transition: cut}]}\n").cut
    assert cut is not None
    assert cut.timeline[0].model_dump()["transition"]["kind"] == "cut"


def test_the_key_of_an_item_says_what_it_is(tmp_path: Path) -> None:
    write_tree(tmp_path, {"series.yaml": SERIES})
    cut = load(tmp_path, EVERYTHING).cut
    assert cut is not None
    kinds = [type(item).__name__.removesuffix("Item").lower() for item in cut.timeline]
    assert set(kinds) == set(ITEM_KINDS)
    assert kinds[:2] == ["episode", "episode"]


def test_a_cut_alone_is_a_story_too(tmp_path: Path) -> None:
    assert load(tmp_path, "storyboard: 1\ntitle: T\ncut: {timeline: [{clip: a.mp4}]}\n").scenes == ()


def test_a_story_cannot_be_changed_once_it_is_read(tmp_path: Path) -> None:
    write_tree(tmp_path, {"series.yaml": SERIES})
    story = load(tmp_path, EVERYTHING)
    with pytest.raises(ValueError, match="frozen"):
        story.scenes[0].name = "Other"  # type: ignore[misc]  # what is refused here


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_read_without_a_finding(example: Path) -> None:
    assert load_storyboard(example).findings == ()


# Files that a story names.


@pytest.mark.parametrize("name", ["a.png", "sub/a.png", "./a.png", "sub/../a.png"])
def test_a_file_below_the_folder_may_be_named(tmp_path: Path, name: str) -> None:
    assert inside(tmp_path, tmp_path, name).is_relative_to(tmp_path.resolve())


@pytest.mark.parametrize("name", ["../a.png", "/etc/passwd", "sub/../../a.png", "link/a.png", "a\0.png"])
def test_a_file_outside_the_folder_may_not_be_named(tmp_path: Path, name: str) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "link").symlink_to(tmp_path)
    with pytest.raises(OutsideError):
        inside(root, root, name)


def test_an_episode_may_name_files_of_its_whole_series(tmp_path: Path) -> None:
    write_tree(tmp_path, {"series.yaml": "series: 1\n", "episodes/one.yaml": "", "images/a.png": b""})
    assert root_of(tmp_path / "episodes" / "one.yaml") == tmp_path.resolve()
    inside(tmp_path, tmp_path / "episodes", "../images/a.png")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://a.example/b.png", True),
        ("HTTP://a.example", True),
        ("ftp://a.example/b.png", False),
        ("https:///b.png", False),
        ("http://[x", False),
        ("http://a\u2100b/", False),
        ("C:\\keeper.png", False),
        ("keeper.png", False),
    ],
)
def test_an_address_is_http_with_a_host(text: str, expected: bool) -> None:
    assert is_url(text) is expected


def test_the_storyboards_of_a_folder_are_found_in_order_and_nothing_else(tmp_path: Path) -> None:
    head = "# a comment\nstoryboard: 1\r\n"
    write_tree(
        tmp_path,
        {
            "b.yaml": head,
            "a/c.yml": b"\xef\xbb\xbf'storyboard': 1",
            "a/series.yaml": "series: 1\n",
            "a/notes.txt": head,
            ".hidden/d.yaml": head,
            "renders/e.yaml": head,
            "node_modules/f.yaml": head,
            "g.yaml": "title: storyboard\n",
        },
    )
    (tmp_path / "link.yaml").symlink_to("b.yaml")
    found = storyboard_files([tmp_path, tmp_path / "b.yaml"])
    assert [file.relative_to(tmp_path).as_posix() for file in found] == ["a/c.yml", "b.yaml"]
