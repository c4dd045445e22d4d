"""Names that mean the same on every system, because they stand in files that people share."""

from __future__ import annotations

import re
import unicodedata

_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_LONGEST_EPISODE = 1024  # characters
_LONGEST_CLIP = 255  # bytes: where file systems end a name


def is_episode_name(text: object) -> bool:
    """Whether an episode may be called this: a path with forward slashes that stays below its series."""
    if not isinstance(text, str) or not 0 < len(text) <= _LONGEST_EPISODE or "\\" in text or _has_control(text):
        return False
    parts = text.split("/")
    return ":" not in parts[0] and not any(part in {"", ".", ".."} for part in parts)


def is_clip_name(text: object) -> bool:
    """Whether this is a bare file name that means the same, and no device or stream, on every system."""
    if not isinstance(text, str) or not 0 < len(text.encode(errors="replace")) <= _LONGEST_CLIP:
        return False
    odd = set('/\\:*?"<>|') & set(text) or _has_control(text) or _DEVICE.fullmatch(text)
    return not odd and not text.startswith((".", " ", "-")) and not text.endswith((".", " "))


def _has_control(text: str) -> bool:
    """Control characters, halves of characters, and what ends a line."""
    if text.isprintable():
        return False
    return any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in text)
