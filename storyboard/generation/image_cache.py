"""First frames that were found good, by content, so that the next check decodes nothing.

A convenience only: a cache that is missing, damaged or not writable changes no verdict.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyboard.cache import cache_folder
from storyboard.generation.images import ImageVerdict

if TYPE_CHECKING:
    from storyboard.profile import ModelProfile

_VERSION = 1  # raise it when the rules of image_decode change
_MOST_ENTRIES = 2000
_LARGEST_FILE = 2**20


class VerdictCache:
    """The verdicts that hold under one profile's bounds, in one small JSON file.

    It lies in ``STORYBOARD_CACHE``, or else in the user's cache folder.
    """

    def __init__(self, profile: ModelProfile) -> None:
        bounds = (profile.image_max_bytes, profile.image_max_pixels, profile.image_min_side)
        self._prefix = f"{_VERSION}:{':'.join(map(str, bounds))}:"
        self._path = cache_folder() / "first-frames.json"

    def get(self, sha256: str) -> ImageVerdict | None:
        """The verdict on the content with this hash, or None."""
        entry = self._read().get(self._prefix + sha256)
        match entry:
            case [int(width), int(height), str(mime), int(orientation)] if mime.startswith("image/"):
                return ImageVerdict(width, height, mime, orientation)
        return None

    def put(self, sha256: str, verdict: ImageVerdict) -> None:
        """Remember a verdict, if that is possible."""
        entries = self._read()
        entries[self._prefix + sha256] = [verdict.width, verdict.height, verdict.mime, verdict.orientation]
        kept = dict(list(entries.items())[-_MOST_ENTRIES:])
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            _write_atomically(self._path, json.dumps(kept).encode())
        except OSError:
            return  # no room or no right: the next check decodes again

    def _read(self) -> dict[str, Any]:
        try:
            if self._path.stat().st_size > _LARGEST_FILE:
                return {}
            value = json.loads(self._path.read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}


def _write_atomically(path: Path, data: bytes) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".new")
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123  it is a descriptor, not a path
            file.write(data)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
