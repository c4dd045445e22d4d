"""The sheet itself: a picture of each shot, laid out on pages by Typst, as a PDF and as PNG files.

Typst breaks lines, shapes letters of all scripts, falls back to the machine's own fonts, and keeps the text in the
PDF as text. It reads nothing but the folder it is given.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from storyboard.compiler.camera_path import WHOLE
from storyboard.drawing.cover import cover
from storyboard.drawing.lettering import FONTS
from storyboard.resources import folder as resource
from storyboard.review.camera_path import camera_paths
from storyboard.review.sheet.content import sheet_content
from storyboard.review.sheet.marks import marked_png
from storyboard.review.stills import read_still

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from storyboard.compiler.plan import Plan
    from storyboard.drawing.pose import Pose
    from storyboard.review.shots import Shot

PAPERS = {"a4": "a4", "letter": "us-letter"}
"""The papers, and Typst's names of them."""

_WIDE, _TALL = 3, 4
"""Panels side by side, of pictures wider than high and of the others."""
_PIXELS = 660
"""The width of a panel's picture: 290 dots an inch where three stand side by side on A4."""
_DOTS = 160  # an inch, of a PNG page


@dataclass(frozen=True)
class Sheet:
    """What a sheet shows.

    Attributes:
        plan: What a render would order.
        shots: What the episode shows.
        file: The storyboard's name.
        series: The title of its series; may be empty.
        logline: The story in a sentence; may be empty.
        paper: A name in ``PAPERS``.
    """

    plan: Plan
    shots: tuple[Shot, ...]
    file: str
    series: str = ""
    logline: str = ""
    paper: str = "a4"


@dataclass(frozen=True)
class Pages:
    """A sheet that was made.

    Attributes:
        pdf: All pages; None where it was not asked for.
        png: A picture of each page; none where they were not asked for.
        count: How many pages it has.
    """

    pdf: bytes | None
    png: tuple[bytes, ...]
    count: int


def make_sheet(
    sheet: Sheet, *, pdf: bool, png: bool, on_progress: Callable[[float], None] = lambda share: None
) -> Pages:
    """Lay out a sheet.

    Args:
        sheet: What it shows.
        pdf: Whether it is wanted as a PDF.
        png: Whether it is wanted as pictures.
        on_progress: Told the share that is done, 0.0 to 1.0.

    Raises:
        ImageError: A still can no longer be read.
        OSError: There is no room for the temporary files.
    """
    columns = _WIDE if sheet.plan.resolution[0] > sheet.plan.resolution[1] else _TALL
    with tempfile.TemporaryDirectory(prefix="storyboard-sheet-") as name:
        folder = Path(name).resolve()
        images = []
        for number, picture in enumerate(_pictures(sheet)):
            images.append(f"{number}.jpg")
            picture.save(folder / images[-1], quality=88)
            on_progress((number + 1) / (len(sheet.shots) + 2))
        content = sheet_content(
            sheet.plan,
            sheet.shots,
            images=images,
            paper=PAPERS[sheet.paper],
            file=sheet.file,
            series=sheet.series,
            logline=sheet.logline,
            columns=columns,
        )
        (folder / "data.json").write_text(json.dumps(content), encoding="utf-8")
        shutil.copy(resource("templates") / "sheet" / "sheet.typ", folder / "sheet.typ")
        return _laid_out(folder, pdf=pdf, png=png)


def _laid_out(folder: Path, *, pdf: bool, png: bool) -> Pages:
    import typst

    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=[str(FONTS)])
    compiler = typst.Compiler(str(folder / "sheet.typ"), root=str(folder), font_paths=fonts)
    whole: Any = compiler.compile(format="pdf") if pdf else None
    pages: Any = compiler.compile(format="png", ppi=_DOTS) if png else []
    images = tuple(marked_png(page) for page in (pages if isinstance(pages, list) else [pages]))
    count = json.loads(compiler.query("<pages>", field="value", one=True)) if pdf and not png else len(images)
    return Pages(whole, images, count)


def _pictures(sheet: Sheet) -> Iterator[Image.Image]:
    """The picture of each shot: its still as it is where it is first seen, later as the camera has it half way."""
    width, height = sheet.plan.resolution
    size = (_PIXELS, round(_PIXELS * height / width))
    paths = camera_paths(sheet.shots)
    seen: set[str] = set()
    kept: tuple[str, Image.Image] | None = None
    for shot, path in zip(sheet.shots, paths, strict=True):
        name = shot.still.name
        if kept is None or kept[0] != name:
            kept = name, cover(read_still(shot.still, sheet.plan.title, sheet.plan.resolution), sheet.plan.resolution)
        first = name not in seen or shot.still.is_sketch
        seen.add(name)
        yield _seen(kept[1], WHOLE if first else path.at(path.seconds / 2), size)


def _seen(picture: Image.Image, pose: Pose, size: tuple[int, int]) -> Image.Image:
    return picture.resize(size, Image.Resampling.LANCZOS, pose.box(*picture.size))
