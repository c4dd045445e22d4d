"""How a preview enters a scene: read out of the author's words, within times that stay the film's own."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storyboard.review.shots import Shot


class Entrance(StrEnum):
    """What is seen where one scene becomes the next."""

    CUT = "cut"
    CROSSFADE = "crossfade"
    BLACK = "dip to black"
    WHITE = "dip to white"


BEFORE = 0.3
"""How long a dip takes the scene before away, in seconds."""
AFTER = 0.6
"""How long a crossfade lasts, or a dip gives the new scene back, in seconds."""

_CUT = re.compile(r"\b(?:(?:hard|smash|jump|match|straight|direct)[- ]cuts?|cuts? (?:to|in|back)|^cut$)\b")
_WHITE = re.compile(
    r"\b(?:(?:to|through|from) (?:a )?(?:blinding |pure )?white|white[- ]?out|flash(?:es|ing)?|glare|dazzl\w+)\b"
)
_BLACK = re.compile(
    r"\b(?:(?:to|through|from|into|goes|fades?) (?:pitch )?(?:black|dark(?:ness)?)|black[- ]?out"
    r"|fades? (?:out|in)|lights? (?:goes|go|dies|die) (?:out)?)\b"
)


def entrance_of(shot: Shot) -> Entrance:
    """How the scene is entered that a shot opens.

    A scene without a word on it is entered by a crossfade where its picture goes on, and by a cut where it brings one
    of its own: that is how the reels are joined.
    """
    words = shot.transition.lower()
    for entrance, pattern in ((Entrance.CUT, _CUT), (Entrance.WHITE, _WHITE), (Entrance.BLACK, _BLACK)):
        if pattern.search(words):
            return entrance
    return Entrance.CUT if shot.brings_image and not words else Entrance.CROSSFADE
