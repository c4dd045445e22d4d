"""What a font that an author names is: the name of one that ships, or the path of a file."""

from __future__ import annotations

_ENDINGS = (".ttf", ".otf", ".ttc", ".woff", ".woff2")


def is_font_file(name: str) -> bool:
    """Whether a font is named by its file, of a kind that can be read or not."""
    return name.lower().endswith(_ENDINGS) or "/" in name or "\\" in name
