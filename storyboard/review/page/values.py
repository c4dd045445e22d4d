"""What the page's template is given: plain values, worked out from what is known of a storyboard."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from storyboard.compiler.plan import number
from storyboard.compiler.price import dollars
from storyboard.compiler.tokens import ENCODER_TOKENS, estimate_tokens
from storyboard.profile import SVI_2_0_PRO
from storyboard.review.cfg_scale import cfg_scale
from storyboard.review.page.findings import finding_values
from storyboard.review.page.frames import frames
from storyboard.review.page.orders import order_text
from storyboard.review.page.placed import by_segment
from storyboard.review.plan_lines import slots_of
from storyboard.review.price_words import price_words
from storyboard.review.prompt_lines import told_prompt
from storyboard.review.terminal import clock, summary
from storyboard.story.findings import Severity
from storyboard.story.salvage import MISSING_TITLE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from storyboard.compiler.plan import Plan, PlannedReel, PlannedSegment
    from storyboard.generation.prepare import Prepared
    from storyboard.review.cfg_scale import CfgScale
    from storyboard.review.page.placed import Where
    from storyboard.story.findings import Finding

_HUES = 8  # colours of scenes in the style sheet; after them they come again


def page_values(prepared: Prepared) -> dict[str, Any]:
    """Everything that the page shows."""
    plan, story = prepared.plan, prepared.loaded.draft
    title = story.title if story and story.title != MISSING_TITLE else ""
    placed = by_segment(prepared.findings, prepared.loaded.source)
    errors = [finding for finding in prepared.findings if finding.severity is Severity.ERROR]
    return {
        "title": title or prepared.loaded.shown,
        "logline": (story.logline or "") if story else "",
        "file": prepared.loaded.shown,
        "stopped": _stopped(prepared, errors),
        "findings": [finding_values(finding) for finding in prepared.findings],
        "summary": summary(prepared.findings),
        "plan": _plan(prepared, plan, placed) if plan else None,
    }


def _stopped(prepared: Prepared, errors: list[Finding]) -> str:
    """Why there is no plan to show; empty where there is one."""
    if prepared.plan:
        return ""
    if errors:
        count = "an error" if len(errors) == 1 else f"{len(errors)} errors"
        return f"The story has {count}. The timeline, the prompt and the price come back once it is mended."
    return "The story has no scenes: it is a cut of other clips, and there is nothing to order."


def _plan(prepared: Prepared, plan: Plan, placed: Mapping[Where, list[Finding]]) -> dict[str, Any]:
    reels = []
    begins = 0.0
    for reel in plan.reels:
        reels.append(_reel(prepared, plan, reel, begins, placed))
        begins += float(reel.seconds)
    width, height = plan.resolution
    return {
        "seconds": number(plan.seconds),
        "clock": clock(float(plan.seconds)),
        "cost": dollars(plan.cost),
        "resolution": f"{width}x{height}",
        "rates": {"date": plan.rates.date, "source": plan.rates.source},
        "reels": reels,
        "frames": frames(prepared, plan),
        "segment_count": sum(len(reel.segments) for reel in plan.reels),
        "data": _data(reels),
    }


def _data(reels: list[dict[str, Any]]) -> dict[str, Any]:
    """What the page's script works with."""
    segments = [
        {
            "reel": reel["index"],
            "start": reel["begins"] + segment["start"],
            "end": reel["begins"] + segment["end"],
            "words": f"segment {segment['number']}, {segment['scene']}: {segment['action']}",
        }
        for reel in reels
        for scene in reel["scenes"]
        for segment in scene["segments"]
    ]
    return {"segments": segments, "prompts": {str(reel["index"]): reel["prompt_text"] for reel in reels}}


def _reel(
    prepared: Prepared,
    plan: Plan,
    reel: PlannedReel,
    begins: float,
    placed: Mapping[Where, list[Finding]],
) -> dict[str, Any]:
    body = reel.base_request
    prompt = told_prompt(reel)
    segments = [
        _segment(segment, slots, tokens, begins, placed)
        for segment, slots, tokens in zip(reel.segments, slots_of(reel), prompt.segment_tokens, strict=True)
    ]
    order = order_text(reel, prepared.images)
    return {
        "index": reel.index,
        "begins": begins,
        "seconds": number(reel.seconds),
        "slots": sum(segment["slots"] for segment in segments),
        "start": str(reel.start),
        "cost": dollars(reel.cost),
        "price_words": price_words(reel, plan.rates, SVI_2_0_PRO),
        "cfg": f"{body['cfg']:g}",
        "cfg_reason": _as_sentence(reel.cfg_reason.partition(": ")[2]),
        "scale": _scale(cfg_scale(body["cfg"], SVI_2_0_PRO)),
        "scenes": _scenes(reel, segments),
        "prompt_text": body["prompt"],
        "prompt": [
            [
                {"text": piece.text, "segment": segments[piece.segment] if piece.segment is not None else None}
                for piece in line
            ]
            for line in prompt.lines
        ],
        "tokens": prompt.tokens,
        "budget": ENCODER_TOKENS,
        "negative": body["negative_prompt"],
        "negative_tokens": estimate_tokens(body["negative_prompt"]),
        "order": {"json": order.as_json, "command": order.command, "notes": order.notes},
    }


def _scale(scale: CfgScale) -> dict[str, Any]:
    return {
        "least": str(scale.least),
        "most": str(scale.most),
        "mark": round(scale.at * 100 - 0.6, 1),
        "band": scale.band,
        "bands": [
            {"name": band.name, "low": round(band.low * 100, 1), "length": round((band.high - band.low) * 100, 1)}
            for band in scale.bands
        ],
    }


def _as_sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _scenes(reel: PlannedReel, segments: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The reel's scenes in order, each with its segments; one that goes on from the reel before is there again."""
    scenes = []
    pairs = zip(reel.segments, segments, strict=True)
    for where, of_scene in groupby(pairs, key=lambda pair: pair[0].where[0]):
        held = [values for _, values in of_scene]
        name = held[0]["scene"]
        scenes.append(
            {"name": name, "hue": where % _HUES, "slots": sum(each["slots"] for each in held), "segments": held}
        )
    return scenes


def _segment(
    segment: PlannedSegment, slots: int, tokens: int, begins: float, placed: Mapping[Where, list[Finding]]
) -> dict[str, Any]:
    def time(at: Fraction) -> str:
        return clock(begins + float(at))

    return {
        "number": segment.index,
        "scene": segment.scene,
        "hue": segment.where[0] % _HUES,
        "start": number(segment.start),
        "end": number(segment.end),
        "time": f"{time(segment.start)} – {time(segment.end)}",
        "slots": slots,
        "seconds": number(segment.end - segment.start),
        "tokens": tokens,
        "action": segment.action,
        "camera": segment.camera,
        "say": segment.say,
        "findings": [finding_values(finding) for finding in placed.get(segment.where, ())],
    }
