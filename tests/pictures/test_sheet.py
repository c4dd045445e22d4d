"""``storyboard sheet``: real pages, opened again."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING

import pytest
from helpers import EXAMPLES, png, write_tree
from PIL import Image
from pypdf import PdfReader

from storyboard.generation.prepare import prepare
from storyboard.review.sheet.content import sheet_content
from storyboard.review.sheet.make import Sheet, make_sheet
from storyboard.review.shots import shots_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from helpers import Ran

    from storyboard.review.sheet.make import Pages

    Command = Callable[..., Ran]

BOAT_KEEPER = next(path for path in EXAMPLES if path.stem == "boat-keeper")
MARMALADE = next(path for path in EXAMPLES if path.stem == "marmalade")
PORTRAIT = next(path for path in EXAMPLES if path.stem == "two-at-the-window")


def laid_out(story: Path, *, pdf: bool = True, png: bool = False, paper: str = "a4") -> Pages:
    prepared = prepare(story)
    return make_sheet(Sheet(prepared.require_plan(), shots_of(prepared), story.name, paper=paper), pdf=pdf, png=png)


def text_of(pages: Pages) -> list[str]:
    assert pages.pdf
    read = (page.extract_text() for page in PdfReader(io.BytesIO(pages.pdf)).pages)
    return [" ".join(text.replace("\u200b", "").split()) for text in read]


def written(tmp_path: Path, *segments: str, head: str = "image: a.png", **files: bytes) -> Path:
    listed = "".join(f"      - {segment}\n" for segment in segments)
    text = f"storyboard: 1\ntitle: T\n{head}\nscenes:\n  - name: One\n    segments:\n{listed}"
    write_tree(tmp_path, {"fox.yaml": text, "a.png": png(), **{f"{name}.png": data for name, data in files.items()}})
    return tmp_path / "fox.yaml"


def test_everything_that_is_told_of_a_story_stands_on_it_as_text() -> None:
    pages = laid_out(BOAT_KEEPER)
    (text,) = text_of(pages)
    for words in (
        "The Boat Keeper", "0:40.5", "$2.31", "1.21", "832 × 480", "Page 1 of 1", "boat-keeper.yaml",
        "Closing time", "the shore", "urgent, cold",
        "dark cloud slides across the sunset and the wind comes down on the water",
        "Mira walks in from the right along the boats, counting them with one finger, and stops to search the lake",
        "“Eleven, twelve… One of you is still out.”", "slow push in toward the lake",
        "0:04.5 – 0:13.5", "0:36.0 – 0:40.5", "9 s",
    ):  # fmt: skip
        assert words in text, words


def test_a_long_story_takes_several_pages_that_are_counted() -> None:
    pages = laid_out(MARMALADE, png=True)
    texts = text_of(pages)
    assert len(texts) == len(pages.png) == pages.count > 2
    for number, text in enumerate(texts, 1):
        assert f"Page {number} of {len(texts)}" in text
        assert "Marmalade's Long Afternoon" in text
    whole = " ".join(texts)
    assert all(f"{scene}" in whole for scene in ("Waking up", "The quince", "Home again"))


@pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("letter", (612, 792))])
def test_the_pages_have_the_size_of_the_paper(paper: str, size: tuple[int, int]) -> None:
    pages = laid_out(PORTRAIT, png=True, paper=paper)
    assert pages.pdf
    box = PdfReader(io.BytesIO(pages.pdf)).pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == size
    picture = Image.open(io.BytesIO(pages.png[0]))
    assert (picture.width * 72 / 160, picture.height * 72 / 160) == pytest.approx(size, abs=1)


def test_a_story_gives_the_same_pages_every_time() -> None:
    first, second = (laid_out(PORTRAIT, png=True) for _ in range(2))
    assert first.png == second.png


def test_a_sketch_stands_for_its_segment_alone(tmp_path: Path) -> None:
    held = io.BytesIO()
    Image.new("RGB", (400, 300), (200, 20, 20)).save(held, "PNG")
    story = written(tmp_path, "a", "{action: b, sketch: red.png}", "c", "d", red=held.getvalue())
    pages = laid_out(story, png=True)
    sheet = Image.open(io.BytesIO(pages.png[0])).convert("RGB")
    reddish = [
        x for x in range(sheet.width) for y in (sheet.height // 4,)
        if isinstance(pixel := sheet.getpixel((x, y)), tuple) and pixel[0] > 150 > pixel[1] + 60
    ]  # fmt: skip
    assert sheet.width // 3 < min(reddish) < max(reddish) < sheet.width * 2 // 3


def ink(path: Path, camera: str) -> bytes:
    pages = laid_out(written(path, f"{{action: a, camera: '{camera}'}}", "b", "c", "d"), pdf=False, png=True)
    return Image.open(io.BytesIO(pages.png[0])).convert("L").crop((60, 240, 470, 600)).tobytes()


def test_each_move_of_the_camera_has_a_drawing_of_its_own(tmp_path: Path) -> None:
    moves = (
        "push in", "pull out", "zoom in", "zoom out", "pan left", "pan right", "tilt up", "tilt down", "crane up",
        "crane down", "track left", "track right", "orbit left", "orbit right", "camera rolls left", "handheld",
        "fixed camera", "rack focus",
    )  # fmt: skip
    prepared = prepare(
        written(tmp_path, *(f"{{action: same, camera: {move}}}" for move in moves), head="reels: one\nimage: a.png")
    )
    shots = shots_of(prepared)
    content = sheet_content(
        prepared.require_plan(), shots, images=["a.jpg"] * len(shots), paper="a4", file="f", series="", logline="",
        columns=3,
    )  # fmt: skip
    told = [
        (move["kind"], move["toward"])
        for scene in content["scenes"]
        for row in scene["rows"]
        for shot in row["shots"]
        for move in shot["moves"]
    ]
    assert len(set(told)) == len(moves)
    looks = {
        ink(tmp_path / str(at), move) for at, move in enumerate(("push in", "pull out", "pan left", "pan right"))
    }
    assert len(looks) == 4


WILD = (
    "مريم تشعل المصباح وتنظر إلى البحر",
    "灯台守は時計仕掛けを巻き、袖でガラスを拭く",
    "an emoji 😀 and a family 👨‍👩‍👧",
    "שלום \u202eevil\u202c text",
    '#strong[no] $x^2$ *a* _b_ <l> @ref \\ #import "x" // c',
    "https://example.org/" + "very-long-address/" * 20,
    "W" * 3000,
    "and on and on " * 700,
)


def test_any_text_is_laid_out_and_none_is_read_as_a_command(tmp_path: Path) -> None:
    pages = laid_out(written(tmp_path, *(json.dumps(text, ensure_ascii=False) for text in WILD)))
    whole = re.sub(r"\s", "", " ".join(text_of(pages)))
    assert '#strong[no]$x^2$*a*_b_<l>@ref\\#import"x"//c' in whole
    assert whole.count("W") >= 3000
    assert re.sub(r"\s", "", "Https://example.org/" + "very-long-address/" * 20) in whole
    assert pages.count > 2


def test_text_stays_within_the_margins_of_the_page(tmp_path: Path) -> None:
    pages = laid_out(
        written(
            tmp_path, "W" * 400, "i" * 900, f"{{action: a, say: {'W' * 200}}}", f"{{action: a, camera: {'W' * 200}}}"
        ),
        pdf=False,
        png=True,
    )
    margin = 12 * 160 // 26  # 12 mm, a little less than the page's own
    for page in pages.png:
        sheet = Image.open(io.BytesIO(page)).convert("L")
        for side in ((0, 0, margin, sheet.height), (sheet.width - margin, 0, sheet.width, sheet.height)):
            assert sheet.crop(side).getextrema() == (255, 255)


# ---- the command


def test_it_writes_a_pdf_and_a_picture_where_the_films_go(storyboard: Command, tmp_path: Path) -> None:
    ran = storyboard("sheet", written(tmp_path, "a", "b", "c", "d"), "--json")
    assert ran.code == 0
    renders = tmp_path / "renders"
    assert ran.json == {
        "title": "T",
        "storyboard": str(tmp_path / "fox.yaml"),
        "sheets": [str(renders / "fox.sheet.pdf"), str(renders / "fox.sheet.png")],
        "pages": 1,
        "paper": "a4",
    }
    assert sorted(path.name for path in renders.iterdir()) == ["fox.sheet.pdf", "fox.sheet.png"]
    assert not (tmp_path / ".storyboard").exists()


def test_several_pages_are_numbered_and_those_of_a_longer_sheet_before_are_taken_away(
    storyboard: Command, tmp_path: Path
) -> None:
    renders = tmp_path / "renders"
    assert storyboard("sheet", written(tmp_path, *["a"] * 45), "--format", "png").code == 0
    assert [path.name for path in sorted(renders.iterdir())] == [f"fox.sheet-{at}.png" for at in (1, 2, 3)]
    (renders / "fox.sheet-9.png").write_bytes(png())
    assert storyboard("sheet", written(tmp_path, *["a"] * 20), "--format", "png").code == 0
    assert [path.name for path in sorted(renders.iterdir())] == [f"fox.sheet-{at}.png" for at in (1, 2, 9)]


@pytest.mark.parametrize("name", ["x.pdf", "x.png"])
def test_the_name_of_the_file_says_what_is_written(storyboard: Command, tmp_path: Path, name: str) -> None:
    story = written(tmp_path, "a", "b", "c", "d")
    ran = storyboard("sheet", story, "--output", tmp_path / "out" / name)
    assert (ran.code, ran.out) == (0, f"{tmp_path / 'out' / name}\n")
    assert [path.name for path in (tmp_path / "out").iterdir()] == [name]
    assert storyboard("sheet", story, "--output", tmp_path / "x.pdf", "--format", "png").code == 2


@pytest.mark.parametrize(("verb", "name"), [("sheet", "x.jpg"), ("animatic", "x.mov")])
def test_a_name_of_another_ending_is_no_folder(storyboard: Command, tmp_path: Path, verb: str, name: str) -> None:
    ran = storyboard(verb, written(tmp_path, "a", "b", "c", "d"), "--output", tmp_path / name)
    assert ran.code == 2
    assert "is no name for this" in ran.err
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize("name", ["fox.sheet.pdf", "fox.sheet.png"])
def test_a_file_that_is_no_sheet_is_never_replaced(storyboard: Command, tmp_path: Path, name: str) -> None:
    story = written(tmp_path, "a", "b", "c", "d")
    assert storyboard("sheet", story).code == 0
    assert storyboard("sheet", story).code == 0
    other = tmp_path / "renders" / name
    other.write_bytes(png() if name.endswith("png") else b"%PDF-1.7 a contract")
    before = other.read_bytes()
    ran = storyboard("sheet", story)
    assert (ran.code, other.read_bytes()) == (2, before)
    assert "was not made by storyboard sheet, so it stays as it is" in ran.err


def test_a_story_with_errors_is_told_as_preview_tells_it(storyboard: Command, tmp_path: Path) -> None:
    story = written(tmp_path, "'{mora} runs'")
    ran, preview = storyboard("sheet", story), storyboard("preview", story)
    assert (ran.code, ran.err) == (1, preview.err)


def test_a_sketch_with_far_too_many_pixels_is_refused_before_it_is_decoded(
    storyboard: Command, tmp_path: Path
) -> None:
    story = written(tmp_path, "a", "{action: b, sketch: bomb.png}", "c", "d", bomb=png(30_000, 30_000, rows=1))
    ran = storyboard("sheet", story)
    assert ran.code == 1
    assert "more than the 64 million" in " ".join(ran.err.split())
