"""A storyboard file to everything that is known before anything is sent: its plan and all findings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from storyboard.compiler.compile import compile_storyboard
from storyboard.compiler.tokens import estimate_tokens
from storyboard.errors import StoryError
from storyboard.generation.kept_rates import rates_in_force
from storyboard.generation.story_files import StoryFiles, short
from storyboard.generation.tokenizer import token_count
from storyboard.profile import SVI_2_0_PRO
from storyboard.rules.facts import Facts, segments_of
from storyboard.rules.gathering import gathered
from storyboard.rules.ignores import hide_ignored, misspelt_ignores
from storyboard.rules.registry import check_story
from storyboard.rules.settings import apply_rules
from storyboard.story.cut_faults import cut_faults
from storyboard.story.episodes import episode_remarks
from storyboard.story.findings import Finding, Remark, Severity, has_errors, in_reading_order
from storyboard.story.load import Loaded, load_storyboard
from storyboard.story.paths import OutsideError, inside

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from storyboard.compiler.plan import Plan
    from storyboard.profile import RateCard
    from storyboard.rules.facts import Frame
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
            if series and series.shown != shown and all(finding.path == series.shown for finding in errors):
                shown = f"{series.shown}, which {shown} inherits from,"
            count = "an error" if len(errors) == 1 else f"{len(errors)} errors"
            raise StoryError(f"{shown} has {count}.", self.findings, hint="Mend what is told above.")
        if self.plan is None:
            raise StoryError(
                f"{shown} has no scenes: it is a cut of other clips, and there is nothing to compile.",
                self.findings,
                hint="storyboard stitch puts it together; all else needs a storyboard that has scenes.",
            )
        return self.plan


def prepare(
    path: Path | str,
    *,
    finder: SeriesFinder | None = None,
    rates: RateCard | None = None,
    data: bytes | None = None,
) -> Prepared:
    """Read, check and compile a storyboard file; never raises for what is wrong with the story.

    Args:
        path: The file.
        finder: Finds its series; one for a whole run over many episodes is quicker.
        rates: The card that prices are from; None is the one in force.
        data: What to read in the place of the file's own bytes.
    """
    loaded = load_storyboard(path, finder=finder, data=data)
    source, draft = loaded.source, loaded.draft
    if source is None or draft is None:
        return Prepared(loaded, None, loaded.findings, {})
    files = StoryFiles(source)
    remarks = files.check(draft)
    compiled = compile_storyboard(draft, template_text=files.template_text, rates=rates or rates_in_force())
    remarks += [_as_written(remark, source, draft.template) for remark in compiled.remarks]
    if loaded.storyboard is None:
        # What is left of a broken story shows further errors, but nothing true about the whole of it.
        remarks = [remark for remark in remarks if remark.severity is Severity.ERROR]
    else:
        remarks += cut_faults(loaded.storyboard, len(compiled.plan.reels) if compiled.plan else None)
        facts = facts_of(loaded.storyboard, source, compiled.plan, files.frames)
        remarks = apply_rules([*remarks, *check_story(facts)], draft.rules)
    placed = source.place(remarks)
    if loaded.storyboard is not None:
        placed = gathered(hide_ignored(placed, source, draft.rules))
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


def facts_of(story: Storyboard, source: Source, plan: Plan | None, frames: Sequence[Frame] = ()) -> Facts:
    """What the rules are handed.

    Args:
        story: The story.
        source: Its file.
        plan: What it would order; None where errors leave no plan.
        frames: Its first frames that can be used.
    """
    count = token_count()
    reels = plan.reels if plan else ()
    return Facts(
        story,
        reels,
        segments_of(story, reels),
        SVI_2_0_PRO,
        tuple(frames),
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
            Remark(
                "outside-folder",
                Severity.ERROR,
                f"{short(output)} lies outside the folder of the series.",
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
