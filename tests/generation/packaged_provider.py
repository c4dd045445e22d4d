"""A package on the path that brings a provider, as pip would have put it there."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

ACME = Path(__file__).with_name("acme_provider.py")


def install(
    folder: Path,
    module: str,
    entry_point: str,
    *,
    on: pytest.MonkeyPatch,
    source: str | None = None,
    version: str = "1.2",
) -> None:
    """Lay a module and its metadata into a folder of the path; ``source`` is its text, and left out it is acme's."""
    on.syspath_prepend(str(folder))
    on.setitem(sys.modules, module, None)  # so that it is as it was, in the end
    del sys.modules[module]
    folder.mkdir(parents=True, exist_ok=True)
    if source is None:
        shutil.copyfile(ACME, folder / f"{module}.py")
    else:
        (folder / f"{module}.py").write_text(source, encoding="utf-8")
    about = folder / f"{module}-{version}.dist-info"
    about.mkdir()
    name = module.replace("_", "-")
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    (about / "entry_points.txt").write_text(f"[storyboard.providers]\n{entry_point}\n", encoding="utf-8")
