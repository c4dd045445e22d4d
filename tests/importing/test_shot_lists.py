"""Shot lists: CSV as spreadsheets write it, and workbooks; columns by their usual names, lengths on the slot grid."""

from __future__ import annotations

import datetime as dt
import io
import sys
import zipfile
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from importing_tools import checked, imported, notes_of, tree

from storyboard.errors import ImportRefusedError, UsageError
from storyboard.story.importers.formats import Format
from storyboard.story.importers.lengths import SLOT, seconds_of, slots_of

LIST = """Scene,Shot,Shot Type,Camera Movement,Description,Duration,Dialogue,Location,Transition,Lens,Notes
1,1A,WS,Static,Rain on black water,4.5,,Harbour,Fade in,35,rain tower
,1B,CU,Push in,"Mira ties a rope, looks up",0:05,Come on then.,,Cut,50,
,1C,CU,Push in,"She waves, ""hello"" {once}",9s,,,Dissolve,,
2,2A,MCU,,Tom grips the wheel,,"Where to?
Home.",Wheelhouse,,,
2,2B,,,,3,,,,,
2,2C,,,He lets go,soon,,,,,
"""


def segments(content: str | bytes, **more: Any) -> list[Any]:
    return [each for scene in tree(content, **more)["scenes"] for each in scene["segments"]]


def test_a_row_with_an_action_is_a_segment_and_scenes_go_on_while_their_cell_is_empty() -> None:
    result = imported(LIST)
    story = checked(result)
    assert result.format is Format.CSV
    assert result.notes[0] == "A shot list: 2 scenes, 5 segments, 27 s."
    assert [(scene.name, scene.place, len(scene.segments)) for scene in story.scenes] == [
        ("Scene 1", "harbour", 3),
        ("Scene 2", "wheelhouse", 2),
    ]
    assert story.scenes[0].segments[2].action == 'She waves, "hello" {{once}}'
    assert story.scenes[1].segments[0].say == "Where to? Home."


def test_camera_columns_are_joined_and_short_names_of_shot_sizes_written_out() -> None:
    result = imported(LIST)
    cameras = [each.camera for each in checked(result).scenes[0].segments]
    assert cameras == ["wide shot, Static", "close-up, Push in", "close-up, Push in"]
    assert "4 short names of shot sizes written out" in notes_of(result)


def test_lengths_are_whole_slots_and_rounding_is_told_in_the_notes_and_beside_the_length() -> None:
    result = imported(LIST)
    lengths = [each.seconds for scene in checked(result).scenes for each in scene.segments]
    assert lengths == [4.5, 4.5, 9, None, None]
    assert "seconds: 4.5 # 5 s in the list" in result.yaml
    assert "1 of 3 lengths rounded to whole slots of 4.5 s: 18 s instead of 18.5 s." in notes_of(result)
    assert "Row 7: what stands there as the length cannot be read as one" in notes_of(result)


def test_unknown_columns_and_rows_without_an_action_are_told_and_left_out() -> None:
    result = imported(LIST)
    assert "Left out, because a storyboard has no such thing: the column Lens." in notes_of(result)
    assert "Row 6 tells no action, and was left out." in notes_of(result)


def test_a_transition_is_the_way_out_of_a_scene_unless_it_fades_in() -> None:
    result = imported(LIST)
    assert [scene.transition for scene in checked(result).scenes] == ["fade in", "dissolve"]
    assert "1 plain cut left out" in notes_of(result)
    inside = imported("Scene,Action,Transition\n1,a,Wipe\n1,b,\n2,c,Fade out\n")
    assert [scene.transition for scene in checked(inside).scenes] == [None, None]
    assert "# ends by wipe" in inside.yaml
    assert "1 transition inside a scene is kept as a comment" in notes_of(inside)


def test_shot_numbers_and_notes_are_comments_above_their_segment() -> None:
    assert "      # Shot 1A: rain tower\n      - action: Rain on black water\n" in imported(LIST).yaml


@pytest.mark.parametrize(
    "titles",
    [
        "Sc #;Action/Description;Length (sec)",
        "Scene No.;Visual;Est. duration",
        "SCENE;shot  description;Seconds",
        "Seq.;What happens;Time (s)",
        "scene;Prompt;duration [s]",
    ],
)
def test_columns_go_by_their_usual_names(titles: str) -> None:
    story = checked(imported(f"{titles}\r\n7;a fox runs;9\r\n"))
    (scene,) = story.scenes
    assert (scene.name, scene.segments[0].action, scene.segments[0].seconds) == ("Scene 7", "a fox runs", 9)


