"""A storyboard file to everything that is known before anything is sent: its plan and all findings."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from storyboard.compiler.compile import compile_storyboard
from storyboard.compiler.template import MAX_TEMPLATE
from storyboard.compiler.tokens import estimate_tokens
from storyboard.errors import ImageError, StoryError
from storyboard.generation.images import verdict
from storyboard.generation.kept_rates import rates_in_force
from storyboard.generation.tokenizer import token_count
from storyboard.profile import SVI_2_0_PRO
from storyboard.rules.facts import Facts, Frame, segments_of
from storyboard.rules.ignores import hide_ignored, misspelt_ignores
from storyboard.rules.registry import check_story
from storyboard.rules.settings import apply_rules
from storyboard.story.cut import ClipItem, EpisodeItem, ImageItem
from storyboard.story.episodes import episode_remarks
from storyboard.story.findings import Finding, Remark, Severity, has_errors, in_reading_order
from storyboard.story.load import Loaded, load_storyboard
from storyboard.story.paths import SERIES_FILE, OutsideError, inside, is_template_file, is_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from storyboard.compiler.plan import Plan
    from storyboard.story.model import Storyboard
    from storyboard.story.series_find import SeriesFinder
    from storyboard.story.series_load import LoadedSeries
    from storyboard.story.source import Source

Where = tuple[str | int, ...]


@dataclass(frozen=True)
class Prepared:
    """What is known of a storyboard file without asking anybody.

    Attributes:
        loaded: The file as read.
        plan: What a render would order; None where there are errors, or no scenes.
        findings: Everything there is to tell, in reading order.
        images: The files of the first frames the plan names, by the name the author wrote.
        template_text: The text of the story's own template, where it has one.
    """

    loaded: Loaded
    plan: Plan | None
    findings: tuple[Finding, ...]
    images: dict[str, Path]
    template_text: str | None = None

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
            errors = [finding for finding in self.findings if finding.severity is Severity.ERROR]
            series = self.loaded.series
            if series is not None and all(finding.path == series.shown for finding in errors):
                shown = f"{series.shown}, which {shown} inherits from,"
            count = "an error" if len(errors) == 1 else f"{len(errors)} errors"
            raise StoryError(f"{shown} has {count}.", self.findings, hint="Mend what is told above.")
        if self.plan is None:
            raise StoryError(
                f"{shown} has no scenes: it is a cut of other clips, and there is nothing to compile.",
                self.findings,
                hint="Name a storyboard that has scenes.",
            )
        return self.plan


def prepare(path: Path | str, *, finder: SeriesFinder | None = None) -> Prepared:
    """Read, check and compile a storyboard file; never raises for what is wrong with the story.

    Args:
        path: The file.
        finder: Finds its series; one for a whole run over many episodes is quicker.
    """
    loaded = load_storyboard(path, finder=finder)
    source, draft = loaded.source, loaded.draft
    if source is None or draft is None:
        return Prepared(loaded, None, loaded.findings, {})
    files = _Files(source)
    remarks = files.check(draft)
    compiled = compile_storyboard(draft, template_text=files.template_text, rates=rates_in_force())
    remarks += [_as_written(remark, source, draft.template) for remark in compiled.remarks]
    if loaded.storyboard is None:
        # What is left of a broken story shows further errors, but nothing true about the whole of it.
        remarks = [remark for remark in remarks if remark.severity is Severity.ERROR]
    else:
        remarks = apply_rules(
            [*remarks, *check_story(_facts(loaded.storyboard, source, files, compiled.plan))], draft.rules
        )
    placed = source.place(remarks)
    if loaded.storyboard is not None:
        placed = hide_ignored(placed, source, draft.rules)
    findings = in_reading_order([*loaded.findings, *placed])
    plan = None if has_errors(findings) else compiled.plan
    return Prepared(loaded, plan, findings, files.images, files.template_text)


def prepare_series(loaded: LoadedSeries) -> tuple[Finding, ...]:
    """Everything there is to tell about a series file itself, in reading order, without its episodes."""
    if loaded.source is None or loaded.series is None:
        return loaded.findings
    remarks = [*apply_rules(episode_remarks(loaded), loaded.series.rules), *_output_remarks(loaded)]
    placed = hide_ignored(loaded.source.place(remarks), loaded.source, None)
    return in_reading_order([*loaded.findings, *placed, *misspelt_ignores(loaded.source)])


def _facts(story: Storyboard, source: Source, files: _Files, plan: Plan | None) -> Facts:
    count = token_count()
    reels = plan.reels if plan else ()
    return Facts(
        story,
        reels,
        segments_of(story, reels),
        SVI_2_0_PRO,
        tuple(files.frames),
        source.is_inherited,
        count or estimate_tokens,
        count is not None,
    )


def _output_remarks(loaded: LoadedSeries) -> list[Remark]:
    output = loaded.series.defaults.output if loaded.series else None
    if output is None:
        return []
    try:
        inside(loaded.folder, loaded.folder, output)
    except OutsideError:
        return [
            _error(
                "outside-folder",
                f"{_short(output)} lies outside the folder of the series.",
                "Films go into a folder inside it; --output names another for one render.",
                ("defaults", "output"),
            )
        ]
    return []


def _as_written(remark: Remark, source: Source, template: str) -> Remark:
    """A remark about a template of the series names it as the series does."""
    if remark.where != ("template",) or not source.is_inherited(remark.where):
        return remark
    return replace(remark, message=remark.message.replace(template, source.written(remark.where, template), 1))


class _Files:
    """The files a story names: that they are there, inside the series, and readable."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._root = source.root
        self._folder = source.path.resolve().parent
        self.images: dict[str, Path] = {}
        self.frames: list[Frame] = []
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
        said = self._source.written(where, name)
        try:
            path = inside(self._root, self._folder, name)
        except OutsideError:
            return None, [
                _error(
                    "outside-folder",
                    f"{_short(said)} lies outside the folder of the story.",
                    f"Files have to lie in {self._root.name or self._root}, or below it; copy it there.",
                    where,
                )
            ]
        if not os.path.exists(path):  # noqa: PTH110  Path.exists() raises where a name is too long
            seen_from = SERIES_FILE if self._source.is_inherited(where) else "the storyboard"
            return None, [
                _error(
                    "file-missing", f"There is no file {_short(said)}.", f"Paths are seen from {seen_from}.", where
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
        if item.transition and item.transition.matte:
            yield (*where, "transition", "matte"), item.transition.matte
    for key in ("music", "narration"):
        for i, sound in enumerate(getattr(cut, key)):
            yield ("cut", key, i, "file"), sound.file


def _short(name: str) -> str:
    return name if len(name) <= 200 else name[:199] + "…"


def _error(code: str, message: str, hint: str, where: Where) -> Remark:
    return Remark(code, Severity.ERROR, message, hint, where)
