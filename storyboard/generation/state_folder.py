"""The folder beside a story that knows what was bought: the ledger, its journal, locks, and every take."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from storyboard.errors import LedgerError
from storyboard.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STATE_FOLDER = ".storyboard"
"""Its name, in the story's folder or in that of its series."""
LOCK_NAME = "storyboard.lock"
"""The lock file's name: beside ``series.yaml``, or in this folder of a story that belongs to no series."""
SANDBOX_LOCK_NAME = "sandbox.lock"
"""The name of the one that holds the takes of the sandbox, in this folder."""
_FILES = ("journal", "journal.lock", *(f"ledger.sqlite{ending}" for ending in ("", "-wal", "-shm", "-journal")))
_ROOMS = ("frames", "locks", "parts", "takes", "rejected")


def ledger_path(folder: Path) -> Path:
    """Where the ledger of a story's folder lies."""
    return folder / STATE_FOLDER / "ledger.sqlite"


def refuse_links(state: Path) -> None:
    """See that nothing in the folder leads out of it.

    Raises:
        LedgerError: The folder, or one in it, is a link, which may have come with a stranger's repository.
    """
    for path in (state, *(state / name for name in (*_ROOMS, *_FILES))):
        if path.is_symlink():
            raise LedgerError(
                f"{path} is a link to another place, which a stranger may have put there.",
                hint="Look where it leads; put the folder or file itself in its place.",
            )


def refuse_ledgers_below(root: Path, story: Path) -> None:
    """See that no purchase is forgotten because a series was put above a story that was rendered already.

    Args:
        root: The folder whose ledger is in use.
        story: The storyboard.

    Raises:
        LedgerError: A folder between the two has a ledger of its own.
    """
    for folder in story.resolve().parents:
        if folder == root:
            return
        if ledger_path(folder).is_file():
            raise LedgerError(
                f"There is a ledger in {folder / STATE_FOLDER}, and the one in use is in {root / STATE_FOLDER}: what "
                "the first knows would be bought again.",
                hint=f"Move {folder / STATE_FOLDER} to {root} if that is the right one, or remove it.",
            )


def keep_out_of_git(state: Path) -> None:
    """Have git ignore it: it belongs to this checkout, not to the repository."""
    ignore = state / ".gitignore"
    if not ignore.exists():
        write_whole(ignore, b"*\n")


@contextmanager
def usable(state: Path) -> Iterator[None]:
    """Say it in words where the folder cannot be read or written.

    Raises:
        LedgerError: In place of the system's own error.
    """
    try:
        yield
    except BrokenPipeError:  # whoever watches has gone; it says nothing of the folder
        raise
    except OSError as error:
        raise LedgerError(
            f"The folder {state} cannot be used: {error.strerror or error}.",
            hint="Look at the disk's free room and at who may write there; then run again. Nothing that was paid is "
            "lost.",
        ) from error
