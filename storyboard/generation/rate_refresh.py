"""What a live catalogue says other than the card in force and the model's profile. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from storyboard.generation.answers import plain
from storyboard.generation.catalogue_prices import FEE, PER_SECOND, read_prices
from storyboard.profile import RateCard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from storyboard.generation.catalogue import ModelCatalogue, Parameter
    from storyboard.generation.catalogue_prices import Item, Prices
    from storyboard.profile import ModelProfile

ABSURD = 100
"""A price that is this many times what the program ships with, or that part of it, is a slip. A choice of ours."""
_MOST_ROWS = 5


@dataclass(frozen=True)
class Difference:
    """One thing that is other than it was.

    Attributes:
        what: What it is about, such as ``480p`` or ``duration``.
        kind: ``price``; ``unread``, a price that stays because the catalogue's was not understood; ``range``, a
            parameter that the profile has otherwise; ``row``, a row of prices that names nothing of the model's.
        before: What it was, in words; may be empty.
        now: What the catalogue says, in words.
        problem: Why it is not believed; empty where it is.
    """

    what: str
    kind: Literal["price", "unread", "range", "row"]
    before: str
    now: str
    problem: str = ""

    def as_json(self) -> dict[str, Any]:
        """The difference as plain values."""
        return dict(vars(self))


@dataclass(frozen=True)
class Refresh:
    """What reading a catalogue came to.

    Attributes:
        card: The card with what was read; of the card in force where nothing was.
        differences: What is other, in the order of the card.
        read: How many prices were read.
        below_zero: Whether a price is below 0, so that the card cannot be kept by anybody's word.
    """

    card: RateCard
    differences: tuple[Difference, ...]
    read: int
    below_zero: bool

    @property
    def absurd(self) -> tuple[Difference, ...]:
        """The prices that are read and cannot well be meant."""
        return tuple(each for each in self.differences if each.kind == "price" and each.problem)


def compare(
    catalogue: ModelCatalogue, in_force: RateCard, profile: ModelProfile, *, base_url: str, today: str
) -> Refresh:
    """Compare a catalogue with the card in force.

    Args:
        catalogue: As the service gave it.
        in_force: The prices up to now.
        profile: The model's figures; its own card says what is absurd.
        base_url: Whose catalogue it is.
        today: The day, ISO 8601.
    """
    prices = read_prices(catalogue.pricing_rows, profile)
    differences: list[Difference] = []
    tables: dict[str, dict[str, Decimal]] = {}
    unread: list[str] = []
    for kind in (PER_SECOND, FEE):
        before, shipped = getattr(in_force, kind), getattr(profile.rates, kind)
        tables[kind] = dict(before)
        for name in before:
            item = (kind, name)
            new = prices.found.get(item)
            if new is None:
                unread.append(_name(item))
                differences.append(_unread(item, before[name], prices))
                continue
            tables[kind][name] = new
            problem = _absurd(new, shipped[name])
            if new != before[name] or problem:
                told = _dollars(item, before[name]), _dollars(item, new)
                differences.append(Difference(_name(item), "price", *told, problem))
    differences += [Difference("a row", "row", "", row) for row in prices.other[:_MOST_ROWS]]
    differences += _ranges(catalogue, profile)
    source = f"the live catalogue of {base_url}" + (f" (not told there: {', '.join(unread)})" if unread else "")
    card = RateCard(today, source, tables[PER_SECOND], tables[FEE])
    read = len(prices.found)
    return Refresh(
        card if read else in_force, tuple(differences), read, any(each < 0 for each in prices.found.values())
    )


def item_lines(card: RateCard) -> Iterator[tuple[str, str]]:
    """Each price of a card: what it is for, and the price with its unit."""
    for kind in (PER_SECOND, FEE):
        for name, price in getattr(card, kind).items():
            yield _name((kind, name)), _dollars((kind, name), price)


def _name(item: Item) -> str:
    return item[1] if item[0] == PER_SECOND else f"text-to-video, {item[1]}"


def _dollars(item: Item, price: Decimal) -> str:
    sign = "-" if price < 0 else ""
    return f"{sign}${abs(price):f} a {'second' if item[0] == PER_SECOND else 'job'}"


def _unread(item: Item, before: Decimal, prices: Prices) -> Difference:
    why = prices.doubtful.get(item, "no row of the catalogue names it")
    return Difference(_name(item), "unread", _dollars(item, before), "", why)


def _absurd(new: Decimal, shipped: Decimal) -> str:
    if new < 0:
        return "a price below 0"
    if new == 0 and shipped:
        return "a price of 0"
    if shipped and new >= ABSURD * shipped:
        return f"{new / shipped:.0f} times the shipped price"
    if shipped and new * ABSURD <= shipped:
        return f"less than a {ABSURD}th of the shipped price"
    return ""


def _ranges(catalogue: ModelCatalogue, profile: ModelProfile) -> Iterator[Difference]:
    """The ranges and choices that the profile has otherwise; what the catalogue does not tell is no difference."""
    longest = max(size.max_slots for size in profile.resolutions.values())
    ranges: dict[str, tuple[Fraction | Decimal, Fraction | Decimal]] = {
        "duration": (profile.seconds(profile.min_slots), profile.seconds(longest)),
        "cfg": (profile.cfg_loose[0], profile.cfg_literal[1]),
    }
    choices = {"resolution": tuple(profile.resolutions), "t2v_quality": profile.t2v_qualities}
    for parameter in catalogue.parameters:
        if parameter.name in ranges:
            low, high = (Decimal(str(float(end))) for end in ranges[parameter.name])
            told = (parameter.minimum, parameter.maximum)
            if told != (None, None) and any(
                end not in {None, own} for end, own in zip(told, (low, high), strict=True)
            ):
                yield Difference(parameter.name, "range", f"{low:f} to {high:f}", _span(parameter))
        elif parameter.name in choices and parameter.choices:
            own = choices[parameter.name]
            if set(parameter.choices) != set(own):
                yield Difference(parameter.name, "range", ", ".join(own), ", ".join(parameter.choices))


def _span(parameter: Parameter) -> str:
    ends = (parameter.minimum, parameter.maximum)
    return " to ".join("…" if end is None else plain(str(end), limit=30) for end in ends)
