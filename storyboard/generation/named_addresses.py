"""Which addresses a person named: the API key goes to no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.errors import UsageError
from storyboard.generation.empirio import HOSTED_URL
from storyboard.generation.installed_providers import make_provider
from storyboard.generation.provider import ProviderSettings

if TYPE_CHECKING:
    from collections.abc import Iterable


def named_addresses(provider: str, addresses: tuple[str, ...] = ()) -> set[str]:
    """The addresses of a provider's service to which the key may go.

    Its own address and the one in the environment count as named.

    Args:
        provider: Its name.
        addresses: As the person named them now.

    Raises:
        UsageError: The provider is not there, or one of the addresses cannot be one.
    """
    settings = [ProviderSettings(), *(ProviderSettings(each) for each in addresses)]
    named = {make_provider(provider, each).base_url for each in settings}
    return named | ({HOSTED_URL} if provider == "empirio" else set())


def is_named(provider: str, base_url: str) -> bool:
    """Whether the key may go to an address without a further word; also where no word would help."""
    try:
        return base_url in named_addresses(provider)
    except UsageError:
        return True


def address_words(provider: str, base_url: str) -> tuple[str, ...]:
    """What a command needs so that the key may go to an address that the person named: ``--base-url`` and it, or
    nothing. Never for an address that only a ledger names: that may be a stranger's.
    """  # noqa: D205  the first sentence does not fit one line
    return () if is_named(provider, base_url) else ("--base-url", base_url)


def unnamed_note(services: Iterable[tuple[str, str]]) -> str:
    """What to tell of the addresses among these that nobody named here; empty where there are none.

    Args:
        services: Providers and their addresses, as a ledger has them.
    """
    unnamed = dict.fromkeys(base_url for provider, base_url in services if not is_named(provider, base_url))
    if not unnamed:
        return ""
    shown = ", ".join(ascii(base_url[:200])[1:-1] for base_url in unnamed)
    them, there = ("it", "there") if len(unnamed) == 1 else ("them", "to any of them")
    return (
        f"The ledger names {shown}, which you have not named here: your key is not sent {there}. If you know {them}, "
        "name it with --base-url or in STORYBOARD_BASE_URL."
    )
