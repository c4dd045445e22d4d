"""Every mistake in a story is told where it stands, in the author's words, all of them at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from helpers import MINIMAL, write_story

from storyboard.generation.prepare import prepare
from storyboard.story.load import load_storyboard
from storyboard.story.model import Storyboard
from storyboard.story.salvage import salvage

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.story.findings import Finding

HEAD = "storyboard: 1\ntitle: T\n"
SCENES = "scenes:\n  - segments:\n      - a fox runs\n"

# What stands from line 3 on, and where and what is told about it.
MISTAKES = [
    ("an unknown key", "titel: U\n" + SCENES, (3, 1), "unknown-key", "Did you mean “title”?"),
    ("a key of a scene at the top", "camera: still\n" + SCENES, (3, 1), "unknown-key", "It can be one of:"),
    ("an unknown key of a scene", SCENES + "    transitoin: fog\n", (6, 5), "unknown-key", "“transition”"),
    ("an unknown key of a segment", "scenes:\n  - segments:\n      - action: x\n        cammera: y\n", (6, 9),
     "unknown-key", "“camera”"),
    ("an unknown key of a state", "scenes:\n  - segments:\n      - action: x\n        state: {strat: y}\n", (6, 17),
     "unknown-key", "“start”"),
    ("a slip in the only key of a segment", "scenes:\n  - segments:\n      - acton:\n", (5, 9), "unknown-key",
     "“action”"),
    ("no action", "scenes:\n  - segments:\n      - camera: x\n", (5, 9), "missing-key", "action:"),
    ("no segments", "scenes:\n  - name: x\n", (4, 5), "missing-key", "segments:"),
    ("an empty action", "scenes:\n  - segments:\n      - ''\n", (5, 9), "empty-text", "Write something"),
    ("an action of spaces", "scenes:\n  - segments:\n      - action: '  '\n", (5, 17), "empty-text", ""),
    ("an action left open", "scenes:\n  - segments:\n      - action:\n", (5, 16), "empty-text", ""),
    ("an item left open", "scenes:\n  - segments:\n      -\n", (5, 8), "empty-text", ""),
    ("no segment in the list", "scenes:\n  - segments: []\n", (4, 15), "empty-list", "“- ”"),
    ("a text for the segments", "scenes:\n  - segments: a fox runs\n", (4, 15), "not-a-list", "“- ”"),
    ("a text for the scenes", "scenes: a fox runs\n", (3, 9), "not-a-list", ""),
    ("a text for a scene", "scenes:\n  - a fox runs\n", (4, 5), "not-a-mapping", ""),
    ("a number for an action", "scenes:\n  - segments:\n      - 12\n", (5, 9), "not-text", ""),
    ("a number for a name", SCENES + "    name: 12\n", (6, 11), "not-text", "Put it in quotes, as it stands there."),
    ("yes for a name", SCENES + "    name: yes\n", (6, 11), "not-text", "Put it in quotes."),
    ("a list for a style", "style: [a, b]\n" + SCENES, (3, 8), "not-text", ""),
    ("a brace without quotes as an item", "scenes:\n  - segments:\n      - {mira}\n", (5, 10), "yaml-brace",
     'in quotes: "{mira} …"'),
    ("a brace without quotes as a value", "scenes:\n  - segments:\n      - action: {mira}\n", (5, 17), "yaml-brace",
     'in quotes: "{mira} …"'),
    ("seconds as a text", "scenes:\n  - segments:\n      - {action: x, seconds: '9'}\n", (5, 30), "not-a-number",
     "without quotes or units"),
    ("seconds with a unit", "scenes:\n  - segments:\n      - {action: x, seconds: 9s}\n", (5, 30), "not-a-number",
     "without quotes or units"),
    ("seconds off the grid", "scenes:\n  - segments:\n      - {action: x, seconds: 5}\n", (5, 30), "seconds-off-grid",
     "Write 4.5 or 9."),
    ("seconds below one slot", "scenes:\n  - segments:\n      - {action: x, seconds: 1}\n", (5, 30),
     "seconds-off-grid", "Write 4.5."),
    ("no seconds at all", "scenes:\n  - segments:\n      - {action: x, seconds: 0}\n", (5, 30), "out-of-range", ""),
    ("endless seconds", "scenes:\n  - segments:\n      - {action: x, seconds: .inf}\n", (5, 30), "not-a-number", ""),
    ("half a slot", "scenes:\n  - segments:\n      - {action: x, slots: 1.5}\n", (5, 28), "not-a-number", "",),
    ("a length given twice", "scenes:\n  - segments:\n      - {action: x, slots: 1, seconds: 9}\n", (5, 9),
     "contradiction", ""),
    ("an unknown resolution", "resolution: 1024x768\n" + SCENES, (3, 13), "unknown-value", "832x480"),
    ("a resolution left open", "resolution:\n" + SCENES, (3, 12), "empty-text", ""),
    ("an adherence in other words", "adherence: literally\n" + SCENES, (3, 12), "unknown-value", "“literal”"),
    ("yes for an adherence", "adherence: yes\n" + SCENES, (3, 12), "unknown-value", "loose, literal"),
    ("a list for an adherence", "adherence: [loose]\n" + SCENES, (3, 12), "unknown-value", "loose, literal"),
    ("a cfg as a text", "cfg: high\n" + SCENES, (3, 6), "not-a-number", ""),
    ("a cfg above the range", "cfg: 2.5\n" + SCENES, (3, 6), "cfg-out-of-range", "Leave it out"),
    ("a cfg past all reason", "cfg: 1.0e+300\n" + SCENES, (3, 6), "cfg-out-of-range", ""),
    ("an unknown template", "template: consecutiv\n" + SCENES, (3, 11), "unknown-template", "“consecutive”"),
    ("an unknown quality", "t2v_quality: best\n" + SCENES, (3, 14), "unknown-value", "quality, fast"),
    ("an unknown way to cut reels", "reels: by-scenes\n" + SCENES, (3, 8), "unknown-value", "“by-scene”"),
    ("an unknown setting of a rule", "rules: {stretched: silent}\n" + SCENES, (3, 20), "unknown-value", "off"),
    ("replacing and editing the negative prompt", "negative: {replace: x, add: y}\n" + SCENES, (3, 11),
     "contradiction", ""),
    ("a character without a name", "characters: {mira: ', in a yellow coat'}\n" + SCENES, (3, 20), "empty-text", ""),
    ("characters in a list", "characters: [mira]\n" + SCENES, (3, 13), "not-a-mapping", "name: value"),
    ("a name nobody can write in braces", "characters: {two words: x}\n" + SCENES, (3, 14), "invalid-name", "letter"),
    ("a character and a place of one name", "characters: {a: x}\nplaces: {a: y}\n" + SCENES, (4, 10),
     "duplicate-name", ""),
    ("a brace in a description", "characters: {a: 'Ada, near {b}'}\n" + SCENES, (3, 17), "brace", "double"),
    ("an unknown place", "places: {tower: x}\n" + SCENES + "    place: towr\n", (7, 12), "unknown-name", "“tower”"),
    ("a character for a place", "characters: {ada: x}\n" + SCENES + "    place: ada\n", (7, 12), "unknown-name",
     "Declare it"),
    ("a colon", "scenes:\n  - segments:\n      - she whispers: hold on\n", (5, 9), "yaml-colon", "in quotes"),
    ("an unknown name in an action", "characters: {mira: x}\nscenes:\n  - segments:\n      - '{mia} runs'\n", (6, 10),
     "unknown-name", "“mira”"),
    ("an unknown name inside an action", "scenes:\n  - segments:\n      - a fox sees {nobody} run\n", (5, 20),
     "unknown-name", "Declare it"),
    ("an unknown name inside quotes", "scenes:\n  - segments:\n      - 'a fox sees {nobody} run'\n", (5, 21),
     "unknown-name", ""),
    ("an unknown name in a block of text", "scenes:\n  - segments:\n      - >-\n        see {nobody}\n", (5, 9),
     "unknown-name", ""),
    ("an unknown name in a camera", SCENES + "    camera: follows {nobody}\n", (6, 21), "unknown-name", ""),
    ("an unknown name in a state", "scenes:\n  - segments:\n      - {action: x, state: {end: '{b}'}}\n", (5, 35),
     "unknown-name", ""),
    ("a template expression", "scenes:\n  - segments:\n      - 'a {% if x %} b'\n", (5, 12), "brace", "{{ and }}"),
    ("an attribute of a name", "scenes:\n  - segments:\n      - 'a {mira.name} b'\n", (5, 12), "brace", ""),
    ("a lone brace", "scenes:\n  - segments:\n      - 'a } b'\n", (5, 12), "brace", ""),
    ("empty braces", "scenes:\n  - segments:\n      - 'a {} b'\n", (5, 12), "brace", ""),
    ("an unknown item in the cut", "cut: {timeline: [{titel: x}]}\n", (3, 18), "unknown-item", "“title”"),
    ("an unknown key of an item", "cut: {timeline: [{title: x, second: 3}]}\n", (3, 29), "unknown-key", "“seconds”"),
    ("an unknown transition", "cut: {timeline: [{black: 1, transition: crossfad 0.5}]}\n", (3, 41), "unknown-value",
     "“crossfade”"),
    ("a volume as words", "cut: {timeline: [{clip: x, volume: loud}]}\n", (3, 36), "not-a-number", ""),
    ("a rate no output has", "cut: {output: {fps: 60}}\n", (3, 21), "unknown-value", "16, 24, 25, 30"),
    ("a size that is none", "cut: {output: {size: HD}}\n", (3, 22), "invalid-value", "1280x720"),
    ("a duplicate key", "style: a\nstyle: b\n" + SCENES, (4, 1), "duplicate-key", "Keep one"),
    ("a text beyond all measure", f"style: {'x' * 10_001}\n" + SCENES, (3, 8), "text-too-long", "Shorten"),
    ("a name beyond all measure", f"characters: {{a: {'x' * 201}}}\n" + SCENES, (3, 17), "text-too-long", "Shorten"),
    ("a story beyond all measure", "scenes:\n  - segments:\n" + "      - {action: x, slots: 4000}\n" * 2, (4, 3),
     "episode-too-long", "Split"),
    ("an image over another protocol", "image: ftp://a/b.png\n" + SCENES, (3, 8), "image-address", ""),
    ("an image in the text", "image: data:image/png;base64,AAAA\n" + SCENES, (3, 8), "image-address", ""),
    ("an address that is none", "image: http://[x\n" + SCENES, (3, 8), "image-address", ""),
    ("an image that is not there", "image: nowhere.png\n" + SCENES, (3, 8), "file-missing", "storyboard"),
    ("a file name that no disk takes", f"image: {'x' * 5000}\n" + SCENES, (3, 8), "file-missing", ""),
    ("a sketch that is not there", "scenes:\n  - segments:\n      - {action: x, sketch: n.png}\n", (5, 29),
     "file-missing", ""),
    ("a scene's image that is not there", SCENES + "    image: n.png\n", (6, 12), "file-missing", ""),
    ("a number for the cut", "cut: 5\n", (3, 6), "not-a-mapping", ""),
    ("music that is not there", "cut: {music: n.ogg}\n", (3, 14), "file-missing", ""),
    ("a clip that is not there", "cut: {timeline: [{clip: n.mp4}]}\n", (3, 25), "file-missing", ""),
    ("an episode that is not there", "cut: {timeline: [{episode: other}]}\n", (3, 28), "file-missing", ""),
    ("a matte that is not there", "cut: {timeline: [{black: 1, transition: {kind: luma, matte: n.png}}]}\n", (3, 61),
     "file-missing", ""),
    ("a font that does not ship", "cut: {timeline: [{title: x, font: Lara}]}\n", (3, 35), "font-unusable", "“Lora”"),
    ("a font file that is not there", "cut: {timeline: [{title: x, font: n.otf}]}\n", (3, 35), "file-missing", ""),
    ("a font file that lies outside", "cut: {timeline: [{title: x, font: ../n.otf}]}\n", (3, 35),
     "outside-folder", ""),
    ("a font file that is none", "cut: {timeline: [{title: x, font: ./story.yaml}]}\n", (3, 35),
     "font-unusable", ".ttf or .otf"),
]  # fmt: skip

FORBIDDEN = re.compile(
    r"pydantic|validation error|yaml\.|Traceback|model_type|\binput\b|_type\b|None\b|nonetype|Error\b"
)


def findings(tmp_path: Path, text: str | bytes) -> tuple[Finding, ...]:
    return prepare(write_story(tmp_path, text)).findings


def places(found: tuple[Finding, ...]) -> list[tuple[int, int, str]]:
    return [(each.line, each.column, each.code) for each in found if each.severity == "error"]


@pytest.mark.parametrize(
    ("text", "place", "code", "hint"), [case[1:] for case in MISTAKES], ids=[case[0] for case in MISTAKES]
)
def test_a_mistake_is_told_at_its_line_and_column_with_what_to_do(
    tmp_path: Path, text: str, place: tuple[int, int], code: str, hint: str
) -> None:
    found = findings(tmp_path, HEAD + text)
    errors = [each for each in found if each.severity == "error"]
    told = [each for each in errors if each.code == code]
    assert [(each.line, each.column) for each in told] == [place], errors
    assert hint in told[0].hint
    assert told[0].excerpt == (HEAD + text).splitlines()[place[0] - 1]


@pytest.mark.parametrize("text", [case[1] for case in MISTAKES], ids=[case[0] for case in MISTAKES])
def test_a_message_is_plain_sentences_and_never_the_words_of_a_library(tmp_path: Path, text: str) -> None:
    for each in findings(tmp_path, HEAD + text):
        said = f"{each.message} {each.hint}"
        assert not FORBIDDEN.search(said.replace(str(tmp_path), "")), said
        assert each.message.endswith("."), said
        assert len(each.message) < 300, said
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", each.code)


MANY = """storyboard: 1
titel: Keeper
resolution: 1024x768
characters:
  mira: Mira
