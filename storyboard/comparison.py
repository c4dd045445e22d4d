"""Two states of a series compiled and compared. The library behind ``storyboard diff``."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from storyboard.errors import UsageError
from storyboard.files import sha256_of
from storyboard.generation.prepare import prepare
from storyboard.repository.export import commit_of, export_revision, top_of
from storyboard.review.plan_diff import EpisodeSide, SeriesDiff, State, episode_diff, episode_side
from storyboard.story.discover import storyboard_files
from storyboard.story.findings import did_you_mean
from storyboard.story.paths import SERIES_FILE, root_of
from storyboard.story.salvage import MISSING_TITLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from storyboard.generation.prepare import Prepared
    from storyboard.story.findings import Finding

WORKING_TREE = "the working tree"


def compare(revisions: str, episodes: Sequence[str] = (), *, folder: Path | None = None) -> SeriesDiff:
    """Compile storyboards as they were and as they are, and say what differs.

    Args:
        revisions: ``REV``, which is compared with the files as they are now, or ``REV..REV``; one that is left out of
            the latter is HEAD.
        episodes: Files, by path or by name; all storyboards of the folder where there are none.
        folder: The folder of the series, or of lone storyboards; the current one where it is None.

    Raises:
        UsageError: A revision is none, the folder is not there, or an episode is on neither side.
        RepositoryError: The folder lies in no repository, or it has no such revision.
    """
    base = (folder or Path()).resolve()
    if not base.is_dir():
        raise UsageError(f"There is no folder {folder}.", hint="Name the folder of the series with --series.")
    before, after = _states(base, revisions)
    root = _root(base, episodes, top_of(base))
    with tempfile.TemporaryDirectory(prefix="storyboard-diff-") as made:
        old_folder = export_revision(root, before.commit or "", Path(made).resolve() / "old").folder
        new_folder = root
        if after.commit:
            new_folder = export_revision(root, after.commit, Path(made).resolve() / "new").folder
        below = "" if root == base else base.relative_to(root).as_posix() if base.is_relative_to(root) else ""
        old = _found(old_folder, below if not episodes else "")
        new = _found(new_folder, below if not episodes else "")
        paths = _chosen(episodes, sorted(old.keys() | new.keys()), root, base)
        return SeriesDiff(
            before,
            after,
            tuple(
                episode_diff(
                    path,
                    _side(old_folder, old.get(path), before),
                    _side(new_folder, new.get(path), after),
                )
                for path in paths
            ),
        )


def _states(base: Path, revisions: str) -> tuple[State, State]:
    if "..." in revisions:
        raise UsageError(f"{revisions} has three dots.", hint="Write REV..REV with two.")
    old, dots, new = revisions.partition("..")
    if not dots:
        return State(revisions, commit_of(base, revisions)), State(WORKING_TREE, None)
    old, new = old or "HEAD", new or "HEAD"
    return State(old, commit_of(base, old)), State(new, commit_of(base, new))


def _root(base: Path, episodes: Sequence[str], top: Path) -> Path:
    """The folder that holds all that is compared, and every series it belongs to; inside the repository."""
    files = [path.resolve() for path in map(Path, episodes) if path.is_file()]
    roots = [root_of(path) for path in (base / SERIES_FILE, *files) if path.resolve().is_relative_to(top)]
    return Path(os.path.commonpath(roots)) if roots else base


def _found(folder: Path, below: str) -> dict[str, Path]:
    place = folder / below
    if not place.is_dir():
        return {}
    return {path.relative_to(folder).as_posix(): path for path in storyboard_files([place])}


def _chosen(episodes: Sequence[str], known: Sequence[str], root: Path, base: Path) -> list[str]:
    """The paths that the person named, each once, in order; all where none was named."""
    if not episodes:
        return list(known)
    chosen: set[str] = set()
    for episode in episodes:
        places = {(each / episode).resolve() for each in (Path(), base)}
        named = {place.relative_to(root).as_posix() for place in places if place.is_relative_to(root)}
        found = [path for path in known if path in named]
        found = found or [path for path in known if episode in {Path(path).name, Path(path).stem}]
        if not found:
            raise UsageError(f"There is no storyboard {episode} on either side.", hint=did_you_mean(episode, known))
        chosen.update(found)
    return sorted(chosen)


def _side(folder: Path, path: Path | None, state: State) -> EpisodeSide | None:
    if path is None:
        return None
    prepared = prepare(path)
    draft = prepared.loaded.draft
    title = draft.title if draft and draft.title != MISSING_TITLE else ""
    images = {name: sha256_of(file) for name, file in prepared.images.items()}
    return episode_side(prepared.plan, _shown(prepared, folder, state), title, images)


def _shown(prepared: Prepared, folder: Path, state: State) -> Iterator[Finding]:
    """The findings with the paths a person knows, not those of the folder a revision was written to."""
    prefix = f"{folder}{os.sep}"
    at = f"{state.short}:" if state.commit else ""
    for finding in prepared.findings:
        yield replace(
            finding,
            path=at + finding.path.removeprefix(prefix),
            message=finding.message.replace(prefix, at),
            hint=finding.hint.replace(prefix, at),
        )
