"""How many tokens of the model's text encoder a text takes, for what a review shows."""

from __future__ import annotations

import re

TOKEN_BUDGET = 512
"""Tokens that are read of one prompt; what is past them is cut off (Wan 2.2, ``shared_config.py``)."""

_WORD = re.compile(r"[^\W_]+|[^\w\s]|_")
_CHARACTERS_A_TOKEN = 6  # of a word in Latin letters; a rough mean, and a choice of ours


def tokens_of(text: str) -> int:
    """About how many tokens a text takes. Every figure that is shown comes from here."""
    return sum(_tokens(word) for word in _WORD.findall(text))


def _tokens(word: str) -> int:
    wide = sum(character >= "\u2e80" for character in word)  # ideographs and kana: about one each
    return wide + -(-(len(word) - wide) // _CHARACTERS_A_TOKEN)
