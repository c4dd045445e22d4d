"""Fountain screenplays: headings, action, dialogue, transitions and the title page, as a storyboard has them."""

from __future__ import annotations

from typing import Any

import pytest
from importing_tools import checked, imported, notes_of, tree

from storyboard.errors import ImportRefusedError
from storyboard.story.importers.formats import Format

FERRY = """Title:
    _**THE LAST FERRY**_
Author: Ann Other

FADE IN:

EXT. HARBOUR - DUSK #1#

Rain on black water. MIRA (60s, grey) ties off a rope, *looks up* and
waves.

MIRA
(softly)
Come on then.
It's late.

TOM (O.S.)
Coming!

Mira's lantern {swings}.

CUT TO:

INT. FERRY - WHEELHOUSE - CONTINUOUS

# Act two

= They talk.

TOM
Where to?

Tom, ten, grips the wheel.

DISSOLVE TO:

EXT. HARBOUR - DAWN

The ferry is gone. [[too sad?]]

FADE OUT.
"""


def scenes(body: str) -> Any:
    return tree(body, Format.FOUNTAIN)["scenes"]


def test_a_screenplay_is_told_by_its_headings_and_its_title_is_that_of_the_title_page() -> None:
    result = imported(FERRY)
    assert result.format is Format.FOUNTAIN
    assert checked(result).title == "THE LAST FERRY"
    assert result.notes[0] == "A Fountain screenplay: 3 scenes, 4 segments, 18 s."
    assert "Of the title page, author left out" in notes_of(result)


def test_headings_are_scenes_with_a_name_a_place_and_the_time_of_day_as_mood() -> None:
    story = checked(imported(FERRY))
    assert [(scene.name, scene.place, scene.mood) for scene in story.scenes] == [
        ("EXT. HARBOUR - DUSK", "harbour", "dusk"),
        ("INT. FERRY - WHEELHOUSE - CONTINUOUS", "ferry_wheelhouse", None),
        ("EXT. HARBOUR - DAWN", "harbour", "dawn"),
    ]
    assert {key: place.full for key, place in story.places.items()} == {
        "harbour": "Harbour, exterior",
        "ferry_wheelhouse": "Ferry - Wheelhouse, interior",
    }


def test_paragraphs_of_action_are_segments_that_name_those_who_speak() -> None:
    first, second = checked(imported(FERRY)).scenes[0].segments
    assert first.action == "Rain on black water. {mira} (60s, grey) ties off a rope, looks up and waves."
    assert second.action == "{mira}'s lantern {{swings}}."
    assert first.seconds is None


def test_who_speaks_is_a_character_by_the_name_alone_as_the_action_writes_it() -> None:
    story = checked(imported(FERRY))
    assert {key: each.full for key, each in story.characters.items()} == {"mira": "Mira", "tom": "Tom"}
    others = "INT. A\n\nMcAvoy waits.\n\n@McAVOY\nHm.\n\nDR. O'NEIL\nYes.\n\n1ST GUARD\nHalt.\n\nAL\nHi.\n"
    assert tree(others)["characters"] == {
        "mcavoy": "McAvoy",
        "dr_oneil": "Dr. O'Neil",
        "_1st_guard": "1st Guard",
        "al": "AL",
    }
    assert tree("INT. JOE'S DINER\n\nDr. MacLeod sits.\n\nDR. MACLEOD\nHm.\n")["characters"] == {
        "dr_macleod": "Dr. MacLeod"
    }


@pytest.mark.parametrize(
    ("cue", "name"),
    [
        ("MÜLLER", "Müller"),
        ("ÉLISE (V.O.)", "Élise"),
        ("Ñ", "Ñ"),
        ("ИВАН", "Иван"),
        ("FRAU WEIß", "FRAU WEIß"),
        ("THE MAN, ALONE", "The Man, Alone"),
        ("@Jürgen", "Jürgen"),
    ],
)
def test_who_speaks_may_be_called_anything(cue: str, name: str) -> None:
    told = tree(f"INT. A\n\nA dog barks.\n\n{cue}\n(softly)\nHello.\n\nThe dog runs.\n")
    assert list(told["characters"].values()) == [name]
    assert [segment["say"] for segment in told["scenes"][0]["segments"] if "say" in segment] == ["Hello."]


