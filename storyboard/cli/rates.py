"""``storyboard rates``: the rate card in force, and whether the service's own is another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyboard.cli.completion import providers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyboard.generation.rate_refresh import Refresh
    from storyboard.profile import RateCard


def rates(
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Read the service's catalogue, and keep its prices on this machine.")
    ] = False,
    reset: Annotated[bool, typer.Option("--reset", help="Go back to the prices that ship with the program.")] = False,
    provider: Annotated[
        str | None,
        typer.Option(
            "--provider",
            help="Whose catalogue to read. [default: empirio]",
            autocompletion=providers,
            show_default=False,
        ),
    ] = None,
    base_url: Annotated[
        str | None,
        typer.Option(
            "--base-url", help="Another address of the service. [default: $STORYBOARD_BASE_URL]", show_default=False
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Keep prices that can hardly be meant, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show the prices that plans are made with, their date and their source. Needs no network without --refresh.

    Example: storyboard rates --refresh
    """
    from storyboard.errors import UsageError
    from storyboard.generation.kept_rates import rates_in_force

    if refresh and reset:
        raise UsageError("--refresh and --reset do not go together.", hint="Give one of them.")
    if not refresh and (provider or base_url or yes):
        raise UsageError("--provider, --base-url and --yes go with --refresh.", hint="storyboard rates --refresh")
    if refresh:
        _refresh(provider, base_url, yes=yes, as_json=as_json)
        return
    if reset:
        _reset()
    _show(rates_in_force(), as_json=as_json)


def _refresh(provider: str | None, base_url: str | None, *, yes: bool, as_json: bool) -> None:
    from datetime import UTC, datetime

    from storyboard.cli.output import print_json, print_lines, say, terminal_width
    from storyboard.errors import NotConfirmedError, RatesError
    from storyboard.generation.kept_rates import keep_rates, rates_in_force
    from storyboard.generation.rate_refresh import compare
    from storyboard.profile import SVI_2_0_PRO

    service, catalogue = _catalogue(provider, base_url)
    try:
        in_force = rates_in_force()
    except RatesError as error:  # a bad card must not keep a good one out
        say(f"{error.message} The shipped prices are compared with instead.")
        in_force = SVI_2_0_PRO.rates
    today = datetime.now(UTC).date().isoformat()
    found = compare(catalogue, in_force, SVI_2_0_PRO, base_url=service, today=today)
    refused = bool(found.below_zero or (found.absurd and not yes))
    keeps = bool(found.read) and not refused
    path = str(keep_rates(found.card)) if keeps else None
    old = path is not None and found.card.date < SVI_2_0_PRO.rates.date
    if as_json:
        told = [each.as_json() for each in found.differences]
        print_json({**(rates_in_force() if keeps else in_force).as_json(), "differences": told, "kept": path})
    else:
        print_lines([f"Catalogue of {SVI_2_0_PRO.model} at {service}, read {today}:"])
        print_lines(_told(found, terminal_width()))
        if keeps:
            print_lines(["", f"Kept in {path}; prices are from it from now on."])
    if old:
        say(f"It is not used: the card that ships with the program is of {SVI_2_0_PRO.rates.date}. Check the clock.")
    if found.below_zero:
        raise RatesError("Nothing was kept: a price below 0 is none.", hint="The card in force stays as it is.")
    if refused:
        raise NotConfirmedError(
            "Nothing was kept: a price can hardly be meant as it was read.",
            hint="See it above; --yes keeps it all the same.",
        )
    if not found.read:
        say("Nothing was kept: the catalogue names no price that this program understands.")
        raise typer.Exit(1)


def _catalogue(provider: str | None, base_url: str | None) -> tuple[str, Any]:
    """The service's address and its catalogue."""
    from storyboard.errors import UsageError
    from storyboard.generation.lazy_provider import LazyProvider
    from storyboard.generation.provider import choose_provider
    from storyboard.profile import SVI_2_0_PRO

    choice = choose_provider(provider or "empirio", base_url)
    with LazyProvider(choice) as lazy:
        read = getattr(lazy.provider, "model", None)
        if choice.free or read is None:
            raise UsageError(
                f"The provider {choice.name} has no catalogue of prices.",
                hint="storyboard rates --refresh reads that of empirio.",
            )
        return choice.base_url, read(SVI_2_0_PRO.model)


def _reset() -> None:
    from storyboard.cli.output import say
    from storyboard.generation.kept_rates import rates_path, reset_rates

    path = rates_path()
    say(f"The card in {path} is removed." if reset_rates() else f"There was no card in {path}.")


def _show(card: RateCard, *, as_json: bool) -> None:
    from storyboard.cli.output import print_json, print_lines, say, terminal_width
    from storyboard.generation.kept_rates import kept_rates, rates_path
    from storyboard.profile import SVI_2_0_PRO
    from storyboard.review.terminal import wrapped

    kept = kept_rates()
    is_kept = kept is not None and card is not SVI_2_0_PRO.rates
    if as_json:
        print_json({**card.as_json(), "kept": str(rates_path()) if is_kept else None})
        return
    where = f"kept in {rates_path()}" if is_kept else "shipped with the program"
    head = f"Prices of {card.date}, from {card.source}; {where}."
    print_lines([*wrapped(head, terminal_width(), indent=""), "", *_lines(card)])
    if kept is not None and not is_kept:
        say(f"The card kept in {rates_path()} is of {kept.date}, older than this one, and is not used.")


def _lines(card: RateCard) -> Iterator[str]:
    """The prices, each with what the shortest and the longest clip cost."""
    from storyboard.compiler.price import dollars, price
    from storyboard.generation.rate_refresh import item_lines
    from storyboard.profile import SVI_2_0_PRO

    sizes = {size.price_class: size for size in SVI_2_0_PRO.resolutions.values()}
    for what, told in item_lines(card):
        size = sizes.get(what)
        clips = ""
        if size is not None:
            lengths = (SVI_2_0_PRO.seconds(slots) for slots in (SVI_2_0_PRO.min_slots, size.max_slots))
            clips = ", ".join(f"{float(each):g} s ${dollars(price(card, size, each, None))}" for each in lengths)
        yield f"{what:<24}{told:<18}{clips}".rstrip()


def _told(found: Refresh, width: int) -> Iterator[str]:
    """What differs, a line each."""
    from storyboard.review.style import paint
    from storyboard.review.terminal import wrapped

    if not found.differences:
        yield "  nothing differs from the card in force."
    for each in found.differences:
        match each.kind:
            case "price":
                text, odd = f"{each.now}; it was {each.before}", each.problem
            case "unread":
                text, odd = f"stays at {each.before}", each.problem
            case "range":
                text, odd = f"{each.now}; this program takes {each.before}", ""
            case _:
                text, odd = f"not understood: {each.now}", ""
        first, *more = wrapped(text + (f": {odd}" if odd else ""), width - 26, indent="")
        yield f"  {paint(f'{each.what:<24}', 'red' if odd else 'bold')}{first}"
        yield from (" " * 26 + line for line in more)
