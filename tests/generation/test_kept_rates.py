"""The rate card that a person keeps: whole or not at all, believed only where it is plain, never older than ours."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from helpers import write_story
from hypothesis import given, settings
from hypothesis import strategies as st

from storyboard.errors import RatesError
from storyboard.generation.kept_rates import keep_rates, kept_rates, rates_in_force, rates_path, reset_rates
from storyboard.generation.prepare import prepare
from storyboard.profile import SVI_2_0_PRO

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SHIPPED = SVI_2_0_PRO.rates
NEWER = replace(
    SHIPPED, date="2099-01-01", source="a catalogue", per_second={"480p": Decimal("0.1"), "720p": Decimal("0.2")}
)


def written(change: Callable[[dict[str, Any]], object]) -> Path:
    """The file of a good card, changed."""
    path = keep_rates(NEWER)
    value = json.loads(path.read_text(encoding="utf-8"))
    change(value)
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def test_without_a_kept_card_the_shipped_one_is_in_force() -> None:
    assert rates_in_force() is SHIPPED
    assert kept_rates() is None
    assert not reset_rates()


def test_a_kept_card_is_in_force_until_it_is_reset() -> None:
    path = keep_rates(NEWER)
    assert rates_in_force() == NEWER
    assert [each.name for each in path.parent.iterdir()] == ["rates.json"]
    assert reset_rates()
    assert rates_in_force() is SHIPPED


def test_a_card_older_than_the_shipped_one_is_not_used() -> None:
    keep_rates(replace(NEWER, date="2026-11-22"))
    assert rates_in_force() is SHIPPED
    assert kept_rates() is not None
    keep_rates(replace(NEWER, date=SHIPPED.date))
    assert rates_in_force().source == "a catalogue"


def test_a_plan_says_which_card_its_prices_are_from(tmp_path: Path) -> None:
    story = write_story(tmp_path)
    assert prepare(story).require_plan().rates is SHIPPED
    keep_rates(NEWER)
    plan = prepare(story).require_plan()
    assert plan.rates == NEWER
    assert plan.cost == Decimal("0.1") * 18 + Decimal("0.13")


def test_without_a_name_it_lies_in_the_users_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STORYBOARD_RATES")
    assert rates_path().parts[-2:] == ("storyboard", "rates.json")


BAD: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda card: card.update(storyboard_rates=2), "it is of version 2, and this program reads 1"),
    (lambda card: card.update(storyboard_rates="1"), "its version is no number"),
    (lambda card: card.pop("storyboard_rates"), "it is no rate card of this program"),
    (lambda card: card.pop("date"), "“date” is missing"),
    (lambda card: card.update(discount=1), "“discount” is nothing that a card has"),
    (lambda card: card.update(model="svi-3"), "it is for another model than svi-2-0-pro"),
    (lambda card: card.update(date="24.11.2026"), "its date is none"),
    (lambda card: card.update(date=20261124), "its date is none"),
    (lambda card: card.update(source="a\x1b[2Jb"), "its source is no line of text"),
    (lambda card: card.update(source=""), "its source is no line of text"),
    (lambda card: card["per_second_usd"].pop("480p"), "has to give a price for each of 480p, 720p"),
    (lambda card: card["per_second_usd"].update({"1080p": "1"}), "and for nothing else"),
    (lambda card: card.update(text_to_video_fee_usd=[]), "has to give a price for each of fast, quality"),
    (lambda card: card["per_second_usd"].update({"480p": 0.057}), "“per_second_usd.480p” is no price"),
    (lambda card: card["per_second_usd"].update({"480p": "-1"}), "is no price"),
    (lambda card: card["per_second_usd"].update({"480p": "NaN"}), "is no price"),
    (lambda card: card["per_second_usd"].update({"480p": "1e-99999"}), "is no price"),
    (lambda card: card["per_second_usd"].update({"480p": "10000.01"}), "is more than 10000 dollars"),
]


@pytest.mark.parametrize(("change", "told"), BAD)
def test_a_card_that_cannot_be_believed_is_told_with_its_file_and_what_to_do(
    change: Callable[[dict[str, Any]], object], told: str
) -> None:
    path = written(change)
    with pytest.raises(RatesError) as caught:
        rates_in_force()
    assert str(path) in caught.value.message
    assert told in caught.value.message
    assert "--reset" in caught.value.hint


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"[" * 20_000, b"[]", b"{", b"{}" + b" " * 70_000])
def test_a_file_that_is_no_card_is_told(data: bytes) -> None:
    rates_path().parent.mkdir(parents=True)
    rates_path().write_bytes(data)
    with pytest.raises(RatesError, match=r"The rate card .*rates\.json cannot be used: "):
        rates_in_force()


def test_a_folder_or_an_impossible_name_in_its_place_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("STORYBOARD_RATES", str(tmp_path))
    for does in (rates_in_force, reset_rates, lambda: keep_rates(NEWER)):
        with pytest.raises(RatesError, match=r"cannot be (read|removed|written)"):
            does()
    monkeypatch.setenv("STORYBOARD_RATES", "x" * 5000)
    with pytest.raises(RatesError, match="cannot be read"):
        rates_in_force()


@pytest.mark.parametrize(
    "card",
    [
        replace(NEWER, source="a\nb"),
        replace(NEWER, date="soon"),
        replace(NEWER, per_second={"480p": Decimal(-1), "720p": Decimal(1)}),
    ],
)
def test_a_card_that_could_not_be_read_back_is_not_kept(card: Any) -> None:
    with pytest.raises(RatesError, match="The rate card was not kept"):
        keep_rates(card)
    assert not rates_path().exists()


@settings(max_examples=30)
@given(st.recursive(st.none() | st.integers() | st.text(), lambda each: st.dictionaries(st.text(), each)))
def test_whatever_stands_in_a_card_is_read_or_told(value: Any) -> None:
    path = rates_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    for key in ("date", "source", "per_second_usd", "text_to_video_fee_usd", "model", "storyboard_rates"):
        good = {"storyboard_rates": 1, "model": SVI_2_0_PRO.model, **NEWER.as_json()}
        path.write_text(json.dumps(good | {key: value}), encoding="utf-8")
        told = ""
        try:
            rates_in_force()
        except RatesError as error:
            told = error.message
        assert told.isprintable()
