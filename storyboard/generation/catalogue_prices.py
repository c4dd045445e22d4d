"""Prices out of a live catalogue, whose rows have no documented names. Pure.

Read liberally and believed sparingly: a row tells one price where it names what it is for, in its text or its
columns, and gives one amount; where two rows, or two amounts, contradict each other, none is believed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from storyboard.generation.answers import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from storyboard.generation.catalogue import Scalar
    from storyboard.profile import ModelProfile

PER_SECOND = "per_second"
FEE = "text_to_video_fee"

Item = tuple[str, str]
"""What a price is for: ``(PER_SECOND, "480p")`` or ``(FEE, "fast")``."""

_AMOUNT_KEY = re.compile(r"\b(?:price|cost|amount|usd|rate|fee|value|charge|dollar)", re.IGNORECASE)
_AMOUNT = re.compile(
    r"\s*(?:USD?)?\s?(?P<minus>-?)\s?\$?\s?(?P<number>-?[0-9]{1,9}(?:\.[0-9]{1,12})?)"
    r"(?:\s*(?:/|\(|USD|US\$|dollars?\b|per\b|an?\b|each\b)\D{0,60})?\s*",
    re.IGNORECASE,
)
_OTHER_MONEY = re.compile(r"[€£¥¢₹]|\bcents?\b|\b(?:eur|gbp|jpy|cny|credits?|tokens?)\b", re.IGNORECASE)
_DOLLARS = frozenset({"usd", "us$", "$", "dollar", "dollars", "us dollar", "us dollars"})
_SECOND = re.compile(r"second|\bsec\b|/\s?s\b|\bper s\b", re.IGNORECASE)
_UNITS = r"(?:minute|min\b|hour|frame|segment|job|request|generation\b|video\b|clip|image|flat\b|fixed\b|once\b)"
_OTHER_UNIT = re.compile(rf"\b{_UNITS}", re.IGNORECASE)
_PER_OTHER_UNIT = re.compile(rf"(?:/|\bper\b|\ban?\b|\beach\b|\bevery\b)\s*{_UNITS}", re.IGNORECASE)
_FROM_TEXT = re.compile(r"text[\s_-]*(?:to|2)[\s_-]*video|t2v", re.IGNORECASE)
_UNIT_KEY = re.compile(r"\bunits?\b|\bper\b|\bbasis\b|\bbilling\b|\bbilled\b", re.IGNORECASE)
_BETWEEN = re.compile(r"(?<=\d)\s?[x×*]\s?(?=\d)")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass
class Prices:
    """What a catalogue tells of prices.

    Attributes:
        found: The prices that it tells beyond doubt, in US dollars; they may be absurd all the same.
        doubtful: Why a price that it seems to tell is not believed, as a clause.
        other: Rows that name nothing of the model's, in words.
    """

    found: dict[Item, Decimal] = field(default_factory=dict)
    doubtful: dict[Item, str] = field(default_factory=dict)
    other: list[str] = field(default_factory=list)


def read_prices(rows: tuple[Mapping[str, Scalar], ...], profile: ModelProfile) -> Prices:
    """The prices in a catalogue's rows."""
    prices = Prices()
    for row in rows:
        told = list(_row(row, profile))
        if not told:
            prices.other.append(plain(", ".join(f"{key}: {plain(value)}" for key, value in row.items()), limit=200))
        for item, amount in told:
            _take_in(prices, item, amount)
    return prices


def _take_in(prices: Prices, item: Item, amount: Decimal | str) -> None:
    if isinstance(amount, str):
        prices.doubtful.setdefault(item, amount)
    elif item in prices.found and prices.found[item] != amount:
        prices.doubtful[item] = f"it gives two prices, ${prices.found[item]:f} and ${amount:f}"
    else:
        prices.found[item] = amount
    if item in prices.doubtful:
        prices.found.pop(item, None)


