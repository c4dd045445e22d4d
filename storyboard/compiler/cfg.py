"""The prompt adherence of a reel: one number, and a sentence that says how it came about."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from storyboard.compiler.timeline import adherence_of
from storyboard.story.findings import Remark, Severity

if TYPE_CHECKING:
    from storyboard.compiler.timeline import Reel
    from storyboard.profile import ModelProfile
    from storyboard.story.model import Storyboard


@dataclass(frozen=True)
class Tuned:
    """A reel's cfg.

    Attributes:
        cfg: Two decimals.
        reason: How it came about, in a sentence.
    """

    cfg: Decimal
    reason: str


def tune(storyboard: Storyboard, reel: Reel, profile: ModelProfile) -> Tuned:
    """The reel's cfg: pinned, or tuned from the story inside the band of its adherence.

    A loose reel gets the less, the more of its segment boundaries are scene changes; a literal one the more,
    the larger its literal share. The bands are the vendor's; where in a band a story lies is this program's
    own choice, linear from end to end.
    """
    if storyboard.cfg is not None:
        cfg = _rounded(Fraction(str(storyboard.cfg)))  # cfg_remarks tells one that is out of range
        return Tuned(cfg, f"{cfg}: pinned by the storyboard.")
    slots = {"loose": 0, "literal": 0}
    for span in reel:
        slots[adherence_of(storyboard, span.scene)] += span.slots
    total = sum(slots.values())
    tie = slots["loose"] == slots["literal"]
    adherence = storyboard.adherence if tie else max(slots, key=lambda word: slots[word])
    if adherence == "literal":
        return _literal(Fraction(slots["literal"], total), profile)
    boundaries = len(reel) - 1
    changes = sum(before.scene != after.scene for before, after in pairwise(reel))
    return _loose(changes, boundaries, profile)


def _loose(changes: int, boundaries: int, profile: ModelProfile) -> Tuned:
    low, high = profile.cfg_loose
    share = Fraction(changes, boundaries) if boundaries else Fraction(0)
    cfg = _between(high, low, share)
    return Tuned(cfg, f"{cfg}: loose lies in {low} to {high}, and {_changes_told(changes, boundaries)}.")


def _changes_told(changes: int, boundaries: int) -> str:
    if not boundaries:
        return "a single segment has no scene change"
    if boundaries == 1:
        return f"its one segment boundary is {'a' if changes else 'no'} scene change"
    if not changes:
        return f"none of its {boundaries} segment boundaries is a scene change"
    count = "all" if changes == boundaries else str(changes)
    are = "is a scene change" if changes == 1 else "are scene changes"
    return f"{count} of its {boundaries} segment boundaries {are}"


def _literal(share: Fraction, profile: ModelProfile) -> Tuned:
    low, high = profile.cfg_literal
    # A literal reel is at least half literal: half is the band's low end, the whole its high end.
    cfg = _between(low, high, 2 * share - 1)
    percent = int(share * 100)
    why = "the whole reel is literal" if share == 1 else f"{percent} % of the reel is literal"
    return Tuned(cfg, f"{cfg}: literal lies in {low} to {high}, and {why}.")


def cfg_remarks(pinned: float | None, profile: ModelProfile) -> list[Remark]:
    """What there is to tell about a cfg that the storyboard pins; None is tuned, and nothing is to tell."""
    return [] if pinned is None else _pinned(pinned, profile)


def _pinned(cfg: float, profile: ModelProfile) -> list[Remark]:
    lowest, highest = profile.cfg_loose[0], profile.cfg_literal[1]
    if not float(lowest) <= cfg <= float(highest):
        return [
            Remark(
                "cfg-out-of-range",
                Severity.ERROR,
                f"cfg is {cfg:g}, and the service takes {lowest} to {highest}.",
                "Leave it out to have it tuned from the story.",
                ("cfg",),
            )
        ]
    if float(profile.cfg_loose[1]) < cfg < float(profile.cfg_literal[0]):
        return [
            Remark(
                "cfg-between-bands",
                Severity.WARNING,
                f"cfg {cfg:g} lies between the bands: nothing is known of what it does.",
                f"Loose is {lowest} to {profile.cfg_loose[1]}, literal {profile.cfg_literal[0]} to {highest}.",
                ("cfg",),
            )
        ]
    return []


@lru_cache(maxsize=256)  # exact fractions are not quick, and stories of a series are alike
def _between(start: Decimal, end: Decimal, share: Fraction) -> Decimal:
    return _rounded(Fraction(start) + (Fraction(end) - Fraction(start)) * share)


_WIDE = Context(prec=400)  # a pinned cfg can be any number a file can hold, until it is refused


def _rounded(value: Fraction) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP, context=_WIDE)
