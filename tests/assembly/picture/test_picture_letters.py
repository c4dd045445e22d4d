"""Titles, captions and subtitles, as they are drawn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from storyboard.assembly.picture.captions import caption, set_subtitle, subtitle_layer
from storyboard.assembly.picture.cards import title_card
from storyboard.assembly.picture.frames import plain
from storyboard.assembly.picture.layer import Layer, draw_layer
from storyboard.assembly.picture.text_block import SAFE, set_text
from storyboard.columns import clusters
from storyboard.drawing.ass import write_text
from storyboard.drawing.lettering import DEJAVU, EMOJI, INTER, INTER_BOLD, balanced, measure, wrap
from storyboard.drawing.typefaces import SHIPPED, find_font

if TYPE_CHECKING:
    from storyboard.assembly.picture.frames import Frame

SIZE = (416, 240)
TALL = (240, 416)
LONG = ("The keeper climbs the hundred and nine steps with a lamp in one hand. " * 80)[:4999] + "."
HERE = Path()


def shown(drawn: Layer, size: tuple[int, int] = SIZE, ground: int = 0) -> Frame:
    frame = plain(size, (ground,) * 3)
    drawn.over(frame)
    return frame


def ink(frame: Frame, above: int = 60) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is bright."""
    bright = frame[:, :, 0] > above
    rows, columns = np.flatnonzero(bright.any(axis=1)), np.flatnonzero(bright.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def written(text: str, face: object = DEJAVU) -> Frame:
    """A text as libass draws it, with nothing of the cards' own setting."""
    layer = draw_layer(
        [write_text(text, 5, SIZE[0] / 2, SIZE[1] / 2, 40, face=face, pictographs=True)],  # type: ignore[arg-type]
        SIZE,
        {DEJAVU, INTER, EMOJI},
    )
    frame = plain(SIZE)
    layer.over(frame)
    left, top, right, bottom = ink(frame)
    return frame[top:bottom, left:right]


@pytest.mark.parametrize("size", [SIZE, TALL])
@pytest.mark.parametrize("place", ["top", "center", "bottom"])
def test_a_title_stays_in_the_safe_area_wherever_it_stands(size: tuple[int, int], place: str) -> None:
    drawn = title_card("The Lighthouse Keeper", "A story in nine scenes", size=size, place=place)  # type: ignore[arg-type]
    left, top, right, bottom = drawn.box
    assert left >= size[0] * SAFE - 1
    assert right <= size[0] * (1 - SAFE) + 1
    assert top >= size[1] * SAFE - 1
    assert bottom <= size[1] * (1 - SAFE) + 1
    assert abs((left + right) / 2 - size[0] / 2) < 4


def test_a_title_is_larger_than_its_subtitle_and_stands_above_it() -> None:
    head = shown(title_card("Marmalade", size=SIZE))
    both = shown(title_card("Marmalade", "nnnnnnnnn", size=SIZE))
    _, top, _, bottom = ink(both)
    middle = (top + bottom) // 2
    upper, lower = ink(both[:middle]), ink(both[middle:])
    assert upper[3] - upper[1] > 1.5 * (lower[3] - lower[1])
    assert ink(head)[3] - ink(head)[1] == upper[3] - upper[1]


def test_the_author_chooses_how_large_the_letters_are() -> None:
    heights = []
    for letters in (20, 40):
        _, top, _, bottom = ink(shown(title_card("H", size=SIZE, letters=letters)))
        heights.append(bottom - top)
    assert heights[0] == pytest.approx(20 * 0.727, abs=2)  # Inter's capitals
    assert heights[1] == pytest.approx(40 * 0.727, abs=2)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_font_draws_letters_of_its_own(name: str) -> None:
    frames = {each: shown(title_card("Rag", size=SIZE, typeface=find_font(each, HERE))) for each in SHIPPED}
    assert all((frames[name] != frame).any() for each, frame in frames.items() if each != name)


@pytest.mark.parametrize(
    ("place", "band"), [("top", (0, 0.34)), ("center", (0.33, 0.67)), ("bottom", (0.66, 1)), (None, (0.66, 1))]
)
def test_a_caption_stands_where_it_is_told_to_over_a_shade(place: str | None, band: tuple[float, float]) -> None:
    drawn = caption("Two years later", size=SIZE, place=place)  # type: ignore[arg-type]
    frame = shown(drawn, ground=128)
    left, top, right, bottom = ink(frame, above=200)
    assert SIZE[1] * max(band[0], SAFE) <= top < bottom <= SIZE[1] * min(band[1], 1 - SAFE) + 1
    assert SIZE[0] * SAFE <= left < right <= SIZE[0] * (1 - SAFE)
    assert frame[(top + bottom) // 2, left - 8, 0] < 100
    far = SIZE[1] - 1 if place == "top" else 0
    assert (frame[far] == 128).all()


@pytest.mark.parametrize("ground", [0, 128, 255])
def test_a_subtitle_can_be_read_on_anything(ground: int) -> None:
    frame = shown(subtitle_layer(["Hold, you old girl.", "Not tonight."], SIZE), ground=ground)
    part = frame[int(SIZE[1] * 0.75) :, :, 0]
    assert part.max() > 240
    assert part.min() < 40


def test_a_subtitle_has_two_lines_at_most_and_tells_what_it_leaves_out() -> None:
    drawn = subtitle_layer([LONG[:200], LONG[200:400]], SIZE)
    _, top, _, bottom = drawn.box
    assert bottom - top < SIZE[1] * 0.2
    assert bottom < SIZE[1] * 0.95
    assert set_subtitle([LONG[:200], LONG[200:400]], SIZE).cut_off


@pytest.mark.parametrize("face", [INTER, INTER_BOLD, DEJAVU])
def test_what_there_is_no_room_for_ends_in_an_ellipsis_and_is_told(face: object) -> None:
    block = set_text(LONG, face, (300, 190), (24, 9))  # type: ignore[arg-type]
    assert block.lines[-1].endswith("…")
    assert block.size == 9
    assert block.height <= 190
    assert "".join((*block.lines, block.cut_off)).replace("…", "").replace(" ", "") == LONG.replace(" ", "")


@pytest.mark.parametrize("draw", [title_card, caption])
def test_five_thousand_letters_stay_in_the_safe_area(draw: object) -> None:
    drawn = draw(LONG, size=SIZE)  # type: ignore[operator]
    left, top, right, bottom = ink(shown(drawn, ground=0))
    assert SIZE[0] * SAFE - 1 <= left < right <= SIZE[0] * (1 - SAFE) + 1
    assert SIZE[1] * SAFE - 1 <= top < bottom <= SIZE[1] * (1 - SAFE) + 1


def test_a_long_title_is_written_smaller_before_any_of_it_is_cut_off() -> None:
    short, longer = (set_text(text, INTER_BOLD, (330, 190), (24, 9)) for text in (LONG[:20], LONG[:330]))
    assert short.size == 24
    assert 9 < longer.size < 24
    assert not longer.cut_off
    assert " ".join(longer.lines) == LONG[:330].strip()


def test_a_long_word_is_written_smaller_and_not_torn() -> None:
    block = set_text("The Donaudampfschifffahrt", INTER_BOLD, (300, 190), (40, 9))
    assert block.lines == ("The", "Donaudampfschifffahrt")
    assert 20 <= block.size < 40


def test_a_word_that_would_have_to_be_tiny_is_torn_and_the_letters_stay_large() -> None:
    block = set_text("w" * 60, INTER_BOLD, (300, 190), (40, 9))
    assert len(block.lines) > 1
    assert block.size > 20


def test_a_script_without_spaces_breaks_where_the_line_ends() -> None:
    block = set_text("\u0e81" * 20, DEJAVU, (300, 190), (40, 9))
    assert (block.size, len(block.lines)) == (40, 2)


def test_evening_out_lines_tears_no_word() -> None:
    width_of = measure(INTER, 20)
    text = "Floccinaucinihilipilification a"
    width = width_of(text) - 1
    assert balanced(text, width, wrap(text, width, width_of), width_of) == ["Floccinaucinihilipilification", "a"]


def test_an_author_s_line_breaks_stay() -> None:
    assert set_text("One\ntwo\r\nthree", INTER, (300, 200), (20, 9)).lines == ("One", "two", "three")


def test_hebrew_is_read_from_right_to_left() -> None:
    # Lamed is the tallest letter: it stands first in the text, and so at the right.
    frame = written("\u05dc\u05de\u05de\u05de\u05de")
    tall = np.flatnonzero((frame[: frame.shape[0] // 6, :, 0] > 60).any(axis=0))
    assert tall.min() > frame.shape[1] * 0.6


def test_arabic_is_joined_and_read_from_right_to_left() -> None:
    # Alef is upright, and stands first: at the right. Three beh in a row are joined to one stroke.
    frame = written("\u0627\u0628\u0628\u0628")
    tall = np.flatnonzero((frame[: frame.shape[0] // 6, :, 0] > 60).any(axis=0))
    assert tall.min() > frame.shape[1] * 0.7
    joined, apart = written("\u0628\u0628\u0628"), written("\u0628\u200c\u0628\u200c\u0628")
    assert joined.shape[1] < 0.8 * apart.shape[1]


def test_scripts_that_are_written_joined_are_not_tracked_apart() -> None:
    assert set_text("\u062d\u0627\u0631\u0633", INTER_BOLD, (300, 200), (20, 9), tracking=0.1).spacing == 0
    assert set_text("Keeper", INTER_BOLD, (300, 200), (20, 9), tracking=0.1).spacing == 2


@pytest.mark.parametrize("picture", ["🐱", "👩‍🚀", "🇫🇷", "1️⃣", "👍🏽", "❤️"])
def test_a_pictograph_is_one_picture_and_no_empty_box(picture: str) -> None:
    block = set_text(picture, INTER, (300, 200), (40, 40))
    assert block.lines == (picture,)
    assert not block.notes
    drawn = written(picture, INTER)
    assert drawn.shape[1] < 65  # one, however many parts it is written with
    assert float((drawn[:, :, 0] > 60).mean()) > 0.15
    others = [written(each, INTER) for each in ("🐝", "👩", "🚀")]
    assert all(drawn.shape != other.shape or (drawn != other).any() for other in others)


def test_what_no_font_has_is_left_out_and_told() -> None:
    block = set_text("Fox \u72d0 \U000f1234 run", INTER, (300, 200), (20, 9))
    assert block.lines == ("Fox run",)
    (note,) = block.notes
    assert "“\u72d0”" in note


def test_a_text_that_the_author_s_font_lacks_letters_of_is_written_in_one_that_has_them_and_told() -> None:
    lora = SHIPPED["Lora"].title
    block = set_text("\u05e9\u05d5\u05de\u05e8 Fox", lora, (300, 200), (20, 9))
    assert block.face.family == "DejaVu Sans"
    assert block.notes == (
        "Lora SemiBold lacks “\u05d5”, “\u05de”, “\u05e8”, “\u05e9”, so the text is written in DejaVu Sans.",
    )


@pytest.mark.parametrize("text", [r"{\fs200}\N\h{big}", "a\\pos(0,0)", "{", "}", "C:\\new"])
def test_nothing_that_an_author_writes_is_taken_as_a_command(text: str) -> None:
    _, top, _, bottom = ink(shown(title_card(text, size=SIZE)))
    assert bottom - top < SIZE[1] * 0.2
    assert abs((top + bottom) / 2 - SIZE[1] / 2) < SIZE[1] * 0.1


@pytest.mark.parametrize("text", ["\u72d0", "\u200f", "\U000f1234"])
def test_a_text_of_which_nothing_can_be_shown_changes_nothing(text: str) -> None:
    assert shown(title_card(text, size=SIZE)).max() == 0


@pytest.fixture(scope="module")
def layer() -> Layer:
    return caption("Two years later", size=SIZE, place="center")


class TestLayer:
    @staticmethod
    def _noise() -> Frame:
        return np.random.default_rng(3).integers(0, 256, (SIZE[1], SIZE[0], 3), np.uint8)

    def test_a_layer_of_no_opacity_leaves_the_picture_alone(self, layer: Layer) -> None:
        frame = self._noise()
        layer.over(frame, 0.0)
        assert (frame == self._noise()).all()

    @pytest.mark.parametrize("opacity", [0.1, 0.5, 0.9])
    def test_opacity_is_a_share_of_the_way_to_the_whole_layer(self, layer: Layer, opacity: float) -> None:
        whole, part = self._noise(), self._noise()
        layer.over(whole)
        layer.over(part, opacity)
        exact = self._noise() * (1 - opacity) + whole * opacity
        assert np.abs(part - exact).max() <= 2.5

    def test_a_layer_is_laid_on_the_same_way_after_its_opacity_has_changed(self, layer: Layer) -> None:
        first, second, other = self._noise(), self._noise(), self._noise()
        layer.over(first, 0.7)
        layer.over(other, 0.2)
        layer.over(second, 0.7)
        assert (first == second).all()

    def test_nothing_changes_outside_its_box(self, layer: Layer) -> None:
        left, top, right, bottom = layer.box
        frame = self._noise()
        layer.over(frame)
        frame[top:bottom, left:right] = self._noise()[top:bottom, left:right]
        assert (frame == self._noise()).all()

    def test_white_letters_are_white_and_black_stays_black(self) -> None:
        frame = shown(title_card("H", size=SIZE, letters=100))
        assert (int(frame.min()), int(frame.max())) == (0, 255)

    def test_a_layer_of_nothing_changes_nothing(self) -> None:
        frame = self._noise()
        Layer.nothing(SIZE).over(frame)
        assert (frame == self._noise()).all()

    def test_a_frame_of_odd_sides_can_be_lettered(self) -> None:
        frame = plain((201, 121))
        title_card("Fox", size=(201, 121)).over(frame)
        assert frame.max() > 200


@pytest.mark.parametrize("text", ["WAVE To Ty AV", "بكم في المدينة", "👩‍👩‍👧‍👦", "🇩🇪🇫🇷", "Voilà, l'été"])
def test_a_text_is_drawn_as_wide_as_it_was_measured(text: str) -> None:
    face = set_text(text, INTER, (1000, 1000), (40, 40)).face
    assert written(text, face).shape[1] == pytest.approx(measure(face, 40, pictographs=True)(text), rel=0.05, abs=5)


def test_letters_stand_as_close_as_their_shapes_allow() -> None:
    one_by_one = sum(measure(INTER, 100)(letter) for letter in "AVAVAV")
    assert measure(INTER, 100)("AVAVAV") < 0.95 * one_by_one


@pytest.mark.parametrize(
    ("text", "width"), [("🇩🇪🇫🇷🇮🇹🇪🇸🇵🇹🇬🇷🇵🇱", 130), ("👩‍👩‍👧‍👦" * 4, 130), ("👍🏽" * 6, 130), ("e\u0301" * 30, 60)]
)
def test_what_a_reader_takes_for_one_letter_is_never_torn_by_a_line(text: str, width: int) -> None:
    lines = set_text(text, INTER, (width, 1000), (40, 40)).lines
    whole = list(clusters("".join(lines)))
    assert len(lines) > 1
    assert [each for line in lines for each in clusters(line)] == whole


@pytest.mark.parametrize("space", ["\u00a0", "\u202f", "\u2007"])
def test_a_line_ends_at_no_space_that_keeps_words_together(space: str) -> None:
    text = f"Louis entre dans la salle et salue M.{space}Dupont, qui attend depuis 20{space}minutes"
    for width in range(200, 700, 20):
        block = set_text(text, INTER, (width, 1000), (24, 24))
        assert not any(line.endswith(("M.", "20")) for line in block.lines)
        assert block.notes == ()


def test_a_letter_that_the_face_lacks_which_all_is_written_in_is_left_out_and_told() -> None:
    block = set_text("₿ 100 ✓", INTER, (400, 200), (40, 40))
    assert block.lines == ("100 ✓",)
    assert any("“₿”" in note for note in block.notes)
    assert set_text("Pay in ₿", INTER, (400, 200), (40, 40)).lines == ("Pay in ₿",)


@pytest.mark.parametrize("picture", ["🩷", "🫨", "🪿"])
def test_pictographs_that_are_newer_than_this_python_are_written(picture: str) -> None:
    assert set_text(f"Love {picture} you", INTER, (400, 200), (40, 20)).lines == (f"Love {picture} you",)


def test_a_word_that_ends_in_a_pictograph_is_torn_no_more_than_one_without() -> None:
    for word in ("Donaudampfschifffahrtsgesellschaft", "Donaudampfschifffahrtsgesellschaft🎉"):
        assert set_text(word, INTER_BOLD, (460, 150), (28, 14)).lines == (word,)
