"""The reels of a story: laid out, tuned, and each with its request."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from storyboard.compiler.cfg import cfg_remarks, tune
from storyboard.compiler.content import authored
from storyboard.compiler.negative import effect_remarks, negative_prompt
from storyboard.compiler.plan import Plan, PlannedReel, PlannedSegment, Start, number
from storyboard.compiler.price import price
from storyboard.compiler.prompt import Script, write_script
from storyboard.compiler.template import TemplateProblemError, may_ask_for, render, template_names
from storyboard.compiler.timeline import Reel, lay_out
from storyboard.story.findings import Remark, Severity, did_you_mean
from storyboard.story.paths import is_template_file

if TYPE_CHECKING:
    from storyboard.compiler.cfg import Tuned
    from storyboard.profile import ModelProfile, RateCard
    from storyboard.story.model import Storyboard


def planned(
    storyboard: Storyboard, *, profile: ModelProfile, template_text: str | None, rates: RateCard | None
) -> tuple[Plan | None, tuple[Remark, ...]]:
    """The plan of a story that has scenes, None where an error leaves none; and what there is to tell.

    Args:
        storyboard: A valid story.
        profile: The model's figures.
        template_text: The text of the storyboard's own template, where ``template`` names a file.
        rates: The card that prices are from; None is the profile's own.
    """
    timeline = lay_out(storyboard, profile)
    negative, negative_remarks = negative_prompt(storyboard.negative, profile)
    tuned = [tune(storyboard, reel, profile) for reel in timeline.reels]
    remarks = [
        *timeline.remarks,
        *cfg_remarks(storyboard.cfg, profile),
        *negative_remarks,
        *effect_remarks(storyboard.negative, [each.cfg for each in tuned]),
        *_template_remarks(storyboard.template, template_text),
    ]
    if any(remark.severity is Severity.ERROR for remark in remarks):
        return None, tuple(remarks)
    rates = rates or profile.rates
    builder = _Builder(storyboard, profile, negative, template_text, rates)
    try:
        reels = tuple(
            builder.reel(index, reel, each)
            for index, (reel, each) in enumerate(zip(timeline.reels, tuned, strict=True), start=1)
        )
    except TemplateProblemError as problem:
        return None, (*remarks, _template_problem(storyboard.template, problem))
    size = profile.resolutions[storyboard.resolution]
    return Plan(storyboard.title, (size.width, size.height), reels, rates), tuple(remarks)


def _template_remarks(name: str, text: str | None) -> list[Remark]:
    if is_template_file(name) or text is not None or name in template_names():
        return []
    return [
        Remark(
            "unknown-template",
            Severity.ERROR,
            f"There is no template “{name}”.",
            did_you_mean(name, template_names()) + " A template of your own is a file that ends in .j2.",
            ("template",),
        )
    ]


def _template_problem(name: str, problem: TemplateProblemError) -> Remark:
    line = f", line {problem.line}" if problem.line else ""
    return Remark(
        "template-fails",
        Severity.ERROR,
        f"The template {name}{line} cannot be used. {problem}",
        "It is given style and segments; the README says what a segment has.",
        ("template",),
    )


class _Builder:
    """Builds the reels of one episode, one after the other."""

    def __init__(
        self,
        storyboard: Storyboard,
        profile: ModelProfile,
        negative: str,
        template_text: str | None,
        rates: RateCard,
    ) -> None:
        self._storyboard = storyboard
        self._profile = profile
        self._negative = negative
        self._template_text = template_text
        self._rates = rates
        self._numbers = {
            (i, j): n
            for n, (i, j) in enumerate(
                ((i, j) for i, scene in enumerate(storyboard.scenes) for j in range(len(scene.segments))),
                start=1,
            )
        }

    def reel(self, index: int, reel: Reel, tuned: Tuned) -> PlannedReel:
        """The reel of that number."""
        story, profile = self._storyboard, self._profile
        tells_state = may_ask_for("state", story.template, text=self._template_text)
        script = write_script(story, reel, profile, tells_state=tells_state)
        seconds = profile.seconds(sum(span.slots for span in reel))
        start = self._start(index, reel)
        quality = story.t2v_quality if start.is_text else None
        request: dict[str, Any] = {
            "model": profile.model,
            "prompt": render(story.template, script.values, text=self._template_text),
            "resolution": story.resolution,
            "duration": number(seconds),
            "cfg": float(tuned.cfg),
            "negative_prompt": self._negative,
        }
        if quality:
            request["t2v_quality"] = quality
        return PlannedReel(
            index,
            start,
            seconds,
            price(self._rates, profile.resolutions[story.resolution], seconds, quality),
            tuned.reason,
            request,
            authored(story, reel, template_text=self._template_text, from_text=start.is_text),
            self._segments(reel, script),
        )

    def _start(self, index: int, reel: Reel) -> Start:
        first = reel[0]
        own = self._storyboard.scenes[first.scene].image if first.segment == 0 and not first.goes_on else None
        if own or index == 1:
            return Start(image=own or self._storyboard.image)
        return Start(handoff=index - 1)

    def _segments(self, reel: Reel, script: Script) -> tuple[PlannedSegment, ...]:
        segments: list[PlannedSegment] = []
        slot, start = 0, Fraction(0)
        for span, line in zip(reel, script.lines, strict=True):
            slot += span.slots
            end = self._profile.seconds(slot)
            segment = self._storyboard.scenes[span.scene].segments[span.segment]
            segments.append(
                PlannedSegment(
                    self._numbers[span.scene, span.segment],
                    self._storyboard.scene_name(span.scene),
                    (span.scene, span.segment),
                    start,
                    end,
                    line.action,
                    line.camera_in_force,
                    "" if span.goes_on else segment.say or "",
                )
            )
            start = end
        return tuple(segments)
