"""What the tests of importing share: a file of bytes, imported, and looked at as ``storyboard check`` does."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from storyboard.generation.prepare import prepare
from storyboard.story.importers.importing import Imported, import_file

if TYPE_CHECKING:
    from storyboard.story.importers.formats import Format
    from storyboard.story.model import Storyboard


def imported(content: str | bytes, wanted: Format | None = None, name: str = "my-story.txt", **more: Any) -> Imported:
    """What importing a file with that content gives."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
        return import_file(path, wanted, **more)


def tree(content: str | bytes, wanted: Format | None = None, **more: Any) -> Any:
    """The imported storyboard as any YAML reader sees it."""
    return yaml.safe_load(imported(content, wanted, **more).yaml)


def checked(result: Imported) -> Storyboard:
    """The imported storyboard, in which a check finds no error."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "story.yaml"
        path.write_bytes(result.yaml.encode())
        prepared = prepare(path)
    errors = [each for each in prepared.findings if each.severity == "error"]
    assert not errors, (errors, result.yaml)
    assert prepared.loaded.storyboard is not None
    return prepared.loaded.storyboard


def notes_of(result: Imported) -> str:
    """All notes as one text."""
    return "\n".join(result.notes)