def _row(row: Mapping[str, Scalar], profile: ModelProfile) -> Iterator[tuple[Item, Decimal | str]]:
    row = {key: value for key, value in row.items() if value not in {None, ""}}
    texts = [value for value in row.values() if isinstance(value, str)]
    if isinstance(row.get("width"), int) and isinstance(row.get("height"), int):
        texts.append(f"{row['width']}x{row['height']}")
    words = " | ".join(texts)
    if _FROM_TEXT.search(" | ".join([*row, words])):
        for quality in _qualities(texts, profile):
            yield (FEE, quality), _amount(row, second=False)
        return
    classes = _classes(words, profile)
    if len(classes) == 1:
        yield (PER_SECOND, classes.pop()), _amount(row, second=True)
    elif not classes:  # the classes may be columns: {"480p": 0.057, "720p": 0.17}
        for key, value in row.items():
            (name, *more) = _classes(key, profile) or {""}
            number = _number(value)
            if name and not more and number is not None:
                yield (PER_SECOND, name), _problem(row, second=True) or number


def _qualities(texts: list[str], profile: ModelProfile) -> list[str]:
    """The one quality that a row is for. “Quality” is the parameter's name as well, so another word goes first."""
    words = {word for text in texts for word in re.findall(r"[a-z]+", text.casefold())}
    named = sorted((each for each in profile.t2v_qualities if each in words), key=lambda each: each == "quality")
    return named[:1]


def _classes(text: str, profile: ModelProfile) -> set[str]:
    shown = _BETWEEN.sub("x", text.casefold())
    return {
        size.price_class
        for name, size in profile.resolutions.items()
        if re.search(rf"(?<!\d){name}(?!\d)|(?<!\d){size.price_class}(?![a-z0-9])", shown)
    }


def _amount(row: Mapping[str, Scalar], *, second: bool) -> Decimal | str:
    """The one amount of a row, or why it is not believed."""
    problem = _problem(row, second=second)
    if problem:
        return problem
    amounts = {
        number
        for key, value in row.items()
        if _AMOUNT_KEY.search(_words(key)) and (number := _number(value)) is not None
    }
    if len(amounts) > 1:
        shown = " and ".join(f"${each:f}" for each in sorted(amounts)[:2])
        return f"it gives two prices, {shown}"
    return amounts.pop() if amounts else "it gives no amount that can be read"


def _problem(row: Mapping[str, Scalar], *, second: bool) -> str:
    """Why a row's amount cannot be one in dollars, a second or a job; empty where it can."""
    for key, value in row.items():
        if "currency" in key.casefold() and plain(value).casefold() not in _DOLLARS:
            return f"its currency is {plain(value, limit=30) or 'not given'}"
    names = [_words(key) for key in row if _AMOUNT_KEY.search(_words(key))]
    texts = " | ".join([*names, *(value for value in row.values() if isinstance(value, str))])
    other = _OTHER_MONEY.search(texts)
    if other:
        return f"it is in {other[0]}"
    units = " | ".join(plain(value) for key, value in row.items() if _UNIT_KEY.search(_words(key)))
    if not second:
        return "its unit seems to be the second, not the job" if _SECOND.search(units) else ""
    found = _OTHER_UNIT.search(units) or _PER_OTHER_UNIT.search(texts)
    if found and not _SECOND.search(f"{units} | {texts}"):
        return f"its unit seems to be {found[0].strip()}, not the second"
    return ""


def _words(key: str) -> str:
    """A field's name as words: ``pricePerSecond`` and ``price_per_second`` are ``price per second``."""
    return _CAMEL.sub(" ", key).replace("_", " ").replace("-", " ")


def _number(value: Scalar) -> Decimal | None:
    """An amount: a number, or a text such as ``$0.057 / second``."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Decimal):
        number = Decimal(value)
        fits = number.is_finite() and abs(number.adjusted()) <= 12 and len(number.as_tuple().digits) <= 20
        return number if fits else None
    match = _AMOUNT.fullmatch(value) if isinstance(value, str) else None
    return Decimal(match["minus"] + match["number"].lstrip("-" if match["minus"] else "")) if match else None
