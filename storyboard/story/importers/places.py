"""Where a new storyboard lies, seen from its series: the schema that its editor completes and checks by."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from storyboard.story.importers.writing import SCHEMA
from storyboard.story.paths import root_above

if TYPE_CHECKING:
    from pathlib import Path


def schema_for(output: Path | None) -> str:
    """The schema of the series that a file will lie in, seen from that file; empty where there is none."""
    if output is None:
        return ""
    try:
        folder = output.resolve().parent
        schema = root_above(folder) / SCHEMA
        return os.path.relpath(schema, folder).replace(os.sep, "/") if schema.is_file() else ""
    except (OSError, ValueError, RuntimeError):  # no such folder; another drive; a loop of links
        return ""
