"""Which font an author means."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import ImageFont

from storyboard.assembly.picture.cards import title_card
from storyboard.assembly.picture.frames import plain
from storyboard.drawing.lettering import FONTS
from storyboard.drawing.typefaces import SHIPPED, USUAL, find_font, font_names
from storyboard.errors import FontError

HERE = Path()


def test_the_fonts_that_ship_are_named() -> None:
    assert font_names() == ("Inter", "Lora", "JetBrains Mono", "DejaVu Sans")
    assert find_font(None, HERE) is USUAL
    assert find_font("jetbrains  mono", HERE) is SHIPPED["JetBrains Mono"]


def test_every_font_that_ships_has_its_licence_beside_it() -> None:
    licences = {file.stem.removeprefix("LICENSE-") for file in FONTS.glob("LICENSE-*")}
    assert {file.stem.partition("-")[0].removesuffix("Sans") for file in FONTS.glob("*.[ot]tf")} == licences
    assert sum(file.stat().st_size for file in FONTS.iterdir()) < 3 * 2**20


@pytest.mark.parametrize("name", SHIPPED)
def test_a_font_that_ships_is_called_as_its_file_says(name: str) -> None:
    for face in SHIPPED[name][1:]:
        family, _ = ImageFont.truetype(FONTS / face.file, 20).getname()
        assert (family or "").split()[0] == face.family.split()[0]


@pytest.mark.parametrize(("written", "meant"), [("Intr", "Inter"), ("jetbrain", "JetBrains Mono"), ("lore", "Lora")])
def test_a_font_that_is_not_there_is_told_with_the_nearest_one(written: str, meant: str) -> None:
    with pytest.raises(FontError, match=f"“{written}” is no font that ships") as told:
        find_font(written, HERE)
    assert f"Did you mean “{meant}”?" in told.value.hint


def test_a_font_like_no_other_is_told_with_all_that_ship() -> None:
    with pytest.raises(FontError) as told:
        find_font("Zapfino", HERE)
    assert "It can be Inter, Lora, JetBrains Mono, DejaVu Sans." in told.value.hint


@pytest.mark.parametrize(("file", "like"), [("Lora-SemiBold.ttf", "Lora"), ("Inter-SemiBold.otf", "Inter")])
def test_an_author_s_own_font_file_is_what_is_drawn(tmp_path: Path, file: str, like: str) -> None:
    (tmp_path / "mine.ttf").write_bytes((FONTS / file).read_bytes())
    mine = find_font("mine.ttf", tmp_path)
    frames = []
    for typeface in (mine, SHIPPED[like]):
        frame = plain((208, 120))
        title_card("Rag", size=(208, 120), typeface=typeface).over(frame)
        frames.append(frame)
    assert (frames[0] == frames[1]).all()
    assert mine.title.weight == 600


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "not a font that can be used"),
        (b"wOF2" + bytes(40), "a WOFF2 font, made for web pages"),
        (b"ttcf" + bytes(40), "a collection of several fonts"),
        (b"\x00\x01\x00\x00", "damaged"),
        (b"\x00\x01\x00\x00" + b"\xff" * 400, "damaged"),
    ],
)
def test_what_is_no_font_is_told(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "mine.ttf").write_bytes(content)
    with pytest.raises(FontError, match=told):
        find_font("mine.ttf", tmp_path)


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5, 0.9])
def test_a_font_that_was_cut_short_is_told(tmp_path: Path, share: float) -> None:
    whole = (FONTS / "Lora-Regular.ttf").read_bytes()
    (tmp_path / "mine.ttf").write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(FontError, match="is damaged"):
        find_font("mine.ttf", tmp_path)


def test_a_font_that_is_missing_or_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FontError, match="does not exist"):
        find_font("fonts/mine.ttf", tmp_path)
    (tmp_path / "folder.ttf").mkdir()
    with pytest.raises(FontError, match="is not a file"):
        find_font("folder.ttf", tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_is_not_waited_on(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ttf")
    with pytest.raises(FontError, match="is not a file"):
        find_font("pipe.ttf", tmp_path)
