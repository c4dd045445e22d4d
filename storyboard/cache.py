"""Where the program keeps what it can make again: the user's cache folder, or the one that is named."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """``STORYBOARD_CACHE``, or the user's cache folder for this program."""
    named = os.environ.get("STORYBOARD_CACHE")
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_cache_dir("storyboard"))
