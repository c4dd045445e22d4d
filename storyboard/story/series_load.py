"""A series file to a frozen ``Series``, with every problem told where it stands."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyboard.story.braces import Slip, parse_braces
from storyboard.story.episodes import pattern_remarks
from storyboard.story.findings import Finding, Remark, Severity, has_errors, in_reading_order
from storyboard.story.inheritance import Shared, shared_by, style_and_look, unknown_look
from storyboard.story.model import Storyboard
from storyboard.story.paths import SERIES_FILE, OutsideError, inside
from storyboard.story.references import brace_remark, declaration_remarks
from storyboard.story.salvage import salvage
from storyboard.story.series import SERIES_VERSION, Defaults, Series
from storyboard.story.source import Source, not_one, read_file, unreadable
from storyboard.story.validation import validate
from storyboard.story.yaml_values import Mapping, UnreadableYamlError

if TYPE_CHECKING:
    from collections.abc import Iterator

_SETTLED = 2_000_000_000  # ns; some disks tell times to two seconds: a second change within them may not show


@dataclass(frozen=True)
class LoadedSeries:
    """What came of reading a series file.

    Attributes:
        root: The folder it lies in, links followed.
        shown: The file's path as the person would name it.
        source: The file as read; None where it could not be.
        series: The series; None where it has errors, and then no episode of it can be rendered.
        draft: The series, or what is left of it without the parts that are wrong.
        shared: What its episodes inherit, as far as it can be told; None where the file says nothing usable.
        findings: What there is to tell, in reading order.
    """

    root: Path
    shown: str
    source: Source | None
    series: Series | None
    draft: Series | None
    shared: Shared | None = field(repr=False)
    findings: tuple[Finding, ...]

    @property
    def folder(self) -> Path:
        """The folder of the series as the person would name it."""
        return Path(self.shown).parent


def load_series(root: Path, *, shown: str | None = None) -> LoadedSeries:
    """Read and validate the series file of a folder; never raises for what is wrong with the file.

    A file that has not changed, by its time and its size, is read once in the life of the process.

    Args:
        root: The folder that ``series.yaml`` lies in.
        shown: The file's path for messages; seen from ``root`` as it is given where it is None.
    """
    shown = str(root / SERIES_FILE) if shown is None else shown
    root = root.resolve()
    try:
        found = (root / SERIES_FILE).stat()
    except (OSError, ValueError):
        return _load(root, shown)
    if 0 <= time.time_ns() - found.st_mtime_ns < _SETTLED:
        return _load(root, shown)
    return _load_once(root, shown, (found.st_mtime_ns, found.st_size, found.st_ino))


@lru_cache(maxsize=64)
def _load_once(root: Path, shown: str, _state: tuple[int, int, int]) -> LoadedSeries:
    return _load(root, shown)


def _load(root: Path, shown: str) -> LoadedSeries:
    path = root / SERIES_FILE
    try:
        inside(root, root, SERIES_FILE)
    except OutsideError:  # nothing of the file that the link leads to is read, or shown
        told, hint = f"{SERIES_FILE} is a link that leads out of its folder.", "Put the file itself there."
        refused = Finding("outside-folder", Severity.ERROR, told, hint, shown)
        return LoadedSeries(root, shown, None, None, None, None, (refused,))
    try:
        document, sha256 = read_file(path, "series")
    except UnreadableYamlError as error:
        return LoadedSeries(root, shown, None, None, None, None, (unreadable(path, shown, error),))
    source = Source(path, shown, document, sha256, root)
    draft, remarks = _validated(document.value)
    findings = in_reading_order([*source.problems(), *source.place(remarks)])
    shared = shared_by(draft, document.value) if draft is not None else None
    return LoadedSeries(root, shown, source, None if has_errors(findings) else draft, draft, shared, findings)


def _error(code: str, message: str, hint: str, *where: str) -> Remark:
    return Remark(code, Severity.ERROR, message, hint, where)


def _validated(value: Any) -> tuple[Series | None, list[Remark]]:
    remark = not_one(value, "series", SERIES_VERSION, "begins with “series: 1”, a title and episodes.")
    if remark is not None:
        return None, [remark]
    series, remarks = validate(Series, value)
    draft = series or salvage(Series, value)
    remarks += _left_open(value.get("defaults"))
    if draft is not None:
        remarks += [*declaration_remarks(draft), *pattern_remarks(draft), *_style_remarks(draft, value)]
    return draft, remarks


def _left_open(defaults: Any) -> Iterator[Remark]:
    """A default without a value, where a storyboard itself could not leave it open either."""
    if not isinstance(defaults, Mapping):
        return
    for key, item in defaults.items():
        field_of = Storyboard.model_fields.get(key) if key in Defaults.model_fields else None
        if item is None and field_of is not None and field_of.default is not None:
            yield _error(
                "empty-text", f"“{key}” is empty.", "Write something, or leave the key out.", "defaults", key
            )


def _style_remarks(series: Series, value: Mapping) -> Iterator[Remark]:
    style, look = series.defaults.style, series.defaults.look
    if style is not None and look is not None:
        yield style_and_look(("defaults", "look"))
    elif look is not None and look not in series.looks and look not in (value.get("looks") or ()):
        yield unknown_look(look, series.looks, ("defaults", "look"))
    styles = [(("defaults", "style"), style or ""), *((("looks", name), text) for name, text in series.looks.items())]
    for where, text in styles:
        for part in parse_braces(text):
            if isinstance(part, Slip):
                yield brace_remark(part, where)