@pytest.mark.parametrize("divider", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_any_divider_and_any_encoding_of_a_spreadsheet_is_told_by_the_content(divider: str, encoding: str) -> None:
    rows = [["Scene", "Action", "Duration"], ["1", "Füße im Gras, langsam", "4.5"], ["2", "Übergang; Nebel", "9"]]
    text = "\r\n".join(divider.join(f'"{cell}"' for cell in row) for row in rows)
    result = imported(text.encode(encoding))
    assert [each.segments[0].action for each in checked(result).scenes] == [
        "Füße im Gras, langsam",
        "Übergang; Nebel",
    ]
    assert ("Read as Windows-1252" in notes_of(result)) is (encoding == "cp1252")


def test_excels_own_line_about_the_divider_and_a_title_above_the_columns_are_understood() -> None:
    result = imported("sep=;\r\nThe Last Ferry;;\r\n;;\r\nScene;Action;Duration\r\n1;a;4,5\r\n")
    assert checked(result).title == "The Last Ferry"
    assert "# from the line above the columns" in result.yaml


def test_one_camera_of_a_whole_scene_is_the_scenes() -> None:
    (scene,) = tree("Scene,Action,Camera\n1,a,fixed\n1,b,fixed\n")["scenes"]
    assert scene == {"name": "Scene 1", "camera": "fixed", "segments": ["a", "b"]}


def test_a_scene_column_with_headings_gives_place_and_time_of_day() -> None:
    told = tree("Scene,Action\nEXT. HARBOUR - DUSK,a\nINT. SHED,b\n")
    assert told["places"] == {"harbour": "Harbour, exterior", "shed": "Shed, interior"}
    assert [scene.get("mood") for scene in told["scenes"]] == ["dusk", None]


def test_a_change_of_place_or_time_begins_a_scene() -> None:
    told = tree("Action,Location,Time of day,Int/Ext\na,Shed,Day,INT\nb,,,\nc,Sea,,EXT.\nd,,Night,\n")
    assert [(len(each["segments"]), each["place"], each.get("mood")) for each in told["scenes"]] == [
        (2, "shed", "day"),
        (1, "sea", "day"),
        (1, "sea", "night"),
    ]


def test_a_formula_is_text_and_told() -> None:
    result = imported('Scene,Action,Duration\n1,"=HYPERLINK(""x"")","=A1*2"\n')
    assert segments('Scene,Action,Duration\n1,"=HYPERLINK(""x"")","=A1*2"\n') == ['=HYPERLINK("x")']
    assert "2 cells with a formula taken as text: nothing is worked out." in notes_of(result)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("4.5", Fraction(9, 2)), ("4,5", Fraction(9, 2)), ("4.5s", Fraction(9, 2)), ("5 sec.", 5),
        ("~5 s", 5), ('9"', 9),
        ("0:04", 4), ("0:04.5", Fraction(9, 2)), ("1:02:03", 3723), ("00:00:04:12", 4), ("1 min", 60),
        ("1m 30s", 90), ("1'30\"", 90), ("0", None), ("-4", None), ("soon", None), ("5-7s", None), ("1e3", None),
        ("0:05-0:12", 7), ("0:05 – 1:12", 67), ("0:12-0:05", None),
        ("99999999", None), ("", None), ("=A1", None), ("½", None),
    ],
)  # fmt: skip
def test_a_length_is_read_as_people_write_it(text: str, seconds: Fraction | None) -> None:
    assert seconds_of(text) == seconds


def test_minutes_in_the_title_of_the_column_count_for_bare_numbers_and_frames_are_none() -> None:
    assert segments("Scene,Action,Duration (min)\n1,a,1.5\n")[0]["seconds"] == 90
    assert segments("Scene,Action,Length (frames)\n1,a,96\n") == ["a"]


def test_a_column_of_points_in_time_gives_what_lies_between_them() -> None:
    result = imported("Time,Video\n0:00,a\n0:09,b\n0:27,c\n")
    assert [each.seconds for each in checked(result).scenes[0].segments] == [9, 18, None]
    assert "The column Time has points in time" in notes_of(result)


