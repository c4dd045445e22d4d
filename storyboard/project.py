"""Where things lie: the folder of a series or of a lone story, its ledger, its lock file, its episodes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePath, PurePosixPath
from typing import TYPE_CHECKING

from storyboard.errors import StoryError, UsageError
from storyboard.generation.portable_names import is_episode_name
from storyboard.generation.state_folder import LOCK_NAME, SANDBOX_LOCK_NAME, STATE_FOLDER
from storyboard.story.episodes import episodes_of, files_of
from storyboard.story.findings import did_you_mean, has_errors
from storyboard.story.paths import SERIES_FILE, RealFolders, root_of
from storyboard.story.series_load import load_series

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from storyboard.generation.lock_file import Lock
    from storyboard.generation.prepare import Prepared
    from storyboard.story.series import Series

RENDERS_FOLDER = "renders"
"""Where finished files go, beside the story, unless the series or the person says otherwise."""


@dataclass(frozen=True)
class Project:
    """A series, or the folder of stories that belong to none.

    Attributes:
        root: Its folder.
        series: The series; None for stories that belong to none.
        state: The folder of its ledger, journal and takes; always called ``.storyboard``.
    """

    root: Path
    series: Series | None
    state: Path

    @property
    def name(self) -> str:
        """What the ledger calls it."""
        return self.series.title if self.series else self.root.name

    def lock_path(self, *, free: bool) -> Path:
        """Where what was picked is written down.

        In the repository for what was paid; beside the ledger for what any machine can make again, for a story that
        belongs to no series, and for a series whose files are only a copy of a revision.
        """
        if free:
            return self.state / SANDBOX_LOCK_NAME
        return (self.root if self.series and not self.is_copy else self.state) / LOCK_NAME

    @property
    def is_copy(self) -> bool:
        """Whether the files are a copy of a repository's revision, and nothing belongs beside them."""
        return self.state.parent.resolve() != self.root.resolve()

    def read_lock(self, *, free: bool) -> Lock:
        """What was picked.

        Raises:
            LockError: The lock file cannot be read or believed.
        """
        from storyboard.generation.lock_file import Lock, LockFile  # most commands need none

        own = LockFile(self.lock_path(free=free)).read()
        if free or not self.is_copy:
            return own
        there = LockFile(self.root / LOCK_NAME).read()
        return Lock({(entry.episode, entry.reel): entry for entry in (*own.entries(), *there.entries())})

    @cached_property
    def _real_root(self) -> Path:
        return self.root.resolve()

    def episode_of(self, path: Path) -> str:
        """What the ledger calls the episode in a file."""
        try:
            name = self._names.name_of(path)
        except ValueError:
            raise UsageError(f"{path} does not lie in {self.root}.", hint="Name an episode of this series.") from None
        if not is_episode_name(name):
            raise UsageError(
                f"{path.name!r} cannot be the name of an episode: it does not mean the same on every system.",
                hint="Rename the file, without colons, backslashes and control characters.",
            )
        return name

    @cached_property
    def _names(self) -> _Names:
        return _Names(self._real_root)

    def output_folder(self, path: Path, chosen: Path | None) -> Path:
        """Where the finished file of an episode goes. Of two whose files are called alike, each keeps its folder.

        Raises:
            UsageError: The series names a folder outside its own, which only a person may.
        """
        if chosen is not None:
            return chosen / self._apart(path)
        if self.series is None:
            return path.parent / RENDERS_FOLDER
        named = self.series.defaults.output or RENDERS_FOLDER
        folder = self.root / named
        if not Path(os.path.realpath(folder)).is_relative_to(self._real_root):
            raise UsageError(
                f"The series would write its films to {named}, which lies outside its own folder.",
                hint="Name a folder inside it under defaults: output in series.yaml, or say --output FOLDER.",
            )
        here = Path.cwd()
        return (folder.relative_to(here) if folder.is_relative_to(here) else folder) / self._apart(path)

    def _apart(self, path: Path) -> PurePath:
        """The folder of an episode, seen from that of the series, where another's file is called alike; else none."""
        alike = self._by_stem.get(path.stem.casefold(), ())
        if not alike:
            return PurePath()
        name = self.episode_of(path)
        return PurePath(name).parent if set(alike) - {name} else PurePath()

    @cached_property
    def _by_stem(self) -> Mapping[str, Sequence[str]]:
        """The names of the episodes by what their files are called."""
        found: dict[str, list[str]] = {}
        for file in files_of(self._real_root, self.series.episodes) if self.series else ():
            name = PurePosixPath(file).with_suffix("")
            found.setdefault(name.name.casefold(), []).append(str(name))
        return found


