"""Prompt streams: a Python or JSON list of texts in, and out again; nothing of a stream is run."""

from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING

import pytest
from helpers import story
from hypothesis import example, given, settings
from hypothesis import strategies as st
from importing_tools import checked, imported, notes_of, tree

from storyboard.errors import ImportRefusedError
from storyboard.export.prompt_stream import prompt_stream
from storyboard.story.importers.formats import Format
from storyboard.story.importers.svi_stream import read_stream

if TYPE_CHECKING:
    from pathlib import Path


def actions(content: str) -> list[str]:
    (scene,) = tree(content)["scenes"]
    return list(scene["segments"])


@pytest.mark.parametrize(
    "content",
    [
        'prompts = ["a fox runs", "it stops"]',
        '  ["a fox runs",\n   "it stops"]\n',
        "['a fox runs', 'it stops',]",
        '# from a friend\nprompts: list[str] = [\n  "a fox runs",  # the first\n  "it stops",\n]\n',
        'PROMPTS = [\n"""a fox runs""",\n("it " \'stops\')]',
        'prompts = ["a fox " \\\n "runs", u"it stops"]',
        'negatives = ["blur"]\nmy_prompts = ["a fox runs", "it stops"]',
        '\ufeffprompts = ["a fox runs", "it stops"]\r\n',
    ],
)
def test_one_prompt_is_one_segment(content: str) -> None:
    result = imported(content)
    assert result.format is Format.SVI
    assert [each.action for each in checked(result).scenes[0].segments] == ["a fox runs", "it stops"]
    assert result.notes[0] == "A prompt stream: 1 scene, 2 segments, 9 s."


def test_a_segment_of_a_stream_has_no_length_of_its_own_and_its_braces_are_doubled() -> None:
    result = imported('prompts = ["a {fox} runs"]')
    assert tree('prompts = ["a {fox} runs"]')["scenes"] == [{"segments": ["a {{fox}} runs"]}]
    assert "1 text has braces, which are doubled" in notes_of(result)


def test_escapes_are_read_as_python_reads_them() -> None:
    assert actions(r"""prompts = ["caf\u00e9 \"x\"", r"a\d", "b\d", "\N{FOX FACE} runs"]""") == [
        'café "x"',
        r"a\d",
        r"b\d",
        "🦊 runs",
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('prompts = [\n "a",\n f"b {x}"]', "Line 3 has a format string, which is code: nothing of a stream is run."),
        ('prompts = ["a", open("x").read()]', "Line 1 has something else than a text in the list of prompts"),
        ('prompts = ["a", ["b"]]', "Line 1 has a list or a mapping inside the list of prompts."),
        ('prompts = ["a"] * 3', "Line 1 goes on behind the list with code, which is not run"),
        ('prompts = ["a"] + more', "Line 1 goes on behind the list with code"),
        ('prompts = ["a"', "The list of prompts is not closed."),
        ('prompts = ["a', "Line 1 has a text whose quotation mark is never closed."),
        ('prompts = ["\\N{NO SUCH NAME}"]', "The text on line 1 is none that Python could read."),
        ('prompts = [b"a"]', "The text on line 1 is none that Python could read."),
        ('["a", 3]', "Item 2 of the list is a number and no text."),
        ('["a", null]', "Item 2 of the list is nothing and no text."),
        ("prompts = []", "the file has nothing that happens."),
        ("prompts = ['', ' ']", "the file has nothing that happens."),
        ("prompts = " + "[" * 100_000, "Line 1 has a list or a mapping inside the list of prompts."),
        ("prompts = [" + '"a",' * 5_000 + "]", "There are more than 4,000 prompts"),
        ("prompts = [" + '"a"' * 50_000 + "]", "There are more than 40,000 pieces of prompts"),
    ],
)
def test_a_stream_with_more_than_texts_in_its_list_is_refused_at_its_line(content: str, told: str) -> None:
    with pytest.raises(ImportRefusedError) as refused:
        imported(content)
    assert told in refused.value.message
    assert refused.value.exit_code == 1


@pytest.mark.parametrize("nested", ["[" * 100_000 + "]" * 100_000, '[["a"]]', '[{"prompt": "a"}]'])
def test_lists_in_lists_are_refused(nested: str) -> None:
    with pytest.raises(ImportRefusedError, match=r"(list|mapping)"):
        imported(nested, Format.SVI)


def test_code_beside_the_list_is_not_run_and_is_told(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    result = imported(f'import os\nopen({str(trap)!r}, "w")\nprompts = ["a fox runs"]\nprompts.append("b")\n')
    assert "Beside the list stands code, which is not run: lines 1, 2 and 4." in notes_of(result)
    assert not trap.exists()


def test_a_text_that_is_only_half_a_pair_of_surrogates_is_replaced_and_told() -> None:
    result = imported(r'["\ud83d\ude00 grins", "\ud83d alone", "bell\u0007"]')
    assert [each.action for each in checked(result).scenes[0].segments] == ["😀 grins", "� alone", "bell"]
    assert "1 damaged character replaced" in notes_of(result)
    assert "1 control character left out" in notes_of(result)


PROMPTS = st.lists(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), min_size=1, max_size=120)
    .map(str.strip)
    .filter(bool),
    min_size=1,
    max_size=12,
)


@given(PROMPTS, st.booleans())
@settings(max_examples=150)
@example(
    ["{a}", "}}{{", 'say "x" it\'s', "two  spaces\nand a line", "\\n", "# no comment", "- a: b", "null", "~", "1"],
    False,
)
def test_a_stream_that_is_imported_and_exported_has_the_same_prompts(prompts: list[str], as_json: bool) -> None:
    content = json.dumps(prompts) if as_json else f"prompts = {prompts!r}"
    text, _ = prompt_stream(checked(imported(content, Format.SVI)))
    assert read_stream(text) == (prompts, [])
    assert ast.literal_eval(text.removeprefix("prompts = ")) == prompts
    assert imported(text).format is Format.SVI


def test_a_story_with_more_than_actions_tells_all_of_it_in_every_prompt() -> None:
    told = story(
        {
            "segments": ["{mira} runs", {"action": "{mira} stops", "camera": "close-up", "slots": 2, "say": "Oh."}],
            "place": "reef",
        },
        {"segments": ["the sea rests"], "transition": "fog comes in", "mood": "calm", "camera": "fixed"},
        characters={"mira": "Mira, grey"},
        places={"reef": "the reef, black"},
        style="film",
        image="a.png",
    )
    text, notes = prompt_stream(told)
    assert read_stream(text)[0] == [
        "Style: film. Place: the reef, black. Mira, grey, runs.",
        "Style: film. Place: the reef, black. Mira, grey, stops. Camera: close-up.",
        "Fog comes in. Style: film. Mood: calm. The sea rests. Camera: fixed.",
    ]
    assert notes == (
        "A prompt stream: 3 prompts, one for each segment.",
        "1 segment is longer than one clip of the model: a stream has no lengths.",
        "What is said is left out: a prompt stream has pictures alone.",
        "First frames are left out: the model's scripts take one by an option of their own.",
    )


def test_an_action_alone_is_exported_word_for_word_with_its_names_in_full() -> None:
    text, _ = prompt_stream(story(["{mira} runs", "{mira} rests,  {{so}}"], characters={"mira": "Mira, grey"}))
    assert read_stream(text)[0] == ["Mira, grey, runs", "Mira, grey, rests, {so}"]
