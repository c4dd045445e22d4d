"""Small things that many tests build their stories with."""

from __future__ import annotations

import json
import os
import struct
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyboard.story.model import Storyboard

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ROOT = Path(__file__).parents[1]
CUT_EXAMPLE = ROOT / "examples" / "postcards.yaml"
"""A cut of its own, without scenes."""
EXAMPLES = sorted(path for path in (ROOT / "examples").glob("*.yaml") if path != CUT_EXAMPLE)
"""Stories that can be rendered."""
MINIMAL = "storyboard: 1\ntitle: Fox\nscenes:\n  - segments:\n      - a fox runs\n"


@dataclass(frozen=True)
class Ran:
    """A command that has run: its exit code, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def write_tree(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write ``{path: content}`` below a folder."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def write_story(root: Path, content: str | bytes = MINIMAL) -> Path:
    """Write ``story.yaml``, and return it."""
    write_tree(root, {"story.yaml": content})
    return root / "story.yaml"


def story(*scenes: Mapping[str, Any] | Iterable[Any], **keys: Any) -> Storyboard:
    """A storyboard from scenes: mappings, or lists of segments."""
    whole = [scene if isinstance(scene, dict) else {"segments": list(scene)} for scene in scenes]
    return Storyboard.model_validate({"storyboard": 1, "title": "T", "scenes": whole, **keys})


def png(width: int = 832, height: int = 480, *, rows: int | None = None) -> bytes:
    """A grey PNG; with ``rows``, its header promises more than its data holds."""
    pixels = b"".join(b"\x00" + b"\x80" * width for _ in range(height if rows is None else rows))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(pixels)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def environment(**more: str) -> dict[str, str]:
    """The environment of a process of its own that runs the program from the checkout."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]), **more}