class _Names:
    """The names of the episodes below a folder; what can be said of a folder is asked once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folders = RealFolders()
        self._above: dict[str, str] = {}

    def name_of(self, file: Path) -> str:
        """Raises ValueError where the file lies elsewhere."""
        folder, name = self._folders.place_of(file)
        if folder not in self._above:
            inside = Path(folder).relative_to(self._root).as_posix()
            self._above[folder] = "" if inside == "." else f"{inside}/"
        return self._above[folder] + PurePath(name).stem


def project_of(path: Path, *, state: Path | None = None) -> Project:
    """The project that a storyboard, or a folder, belongs to.

    Args:
        path: A storyboard file, a series.yaml, or a folder.
        state: Another place for its ledger and takes.

    Raises:
        StoryError: The series.yaml above it has errors.
    """
    root = root_of(path if not path.is_dir() else path / SERIES_FILE)
    series = _series(root) if (root / SERIES_FILE).is_file() else None
    return Project(root, series, state or root / STATE_FOLDER)


def _series(root: Path) -> Series:
    loaded = load_series(root)
    if loaded.series is None or has_errors(loaded.findings):
        raise StoryError(f"{loaded.shown} has errors.", loaded.findings, hint="Mend what is told above.")
    return loaded.series


def episode_files(project: Project, named: Iterable[Path]) -> list[Path]:
    """The storyboards that a person means: those named, by path or by an episode's name; or all of the series.

    Raises:
        UsageError: None is named and there is no series here, or a name is no episode's.
    """
    known = episodes_of(load_series(project.root)) if project.series else []
    chosen = [episode_named(project, known, each) for each in named]
    if chosen or known:
        return list(dict.fromkeys(chosen or known))
    if project.series:
        raise UsageError(
            f"The series {project.name} has no episode: nothing matches {', '.join(project.series.episodes)}.",
            hint="storyboard new NAME adds one.",
        )
    raise UsageError(
        f"There is no {SERIES_FILE} in {project.root}, and no storyboard is named.",
        hint="Name a storyboard, or go to the folder of a series; storyboard init makes one.",
    )


def episode_named(project: Project, known: Iterable[Path], named: Path) -> Path:
    """The storyboard that a person means: a path as it is, or one of ``known`` by its name.

    Raises:
        UsageError: There are some, and none has that name, or several have.
    """
    if named.suffix or named.exists():
        return named
    paths = {project.episode_of(path): path for path in known}
    wanted = named.as_posix()
    if not paths or wanted in paths:
        return paths.get(wanted, named)
    alike = [name for name, path in paths.items() if path.stem == wanted]
    if len(alike) == 1:
        return paths[alike[0]]
    if alike:
        raise UsageError(
            f"The series {project.name} has {len(alike)} episodes called “{named}”.",
            hint=f"Say which: {', '.join(alike[:-1])} or {alike[-1]}.",
        )
    names = dict.fromkeys(path.stem for path in paths.values())
    file = Path(f"{named}.yaml")
    raise UsageError(
        f"The series {project.name} has no episode “{named}”.",
        hint=f"There is {file}: a file that is no episode is named with its ending."
        if file.is_file()
        else did_you_mean(str(named), names),
    )


def hashes_of_images(prepared: Prepared) -> dict[str, str]:
    """The hashes of the files of a story's first frames, by the name the author wrote.

    Raises:
        ImageError: One can no longer be read.
    """
    from storyboard.generation.first_frame import frame_sha256

    return {name: frame_sha256(path) for name, path in prepared.images.items()}
