"""The first sheet with something in it of an Excel workbook, as rows of text; no formula is worked out.

The library openpyxl reads it, and comes with the extra ``xlsx``. A workbook is a packed file, so how large it is once
unpacked is looked at first.
"""

from __future__ import annotations

import datetime as dt
import io
import warnings
import zipfile
from typing import Any

from storyboard.errors import ImportRefusedError, UsageError
from storyboard.story.importers.csv_table import MOST_COLUMNS, MOST_ROWS, too_large

MOST_UNPACKED = 64 * 2**20
"""The most bytes that the parts of a workbook may have together once unpacked, pictures left out."""

_MOST_CELLS = 500_000  # of a sheet, which are held in memory together


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are an Excel workbook (.xlsx, .xlsm)."""
    return data.startswith(b"PK") and any(name == "xl/workbook.xml" for name in _parts(data))


def read_workbook(data: bytes) -> tuple[list[list[str]], list[str]]:
    """The rows of the first sheet that is not empty, and what there is to tell.

    Raises:
        UsageError: openpyxl is not installed.
        ImportRefusedError: It is damaged, or far too large.
    """
    try:
        import openpyxl
    except ImportError:
        raise UsageError(
            "Reading an Excel workbook takes the library openpyxl, which is not installed.",
            hint='Install it: pip install "storyboard-composer[xlsx]". Or save the sheet as CSV in Excel.',
        ) from None
    if sum(size for name, size in _parts(data).items() if name.endswith((".xml", ".rels"))) > MOST_UNPACKED:
        raise ImportRefusedError(
            f"The workbook has more than {MOST_UNPACKED // 2**20} MB once unpacked.", hint="Save the sheet as CSV."
        )
    try:
        with warnings.catch_warnings():  # about what in the workbook openpyxl does not read, which is no cell
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
            return _first_sheet(book)
    except ImportRefusedError:
        raise
    except Exception as error:  # noqa: BLE001  a damaged workbook raises whatever its damage leads to
        raise ImportRefusedError(
            f"The workbook cannot be read: {type(error).__name__}.", hint="Save the sheet as CSV in Excel."
        ) from None


def _first_sheet(book: Any) -> tuple[list[list[str]], list[str]]:
    others: list[str] = []
    rows: list[list[str]] = []
    for sheet in book.worksheets:
        if rows:
            others.append(sheet.title)
            continue
        sheet.reset_dimensions()  # what a sheet says of its own size may be wrong
        rows = _rows(sheet)
    notes = (
        [f"Only the first sheet with something in it is read; left out: {', '.join(others)[:200]}."] if others else []
    )
    return rows, notes


def _rows(sheet: Any) -> list[list[str]]:
    """The rows down to the last with something in it; a sheet that is coloured further on is no longer for it."""
    rows: list[list[str]] = []
    cells = empty = 0
    for each in sheet.iter_rows():
        row = [_text(cell) for cell in each]
        while row and not row[-1].strip():
            row.pop()
        if not row:
            empty += 1
            continue
        cells += len(row)
        if len(row) > MOST_COLUMNS or len(rows) + empty >= MOST_ROWS or cells > _MOST_CELLS:
            raise too_large()
        rows += [[]] * empty
        rows.append(row)
        empty = 0
    return rows


def _text(cell: Any) -> str:
    """A cell as it is read on screen, as far as that matters here."""
    value = cell.value
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.10g}"
        case dt.time():
            return _clock(dt.timedelta(hours=value.hour, minutes=value.minute, seconds=value.second), cell)
        case dt.timedelta():
            return _clock(value, cell)
        case dt.datetime():
            return value.isoformat(sep=" ", timespec="minutes")
        case _:
            return str(value)


def _clock(value: dt.timedelta, cell: Any) -> str:
    """A time of a cell. ``0:04`` typed into Excel is four minutes to it, and is shown, and meant, as 0:04."""
    seconds = value.total_seconds()
    if "s" not in str(cell.number_format).casefold():
        seconds /= 60
    return f"{seconds:.6g} s"


def _parts(data: bytes) -> dict[str, int]:
    """The names in a packed file, with what each has in bytes once unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return {each.filename: each.file_size for each in packed.infolist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return {}
