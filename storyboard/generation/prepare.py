"""A storyboard file to everything that is known before anything is sent: its plan and all findings."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyboard.compiler.compile import compile_storyboard
from storyboard.compiler.rules import apply_rules
from storyboard.compiler.template import MAX_TEMPLATE, is_template_file
from storyboard.errors import ImageError, StoryError
from storyboard.generation.images import verdict
from storyboard.profile import SVI_2_0_PRO
from storyboard.story.cut import ClipItem, EpisodeItem, ImageItem
from storyboard.story.findings import Finding, Remark, Severity, has_errors, in_reading_order
from storyboard.story.load import Loaded, load_storyboard
from storyboard.story.paths import SERIES_FILE, OutsideError, inside, is_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from storyboard.compiler.plan import Plan
    from storyboard.generation.images import ImageVerdict
    from storyboard.profile import Resolution
    from storyboard.story.load import Source
    from storyboard.story.model import Storyboard

Where = tuple[str | int, ...]
SHAPE_KEPT = 0.9
"""How much of a first frame's longer side has to be left for nothing to be said. A choice of ours."""


@dataclass(frozen=True)
class Prepared:
    """What is known of a storyboard file without asking anybody.

    Attributes:
        loaded: The file as read.
        plan: What a render would order; None where there are errors, or no scenes.
        findings: Everything there is to tell, in reading order.
        images: The files of the first frames the plan names, by the name the author wrote.
    """

    loaded: Loaded
    plan: Plan | None
    findings: tuple[Finding, ...]
    images: dict[str, Path]

    @property
    def ok(self) -> bool:
        """Whether no finding is an error."""
        return not has_errors(self.findings)

    def require_plan(self) -> Plan:
        """The plan.

        Raises:
            StoryError: There is none.
        """
        shown = self.loaded.shown
        if not self.ok:
            count = sum(finding.severity is Severity.ERROR for finding in self.findings)
            errors = "an error" if count == 1 else f"{count} errors"
            raise StoryError(f"{shown} has {errors}.", self.findings, hint="Mend what is told above.")
        if self.plan is None:
            raise StoryError(
                f"{shown} has no scenes: it is a cut of other clips, and there is nothing to compile.",
                self.findings,
                hint="Name a storyboard that has scenes.",
            )
        return self.plan


def prepare(path: Path | str) -> Prepared:
    """Read, check and compile a storyboard file; never raises for what is wrong with the story."""
    loaded = load_storyboard(path)
    source, draft = loaded.source, loaded.draft
    if source is None or draft is None:
        return Prepared(loaded, None, loaded.findings, {})
    files = _Files(source, SVI_2_0_PRO.resolutions[draft.resolution])
    remarks = files.check(draft)
    compiled = compile_storyboard(draft, template_text=files.template_text)
    remarks += [*compiled.remarks, *_series_remarks(source)]
    if loaded.storyboard is None:
        # What is left of a broken story shows further errors, but nothing true about the whole of it.
        remarks = [remark for remark in remarks if remark.severity is Severity.ERROR]
    else:
        remarks = apply_rules(remarks, draft.rules)
    findings = in_reading_order([*loaded.findings, *source.place(remarks)])
    plan = None if has_errors(findings) else compiled.plan
    return Prepared(loaded, plan, findings, files.images)


def _series_remarks(source: Source) -> list[Remark]:
    if not (source.root / SERIES_FILE).is_file():
        return []
    return [
        Remark(
            "series-without-effect",
            Severity.WARNING,
            f"{SERIES_FILE} lies in {source.root.name or source.root}, and is not read yet: its defaults, characters "
            "and ceilings have no effect.",
            "Write out in the storyboard what it needs, and bound the price with --max-cost.",
        )
    ]


class _Files:
    """The files a story names: that they are there, inside the series, and readable."""

    def __init__(self, source: Source, size: Resolution) -> None:
        self._size = size
        self._root = source.root
        self._folder = source.path.resolve().parent
        self.images: dict[str, Path] = {}
        self.template_text: str | None = None

    def check(self, storyboard: Storyboard) -> list[Remark]:
        remarks: list[Remark] = []
        for where, name in _first_frames(storyboard):
            remarks += self._first_frame(name, where)
        for where, name in _other_files(storyboard):
            remarks += self._there(name, where)[1]
        if is_template_file(storyboard.template):
            remarks += self._template(storyboard.template)
        return remarks

    def _there(self, name: str, where: Where) -> tuple[Path | None, list[Remark]]:
        try:
            path = inside(self._root, self._folder, name)
        except OutsideError:
            return None, [
                _error(
                    "outside-folder",
                    f"{_short(name)} lies outside the folder of the story.",
                    f"Files have to lie in {self._root.name or self._root}, or below it; copy it there.",
                    where,
                )
            ]
        if not os.path.exists(path):  # noqa: PTH110  Path.exists() raises where a name is too long
            return None, [
                _error(
                    "file-missing", f"There is no file {_short(name)}.", "Paths are seen from the storyboard.", where
                )
            ]
        return path, []

    def _first_frame(self, name: str, where: Where) -> list[Remark]:
        if is_url(name):
            return []
        if "://" in name or name.startswith("data:"):
            return [_error("image-address", "An image is a file or an http(s) URL.", "", where)]
        path, remarks = self._there(name, where)
        if path is None:
            return remarks
        try:
            found = verdict(path)
        except ImageError as error:
            return [_error("image-unusable", error.message.replace(str(path), name), error.hint, where)]
        self.images[name] = path
        return self._shape(name, found, where)

    def _shape(self, name: str, found: ImageVerdict, where: Where) -> list[Remark]:
        """How much of a first frame is lost when it is cut to the clip's shape."""
        across, down = (found.height, found.width) if found.orientation > 4 else (found.width, found.height)
        kept = min(across * self._size.height, down * self._size.width) / max(
            across * self._size.height, down * self._size.width
        )
        if kept >= SHAPE_KEPT:
            return []
        side = "width" if across * self._size.height > down * self._size.width else "height"
        return [
            Remark(
                "first-frame-shape",
                Severity.WARNING,
                f"{name} is {across}x{down}, and the clip {self._size.name}: about {1 - kept:.0%} of its {side} is "
                "cut away.",
                "Crop it to the clip's shape yourself, or take another resolution.",
                where,
            )
        ]

    def _template(self, name: str) -> list[Remark]:
        where: Where = ("template",)
        path, remarks = self._there(name, where)
        if path is None:
            self.template_text = ""
            return remarks
        if not path.is_file():
            self.template_text = ""
            return [_error("file-unreadable", f"The template {name} is not a file.", "", where)]
        try:
            with path.open(encoding="utf-8-sig") as file:
                self.template_text = file.read(MAX_TEMPLATE + 1)
        except (OSError, UnicodeDecodeError) as error:
            self.template_text = ""
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
            return [_error("file-unreadable", f"The template {name} cannot be read: {reason}.", "", where)]
        return []


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
        if item.transition and item.transition.matte:
            yield (*where, "transition", "matte"), item.transition.matte
    for key in ("music", "narration"):
        for i, sound in enumerate(getattr(cut, key)):
            yield ("cut", key, i, "file"), sound.file


def _short(name: str) -> str:
    return name if len(name) <= 200 else name[:199] + "…"


def _error(code: str, message: str, hint: str, where: Where) -> Remark:
    return Remark(code, Severity.ERROR, message, hint, where)
