"""The episodes of a series: the files that its patterns name."""

from __future__ import annotations

import os
import re
from fnmatch import translate
from functools import lru_cache
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

from storyboard.excerpt import excerpt
from storyboard.story.findings import Remark, Severity
from storyboard.story.paths import SERIES_FILE, OutsideError, inside, root_above

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from storyboard.story.series import Series
    from storyboard.story.series_load import LoadedSeries

_ANY_DEPTH = "**"
_DEEPEST = 16  # folders below the series that are looked into; an episode lies at most four below


def pattern_remarks(series: Series) -> list[Remark]:
    """What is wrong with the patterns themselves; all of it errors."""
    return [
        Remark(
            "outside-folder",
            Severity.ERROR,
            f"{excerpt(pattern, 100)} leads out of the folder of the series.",
            f"A pattern is seen from {SERIES_FILE}, such as episodes/*.yaml.",
            ("episodes", index),
        )
        for index, pattern in enumerate(series.episodes)
        if _leads_out(pattern)
    ]


def episodes_of(loaded: LoadedSeries) -> list[Path]:
    """The episodes of a series, sorted, each once; their paths begin with the folder as the person named it.

    A pattern is matched name by name: ``*``, ``?`` and ``[…]`` within a name, ``**`` for any number of folders.
    Hidden files and folders, folders that are links, links that lead out of the series, and files that belong to a
    series of their own are left out.
    """
    return [loaded.folder / name for name in sorted({name for names in _matches(loaded) for name in names[0]})]


def files_of(root: Path, patterns: Iterable[str]) -> list[str]:
    """The same for the patterns of a series that is not loaded: the files, seen from its folder.

    Args:
        root: The folder of the series, links followed.
        patterns: As they stand under ``episodes``.
    """
    return sorted({name for names in _found(root, patterns) for name in names[0]})


def episode_remarks(loaded: LoadedSeries) -> list[Remark]:
    """What there is to tell about the patterns and what they match; all of it warnings."""
    remarks: list[Remark] = []
    patterns = loaded.draft.episodes if loaded.draft else ()
    for index, (pattern, (found, elsewhere)) in enumerate(zip(patterns, _matches(loaded), strict=True)):
        where = ("episodes", index)
        if not found and not elsewhere and not _leads_out(pattern):
            told = f"{excerpt(pattern, 100)} matches no file."
            hint = f"The pattern is seen from {SERIES_FILE}; hidden files and links to folders are passed over."
            remarks.append(Remark("no-episodes", Severity.WARNING, told, hint, where))
        if elsewhere:
            more = f" and {len(elsewhere) - 1} more" if len(elsewhere) > 1 else ""
            remarks.append(
                Remark(
                    "episode-elsewhere",
                    Severity.WARNING,
                    f"{excerpt(elsewhere[0], 100)}{more} would not find this series, and is no episode of it.",
                    f"An episode lies at most four folders below {SERIES_FILE}, with no other {SERIES_FILE} and no "
                    "other repository between them.",
                    where,
                )
            )
    return remarks


def _matches(loaded: LoadedSeries) -> Iterator[tuple[list[str], list[str]]]:
    """For each pattern, the episodes it matches and the files that belong elsewhere, seen from the root."""
    return _found(loaded.root, loaded.draft.episodes if loaded.draft else ())


def _found(root: Path, patterns: Iterable[str]) -> Iterator[tuple[list[str], list[str]]]:
    at_home: dict[str, bool] = {}
    for pattern in patterns:
        found: list[str] = []
        elsewhere: list[str] = []
        for name in sorted(_matching(root, pattern)):
            folder = name.rpartition("/")[0]
            if folder not in at_home:
                at_home[folder] = root_above(root / folder) == root
            (found if at_home[folder] else elsewhere).append(name)
        yield found, elsewhere


def _matching(root: Path, pattern: str) -> Iterator[str]:
    if not _leads_out(pattern):
        parts: list[str] = []
        for part in pattern.split("/"):
            if part not in {"", "."} and (part != _ANY_DEPTH or parts[-1:] != [_ANY_DEPTH]):
                parts.append(part)
        if parts[-1:] == [_ANY_DEPTH]:
            parts.append("*")
        yield from _walk(root, "", tuple(parts), set())


def _walk(root: Path, below: str, parts: tuple[str, ...], seen: set[tuple[str, int]]) -> Iterator[str]:
    """The files below a folder that the rest of a pattern matches; ``seen`` keeps ``**/a/**`` from walking twice."""
    if not parts or (below, len(parts)) in seen or below.count("/") > _DEEPEST:
        return
    seen.add((below, len(parts)))
    first, rest = parts[0], parts[1:]
    if first == _ANY_DEPTH:
        yield from _walk(root, below, rest, seen)
    fits = _pattern(first)
    try:
        with os.scandir(root / below) as entries:
            found = [entry for entry in entries if not entry.name.startswith(".")]
    except OSError:
        return
    for entry in found:
        name = below + entry.name
        if entry.is_dir(follow_symlinks=False):
            if first == _ANY_DEPTH:
                yield from _walk(root, f"{name}/", parts, seen)
            elif rest and fits(entry.name):
                yield from _walk(root, f"{name}/", rest, seen)
        elif not rest and first != _ANY_DEPTH and fits(entry.name) and _is_episode(root, name, entry):
            yield name


def _is_episode(root: Path, name: str, entry: os.DirEntry[str]) -> bool:
    if name == SERIES_FILE or not entry.is_file():
        return False
    if not entry.is_symlink():
        return True
    try:
        inside(root, root, name)
    except OutsideError:
        return False
    return True


@lru_cache(maxsize=64)
def _pattern(part: str) -> Callable[[str], object]:
    return re.compile(translate(part)).match


def _leads_out(pattern: str) -> bool:
    rooted = PurePosixPath(pattern).is_absolute() or PureWindowsPath(pattern).anchor
    return bool(rooted) or ".." in re.split(r"[/\\]", pattern)
