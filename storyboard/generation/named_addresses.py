"""Which addresses a person named: the API key goes to no other."""

from __future__ import annotations

from storyboard.errors import UsageError
from storyboard.generation.empirio import HOSTED_URL
from storyboard.generation.installed_providers import make_provider
from storyboard.generation.provider import ProviderSettings


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


def address_words(provider: str, base_url: str) -> tuple[str, ...]:
    """What a command needs so that the key may go to an address: nothing, or ``--base-url`` and it."""
    try:
        known = base_url in named_addresses(provider)
    except UsageError:
        known = True  # no option would help
    return () if known else ("--base-url", base_url)
