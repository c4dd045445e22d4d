"""Whatever text is imported: either a storyboard in which a check finds no error, or a message for a person."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from importing_tools import checked, imported

from storyboard.errors import ImportRefusedError, StoryboardError, UsageError
from storyboard.story.importers.formats import Format
from storyboard.story.importers.svi_stream import read_stream

if TYPE_CHECKING:
    from storyboard.story.importers.importing import Imported

ANY_TEXT = st.text(st.characters(codec=None), max_size=200)
NASTY = st.text(
    st.sampled_from("aMé狐🦊 \t\n\n{}[]()#:;,|\"'\\-*_=~@>!.%&?/0129\x00\x07\x1b\x85\xa0\u2028\u202e\ufeff\ud83d"),
    max_size=80,
)
WORDS = st.one_of(ANY_TEXT, NASTY)
IN_A_FILE = WORDS.map(lambda text: text.encode("utf-8", "replace").decode())
ONE_LINE = IN_A_FILE.map(lambda text: " ".join(text.split()))


def imported_or_told(content: str | bytes, wanted: Format | None) -> Imported | StoryboardError:
    try:
        return imported(content, wanted)
    except (ImportRefusedError, UsageError) as error:
        return error


def good_or_told(content: str | bytes, wanted: Format | None = None) -> None:
    result = imported_or_told(content, wanted)
    if isinstance(result, StoryboardError):
        assert result.message.endswith(".")
        assert len(result.message) < 400
        return
    story = checked(result)
    assert story.title
    assert result.yaml.startswith("# yaml-language-server: $schema=")
    assert all(note.endswith(".") for note in result.notes)


@given(WORDS)
@settings(max_examples=100)
@example("title: x\n---\n- &a *a !!python/object:os.system")
@example("% {{ 7*7 }} {% if %}")
def test_any_text_of_no_told_format_is_good_or_told(text: str) -> None:
    good_or_told(text)


@given(st.binary(max_size=300))
@settings(max_examples=100)
def test_any_bytes_are_good_or_told(data: bytes) -> None:
    good_or_told(data)


@given(st.lists(WORDS, max_size=12))
@settings(max_examples=80)
def test_any_prompts_make_a_good_storyboard(prompts: list[str]) -> None:
    good_or_told(json.dumps(prompts), Format.SVI)
    good_or_told(f"prompts = {prompts!r}\n", Format.SVI)


@given(WORDS)
@settings(max_examples=80)
def test_any_text_as_a_stream_is_good_or_told(text: str) -> None:
    good_or_told(f"prompts = [{text}", Format.SVI)
    good_or_told(text, Format.SVI)


FOUNTAIN_PARTS = st.one_of(
    IN_A_FILE,
    ONE_LINE.map(lambda text: f"\n\nINT. {text} - NIGHT\n\n"),
    ONE_LINE.map(lambda text: f"\n.{text}\n\n"),
    ONE_LINE.map(lambda text: f"\n\n@{text}\n{text}\n"),
    st.tuples(st.sampled_from(["MIRA", "TOM ^", "1ST GUARD", "DR. O'NEIL (V.O.)", "狐", "@{x}, y"]), ONE_LINE).map(
        lambda cue: f"\n\n{cue[0]}\n(softly)\n{cue[1]}\n"
    ),
    ONE_LINE.map(lambda text: f"\n\n> {text}\n\n"),
    st.sampled_from(["\n\nCUT TO:\n\n", "\n\nDISSOLVE TO:\n\n", "Title: A {b}: c\n", "\n\nMira and MIRA's\n\n"]),
)


@given(st.lists(FOUNTAIN_PARTS, max_size=10).map("".join))
@settings(max_examples=120)
def test_any_screenplay_makes_a_good_storyboard_or_is_told(text: str) -> None:
    good_or_told(text, Format.FOUNTAIN)


TITLES = st.lists(
    st.sampled_from(
        ["Scene", "Shot", "Action", "Camera", "Duration", "Dialogue", "Location", "Transition", "Notes", "Int/Ext"]
    ),
    max_size=8,
)
CELLS = st.one_of(
    ONE_LINE,
    st.sampled_from(
        [
            "",
            "1",
            "1A",
            "0:04",
            "4,5",
            "00:00:09:12",
            "Cut",
            "Fade in",
            "EXT. SEA - DAWN",
            "=1+1",
            "-3",
            "1e9",
            "999999",
        ]
    ),
)


@given(TITLES, st.lists(st.lists(CELLS, max_size=8), max_size=8), st.sampled_from([",", ";", "\t"]))
@settings(max_examples=120)
def test_any_shot_list_makes_a_good_storyboard_or_is_told(
    titles: list[str], rows: list[list[str]], divider: str
) -> None:
    def line(cells: list[str]) -> str:
        return divider.join('"' + cell.replace('"', '""') + '"' for cell in cells)

    good_or_told("\n".join(map(line, [["Action", *titles], *rows])), Format.CSV)


@given(WORDS)
@settings(max_examples=80)
@example("Action")
@example("Action,Scene\n\x00,\x00")
def test_any_text_as_a_shot_list_is_good_or_told(text: str) -> None:
    good_or_told(text, Format.CSV)


@given(st.lists(IN_A_FILE, max_size=12).map("\n".join))
@settings(max_examples=100)
def test_any_lines_make_a_good_storyboard_or_are_told(text: str) -> None:
    good_or_told(text, Format.TEXT)


@pytest.mark.parametrize("length", [9_999, 10_000, 10_001, 30_000])
@pytest.mark.parametrize("piece", ["a", "{", "a b ", "狐", "{mira} "])
def test_a_text_of_any_length_fits(piece: str, length: int) -> None:
    text = (piece * length)[:length]
    good_or_told(json.dumps([text]), Format.SVI)
    good_or_told(f"INT. {text}\n\n{text}\n\nMIRA\n{text}\n\n@{text}\n{text}", Format.FOUNTAIN)


def test_a_stream_is_read_word_for_word() -> None:
    assert read_stream("prompts = ['a\\n', \"b\" 'c', (r'\\d'\n 'e'),]") == (["a\n", "bc", "\\de"], [])
