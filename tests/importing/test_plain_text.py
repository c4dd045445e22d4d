"""Plain text: a line is a segment, a blank line begins a scene, headings name the story and its scenes."""

from __future__ import annotations

import pytest
from importing_tools import checked, imported, notes_of, tree

from storyboard.story.importers.formats import Format


def test_a_line_is_a_segment_and_a_blank_line_begins_a_scene() -> None:
    result = imported("a fox  runs\nit stops\n\n\nrain falls\n")
    assert result.format is Format.TEXT
    assert [[each.action for each in scene.segments] for scene in checked(result).scenes] == [
        ["a fox runs", "it stops"],
        ["rain falls"],
    ]
    assert result.notes == ("Plain text: 2 scenes, 3 segments, 13.5 s.",)


def test_headings_name_the_story_and_its_scenes() -> None:
    told = tree("# The Fox\n\n## The run\n\na fox runs\n## The rest #\nit stops\n\nit sleeps\n")
    assert told["title"] == "The Fox"
    assert [(scene.get("name"), scene["segments"]) for scene in told["scenes"]] == [
        ("The run", ["a fox runs"]),
        ("The rest", ["it stops"]),
        (None, ["it sleeps"]),
    ]


def test_without_a_heading_the_title_is_the_files_name_and_a_comment_says_so() -> None:
    result = imported("a fox runs\n", name="the_red-fox.txt")
    assert "title: The red fox # from the name of the file\n" in result.yaml
    assert checked(imported("a fox runs\n", title="Reynard: a tale")).title == "Reynard: a tale"


def test_marks_of_a_list_and_lines_without_a_word_are_taken_out_and_told() -> None:
    result = imported("- a fox runs\n* it stops\n---\n• it rests\n## Nothing here\n")
    assert [[each.action for each in scene.segments] for scene in checked(result).scenes] == [
        ["a fox runs", "it stops"],
        ["it rests"],
    ]
    assert "3 lines begin with the mark of a list" in notes_of(result)
    assert "1 line has no word in it: taken for the end of a scene." in notes_of(result)
    assert "The scene “Nothing here” has no line under it" in notes_of(result)


@pytest.mark.parametrize(
    "line",
    [
        "yes",
        "null",
        "1.5",
        "2024-01-01",
        "a: b",
        "'quoted'",
        "*star",
        "&and",
        "!bang",
        "%x",
        "@at",
        "a #b",
        "? x",
        "[a",
    ],
)
def test_a_line_that_yaml_would_read_as_something_else_stays_a_text(line: str) -> None:
    assert checked(imported(f"a fox runs\n{line}\n")).scenes[0].segments[-1].action == line


def test_long_lines_are_folded_and_short_ones_stand_plain() -> None:
    text = "a fox runs along the wall, " * 8
    result = imported(f"{text}\nshe whispers: stay\n")
    assert max(map(len, result.yaml.splitlines())) <= 98
    assert "      - >-\n        a fox runs along the wall" in result.yaml
    assert '      - "she whispers: stay"\n' in result.yaml


def test_a_story_of_many_reels_is_fine() -> None:
    assert len(checked(imported("a fox runs on\n" * 200)).scenes[0].segments) == 200
