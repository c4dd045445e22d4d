"""The service's live catalogue of one model: ``GET /v1/models/{name}``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

from storyboard.generation.answers import UnreadableAnswerError, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

Scalar = str | int | bool | Decimal | None


@dataclass(frozen=True)
class Parameter:
    """One field of a request, as the catalogue describes it.

    Attributes:
        name: The field's name.
        type: The catalogue's word for its type; empty if it gives none.
        default: Its default, or None. Numbers with a fraction are ``Decimal``.
        minimum: The lower end of its range, or None.
        maximum: The upper end of its range, or None.
        choices: The values it may have, or empty.
    """

    name: str
    type: str
    default: Scalar
    minimum: Decimal | None
    maximum: Decimal | None
    choices: tuple[str, ...]


@dataclass(frozen=True)
class ModelCatalogue:
    """What the service says of one model.

    Attributes:
        name: The model that was asked about.
        parameters: ``supported_parameters[]``, those that could be read.
        pricing_rows: ``pricing_rows[]``: one read-only mapping a row, with its plain fields only. Their
            names are not documented, so they are handed on as they come; prices with a fraction are
            ``Decimal``, exactly as written.
    """

    name: str
    parameters: tuple[Parameter, ...]
    pricing_rows: tuple[Mapping[str, Scalar], ...]


def read_catalogue(body: bytes, *, name: str) -> ModelCatalogue:
    """What a 2xx answer of the catalogue says.

    Raises:
        UnreadableAnswerError: Not JSON, or not an object with at least one of the two lists.
    """
    try:
        value = json.loads(body, parse_float=Decimal, parse_constant=str)
    except (ValueError, ArithmeticError, RecursionError):  # a Decimal may be too large to hold
        raise UnreadableAnswerError("not JSON") from None
    if not isinstance(value, dict):
        raise UnreadableAnswerError("JSON, but not an object")
    if not {"pricing_rows", "supported_parameters"} & value.keys() and isinstance(value.get("data"), dict):
        value = value["data"]
    rows, parameters = value.get("pricing_rows"), value.get("supported_parameters")
    if not isinstance(rows, list) and not isinstance(parameters, list):
        raise UnreadableAnswerError("an object with neither pricing_rows nor supported_parameters")
    return ModelCatalogue(
        name=name,
        parameters=tuple(
            _parameter(item)
            for item in (parameters if isinstance(parameters, list) else [])
            if isinstance(item, dict) and plain(item.get("name"))
        ),
        pricing_rows=tuple(
            MappingProxyType({plain(key): _scalar(field) for key, field in row.items() if _is_scalar(field)})
            for row in (rows if isinstance(rows, list) else [])
            if isinstance(row, dict)
        ),
    )


def _parameter(item: dict[str, object]) -> Parameter:
    # The catalogue's "range" is not specified further; the spellings seen are a pair, an object, or two keys.
    span = item.get("range")
    low, high = item.get("min", item.get("minimum")), item.get("max", item.get("maximum"))
    choices = item.get("enum", item.get("options", item.get("values")))
    if isinstance(span, dict):
        low, high = span.get("min", low), span.get("max", high)
    elif isinstance(span, list) and len(span) == 2 and all(_number(end) is not None for end in span):
        low, high = span
    elif isinstance(span, list) and choices is None:
        choices = span
    default = item.get("default")
    return Parameter(
        name=plain(item.get("name")),
        type=plain(item.get("type")),
        default=_scalar(default) if _is_scalar(default) else None,
        minimum=_number(low),
        maximum=_number(high),
        choices=tuple(text for text in map(plain, choices) if text) if isinstance(choices, list) else (),
    )


def _is_scalar(value: object) -> bool:
    return value is None or isinstance(value, str | int | Decimal)


def _scalar(value: object) -> Scalar:
    if isinstance(value, str):
        return plain(value, limit=4000)
    return value if value is None or isinstance(value, bool | int | Decimal) else None


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    return number if number.is_finite() else None
