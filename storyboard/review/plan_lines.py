"""A plan as text for a terminal: what would be ordered, reel by reel, and the price."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.columns import columns
from storyboard.compiler.plan import number
from storyboard.compiler.price import dollars
from storyboard.compiler.tokens import ENCODER_TOKENS
from storyboard.profile import SVI_2_0_PRO
from storyboard.review.cfg_scale import cfg_scale, scale_lines
from storyboard.review.price_words import price_words
from storyboard.review.prompt_lines import told_prompt
from storyboard.review.style import paint
from storyboard.review.terminal import clock, wrapped
from storyboard.review.timeline_lines import segment_colour, timeline_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyboard.compiler.plan import Plan, PlannedReel
    from storyboard.review.prompt_lines import Piece

_FACT = 14  # columns before a fact
_LEAST_FOR_SCALE = 60  # columns of the terminal, for the scale of cfg to stand below its fact


def plan_lines(plan: Plan, *, width: int) -> Iterator[str]:
    """A plan: what would be ordered, reel by reel, and the price."""
    reels = "one reel" if len(plan.reels) == 1 else f"{len(plan.reels)} reels"
    facts = f"{clock(float(plan.seconds))}, {reels}, ${dollars(plan.cost)}"
    title = wrapped(plan.title, width, indent="")
    if len(title) == 1 and columns(title[0]) + 3 + len(facts) <= width:
        yield f"{paint(title[0], 'bold')}   {facts}"
    else:
        yield from (paint(line, "bold") for line in title)
        yield facts
    for reel in plan.reels:
        yield ""
        yield from _reel_lines(reel, plan, width)


def slots_of(reel: PlannedReel) -> list[int]:
    """How many slots each segment of a reel fills."""
    return [int((segment.end - segment.start) / SVI_2_0_PRO.slot_seconds) for segment in reel.segments]


def _reel_lines(reel: PlannedReel, plan: Plan, width: int) -> Iterator[str]:
    body = reel.base_request
    prompt = told_prompt(reel)
    if len(plan.reels) > 1:
        yield paint(f"Reel {reel.index} of {len(plan.reels)}", "bold")
    facts = [
        ("first frame", str(reel.start)),
        ("length", f"{number(reel.seconds)} s at {body['resolution']}"),
        ("price", f"${dollars(reel.cost)}: {price_words(reel, plan.rates, SVI_2_0_PRO)}"),
        ("tokens", f"about {prompt.tokens} of the {ENCODER_TOKENS} that are read"),
        ("cfg", reel.cfg_reason),
    ]
    for name, text in facts:
        yield from _fact(name, text, width)
    indent = _FACT if width >= _LEAST_FOR_SCALE else 2
    for line in scale_lines(cfg_scale(body["cfg"], SVI_2_0_PRO), width=width - indent):
        yield " " * indent + line
    yield ""
    yield from timeline_lines(reel.segments, slots_of(reel), prompt.segment_tokens, width=width)
    yield ""
    yield paint("Prompt", "dim")
    for pieces in prompt.lines:
        yield from _prompt_line(pieces, width)
    yield ""
    yield paint("Negative prompt", "dim")
    yield from wrapped(body["negative_prompt"] or "(none)", width, indent="  ")


def _prompt_line(pieces: tuple[Piece, ...], width: int) -> Iterator[str]:
    """A line of the prompt, in the colour of its segment's row; one that tells several is in none."""
    colours = [segment_colour(piece.segment) for piece in pieces if piece.segment is not None]
    lines = wrapped("".join(piece.text for piece in pieces), width, indent="  ", hanging="    ")
    yield from (paint(line, colours[0]) if len(colours) == 1 else line for line in lines)


def _fact(name: str, text: str, width: int) -> Iterator[str]:
    label = paint(f"{name:<12}", "dim")
    first, *rest = wrapped(text, width - _FACT, indent="") or [""]
    yield f"{label}  {first}"
    for line in rest:
        yield " " * _FACT + line
