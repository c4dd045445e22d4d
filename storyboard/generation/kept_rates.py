"""The rate card in force: the one that ships with the program, or a newer one kept on this machine."""

from __future__ import annotations

import json
import os
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyboard.errors import RatesError
from storyboard.files import write_whole
from storyboard.profile import SVI_2_0_PRO, RateCard
from storyboard.story.pattern import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    from storyboard.profile import ModelProfile

RATES_VARIABLE = "STORYBOARD_RATES"
MOST_DOLLARS = Decimal(10_000)
"""The largest price that a card can hold: no second of video costs more, and sums stay exact."""

_VERSION = 1
_PRICE = pattern(r"[0-9]{1,9}(?:\.[0-9]{1,12})?")
_MAX_BYTES = 64 * 1024
_LONGEST_SOURCE = 500
_KEYS = frozenset({"storyboard_rates", "model", "date", "source", "per_second_usd", "text_to_video_fee_usd"})
_HINT = "storyboard rates --reset goes back to the shipped card; storyboard rates --refresh reads the prices anew."


def rates_path() -> Path:
    """Where a kept card lies: ``STORYBOARD_RATES``, or ``rates.json`` in the user's data folder."""
    named = os.environ.get(RATES_VARIABLE)
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_data_dir("storyboard")) / "rates.json"


def rates_in_force(profile: ModelProfile = SVI_2_0_PRO) -> RateCard:
    """The card that prices are from: the kept one, unless there is none or the shipped one is newer.

    Raises:
        RatesError: There is a kept card, and it cannot be used.
    """
    kept = kept_rates(profile)
    return kept if kept is not None and kept.date >= profile.rates.date else profile.rates


def kept_rates(profile: ModelProfile = SVI_2_0_PRO) -> RateCard | None:
    """The card that the person keeps, however old; None where there is none.

    Raises:
        RatesError: It cannot be read, or is none.
    """
    path = rates_path()
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is none"
        raise RatesError(f"The rate card {path} cannot be read: {reason}.", hint=_HINT) from None
    try:
        return _read(data, profile)
    except _OddError as odd:
        raise RatesError(f"The rate card {path} cannot be used: {odd}.", hint=_HINT) from None


def keep_rates(card: RateCard, profile: ModelProfile = SVI_2_0_PRO) -> Path:
    """Keep a card, whole or not at all; prices are from it from now on.

    Raises:
        RatesError: It cannot be written, or could not be read back.
    """
    path = rates_path()
    value = {"storyboard_rates": _VERSION, "model": profile.model, **card.as_json()}
    data = (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")
    try:
        _read(data, profile)
        write_whole(path, data)
    except _OddError as odd:
        raise RatesError(f"The rate card was not kept: {odd}.", hint="The card in force stays as it is.") from None
    except OSError as error:
        raise RatesError(
            f"The rate card {path} cannot be written: {error.strerror or error}.",
            hint=f"Name another file in {RATES_VARIABLE}.",
        ) from None
    return path


def reset_rates() -> bool:
    """Forget the kept card.

    Returns:
        Whether there was one.

    Raises:
        RatesError: It cannot be removed.
    """
    path = rates_path()
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is none"
        raise RatesError(f"The rate card {path} cannot be removed: {reason}.", hint="Remove it yourself.") from None
    return True


class _OddError(Exception):
    """What is odd about a card, in words that can stand after a colon."""


def _read(data: bytes, profile: ModelProfile) -> RateCard:
    if len(data) > _MAX_BYTES:
        raise _OddError("it is far larger than a rate card")
    try:
        value = json.loads(data, parse_float=Decimal, parse_constant=str)
    except (ValueError, ArithmeticError, RecursionError):
        raise _OddError("it is not JSON") from None
    if not isinstance(value, dict) or "storyboard_rates" not in value:
        raise _OddError("it is no rate card of this program")
    version = value["storyboard_rates"]
    if type(version) is not int or version < 1:
        raise _OddError("its version is no number")
    if version > _VERSION:
        raise _OddError(f"it is of version {version}, and this program reads {_VERSION}: a newer one wrote it")
    if value.keys() != _KEYS:
        odd = sorted(map(str, value.keys() ^ _KEYS))[0]
        raise _OddError(f"“{_short(odd)}” is {'missing' if odd in _KEYS else 'nothing that a card has'}")
    if value["model"] != profile.model:
        raise _OddError(f"it is for another model than {profile.model}")
    return RateCard(
        _date(value["date"]),
        _source(value["source"]),
        _prices(value, "per_second_usd", {each.price_class for each in profile.resolutions.values()}),
        _prices(value, "text_to_video_fee_usd", profile.t2v_qualities),
    )


def _date(value: object) -> str:
    try:
        return date.fromisoformat(value if isinstance(value, str) else "").isoformat()
    except ValueError:
        raise _OddError("its date is none; it has to be written like 2026-11-24") from None


def _source(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_SOURCE or not value.isprintable():
        raise _OddError("its source is no line of text")
    return value


def _prices(whole: dict[str, Any], key: str, names: Iterable[str]) -> dict[str, Decimal]:
    value, wanted = whole[key], sorted(names)
    if not isinstance(value, dict) or sorted(map(str, value)) != wanted:
        raise _OddError(f"“{key}” has to give a price for each of {', '.join(wanted)}, and for nothing else")
    return {name: _price(value[name], f"{key}.{name}") for name in wanted}


def _price(value: object, where: str) -> Decimal:
    """A price written as a text, such as ``"0.057"``; a number would do in JSON, and be inexact elsewhere."""
    if not isinstance(value, str) or not _PRICE.fullmatch(value):
        raise _OddError(f'“{where}” is no price; it has to be a text such as "0.057"')
    price = Decimal(value)
    if price > MOST_DOLLARS:
        raise _OddError(f"“{where}” is more than {MOST_DOLLARS} dollars")
    return price


def _short(text: str) -> str:
    shown = "".join(each if each.isprintable() else " " for each in text[:61])
    return shown if len(shown) <= 60 else shown[:59] + "…"
