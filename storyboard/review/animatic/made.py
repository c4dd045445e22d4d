"""Whether a file is an animatic that this program made, and may make again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.review.animatic.film import MARK

if TYPE_CHECKING:
    from pathlib import Path


def is_animatic(path: Path) -> bool:
    """Whether a film says of itself that it is one; what cannot be read is none."""
    import av

    try:
        with av.open(str(path)) as film:
            return film.metadata.get("comment") == MARK
    except (OSError, ValueError):  # av's own errors are both
        return False
