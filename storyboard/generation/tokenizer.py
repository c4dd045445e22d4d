"""The text encoder's own tokenizer, where a person has its file: exact counts instead of an estimate.

``STORYBOARD_TOKENIZER`` names umT5's ``spiece.model`` (it lies in ``google/umt5-xxl`` of Wan's weights). Reading it
takes the package sentencepiece, which ``pip install "storyboard-composer[tokenizer]"`` brings. Importing this module
imports neither.
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING

from storyboard.errors import UsageError

if TYPE_CHECKING:
    from storyboard.compiler.tokens import TokenCount

VARIABLE = "STORYBOARD_TOKENIZER"
"""Names the file."""


def token_count() -> TokenCount | None:
    """Counts tokens as the encoder does, without the mark that ends a prompt; None where no file is named.

    Raises:
        UsageError: The file that is named cannot be used, or sentencepiece is not installed.
    """
    path = os.environ.get(VARIABLE)
    return _load(path) if path else None


@lru_cache(maxsize=1)
def _load(path: str) -> TokenCount:
    try:
        from sentencepiece import SentencePieceProcessor
    except ImportError:
        raise UsageError(
            f"{VARIABLE} is set, and sentencepiece is not installed.",
            hint='pip install "storyboard-composer[tokenizer]", or take the variable away to have an estimate.',
        ) from None
    if not os.path.isfile(path):  # noqa: PTH113  Path.is_file() raises where a name is too long
        raise UsageError(f"{VARIABLE} names {path}, and there is no such file.", hint="It is called spiece.model.")
    try:
        processor = SentencePieceProcessor(model_file=path)
    except (OSError, RuntimeError):
        raise UsageError(
            f"{path} is no tokenizer that sentencepiece can read.", hint="umT5's is spiece.model."
        ) from None

    def count(text: str) -> int:
        return len(processor.encode(text))

    return count
