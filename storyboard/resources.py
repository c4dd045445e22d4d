"""Where the program's own data files are: beside the package in a checkout, inside it once installed."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder of data files called ``name``: ``templates`` or ``schemas``.

    Raises:
        FileNotFoundError: The installation lacks it.
    """
    for candidate in (_PACKAGE / name, _PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"This installation lacks its folder “{name}”; install storyboard-composer again.")
