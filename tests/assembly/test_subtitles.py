"""Spoken lines as subtitles: how they are broken and timed, and the files they are written to."""

from __future__ import annotations

from fractions import Fraction
from html import unescape
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pysubs2
import pytest
from cutting_room import ffmpeg
from hypothesis import example, given
from hypothesis import strategies as st

from storyboard.assembly.spoken import SpokenLine
from storyboard.assembly.subtitle_lines import screens_of
from storyboard.assembly.subtitles import Subtitle, subtitle_files, subtitles_of, too_fast

if TYPE_CHECKING:
    from pathlib import Path

FPS = Fraction(16)
JOINER = "\u2060"
"""Nobody sees it; it keeps a backslash from what follows it."""
words = st.text("abcdefghij,.?!'äß“”—-", min_size=1, max_size=30)
texts = st.lists(words, min_size=1, max_size=60).map(" ".join)


@st.composite
def spoken(draw: st.DrawFn) -> tuple[list[SpokenLine], list[int]]:
    """Lines one after the other, and the cuts of the film; each screen of a line could have one frame at least."""
    place, lines = 0, list[SpokenLine]()
    for text in draw(st.lists(texts, min_size=1, max_size=6)):
        place += draw(st.integers(0, 40))
        length = draw(st.integers(len(screens_of(text)) + 1, 480))
        lines.append(SpokenLine(text, place, place + length))
        place += length
    too_near = {cut for line in lines for cut in range(line.begins + 1, line.begins + len(screens_of(line.text)))}
    return lines, sorted(draw(st.sets(st.integers(0, place), max_size=8)) - too_near)


def _written(subtitles: list[Subtitle], fps: Fraction, film: Path) -> list[Path]:
    files = subtitle_files(subtitles, fps, film)
    for path, data in files.items():
        path.write_bytes(data)
    return list(files)


def _words(lines: Any) -> list[str]:
    return " ".join(lines).split()


@given(texts)
@example("Es ist Donaudampfschifffahrtsgesellschaft!")
def test_no_screen_has_more_than_two_lines_of_42_characters_and_no_word_is_lost_or_doubled(text: str) -> None:
    screens = screens_of(text)
    assert all(1 <= len(screen) <= 2 and all(0 < len(line) <= 42 for line in screen) for screen in screens)
    assert [word for screen in screens for word in _words(screen)] == text.split()


def test_a_word_that_is_longer_than_a_line_is_broken() -> None:
    screens = screens_of("Donau" * 20)
    assert "".join(line for screen in screens for line in screen) == "Donau" * 20
    assert max(len(line) for screen in screens for line in screen) == 42


def test_letters_of_east_asia_count_twice_and_break_anywhere_but_before_what_closes() -> None:
    text = "灯塔看守人说：「今晚的海很平静，明天也会一样。」然后他把灯点亮，望着远处的船慢慢驶过礁石，一直到天亮。"
    screens = screens_of(text)
    assert "".join(line for screen in screens for line in screen) == text
    assert all(len(line) <= 21 and line[0] not in "，。」" for screen in screens for line in screen)
    assert screens[0][-1].endswith("」")
    (slow,) = subtitles_of([SpokenLine("一" * 20, 0, 160)], FPS)
    assert too_fast([slow._replace(ends=32)], FPS)
    assert not too_fast([slow._replace(ends=40)], FPS)


@pytest.mark.parametrize("cluster", ["a\u0301", "👨\u200d👩\u200d👧", "👍\U0001f3fd"])
def test_what_is_one_letter_to_a_reader_is_never_torn_apart(cluster: str) -> None:
    lines = [line for screen in screens_of("Z" + cluster * 60) for line in screen]
    assert "".join(lines) == "Z" + cluster * 60
    assert len(lines) > 1
    assert all(line.removeprefix("Z").startswith(cluster) for line in lines)


def test_an_authors_own_lines_stay_where_each_has_room() -> None:
    assert screens_of("- Who is there?\n- Only me.\n") == [("- Who is there?", "- Only me.")]
    assert screens_of("One.\nTwo.\nThree.") == [("One.", "Two."), ("Three.",)]


def test_of_two_who_speak_each_begins_a_line_of_their_own() -> None:
    answer = "- Only me, and the dog that has followed me since the harbour."
    assert screens_of(f"- Who is there?\n{answer}") == [("- Who is there?",), *screens_of(answer)]


def test_a_file_that_was_wrapped_by_its_editor_is_broken_anew() -> None:
    text = "Well, that's that; there will be no more fish\ntoday, and no more tomorrow either."
    assert screens_of(text) == screens_of(text.replace("\n", " "))


