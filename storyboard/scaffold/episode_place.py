"""The file that a new episode of a series goes to: its folder, its number, its name."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from storyboard.errors import UsageError
from storyboard.scaffold.texts import file_name, yaml_text
from storyboard.story.episodes import episodes_of
from storyboard.story.paths import SERIES_FILE
from storyboard.story.series_load import load_series

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyboard.story.series import Series

_ENDING = re.compile(r"\.ya?ml\Z", re.IGNORECASE)
_OWN_NUMBER = re.compile(r"\d+[-_](?=\S)")
_NUMBER = re.compile(r"\d{1,18}(?=[-_ .]|\Z)")
_WILD = re.compile(r"[*?\[]")
_FEWEST_DIGITS = 2


@dataclass(frozen=True)
class Place:
    """Where a new episode goes.

    Attributes:
        file: Seen from the series' folder, with ``/`` between names.
        words: What the person named it, without a number and an ending.
    """

    file: str
    words: str


def find_place(root: Path, series: Series, name: str) -> Place:
    """The place of a new episode where the series' ``episodes`` finds it.

    Args:
        root: The folder of the series, links followed.
        series: The series.
        name: A title, or a file's name; with a number of its own (``07-storm``), that one is taken.

    Raises:
        UsageError: The name is of no use, or no pattern of the series would find the file.
    """
    wanted = _ENDING.sub("", name.strip())
    own_number = _OWN_NUMBER.match(wanted) if " " not in wanted else None
    stem = file_name(wanted)
    if not stem or "/" in name or "\\" in name:
        raise UsageError(
            f"“{name}” is no name for an episode.",
            hint='Give a few words, such as: storyboard new "The Third Thing".',
        )
    tried = []
    for home, ending in _homes(series):
        number = "" if own_number else _next_number(root / home)
        file = (home / f"{number}{stem}{ending}").as_posix()
        if file not in tried and _finds(root, series, home, file):
            return Place(file, wanted[own_number.end() :] if own_number else wanted)
        tried.append(file)
    patterns = ", ".join(series.episodes)
    raise UsageError(
        f"{SERIES_FILE} has “episodes: {patterns}”, and that would not find {tried[0]}. Nothing was made.",
        hint=f"Add a pattern that does, such as episodes/*.yaml, to “episodes” in {SERIES_FILE}.",
    )


def _homes(series: Series) -> Iterator[tuple[PurePosixPath, str]]:
    """Folders and endings to try: what each pattern says up to its first wildcard."""
    for pattern in series.episodes:
        path = PurePosixPath(pattern)
        fixed: list[str] = []
        for part in path.parts[:-1]:
            if _WILD.search(part):
                break
            fixed.append(part)
        ending = path.suffix if path.suffix in {".yaml", ".yml"} else ".yaml"
        if not fixed:
            yield PurePosixPath("episodes"), ending
        yield PurePosixPath(*fixed), ending


def _finds(root: Path, series: Series, home: PurePosixPath, file: str) -> bool:
    """Whether the series finds a file of that name, tried on an empty one in an empty series."""
    if (root / home).resolve() != root / home:  # a link, which is passed over
        return False
    patterns = ", ".join(yaml_text(pattern) for pattern in series.episodes)
    with tempfile.TemporaryDirectory() as empty:
        (Path(empty) / SERIES_FILE).write_text(f"series: 1\ntitle: T\nepisodes: [{patterns}]\n", encoding="utf-8")
        path = Path(empty) / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        return path in episodes_of(load_series(Path(empty)))


def _next_number(home: Path) -> str:
    """The number after the highest, as wide as the widest; empty where there are episodes and none has one."""
    others = [
        path.stem
        for path in (home.iterdir() if home.is_dir() else ())
        if path.suffix in {".yaml", ".yml"} and path.name != SERIES_FILE and not path.name.startswith(".")
    ]
    numbers = [match.group() for match in map(_NUMBER.match, others) if match]
    if others and not numbers:
        return ""
    width = max([_FEWEST_DIGITS, *map(len, numbers)])
    return f"{max(map(int, numbers), default=0) + 1:0{width}}-"