@pytest.mark.parametrize("line", ["BOOM! ÜBER DEM DACH", "Die Tür geht auf", "ÜBER", "42"])
def test_what_names_nobody_who_speaks_is_action(line: str) -> None:
    end = "" if line == "ÜBER" else "and on it goes.\n"  # nothing is said under it
    told = tree(f"INT. A\n\nA dog barks.\n\n{line}\n{end}")
    assert "characters" not in told


def test_a_name_in_capitals_that_is_part_of_a_longer_one_stays_as_it_is() -> None:
    told = scenes("INT. A\n\nDICK STEEL sits. STEEL and Steel's hat.\n\nSTEEL\nHm.\n")
    assert told[0]["segments"][0]["action"] == "DICK STEEL sits. {steel} and {steel}'s hat."


def test_a_place_where_nothing_happens_is_not_declared() -> None:
    assert tree(".OPENING TITLES\n\n> Brick <\n\nINT. SHED\n\na\n")["places"] == {"shed": "Shed, interior"}


def test_dialogue_is_said_in_the_segment_before_it_or_in_the_first_of_its_scene() -> None:
    story = checked(imported(FERRY))
    assert story.scenes[0].segments[0].say == "Mira: Come on then. It's late.\nTom: Coming!"
    assert story.scenes[1].segments[0].say == "Where to?"
    assert "say: Where to? # Tom" in imported(FERRY).yaml


def test_a_scene_of_dialogue_alone_gets_an_action_to_look_at() -> None:
    result = imported("INT. HOUSE - NIGHT\n\nMIRA\nGoodnight.\n\nEXT. SEA\n\nMIRA (V.O.)\nGone.\n")
    assert [scene.segments[0].action for scene in checked(result).scenes] == ["{mira} speaks", "Sea"]
    assert "2 scenes are dialogue alone; look at the action" in notes_of(result)
    assert "# The screenplay tells no action here." in result.yaml


def test_transitions_are_words_on_the_way_into_the_next_scene_and_plain_cuts_are_none() -> None:
    result = imported(FERRY)
    assert [scene.transition for scene in checked(result).scenes] == ["fade in", None, "dissolve"]
    assert "1 plain cut left out" in notes_of(result)
    assert "“fade out” at the end left out" in notes_of(result)


def test_a_transition_without_a_heading_begins_a_scene_at_the_same_place() -> None:
    told = scenes("EXT. SEA - DAY\n\nA boat.\n\nSMASH CUT TO:\n\nNo boat.\n")
    assert [(scene["name"], scene["place"], scene.get("transition")) for scene in told] == [
        ("EXT. SEA - DAY", "sea", None),
        ("EXT. SEA - DAY", "sea", "smash cut"),
    ]


def test_the_same_place_inside_and_outside_is_two_places() -> None:
    told = tree("INT. CAR - DAY\n\nA.\n\nEXT. CAR - NIGHT\n\nB.\n\nINT./EXT. CAR\n\nC.\n")
    assert told["places"] == {"car": "Car, interior", "car_2": "Car, exterior", "car_3": "Car"}


def test_what_tells_no_picture_is_left_out_and_told() -> None:
    result = imported(FERRY + "\n> THE END <\n\n~la la\n\n/* cut\nthis */\n")
    assert "1 section heading" in notes_of(result)
    assert "1 synopsis" in notes_of(result)
    assert "1 centred line" in notes_of(result)
    for word in ("Act two", "They talk", "too sad", "THE END", "la la"):
        assert word not in result.yaml


def test_two_who_speak_at_once_are_both_kept() -> None:
    told = scenes("INT. A\n\nThey turn.\n\nMIRA\nNow!\n\nTOM ^\nNo!\n")
    assert told[0]["segments"][0]["say"] == "Mira: Now!\nTom: No!"


@pytest.mark.parametrize("content", ["INT. A\n\n" + "x\n\n" * 30_000, "INT. A\n\n" + "[[ " * 2_000])
def test_what_no_screenplay_needs_is_refused(content: str) -> None:
    with pytest.raises(ImportRefusedError, match=r"(at most 40,000 lines|Line 3 opens more than 50 notes)"):
        imported(content)
