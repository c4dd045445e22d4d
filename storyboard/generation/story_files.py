"""The files a story names: first frames, its template, sketches, clips; that they are there and can be read."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from storyboard.drawing.font_names import is_font_file
from storyboard.errors import FontError, ImageError
from storyboard.generation.images import verdict
from storyboard.rules.facts import Frame
from storyboard.story.cut import CaptionItem, ClipItem, EpisodeItem, ImageItem, ReelItem, ShownItem, TitleItem
from storyboard.story.findings import Remark, Severity, nearest
from storyboard.story.paths import SERIES_FILE, OutsideError, inside, is_template_file, is_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyboard.story.model import Storyboard
    from storyboard.story.source import Source

Where = tuple[str | int, ...]


class StoryFiles:
    """Looks at the files a story names: that they are there, inside the series, and readable.

    Attributes:
        images: The files of first frames that can be used, by the name the author wrote.
        frames: The same, with their sizes.
        template_text: The text of the story's own template; empty where it cannot be read.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._root = source.root
        self.images: dict[str, Path] = {}
        self.frames: list[Frame] = []
        self.template_text: str | None = None

    @cached_property
    def _folder(self) -> Path:
        return self._source.path.resolve().parent  # only where a story names a file: asking the disk takes time

    def check(self, storyboard: Storyboard) -> list[Remark]:
        """What is wrong with the files; what is right with them is known afterwards."""
        remarks: list[Remark] = []
        for where, name in _first_frames(storyboard):
            remarks += self._first_frame(name, where)
        for where, name in _other_files(storyboard):
            remarks += self._there(name, where)[1]
        for where, name in _fonts(storyboard):
            remarks += self._font(name, where)
        if is_template_file(storyboard.template):
            remarks += self._template(storyboard.template)
        return remarks

    def _font(self, name: str, where: Where) -> list[Remark]:
        from storyboard.drawing.typefaces import find_font  # it brings Pillow along, which most stories spare

        if is_font_file(name):
            path, remarks = self._there(name, where)
            if path is None:
                return remarks
            name = str(path)
        try:
            find_font(name, self._folder)
        except FontError as error:
            return [_error(error.code, error.message, error.hint, where)]
        return []

    def _there(self, name: str, where: Where) -> tuple[Path | None, list[Remark]]:
        said = self._source.written(where, name)
        try:
            path = inside(self._root, self._folder, name)
        except OutsideError:
            return None, [
                _error(
                    "outside-folder",
                    f"{short(said)} lies outside the folder of the story.",
                    f"Files have to lie in {self._root.name or self._root}, or below it; copy it there.",
                    where,
                )
            ]
        if not os.path.exists(path):  # noqa: PTH110  Path.exists() raises where a name is too long
            hint = f"Paths are seen from {SERIES_FILE if self._source.is_inherited(where) else 'the storyboard'}."
            if is_url(name):
                hint = "Download it, and name the file: only the image of a story or a scene may be an address."
            elif near := _near(path):
                hint = f"Did you mean “{Path(said).with_name(near).as_posix()}”? {hint}"
            return None, [_error("file-missing", f"There is no file {short(said)}.", hint, where)]
        return path, []

    def _first_frame(self, name: str, where: Where) -> list[Remark]:
        if is_url(name):
            return []
        if "://" in name or name.startswith("data:"):
            return [_error("image-address", "An image is a file or an http(s) URL.", "", where)]
        path, remarks = self._there(name, where)
        if path is None:
            return remarks
        said = self._source.written(where, name)
        try:
            found = verdict(path)
        except ImageError as error:
            return [_error("image-unusable", error.message.replace(str(path), said), error.hint, where)]
        self.images[name] = path
        turned = found.orientation > 4
        width, height = (found.height, found.width) if turned else (found.width, found.height)
        self.frames.append(Frame(where, said, width, height))
        return []

    def _template(self, name: str) -> list[Remark]:
        where: Where = ("template",)
        path, remarks = self._there(name, where)
        if path is None:
            self.template_text = ""
            return remarks
        name = self._source.written(where, name)
        if not path.is_file():
            self.template_text = ""
            return [_error("file-unreadable", f"The template {name} is not a file.", "", where)]
        from storyboard.compiler.template import MAX_TEMPLATE  # it brings Jinja2 along

        try:
            with path.open(encoding="utf-8-sig") as file:
                self.template_text = file.read(MAX_TEMPLATE + 1)
        except (OSError, UnicodeDecodeError) as error:
            self.template_text = ""
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
            return [_error("file-unreadable", f"The template {name} cannot be read: {reason}.", "", where)]
        return []


def named_files(storyboard: Storyboard) -> Iterator[tuple[str, bool]]:
    """The files that a story names, and of each whether its content counts; else it only has to be there."""
    for _, name in _first_frames(storyboard):
        if not is_url(name):
            yield name, True
    if is_template_file(storyboard.template):
        yield storyboard.template, True
    for _, name in _other_files(storyboard):
        yield name, False


def _first_frames(storyboard: Storyboard) -> Iterator[tuple[Where, str]]:
    if storyboard.image:
        yield ("image",), storyboard.image
    for i, scene in enumerate(storyboard.scenes):
        if scene.image:
            yield ("scenes", i, "image"), scene.image


def _other_files(storyboard: Storyboard) -> Iterator[tuple[Where, str]]:
    for i, scene in enumerate(storyboard.scenes):
        for j, segment in enumerate(scene.segments):
            if segment.sketch:
                yield ("scenes", i, "segments", j, "sketch"), segment.sketch
    cut = storyboard.cut
    if cut is None:
        return
    for i, item in enumerate(cut.timeline):
        where: Where = ("cut", "timeline", i)
        match item:
            case ClipItem():
                yield (*where, "clip"), item.clip
            case ImageItem():
                yield (*where, "image"), item.image
            case EpisodeItem() if item.episode != "this":
                yield (*where, "episode"), item.episode
            case ReelItem() if item.of:
                yield (*where, "of"), item.of
        if isinstance(item, ShownItem) and item.transition and item.transition.matte:
            yield (*where, "transition", "matte"), item.transition.matte
    for key in ("music", "narration"):
        for i, sound in enumerate(getattr(cut, key)):
            yield ("cut", key, i, "file"), sound.file


def _fonts(storyboard: Storyboard) -> Iterator[tuple[Where, str]]:
    for i, item in enumerate(storyboard.cut.timeline if storyboard.cut else ()):
        if isinstance(item, TitleItem | CaptionItem) and item.font:
            yield ("cut", "timeline", i, "font"), item.font
    if storyboard.cut and storyboard.cut.subtitle_font:
        yield ("cut", "subtitle_font"), storyboard.cut.subtitle_font


def _near(path: Path) -> str:
    """The name of a file beside where one was looked for that is written nearly like it; empty where none is."""
    try:
        beside = [each for each in path.parent.iterdir() if each.suffix]
    except OSError:  # there is no such folder
        return ""
    is_alike = path.suffix.casefold()
    by_stem = {each.stem: each.name for each in sorted(beside, key=lambda each: each.suffix.casefold() == is_alike)}
    return by_stem.get(nearest(path.stem, by_stem), "")


def short(name: str) -> str:
    """A name as it can stand in a message."""
    return name if len(name) <= 200 else name[:199] + "…"


def _error(code: str, message: str, hint: str, where: Where) -> Remark:
    return Remark(code, Severity.ERROR, message, hint, where)