@pytest.mark.parametrize("fps", [Fraction(16), Fraction(24), Fraction(30000, 1001)])
def test_no_time_in_a_file_is_after_the_frame_that_is_meant(tmp_path: Path, fps: Fraction) -> None:
    found = [Subtitle(("Hi.",), begins, begins + 7) for begins in range(0, 300, 10)]
    for path in _written(found, fps, tmp_path / "film.mp4"):
        for event, each in zip(pysubs2.load(str(path)), found, strict=True):
            assert 0 <= each.begins / fps - Fraction(event.start, 1000) < Fraction(1, 1000)
            assert 0 <= each.ends / fps - Fraction(event.end, 1000) < Fraction(1, 1000)


def test_a_screen_ends_where_a_reader_pauses() -> None:
    text = "Well, that's that; there will be no more fish today, and no more tomorrow either, I shouldn't wonder."
    assert screens_of(text) == [
        ("Well, that's that; there", "will be no more fish today,"),
        ("and no more tomorrow", "either, I shouldn't wonder."),
    ]


def test_a_text_takes_no_more_screens_than_it_has_to() -> None:
    assert len(screens_of("Go. Now. It is late. I said so. You never listen to me. Why?")) == 1
    assert len(screens_of("word " * 200)) == len("word " * 200) // 80 + 1


def test_two_lines_are_about_as_long_as_each_other() -> None:
    assert screens_of("Hold, you old girl, until the morning comes over the reef.") == [
        ("Hold, you old girl, until the", "morning comes over the reef.")
    ]


@given(spoken())
def test_subtitles_keep_their_order_never_overlap_and_never_stay_over_a_cut(
    told: tuple[list[SpokenLine], list[int]],
) -> None:
    lines, cuts = told
    found = subtitles_of(lines, FPS, cuts)
    assert all(each.begins < each.ends for each in found)
    assert all(before.ends <= after.begins for before, after in pairwise(found))
    assert not [each for each in found for cut in cuts if each.begins < cut < each.ends]


@given(spoken())
def test_each_is_seen_while_its_line_is_spoken_and_begins_with_it(told: tuple[list[SpokenLine], list[int]]) -> None:
    lines, _ = told
    found = subtitles_of(lines, FPS)
    for line in lines:
        own = [each for each in found if line.begins <= each.begins < line.ends]
        assert own[0].begins == line.begins
        assert own[-1].ends <= line.ends


@given(spoken())
@example(
    (
        [
            SpokenLine(
                "? ? ? ?????? ?????????????????????????????? ? ?? ??????? ?? ??? ???a ??????????????????????? ? "
                "? ? ?? ??? ?????? ? ??? ???a ?????????a ?????????????a a ???????? ??????????????? ?",
                0,
                6,
            )
        ],
        [],
    )
)
def test_no_word_is_lost_or_doubled_and_none_changes_its_place(told: tuple[list[SpokenLine], list[int]]) -> None:
    lines, cuts = told
    assert [word for each in subtitles_of(lines, FPS, cuts) for word in _words(each.lines)] == [
        word for line in lines for word in line.text.split()
    ]


