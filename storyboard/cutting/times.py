"""Times as an author wrote them, exact; and as they are told."""

from __future__ import annotations

from fractions import Fraction


def exact(value: float) -> Fraction:
    """The number that was written: 0.1 is a tenth, not the nearest binary fraction."""
    return Fraction(str(value))


def told(seconds: Fraction | float) -> str:
    """A time in a message: to the hundredth of a second."""
    return f"{round(float(seconds), 2):g} s"
