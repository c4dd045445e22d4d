"""A storyboard file to a frozen ``Storyboard``, with every problem told where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyboard.story.findings import Finding, Remark, Severity, has_errors, in_reading_order
from storyboard.story.inheritance import Heir, at_the_nearer, inherit, look_without_series
from storyboard.story.model import FORMAT_VERSION, Storyboard
from storyboard.story.references import reference_remarks
from storyboard.story.salvage import salvage
from storyboard.story.series_find import SeriesFinder
from storyboard.story.source import Inherited, Source, not_one, read_file, unreadable
from storyboard.story.validation import validate
from storyboard.story.yaml_values import Mapping, UnreadableYamlError

if TYPE_CHECKING:
    from storyboard.story.series_find import Home
    from storyboard.story.series_load import LoadedSeries


@dataclass(frozen=True)
class Loaded:
    """What came of reading a storyboard file.

    Attributes:
        shown: The path as the person named it.
        source: The file as read; None where it could not be.
        storyboard: The story; None where it has errors.
        draft: The story, or what is left of it without the parts that are wrong: good for finding more
            errors, never for rendering.
        findings: What there is to tell so far, in reading order; the errors of its series among it.
        series: The series it belongs to; None where it belongs to none, or could not be read.
    """

    shown: str
    source: Source | None
    storyboard: Storyboard | None
    draft: Storyboard | None
    findings: tuple[Finding, ...]
    series: LoadedSeries | None = None


def load_storyboard(path: Path | str, *, finder: SeriesFinder | None = None, data: bytes | None = None) -> Loaded:
    """Read and validate a storyboard file; never raises for what is wrong with the file.

    Args:
        path: The file.
        finder: Finds its series; one for a whole run over many episodes is quicker.
        data: What to read in the place of the file's own bytes.
    """
    shown, path = str(path), Path(path)
    try:
        document, sha256 = read_file(path, data=data)
    except UnreadableYamlError as error:
        return Loaded(shown, None, None, None, (unreadable(path, shown, error),))
    home = (finder or SeriesFinder()).home_of(path)
    value = document.value
    remark = _no_story(value)
    if remark is not None:
        source = Source(path, shown, document, sha256, home.root)
        findings = in_reading_order([*source.problems(), *source.place([remark])])
        return Loaded(shown, source, None, None, findings, home.series)
    heir = _heir(value, home)
    draft, remarks = _validated(heir, home)
    inherited = Inherited(home.series.source, heir.origins) if home.series and home.series.source else None
    source = Source(path, shown, document, sha256, home.root, inherited)
    findings = in_reading_order([*source.problems(), *source.place(remarks), *_errors_of(home.series)])
    return Loaded(shown, source, None if has_errors(findings) else draft, draft, findings, home.series)


def _no_story(value: Any) -> Remark | None:
    """Why a document is no storyboard at all; None where it may be one."""
    if isinstance(value, Mapping) and "series" in value and "storyboard" not in value:
        hint = "Name one of its episodes; storyboard check takes the series itself too."
        return Remark("not-a-storyboard", Severity.ERROR, "This is a series, and no storyboard.", hint)
    return not_one(value, "storyboard", FORMAT_VERSION, "begins with “storyboard: 1”, a title and scenes.")


def _heir(value: Mapping, home: Home) -> Heir:
    if home.series is None:
        return Heir(value, {}, [look_without_series()] if value.get("look") is not None else [])
    return inherit(value, home.series.shared, home.up) if home.series.shared else Heir(value, {}, [])


def _validated(heir: Heir, home: Home) -> tuple[Storyboard | None, list[Remark]]:
    storyboard, remarks = validate(Storyboard, heir.value)
    remarks = [*heir.remarks, *remarks]
    if home.series is not None and home.series.shared is None:
        return None, remarks  # whatever the story names may stand in the series, which nobody can read
    draft = storyboard or salvage(Storyboard, heir.value)
    if draft is not None:
        remarks += [at_the_nearer(remark, heir.origins) for remark in reference_remarks(draft)]
    return draft, remarks


def _errors_of(series: LoadedSeries | None) -> list[Finding]:
    return [finding for finding in series.findings if finding.severity is Severity.ERROR] if series else []
