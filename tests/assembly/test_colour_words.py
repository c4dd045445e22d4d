"""How the colours of clips differ, in words."""

from __future__ import annotations

import pytest

from storyboard.assembly.colour_words import difference
from storyboard.assembly.media import STANDARD, Colour

OTHERWISE = "its colours are meant otherwise than those of the other clips"


@pytest.mark.parametrize(
    ("colour", "told"),
    [
        (STANDARD, ""),
        (Colour(6, False, 6, 6), f"{OTHERWISE} (matrix SMPTE 170M, not BT.709)"),
        (Colour(1, False, 12, 1), f"{OTHERWISE} (primaries Display P3, not BT.709)"),
        (Colour(1, False, 1, 17), f"{OTHERWISE} (transfer number 17, not BT.709)"),
        (Colour(1, True, 1, 1), "its colours have full range"),
    ],
)
def test_the_first_thing_that_differs_is_named(colour: Colour, told: str) -> None:
    assert difference(colour, STANDARD) == told