@given(st.fractions(min_value=Fraction(1, 100), max_value=18_000, max_denominator=100))
def test_slots_are_the_nearest_whole_number_and_at_least_one(seconds: Fraction) -> None:
    slots = slots_of(seconds)
    assert slots >= 1
    assert slots == 1 or abs(slots * SLOT - seconds) <= SLOT / 2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("Scene,Crew\n1,5\n", "No row of the table names its columns"),
        ("Scene,Action\n" + "1,a\n" * 17_000, "more than 16,000 rows"),
        ("Scene,Action\n" + "1,a\n" * 5_000, "longer than 4,000 slots"),
        ("Scene,Action\n1," + "," * 600, "more than 500 columns"),
        ('Scene,Action\n1,"' + "a" * 200_000, "as if a quotation mark were never closed"),
        ("Scene,Action\n1,\n", "the file has nothing that happens"),
    ],
)
def test_a_table_of_which_no_story_can_be_made_is_refused(content: str, told: str) -> None:
    with pytest.raises(ImportRefusedError) as refused:
        imported(content, Format.CSV)
    assert told in refused.value.message


def workbook(*rows: list[Any], formats: dict[str, str] | None = None) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    book.create_sheet("Crew").append(["nobody"])
    for row in rows:
        book.worksheets[0].append(row)
    for cell, shown in (formats or {}).items():
        book.worksheets[0][cell].number_format = shown
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_workbook_is_read_by_its_first_sheet_with_times_as_they_are_shown() -> None:
    data = workbook(
        ["Scene", "Action", "Duration"],
        [1, "a fox runs", 9.0],
        [1, "=1+1", dt.time(0, 9)],
        [2, "it rests", dt.timedelta(seconds=18)],
        [2, "it sleeps", "=C2*2"],
        formats={"C3": "h:mm", "C4": "[h]:mm:ss"},
    )
    result = imported(data)
    assert result.format is Format.XLSX
    told = [(each.action, each.seconds) for scene in checked(result).scenes for each in scene.segments]
    assert told == [("a fox runs", 9), ("=1+1", 9), ("it rests", 18), ("it sleeps", None)]
    assert "left out: Crew." in notes_of(result)
    assert "2 cells with a formula taken as text" in notes_of(result)


def test_a_sheet_that_goes_on_empty_is_read_to_its_last_row_and_rows_keep_their_numbers() -> None:
    data = workbook(["Scene", "Action"], [], [1, "a"], [None, None, "crew"], formats={"B20000": "0", "ZZ2": "0"})
    result = imported(data)
    assert checked(result).scenes[0].segments[0].action == "a"
    later = workbook(["Scene", "Action", "Shot"], [], [1, None, 5], [1, "a"])
    assert "Row 3 tells no action, and was left out." in notes_of(imported(later))


def test_without_openpyxl_a_workbook_is_told_how_to_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    data = workbook(["Scene", "Action"], [1, "a"])
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(UsageError) as told:
        imported(data)
    assert 'pip install "storyboard-composer[xlsx]"' in told.value.hint


def packed(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name.replace("__", "/") + ".xml", data)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (packed(xl__workbook=b"<a/>"), "The workbook cannot be read"),
        (packed(xl__workbook=b"", xl__sheet=b" " * (70 * 2**20)), "more than 64 MB once unpacked"),
        (packed(word__document=b"<a/>"), "This is a packed file, and no text."),
    ],
    ids=["damaged", "bomb", "word"],
)
def test_a_damaged_or_hostile_workbook_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(ImportRefusedError, match=told):
        imported(data)


def test_a_workbook_under_another_name_is_not_read_as_that() -> None:
    with pytest.raises(UsageError, match="The file is an Excel workbook"):
        imported(workbook(["Scene", "Action"], [1, "a"]), Format.CSV)
    with pytest.raises(ImportRefusedError, match="The file is no Excel workbook"):
        imported(LIST, Format.XLSX)


def test_a_file_that_is_named_as_a_table_and_names_no_columns_is_refused() -> None:
    with pytest.raises(UsageError, match="named as a table, and no row of it names columns"):
        imported("a,b,c\n1,2,3\n", name="list.csv")
    assert imported("a dog runs, barks, stops\n", name="list.txt").format is Format.TEXT


def test_a_quotation_mark_that_is_never_closed_is_told() -> None:
    with pytest.raises(ImportRefusedError, match="opened and never closed"):
        imported('Description,Duration\n"unclosed quote,3\nx runs,4\n')
    inches = imported('Description,Duration\nA 5" gun fires,3\nA dog runs,4\n')
    assert [segment.action for segment in checked(inches).scenes[0].segments] == ['A 5" gun fires', "A dog runs"]
