"""What a person means by the files, the folder or the repository they named: projects, and the episodes of each.

What speaks with repositories is imported where one is named: it takes longer than to read a hundred stories.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyboard.errors import UsageError
from storyboard.generation.state_folder import STATE_FOLDER
from storyboard.project import Project, episode_files, episode_named, project_of
from storyboard.story.episodes import episodes_of
from storyboard.story.paths import SERIES_FILE, series_above
from storyboard.story.series_load import load_series

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from storyboard.repository.checkout import Checkout
    from storyboard.repository.series_at import SeriesAt


@dataclass(frozen=True)
class Selection:
    """Episodes of one project.

    Attributes:
        project: Where they lie.
        files: The storyboards.
        revision: Which revision of which repository they are, as plain values; None where no repository is known.
        notes: What there is to tell about how they were had.
    """

    project: Project
    files: tuple[Path, ...]
    revision: Mapping[str, Any] | None = None
    notes: tuple[str, ...] = ()


def select(named: Sequence[Path], series: str | None, *, has_option: bool = True) -> list[Selection]:
    """What a person means.

    Args:
        named: Storyboards, by path, or by an episode's name in a series; none means all of the series.
        series: A folder or a repository's address (``--series``); None is this folder, or where the files lie.
        has_option: Whether the command has ``--series``, so that a person who names a folder can be told of it.

    Raises:
        UsageError: Nothing is meant, or what is named is not there.
        RepositoryError: The repository or its revision is not there, or cannot be used.
        RepositoryUnreachableError: The repository's host does not answer.
        StoryError: A series.yaml has errors.
    """
    if series is not None:
        return _in_series(named, series)
    if not named or all(not path.suffix and not path.exists() for path in named):
        project = project_of(Path())
        return [Selection(project, tuple(episode_files(project, named)))]
    groups: dict[Path, tuple[Project, list[Path]]] = {}
    for path in named:
        if path.is_dir():
            whole = f"; --series {path} means the whole series." if has_option else ", or an episode by its name."
            raise UsageError(f"{path} is a folder.", hint=f"Name a storyboard{whole}")
        project = project_of(path)
        groups.setdefault(project.root, (project, []))[1].append(path)
    return [Selection(project, tuple(dict.fromkeys(files)), _revision(project)) for project, files in groups.values()]


def project_at(series: str | None) -> Project:
    """The project that ``--series`` means; None is that of this folder.

    Raises:
        UsageError: There is no such folder, or the address is of no kind that is accepted.
        RepositoryError: The repository or its revision is not there, or cannot be used.
        RepositoryUnreachableError: The repository's host does not answer.
        StoryError: Its series.yaml has errors.
    """
    if series is None:
        return project_of(Path())
    from storyboard.repository.series_at import series_at

    return _project_at(series, series_at(series))


def folder_at(series: str | None) -> Path:
    """The folder that ``--series`` means, where nothing but a folder of the person's own will do.

    Raises:
        UsageError: There is no such folder, or a repository's address was given.
    """
    if series is None:
        return Path()
    from storyboard.repository.address import FolderAddress, series_address
    from storyboard.repository.series_at import series_at

    if not isinstance(series_address(series), FolderAddress):
        raise UsageError(
            "This command works in a folder of yours, and that is the address of a repository.",
            hint="Clone it, and name the folder with --series.",
        )
    return series_at(series).folder


def paths_of(named: Iterable[Path]) -> list[Path]:
    """Files and folders as they are, and the file of each episode that is named as in the series of this folder.

    A series may have errors: whoever asks wants to be told of them.

    Raises:
        UsageError: The series has no episode of that name.
    """
    return [path if path.suffix or _is_there(path) else _in_this_series(path) for path in named]


def _in_this_series(named: Path) -> Path:
    root = series_above(Path.cwd())
    if root is None:
        return named
    shown = Path(os.path.relpath(root), SERIES_FILE)
    known = episodes_of(load_series(root, shown=str(shown)))
    return episode_named(Project(root, None, root / STATE_FOLDER), known, named)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name too long to be one
        return True


def _project_at(series: str, found: SeriesAt) -> Project:
    project = project_of(found.folder, state=_state_of(found.checkout) if found.checkout else None)
    if found.checkout and project.series is None:
        raise UsageError(
            f"There is no series.yaml in {series}.", hint="For a series in a subfolder, add #subdirectory=FOLDER."
        )
    return project


def _in_series(named: Sequence[Path], series: str) -> list[Selection]:
    from storyboard.repository.series_at import series_at

    found = series_at(series)
    checkout = found.checkout
    project = _project_at(series, found)
    inside = [path if path.is_absolute() or path.exists() else found.folder / path for path in named]
    chosen = [new if new.exists() else old for new, old in zip(inside, named, strict=True)]
    if project.series is None and chosen:  # lone storyboards, each with the ledger of its own folder
        return select(chosen, None)
    files = episode_files(project, chosen)
    return [Selection(project, tuple(files), found.as_json(), checkout.notes if checkout else ())]


def _state_of(checkout: Checkout) -> Path:
    """Where the ledger of a series in a repository lies: the same for every revision of it."""
    import platformdirs

    address = f"{checkout.url}#{checkout.subdirectory}"
    name = checkout.url.rstrip("/").rpartition("/")[2].removesuffix(".git") or "series"
    folder = f"{name[:40]}-{sha256(address.encode()).hexdigest()[:12]}"
    return platformdirs.user_data_path("storyboard") / "series" / folder / STATE_FOLDER


def _revision(project: Project) -> Mapping[str, Any] | None:
    from storyboard.repository.export import commit_now

    now = commit_now(project.root) if project.series else None
    return {"commit": now.commit, "dirty": now.dirty} if now else None
