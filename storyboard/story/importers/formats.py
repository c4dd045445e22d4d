"""The formats that stories come in."""

from __future__ import annotations

from enum import StrEnum


class Format(StrEnum):
    """A format that stories come in."""

    SVI = "svi"
    FOUNTAIN = "fountain"
    CSV = "csv"
    XLSX = "xlsx"
    TEXT = "text"