@given(spoken())
def test_a_line_that_has_the_time_is_never_quicker_than_17_characters_a_second(
    told: tuple[list[SpokenLine], list[int]],
) -> None:
    """A frame of each screen may be lost to rounding, and two to the gap before the next."""
    for line in told[0]:
        shortest = min(sum(map(len, screen)) for screen in screens_of(line.text))
        slack = 3 * -(-len(line.text) // shortest)  # of which each has its share
        frames = int(len(line.text) / Fraction(17) * FPS) + slack
        roomy = subtitles_of([line._replace(ends=line.begins + frames)], FPS)
        assert too_fast(roomy, FPS) == []
        assert len(roomy) > 1 or frames < 14 or roomy[0].ends - roomy[0].begins >= 5 / 6 * FPS


def test_a_short_line_goes_when_it_was_read_twice_over_and_a_long_one_stays_to_its_end() -> None:
    short, long = subtitles_of([SpokenLine("Hold!", 0, 288), SpokenLine("Hold, " * 12, 288, 360)], FPS)
    assert (short.begins, short.ends) == (0, 27)
    assert (long.begins, long.ends) == (288, 360)


def test_two_frames_are_free_between_one_and_the_next() -> None:
    first, second = subtitles_of([SpokenLine("Hold, " * 12, 0, 72), SpokenLine("Hold!", 72, 144)], FPS)
    assert (first.ends, second.begins) == (70, 72)


def test_what_goes_before_it_can_be_read_is_found() -> None:
    quick, slow = subtitles_of([SpokenLine("Hold, " * 12, 0, 48), SpokenLine("Hold, " * 12, 60, 160)], FPS)
    assert too_fast([quick, slow], FPS) == [quick]


@given(spoken())
def test_both_files_are_read_back_as_they_were_meant(
    tmp_path_factory: pytest.TempPathFactory, told: tuple[list[SpokenLine], list[int]]
) -> None:
    found = subtitles_of(told[0], FPS)
    paths = _written(found, FPS, tmp_path_factory.getbasetemp() / "film.mp4")
    assert [path.name for path in paths] == ["film.srt", "film.vtt"]
    for path in paths:
        read = pysubs2.load(str(path))
        assert [event.plaintext for event in read] == ["\n".join(each.lines) for each in found]
        assert [(event.start, event.end) for event in read] == [
            (int(each.begins * 62.5), int(each.ends * 62.5)) for each in found
        ]


@pytest.mark.parametrize(
    "text", ["what {mira} said", "C:\\new\\Hold \\h", "one --> two", "5 < 6 & 7 > 4", "{\\i1}it{\\i0}", "<i>it</i>"]
)
def test_nothing_in_a_line_is_taken_for_a_command(tmp_path: Path, text: str) -> None:
    srt, vtt = _written([Subtitle((text,), 0, 32)], FPS, tmp_path / "film.mp4")
    (cue,) = srt.read_text(encoding="utf-8").split("\n\n")[:-1]
    assert cue.replace(JOINER, "") == f"1\n00:00:00,000 --> 00:00:02,000\n{text}"
    head, cue = vtt.read_text(encoding="utf-8").strip().split("\n\n")
    *_, written = cue.replace(JOINER, "").split("\n", 2)
    assert (head, unescape(written)) == ("WEBVTT", text)
    assert "-->" not in written
    assert "<" not in written


@pytest.mark.parametrize("text", ["<i>it</i>", "{\\i1}it{\\i0}", "5 < 6 {and} 7"])
def test_a_player_shows_what_looks_like_markup_as_it_was_written(tmp_path: Path, text: str) -> None:
    for path in _written([Subtitle((text,), 0, 32)], FPS, tmp_path / "film.mp4"):
        ffmpeg("-i", path, tmp_path / "seen.ass")  # what a player's decoder hands to whoever draws it
        seen = (tmp_path / "seen.ass").read_text(encoding="utf-8").rsplit(",,", 1)[1].strip()
        assert seen.replace(JOINER, "").replace("{{}", "{").replace("\\{", "{") == text


def test_a_line_that_is_split_in_two_is_read_on_where_it_was_left() -> None:
    whole = SpokenLine(" ".join(f"The {number}th wave breaks over the reef." for number in range(1, 9)), 0, 288)
    one, two = (
        subtitles_of([whole._replace(first=first, last=last)], FPS, [144]) for first, last in ((0, 144), (144, 288))
    )
    assert _words(line for each in one for line in each.lines)[:2] == ["The", "1th"]
    assert one[-1].ends <= 144 <= two[0].begins
    joined = [each.lines for each in (*one, *two)]
    assert list(dict.fromkeys(joined)) == [each.lines for each in subtitles_of([whole], FPS)]


def test_of_a_line_that_the_film_leaves_early_only_what_was_spoken_is_shown() -> None:
    whole = SpokenLine("One two three four five six seven eight nine ten. " * 6, 0, 288)
    shown = subtitles_of([whole._replace(last=100)], FPS)
    assert len(shown) == 2
    assert shown == [each._replace(ends=min(each.ends, 100)) for each in subtitles_of([whole], FPS)[: len(shown)]]


@pytest.mark.parametrize(("first", "last"), [(60, 72), (0, 12)])
def test_of_a_line_that_the_film_has_but_a_moment_of_nothing_flashes_up(first: int, last: int) -> None:
    whole = SpokenLine("The boat is clear of the rocks.", 0, 72)
    assert subtitles_of([whole._replace(first=first, last=last)], FPS) == []
    assert subtitles_of([SpokenLine("No!", 0, 12)], FPS), "a whole line is shown, however short"


def test_a_short_line_that_the_film_joins_late_is_still_there() -> None:
    (shown,) = subtitles_of([SpokenLine("Hello there.", 48, 128, 88, 128)], FPS)
    assert (shown.begins, shown.ends) == (88, 128)
