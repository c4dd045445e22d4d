"""How many tokens the model's text encoder makes of a text: an estimate, for its tokenizer does not ship with this.

The encoder is umT5-XXL, and reads 512 tokens (Wan 2.2, ``shared_config.py``). Its vocabulary serves about a hundred
languages, so that English words of more than five letters or so are mostly cut in pieces, and each punctuation mark
is a piece of its own. The estimate counts such pieces. Its error has not been measured against umT5 itself; count on
a fifth in English prose, in either direction, and on more in other languages. Whoever has the tokenizer's file can
have the exact number: see ``storyboard.generation.tokenizer``.
"""

from __future__ import annotations

from collections.abc import Callable

from storyboard.story.pattern import pattern

ENCODER_TOKENS = 512
"""What the text encoder reads of a prompt; the rest is cut off and never seen (Wan 2.2, ``shared_config.py``)."""
SLOW_TOKENS = 350
"""From here on one user saw slow motion and a grid (kijai/ComfyUI-WanVideoWrapper issue 1781 says 320 to 350)."""
ESTIMATE_ERROR = 0.2
"""How far the estimate may be off in English prose, as a share; a judgement, not a measurement."""

_PIECE = pattern(
    r"[A-Za-z]{1,5}"  # a piece of an English word
    r"|[0-9]"
    r"|[^\W\d_a-zA-Z\u1000-\U0010ffff]{1,3}"  # accented Latin, Greek, Cyrillic, Arabic, Hindi …
    r"|[^\W\d_\u0000-\u0fff]{1,2}"  # Chinese, Japanese, Korean …
    r"|[^\sa-zA-Z0-9]"  # a punctuation mark, an emoji
)

_LETTERS_ALONE = bytes(code if code < 128 and chr(code).isalpha() else 32 for code in range(256))
_SPACES = bytes(code for code in range(128) if chr(code).isspace())

TokenCount = Callable[[str], int]
"""Counts a text's tokens: ``estimate_tokens``, or the tokenizer's own count."""


def estimate_tokens(text: str) -> int:
    """About how many umT5 tokens a text has, without the mark that ends a prompt.

    The estimates of two texts add up to at least that of both together, so that a prompt can be told piece by piece.
    """
    if not text.isascii():
        return len(_PIECE.findall(text))
    # The same count, ten times as fast: every prompt of every episode is counted.
    data = text.encode("ascii")
    lengths = map(len, data.translate(_LETTERS_ALONE).split())
    # Each letter, digit and mark, but for the letters that are no first of a piece: four of five, rounded down.
    return len(data.translate(None, _SPACES)) - sum([4 * length // 5 for length in lengths])
