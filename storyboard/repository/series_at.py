"""A series at whatever a person named: a folder as it is, or a repository at a revision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storyboard.errors import UsageError
from storyboard.repository.address import ACCEPTED, FolderAddress, series_address
from storyboard.repository.checkout import Checkout, check_out
from storyboard.repository.export import commit_now

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.repository.remote import Patience


@dataclass(frozen=True)
class SeriesAt:
    """A series whose files are here.

    Attributes:
        folder: Where they lie.
        checkout: How they were had; None where the folder is the person's own.
    """

    folder: Path
    checkout: Checkout | None

    def as_json(self) -> dict[str, Any] | None:
        """Where the series' files come from, as plain values for a manifest; None where no repository is known.

        A checkout has ``url``, ``revision``, ``commit`` and ``subdirectory``; a person's own folder ``commit`` and
        ``dirty``.
        """
        if self.checkout is not None:
            return self.checkout.as_json()
        now = commit_now(self.folder)
        return {"commit": now.commit, "dirty": now.dirty} if now else None


def series_at(text: str, *, patience: Patience | None = None) -> SeriesAt:
    """The series at what ``--series`` was given.

    Args:
        text: A folder, or the address of a repository.
        patience: How long a repository's host may take.

    Raises:
        UsageError: There is no such folder, or the address is of no kind that is accepted.
        RepositoryError: The repository or its revision is not there, or cannot be used.
        RepositoryUnreachableError: The repository's host does not answer.
    """
    address = series_address(text)
    if not isinstance(address, FolderAddress):
        checkout = check_out(address, patience=patience)
        return SeriesAt(checkout.folder, checkout)
    folder = address.folder.expanduser()
    if not folder.is_dir():
        before, at, _ = text.rpartition("@")
        hint = (
            f"For a revision of a repository, write git+ before it, and a path that begins with / or ./. {ACCEPTED}"
        )
        raise UsageError(f"There is no folder {text}.", hint=hint if at and before else ACCEPTED)
    return SeriesAt(folder, None)
