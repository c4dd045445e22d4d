"""The files of a sheet: a PDF of all pages, and a PNG of each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from storyboard.errors import UsageError
from storyboard.files import write_whole
from storyboard.review.sheet.marks import is_sheet

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.review.sheet.make import Pages


def write_pages(pages: Pages, path: Path) -> list[Path]:
    """Write a sheet, and take away the pages of an earlier, longer one.

    Args:
        pages: The sheet.
        path: Where it goes; with another ending for the other format, and a number for one of several pages.

    Returns:
        What was written: the PDF first, then the pages in order.

    Raises:
        UsageError: A page would take the place of something that is no sheet.
        OSError: It could not be written.
    """
    images = _page_paths(path.with_suffix(".png"), len(pages.png))
    for image in images:
        if image.exists() and not is_sheet(image):
            raise UsageError(
                f"{image} is there already and was not made by storyboard sheet, so it stays as it is.",
                hint="Move it away, or name another file with --output.",
            )
    written: list[Path] = []
    if pages.pdf is not None:
        written.append(path.with_suffix(".pdf"))
        write_whole(written[-1], pages.pdf)
    for image, page in zip(images, pages.png, strict=True):
        write_whole(image, page)
    if images:
        _take_away_others(path.with_suffix(".png"), images)
    return [*written, *images]


def _page_paths(path: Path, count: int) -> list[Path]:
    if count == 1:
        return [path]
    return [path.with_name(f"{path.stem}-{number}.png") for number in range(1, count + 1)]


def _take_away_others(path: Path, written: list[Path]) -> None:
    """A page that is left of an earlier sheet would be taken for one of this."""
    page = re.compile(rf"{re.escape(path.stem)}(?:-\d{{1,4}})?\.png")
    for other in path.parent.iterdir():
        if page.fullmatch(other.name) and other not in written and is_sheet(other):
            other.unlink()
