"""A brief: what a plan needs to know of an episode, and no more, so that it can be kept and read back quickly.

A render never goes by one: it reads, checks and compiles every storyboard anew.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from storyboard.compiler.plan import OrderedEpisode, OrderedReel, Start
from storyboard.story.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storyboard.generation.prepare import Prepared
    from storyboard.profile import RateCard


@dataclass(frozen=True)
class Brief:
    """What a plan needs to know of an episode that has no errors.

    Attributes:
        plan: What a render would order.
        findings: What there is to tell, in reading order.
        images: The hashes of the files of its first frames, by the name the author wrote.
    """

    plan: OrderedEpisode
    findings: tuple[Finding, ...]
    images: Mapping[str, str]


def brief_of(prepared: Prepared) -> Brief:
    """The brief of a storyboard that was compiled.

    Raises:
        StoryError: It has errors, or no scenes.
        ImageError: A first frame can no longer be read.
    """
    from storyboard.generation.first_frame import frame_sha256

    plan = prepared.require_plan()
    reels = tuple(
        OrderedReel(reel.index, reel.start, reel.seconds, reel.cost, reel.cfg_reason, reel.base_request, reel.content)
        for reel in plan.reels
    )
    images = {name: frame_sha256(path) for name, path in prepared.images.items()}
    return Brief(OrderedEpisode(plan.title, plan.resolution, reels, plan.rates), prepared.findings, images)


def to_json(brief: Brief) -> dict[str, Any]:
    """A brief as plain values, but for the rate card: whoever reads it back has that."""
    return {
        "title": brief.plan.title,
        "resolution": brief.plan.resolution,
        "reels": [
            [
                reel.index,
                reel.start.image,
                reel.start.handoff,
                str(reel.seconds),
                str(reel.cost),
                reel.cfg_reason,
                reel.base_request,
                reel.content,
            ]
            for reel in brief.plan.reels
        ],
        "findings": [[*finding.as_json().values(), finding.excerpt] for finding in brief.findings],
        "images": dict(brief.images),
    }


def from_json(value: Mapping[str, Any], rates: RateCard) -> Brief:
    """What ``to_json`` made, read back.

    Args:
        value: As it was written; whoever kept it has seen that it is whole.
        rates: The card that its prices are from.
    """
    width, height = value["resolution"]
    reels = tuple(
        OrderedReel(index, Start(image, handoff), Fraction(seconds), Decimal(cost), cfg_reason, base_request, content)
        for index, image, handoff, seconds, cost, cfg_reason, base_request, content in value["reels"]
    )
    findings = tuple(Finding(code, Severity(severity), *others) for code, severity, *others in value["findings"])
    return Brief(OrderedEpisode(value["title"], (width, height), reels, rates), findings, value["images"])


def to_text(value: object) -> str:
    """Plain values as one line of ASCII."""
    return json.dumps(value, separators=(",", ":"))
