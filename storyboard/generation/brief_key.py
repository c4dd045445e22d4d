"""What a brief depends on, by one name: everything that goes into reading, checking and compiling a storyboard.

The content of the storyboard and of its series, how they were named, the rate card, this program itself (a source
checkout changes without a new version) and the libraries that read and write for it. The other files that a story
names are not part of the name, because only the story says which they are: they are witnesses, looked at again.
"""

from __future__ import annotations

import hashlib
import os
import sys
import unicodedata
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyboard.files import sha256_of
from storyboard.generation.brief import to_text
from storyboard.generation.kept_rates import rates_in_force
from storyboard.generation.tokenizer import VARIABLE as TOKENIZER
from storyboard.resources import folder
from storyboard.story.paths import OutsideError, inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from storyboard.generation.prepare import Prepared
    from storyboard.profile import RateCard
    from storyboard.story.series_find import Home

SETTLED_NS = 2_000_000_000
"""Nanoseconds for which a change of a file may not show in its times: some disks tell them to two seconds."""
_LIBRARIES = ("storyboard-composer", "jinja2", "markupsafe", "pydantic", "pydantic-core", "pyyaml", "pillow")

Witness = tuple[str, str, int, int, int, int, str]
"""A file that a story names: its name, where that leads, its size, times and number, and its SHA-256.

Where only its being there counts, the hash is empty and the numbers are 0.
"""


class BriefKeys:
    """Names briefs, for one run."""

    def __init__(self) -> None:
        self.rates: RateCard = rates_in_force()
        self._common = to_text([_program(), self.rates.as_json(), os.environ.get(TOKENIZER, "")])

    def key(self, path: Path, home: Home, sha256: str) -> str | None:
        """The name of a storyboard's brief; None where its series cannot be read.

        Args:
            path: The storyboard, as the person named it.
            home: Where it is at home.
            sha256: Of its bytes.
        """
        series: list[str] = []
        if home.series is not None:
            if home.series.source is None:
                return None
            series = [home.series.shown, home.series.source.sha256]
        told = [self._common, str(path), os.fspath(home.root), home.up, series, sha256]
        return hashlib.sha256(to_text(told).encode()).hexdigest()


def witnesses_of(prepared: Prepared, *, begun_ns: int) -> list[Witness] | None:
    """The files that a storyboard without errors names, as they were when it was compiled.

    Args:
        prepared: The storyboard as read and compiled.
        begun_ns: A moment before it was read, in nanoseconds since 1970.

    Returns:
        None where one was changed so lately that it may have been another when it was looked at.
    """
    from storyboard.generation.story_files import named_files

    source, story = prepared.loaded.source, prepared.loaded.storyboard
    if source is None or story is None:
        return None
    place = Path(os.path.realpath(source.path)).parent
    found: list[Witness] = []
    for name, by_content in sorted(set(named_files(story))):
        try:
            path = inside(source.root, place, name)
            if not by_content:
                found.append((name, str(path), 0, 0, 0, 0, ""))
                continue
            state = _state(path)
            if max(state[1], state[2]) > begun_ns - SETTLED_NS:
                return None
            found.append((name, str(path), *state, sha256_of(path)))
        except (OSError, OutsideError):
            return None
    return found


def still_so(witnesses: Sequence[Sequence[Any]], path: Path, root: Path) -> bool:
    """Whether every file that a storyboard names is what it was.

    Args:
        witnesses: As ``witnesses_of`` gave them.
        path: The storyboard.
        root: The folder that its files may lie in.
    """
    place = Path(os.path.realpath(path)).parent if witnesses else path
    return all(_is_so(*witness, place=place, root=root) for witness in witnesses)


def _is_so(
    name: str, leads_to: str, size: int, mtime: int, ctime: int, number: int, sha256: str, *, place: Path, root: Path
) -> bool:
    try:
        found = inside(root, place, name)
        if str(found) != leads_to:
            return False
        if not sha256:
            return found.exists()
        state = _state(found)
        return state == (size, mtime, ctime, number) or (state[0] == size and sha256_of(found) == sha256)
    except (OSError, ValueError):  # it is gone, leads elsewhere, or cannot be read any more
        return False


def _state(path: Path) -> tuple[int, int, int, int]:
    """The size, times and number of a regular file."""
    if not path.is_file():  # to open a pipe is to wait for it
        raise FileNotFoundError(path)
    found = path.stat()
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


@lru_cache(maxsize=1)
def _program() -> str:
    """Names this program and what it runs on."""
    package = Path(__file__).resolve().parents[1]
    parts: list[object] = [sys.version, unicodedata.unidata_version, [_version(name) for name in _LIBRARIES]]
    parts += [sorted(_stats(place)) for place in (str(package), str(folder("templates")))]
    return hashlib.sha256(to_text(parts).encode()).hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _stats(place: str) -> Iterator[tuple[str, int, int]]:
    """Every source and template below a folder, with its size and time."""
    entries: Iterable[os.DirEntry[str]] = os.scandir(place)
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _stats(entry.path)
        elif entry.name.endswith((".py", ".j2")):
            found = entry.stat()
            yield entry.path, found.st_size, found.st_mtime_ns