scenes:
  - name: 12
    segments:
      - "{mia} winds the clock"
      - action:
      - action: the lamp gutters
        seconds: 5
  - segment:
      - waves
  - place: reef
    segments:
      - "{mira} looks {out"
"""


def test_every_mistake_of_a_file_is_told_at_once_in_reading_order(tmp_path: Path) -> None:
    assert places(findings(tmp_path, MANY)) == [
        (1, 1, "missing-key"),  # the title
        (2, 1, "unknown-key"),
        (3, 13, "unknown-value"),
        (7, 11, "not-text"),
        (9, 10, "unknown-name"),
        (10, 16, "empty-text"),
        (12, 18, "seconds-off-grid"),
        (13, 5, "missing-key"),  # the segments
        (13, 5, "unknown-key"),
        (15, 12, "unknown-name"),
        (17, 23, "brace"),
    ]


def test_what_is_left_of_a_broken_story_keeps_the_places_of_its_scenes_and_segments() -> None:
    draft = salvage(
        Storyboard,
        {
            "storyboard": 1,
            "title": "T",
            "cfg": "high",
            "scenes": [
                "a text",
                {"segments": [{"action": 5}, {"action": "b", "seconds": "9", "camera": "still"}, [], "d"]},
                {"segmens": []},
            ],
        },
    )
    assert draft is not None
    assert draft.cfg is None
    assert [[segment.action for segment in scene.segments] for scene in draft.scenes] == [
        ["…"],
        ["…", "b", "…", "d"],
        ["…"],
    ]
    assert draft.scenes[1].segments[1].camera == "still"


def test_a_story_that_is_nothing_but_mistakes_still_has_its_mistakes_told(tmp_path: Path) -> None:
    assert places(findings(tmp_path, "storyboard: one\ntitle: []\nscenes: {}\ncut: 5\n")) == [
        (1, 13, "not-a-number"),
        (2, 8, "not-text"),
        (3, 9, "not-a-list"),
        (4, 6, "not-a-mapping"),
    ]


@pytest.mark.parametrize("version", ["2", "99"])
def test_a_newer_version_is_told_first_and_alone(tmp_path: Path, version: str) -> None:
    found = findings(tmp_path, f"storyboard: {version}\nwhatever: new\nscenes: 5\n")
    assert [(each.line, each.column, each.code) for each in found] == [(1, 13, "newer-version")]
    assert "Install a newer" in found[0].hint


@pytest.mark.parametrize(
    ("version", "code"),
    [("0", "out-of-range"), ("yes", "not-a-number"), ("'1'", "not-a-number"), ("", "not-a-number")],
)
def test_a_version_that_is_none_is_an_error_at_its_place(tmp_path: Path, version: str, code: str) -> None:
    (first, *_) = findings(tmp_path, MINIMAL.replace("storyboard: 1", f"storyboard: {version}".strip()))
    assert (first.line, first.code) == (1, code)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty-file"),
        ("# only a comment\n", "empty-file"),
        ("- a\n- b\n", "not-a-storyboard"),
        ("a story\n", "not-a-storyboard"),
        ("storyboard: 1\ntitle: T\n", "no-content"),
    ],
)
def test_a_file_that_holds_no_story_is_an_error_on_its_first_line(tmp_path: Path, text: str, code: str) -> None:
    assert places(findings(tmp_path, text)) == [(1, 1, code)]


def test_a_text_can_come_from_any_editor(tmp_path: Path) -> None:
    plain = load_storyboard(write_story(tmp_path, MINIMAL)).storyboard
    assert plain is not None
    for data in (
        MINIMAL.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + MINIMAL.encode(),
        MINIMAL.strip().encode(),
    ):
        assert load_storyboard(write_story(tmp_path, data)).storyboard == plain


def test_a_place_is_the_same_under_windows_line_ends_and_a_byte_order_mark(tmp_path: Path) -> None:
    windows = b"\xef\xbb\xbf" + MANY.replace("\n", "\r\n").encode()
    assert places(findings(tmp_path, windows)) == places(findings(tmp_path, MANY))


def test_a_column_counts_characters_whatever_the_script(tmp_path: Path) -> None:
    text = HEAD + 'scenes:\n  - segments:\n      - "שועל 🦊 狐 {nobody}"\n'
    assert places(findings(tmp_path, text)) == [(5, 19, "unknown-name")]


def test_a_thousand_slips_are_told_quickly(tmp_path: Path) -> None:
    names = "".join(f"  name{number}: x\n" for number in range(400))
    wrong = " ".join(f"{{nam{number}}}" for number in range(1000))
    text = f"{HEAD}characters:\n{names}scenes:\n  - segments:\n      - {wrong!r}\n"
    assert len(places(findings(tmp_path, text))) == 1000


@pytest.mark.parametrize("name", ["nowhere.yaml", "x" * 5000, "nul\0.yaml", ".", "pipe"])
def test_a_story_that_cannot_be_opened_is_a_finding_too(tmp_path: Path, name: str) -> None:
    import os

    os.mkfifo(tmp_path / "pipe")
    (found,) = load_storyboard(tmp_path / name).findings
    assert found.code in {"file-missing", "file-unreadable", "not-a-file"}
    assert (found.line, found.column) == (1, 1)
