"""Prices out of a catalogue whose field names nobody documents: read where they are plain, and left elsewhere."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyboard.generation.catalogue import read_catalogue
from storyboard.generation.catalogue_prices import FEE, PER_SECOND, Prices, read_prices
from storyboard.generation.rate_refresh import Refresh, compare
from storyboard.generation.sandbox.catalogue import describe_model
from storyboard.profile import SVI_2_0_PRO

SECOND_480, SECOND_720 = (PER_SECOND, "480p"), (PER_SECOND, "720p")
FAST, QUALITY = (FEE, "fast"), (FEE, "quality")
SHIPPED = SVI_2_0_PRO.rates


def prices(*rows: dict[str, Any]) -> Prices:
    catalogue = read_catalogue(json.dumps({"pricing_rows": rows}).encode(), name="svi-2-0-pro")
    return read_prices(catalogue.pricing_rows, SVI_2_0_PRO)


def refreshed(rows: list[dict[str, Any]] | None = None, parameters: list[dict[str, Any]] | None = None) -> Refresh:
    whole = describe_model()
    whole |= {"pricing_rows": rows} if rows is not None else {}
    whole |= {"supported_parameters": parameters} if parameters is not None else {}
    catalogue = read_catalogue(json.dumps(whole).encode(), name="svi-2-0-pro")
    return compare(catalogue, SHIPPED, SVI_2_0_PRO, base_url="https://x.example", today="2026-12-01")


@pytest.mark.parametrize(
    ("row", "item", "price"),
    [
        ({"resolution": "832x480", "unit": "second", "price_usd": "0.06"}, SECOND_480, "0.06"),
        ({"resolution": "480p", "price_per_second": 0.06}, SECOND_480, "0.06"),
        ({"label": "720p", "price": "$0.18 / second"}, SECOND_720, "0.18"),
        ({"name": "Video, 1280 × 720", "usdPerSecond": 0.18, "currency": "USD"}, SECOND_720, "0.18"),
        ({"width": 720, "height": 1280, "amount": 0.2}, SECOND_720, "0.2"),
        (
            {"tier": "480P", "rate": "0.06 USD per second", "note": "per generated second of video"},
            SECOND_480,
            "0.06",
        ),
        ({"parameter": "resolution", "value": "480p", "cost": "US$0.06"}, SECOND_480, "0.06"),
        ({"resolution": "480p", "t2v_quality": None, "price": 0.06}, SECOND_480, "0.06"),
        ({"resolution": "480p", "price": 1, "max_duration": 121.5}, SECOND_480, "1"),
        ({"resolution": "480p", "price": "-0.06"}, SECOND_480, "-0.06"),
        ({"resolution": "480p", "price": 0}, SECOND_480, "0"),
        ({"t2v_quality": "fast", "unit": "text-to-video job", "price_usd": "0.07"}, FAST, "0.07"),
        ({"label": "Text-to-video fee (quality)", "unit": "per job", "price": "$0.14"}, QUALITY, "0.14"),
        ({"label": "T2V quality: fast", "price": 0.07}, FAST, "0.07"),
    ],
)
def test_a_plain_row_is_read_however_its_fields_are_called(
    row: dict[str, Any], item: tuple[str, str], price: str
) -> None:
    assert prices(row) == Prices({item: Decimal(price)})


def test_classes_may_be_columns() -> None:
    assert prices({"unit": "second", "480p": 0.06, "720p": "0.18"}).found == {
        SECOND_480: Decimal("0.06"),
        SECOND_720: Decimal("0.18"),
    }


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"resolution": "480p", "price": "a little"}, "it gives no amount that can be read"),
        ({"resolution": "480p"}, "it gives no amount that can be read"),
        ({"resolution": "480p", "price": 0.06, "original_price": 0.08}, "it gives two prices, $0.06 and $0.08"),
        ({"resolution": "480p", "price": 0.06, "currency": "EUR"}, "its currency is EUR"),
        ({"resolution": "480p", "price": "0.06 €"}, "it is in €"),
        ({"resolution": "480p", "price_cents": 6}, "it is in cents"),
        ({"resolution": "480p", "price": 3.4, "unit": "minute"}, "its unit seems to be minute, not the second"),
        ({"label": "480p (per clip)", "price": 3.4}, "its unit seems to be per clip, not the second"),
    ],
)
def test_a_price_that_could_mean_something_else_is_not_believed(row: dict[str, Any], why: str) -> None:
    assert prices(row) == Prices(doubtful={SECOND_480: why})


def test_a_fee_a_second_is_not_believed() -> None:
    assert "second" in prices({"t2v_quality": "fast", "unit": "second", "price": 0.07}).doubtful[FAST]


def test_two_rows_that_contradict_each_other_are_not_believed_whatever_comes_after() -> None:
    rows = [{"resolution": size, "price": price} for size, price in (("832x480", 0.06), ("480x832", 0.07))]
    found = prices(*rows, rows[0])
    assert (found.found, found.doubtful) == ({}, {SECOND_480: "it gives two prices, $0.06 and $0.07"})
    assert prices(rows[0], rows[0]).found == {SECOND_480: Decimal("0.06")}


def test_rows_of_something_else_are_told() -> None:
    found = prices({"label": "Storage", "price": 1}, {"resolution": "480p or 720p", "price": 1})
    assert found == Prices(other=["label: Storage, price: 1", "resolution: 480p or 720p, price: 1"])


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["price", "usd", "unit", "480p", "t2v", "label", "currency", "width"])
            | st.text(max_size=9),
            st.none()
            | st.booleans()
            | st.integers()
            | st.floats(allow_nan=False)
            | st.text(max_size=30)
            | st.sampled_from(["480p", "fast", "720x1280", "$0.1", "1e999999", "per job"]),
            max_size=6,
        ),
        max_size=6,
    )
)
def test_no_catalogue_is_too_odd_to_be_read(rows: list[dict[str, Any]]) -> None:
    found = refreshed(rows)
    assert not prices(*rows).found.keys() & prices(*rows).doubtful.keys()
    json.dumps([each.as_json() for each in found.differences])
    assert set(found.card.per_second) == {"480p", "720p"}


# The comparison with the card in force.


def test_a_catalogue_that_says_the_same_gives_a_card_of_today() -> None:
    found = refreshed()
    assert (found.differences, found.read) == ((), 4)
    assert (found.card.date, found.card.source) == ("2026-12-01", "the live catalogue of https://x.example")
    assert (found.card.per_second, found.card.text_to_video_fee) == (SHIPPED.per_second, SHIPPED.text_to_video_fee)


def test_each_price_that_differs_is_told_and_one_that_is_not_there_stays() -> None:
    found = refreshed([{"resolution": "480p", "price": 0.06}, {"resolution": "720p", "price": 0.17}])
    told = [(each.what, each.kind, each.before, each.now) for each in found.differences]
    assert told == [
        ("480p", "price", "$0.057 a second", "$0.06 a second"),
        ("text-to-video, fast", "unread", "$0.065 a job", ""),
        ("text-to-video, quality", "unread", "$0.13 a job", ""),
    ]
    assert found.card.per_second == {"480p": Decimal("0.06"), "720p": Decimal("0.17")}
    assert found.card.text_to_video_fee == SHIPPED.text_to_video_fee
    assert found.card.source.endswith("(not told there: text-to-video, fast, text-to-video, quality)")


@pytest.mark.parametrize(
    ("price", "problem"),
    [
        ("5.7", "100 times the shipped price"),
        ("5.69", ""),
        ("0", "a price of 0"),
        ("-1", "a price below 0"),
        ("0.00057", "less than a 100th of the shipped price"),
        ("0.00058", ""),
    ],
)
def test_an_absurd_price_is_told_as_one(price: str, problem: str) -> None:
    found = refreshed([{"resolution": "480p", "price": price}])
    assert [each.problem for each in found.absurd] == ([problem] if problem else [])
    assert found.below_zero == (price == "-1")


def test_nothing_that_can_be_read_leaves_the_card_in_force() -> None:
    found = refreshed([])
    assert (found.card, found.read) == (SHIPPED, 0)


def test_ranges_and_choices_that_the_program_has_otherwise_are_told() -> None:
    found = refreshed(
        parameters=[
            {"name": "duration", "min": 18, "max": 162.0},
            {"name": "cfg", "range": [1.0, 2.0]},
            {"name": "resolution", "enum": ["832x480", "1920x1080"]},
            {"name": "t2v_quality", "enum": ["fast", "quality"]},
            {"name": "seed", "min": 0, "max": 9},
        ]
    )
    assert [(each.what, each.kind, each.before, each.now) for each in found.differences] == [
        ("duration", "range", "18.0 to 121.5", "18 to 162.0"),
        ("resolution", "range", "832x480, 480x832, 1280x720, 720x1280", "832x480, 1920x1080"),
    ]
    assert refreshed(parameters=[{"name": "cfg", "max": 1.5}, {"name": "duration"}]).differences[0].now == "… to 1.5"
