"""A text that a command writes to a file the person names: whole, and over nothing without being asked to."""

from __future__ import annotations

from pathlib import Path

from storyboard.errors import UsageError
from storyboard.files import write_new, write_whole


def write_text(path: Path, text: str, *, force: bool, source: Path) -> None:
    """Write a file in one step.

    Args:
        path: The file.
        text: What it will hold.
        force: Whether it may take the place of a file that is there.
        source: The file that the text is made of, which is never written over.

    Raises:
        UsageError: There is such a file, or it cannot be written.
    """
    data = text.encode()
    try:
        if path.is_dir():
            raise UsageError(f"{path} is a folder.", hint="Name a file in it.")
        if not path.parent.is_dir():
            raise UsageError(f"There is no folder {path.parent}.", hint="Make it first, or name another.")
        if path.exists() and source.exists() and path.samefile(source):
            raise UsageError(f"{path} is the file itself, and stays as it is.", hint="Name another with --output.")
        if force:
            write_whole(path, data)
        elif not write_new(path, data):
            raise UsageError(
                f"{path} is there already, and stays as it is.", hint="Name another file, or write over it: --force."
            )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{path} cannot be written: {reason}.", hint="Check the name and the folder.") from None
