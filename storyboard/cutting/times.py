"""Times as an author wrote them, exact."""

from __future__ import annotations

from fractions import Fraction


def exact(value: float) -> Fraction:
    """The number that was written: 0.1 is a tenth, not the nearest binary fraction."""
    return Fraction(str(value))
