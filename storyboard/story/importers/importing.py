"""A file in another format to the text of a storyboard, and what has to be told about it."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyboard.errors import ImportRefusedError, UsageError
from storyboard.story.importers.cleaning import Cleaner
from storyboard.story.importers.csv_table import divided_alike, divider_of, read_rows
from storyboard.story.importers.decoding import Decoded, decode
from storyboard.story.importers.draft import MOST_SLOTS, plural
from storyboard.story.importers.formats import Format
from storyboard.story.importers.in_series import NOWHERE, Surroundings, fit_in
from storyboard.story.importers.lengths import SLOT, clock
from storyboard.story.importers.plain_text import import_text
from storyboard.story.importers.screenplay import import_screenplay, looks_like_screenplay
from storyboard.story.importers.shot_list import import_rows
from storyboard.story.importers.svi_stream import import_stream, looks_like_stream
from storyboard.story.importers.workbook import is_workbook, read_workbook
from storyboard.story.importers.writing import write_draft
from storyboard.story.yaml_document import MAX_BYTES

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.story.importers.draft import Draft

MOST_BYTES = 16 * 2**20
"""The largest file that is read; a workbook may have pictures in it."""
MOST_LINES = 100_000
"""The most lines of a text file that are read."""
MOST_TEXT_BYTES = 2 * MAX_BYTES
"""The largest text file that is read: twice what a storyboard may have, for the sake of UTF-16."""


_SHOWN = {
    Format.SVI: "a prompt stream",
    Format.FOUNTAIN: "a Fountain screenplay",
    Format.CSV: "a shot list",
    Format.XLSX: "a shot list in a workbook",
    Format.TEXT: "plain text",
}
_FORCE = "Say what it is: --from svi, fountain, csv, xlsx or text."
_OTHERS = (
    (re.compile(r"(?:\s|#[^\n]*\n)*storyboard:\s*\d"), "a storyboard already", "storyboard check reads it."),
    (re.compile(r"(?:\s|#[^\n]*\n)*series:\s*\d"), "a series", "storyboard check reads it."),
    (re.compile(r"\s*(?:<\?xml[^>]*>\s*)?<FinalDraft"), "a Final Draft script", "Export it as Fountain."),
    (re.compile(r"\s*<(?:\?xml|!doctype|html|[a-z]+[ >])", re.IGNORECASE), "a web page, or XML", _FORCE),
    (re.compile(r"\s*\{\s*[\"}]"), "a JSON object", "A prompt stream in JSON is a list of texts."),
    (re.compile(r"\s*\[\s*[\[{\d]"), "a list of something else than texts", "A prompt stream is one list of texts."),
)  # fmt: skip


@dataclass(frozen=True)
class Imported:
    """What came of importing a file.

    Attributes:
        yaml: The storyboard's text.
        format: What the file was read as.
        notes: What was found, guessed and left out; the first says what was found.
    """

    yaml: str
    format: Format
    notes: tuple[str, ...]


def import_file(
    path: Path, wanted: Format | None = None, *, title: str = "", around: Surroundings = NOWHERE
) -> Imported:
    """Make the text of a storyboard of a file in another format.

    Args:
        path: The file.
        wanted: What to read it as; None tells it by its content.
        title: What the story is called; empty takes it from the file, or from the file's name.
        around: What there is where the storyboard will lie.

    Raises:
        UsageError: There is no such file, or what it is cannot be told.
        ImportRefusedError: It holds nothing a storyboard can be made of.
    """
    imported, draft, notes = _draft(_read(path), wanted, is_table=path.suffix.lower() in {".csv", ".tsv"})
    if title:
        draft.title, draft.title_from = title, ""
    elif not draft.title.strip():
        draft.title, draft.title_from = _from_name(path.stem), "from the name of the file"
    fit_in(draft, around)
    cleaner = Cleaner()
    if draft.slots > MOST_SLOTS:
        raise ImportRefusedError(
            f"The story is longer than {MOST_SLOTS:,} slots of 4.5 seconds, which is five hours.",
            hint="Split it into episodes.",
        )
    text = "\n".join(write_draft(draft, cleaner, schema=around.schema)) + "\n"
    if not draft.scenes:
        raise ImportRefusedError(f"Read as {_SHOWN[imported]}, the file has nothing that happens.", hint=_FORCE)
    if len(text.encode()) > MAX_BYTES:
        raise ImportRefusedError(
            f"The storyboard would have {len(text.encode()):,} bytes; at most {MAX_BYTES:,} can be read.",
            hint="Split the file into episodes.",
        )
    return Imported(text, imported, (_found(draft, imported), *notes, *draft.notes, *cleaner.notes()))


def _found(draft: Draft, imported: Format) -> str:
    length = clock(draft.slots * SLOT)
    scenes, segments = plural(len(draft.scenes), "scene"), plural(draft.segments, "segment")
    return f"{_SHOWN[imported][0].upper()}{_SHOWN[imported][1:]}: {scenes}, {segments}, {length}."


def _read(path: Path) -> bytes:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise UsageError(f"{path} is not a file.", hint="Name a file, such as stream.txt or script.fountain.")
        if found.st_size > MOST_BYTES:
            raise ImportRefusedError(
                f"{path} has {found.st_size / 2**20:,.0f} MB; a file of at most {MOST_BYTES // 2**20} MB is read.",
                hint="Take out what is no story, or split it into episodes.",
            )
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{path} cannot be read: {reason}.", hint="Check the name and the folder.") from None
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise ImportRefusedError(f"{path} is empty.", hint="Name a file with a story in it.")
    return data


def _draft(data: bytes, wanted: Format | None, *, is_table: bool) -> tuple[Format, Draft, list[str]]:
    if is_workbook(data):
        if wanted not in {None, Format.XLSX}:
            raise UsageError(f"The file is an Excel workbook, not {_SHOWN[wanted]}.", hint="Leave --from out.")
        rows, notes = read_workbook(data)
        return Format.XLSX, import_rows(rows), notes
    if wanted is Format.XLSX:
        raise ImportRefusedError(
            "The file is no Excel workbook (.xlsx).", hint="Leave --from out, or save it as .xlsx or CSV in Excel."
        )
    if len(data) > MOST_TEXT_BYTES:
        raise ImportRefusedError(
            f"The file has {len(data):,} bytes; a text of at most {MOST_TEXT_BYTES:,} is read.",
            hint="Split it into episodes.",
        )
    decoded = decode(data)
    if not decoded.text.strip():
        raise ImportRefusedError("The file is empty.", hint="Name a file with a story in it.")
    lines = decoded.text.count("\n")
    if lines > MOST_LINES:
        raise ImportRefusedError(
            f"The file has {lines:,} lines; at most {MOST_LINES:,} are read.", hint="Split it into episodes."
        )
    imported = wanted or _told_by_content(decoded, is_table=is_table)
    return imported, _import_text(imported, decoded.text), list(decoded.notes)


def _import_text(imported: Format, text: str) -> Draft:
    match imported:
        case Format.SVI:
            return import_stream(text)
        case Format.FOUNTAIN:
            return import_screenplay(text)
        case Format.CSV:
            return import_rows(read_rows(text, divider_of(text) or ","))
        case _:
            return import_text(text)


def _told_by_content(decoded: Decoded, *, is_table: bool) -> Format:
    text = decoded.text
    if looks_like_stream(text):
        return Format.SVI
    for pattern, what, hint in _OTHERS:
        if pattern.match(text):
            raise UsageError(f"This is {what}, and nothing that is imported.", hint=hint)
    if divider_of(text) is not None:
        return Format.CSV
    if looks_like_screenplay(text):
        return Format.FOUNTAIN
    if divided := divided_alike(text):
        raise UsageError(
            f"It cannot be told what this is: every line is divided by {divided}, as in a table, and no row "
            "names columns such as action, camera or seconds.",
            hint="Give the columns titles. Or say what it is: --from csv, or --from text.",
        )
    if is_table:
        raise UsageError(
            "The file is named as a table, and no row of it names columns such as action, camera or seconds.",
            hint="Give the columns titles. Or say what it is: --from csv, or --from text.",
        )
    return Format.TEXT


def _from_name(stem: str) -> str:
    words = " ".join(re.sub(r"[-_.]+", " ", os.fsencode(stem).decode("utf-8", "replace")).split())
    return words[:1].upper() + words[1:] if any(each.isalnum() for each in words) else "Untitled"
