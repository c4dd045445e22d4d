"""Who renders: what a provider is, which one is meant, and one that opens when it is first needed."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from storyboard.errors import (
    KeyMissingError,
    StoryboardError,
    UsageError,
)
from storyboard.generation.answers import plain
from storyboard.generation.kept_rates import rates_in_force

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal
    from pathlib import Path

    from storyboard.generation.answers import JobStatus, SubmittedJob
    from storyboard.generation.secret import Secret
    from storyboard.profile import RateCard

KEY_VARIABLE = "EMPIRIOLABS_API_KEY"
"""Where the key of the hosted service is read (vendor docs, authentication)."""
PROVIDER_VARIABLE = "STORYBOARD_PROVIDER"
DEFECT = "Run the same command again; if it goes on, tell whoever makes the provider."
"""What to do about a provider that does not keep its promises."""


class Provider(Protocol):
    """One way to have a reel rendered.

    Making one costs nothing: it reads no key, starts nothing and asks nobody, so that a plan can be made without.
    Its facts never change. It may be shared between threads.

    Attributes:
        name: What it is called on a command line, in the ledger and in the lock file.
        base_url: What names the service in a purchase's identity: its address, or a word that stands for it. The
            factory, given it as the person's, makes a provider with the same one.
        free: A job costs nothing, and may simply be run again.
        ends_with_process: A job ends with the process that submitted it.
        requests_a_minute: How many submits and questions may be sent in a minute, by all processes that use the
            account; None is no bound.
    """

    @property
    def name(self) -> str: ...  # noqa: D102  told above, as the facts below
    @property
    def base_url(self) -> str: ...  # noqa: D102
    @property
    def free(self) -> bool: ...  # noqa: D102
    @property
    def ends_with_process(self) -> bool: ...  # noqa: D102
    @property
    def requests_a_minute(self) -> float | None: ...  # noqa: D102

    def require_key(self) -> None:
        """See that there is what a submit needs (a key, say), without asking anybody.

        Raises:
            KeyMissingError: There is no usable key.
            UsageError: Something else of the set-up cannot be used.
        """

    def submit(self, body: Mapping[str, Any], *, before_send: Callable[[], None] | None = None) -> SubmittedJob:
        """Buy: send one request, once, and never again by itself.

        Args:
            body: The request, as compiled; an image is a URL or a ``data:`` URI.
            before_send: Called right before the request leaves. What it raises gets out, and nothing is sent.

        Raises:
            RefusedError: One of its kinds, where it is certain that nothing was bought. ``retry_after`` says when
                the same request may be sent again; None where that would only be refused again.
            OutcomeUnknownError: Anything else. It may be paid.
        """
        ...

    def status(self, job_id: str, poll_url: str | None = None) -> JobStatus:
        """Ask after a job; free, and safe to repeat.

        Args:
            job_id: As the submit gave it.
            poll_url: As the submit gave it; not to be believed more than any answer.

        Raises:
            JobExpiredError: The service does not know the job, or no longer.
            KeyRejectedError: The key is not accepted; the job goes on.
            ServiceUnreachableError: No state came; ask again.
        """
        ...

    def fetch(self, url: str, to: Path, *, part: Path, on_progress: Callable[[int, int | None], None]) -> None:
        """Bring a finished clip home, whole or not at all.

        Args:
            url: As the status gave it.
            to: The file; its folder exists.
            part: The partial file, for this clip alone. It stays after an error, and the same call goes on with it.
            on_progress: Told of bytes at home and bytes in all (None where not known). What it raises ends it.

        Raises:
            DownloadError: Not home; ``url_expired`` where the address is no longer good.
        """

    def price(self, request: Mapping[str, Any]) -> Decimal:
        """What a job with this request costs, in US dollars, unrounded; 0 where it is free. Asks nobody."""
        ...

    def close(self) -> None:
        """Let go of everything that was opened; again and again does no harm."""


def key_from_environment(variable: str) -> Secret:
    """The key in a variable of the environment.

    Raises:
        KeyMissingError: It is not set, or holds what no key is.
    """
    from storyboard.generation.secret import Secret

    text = os.environ.get(variable, "")
    if not text:
        raise KeyMissingError(
            f"There is no API key: {variable} is not set. Nothing was sent.",
            hint=f"Set {variable} to your key, or try it free with --provider sandbox.",
        )
    return Secret(text, source=variable)


@dataclass(frozen=True)
class ProviderSettings:
    """What a provider is made with.

    Attributes:
        base_url: The address that the person gave, or that the ledger names; None for the provider's own.
        key: Gives the key in a variable, when it is first needed, and raises ``KeyMissingError`` where there is none.
        rates: Gives the rate card in force.
    """

    base_url: str | None = None
    key: Callable[[str], Secret] = key_from_environment
    rates: Callable[[], RateCard] = rates_in_force


ProviderFactory = Callable[[ProviderSettings], Provider]


@dataclass(frozen=True)
class ProviderChoice:
    """Who shall render, before anybody is asked: a provider's facts, as ``Provider`` tells them.

    Attributes:
        name: Its name.
        base_url: What names its service.
        free: Whether a job costs nothing.
        ends_with_process: Whether a job ends with its process.
        requests_a_minute: The bound for the account; None is none.
        provider: The provider itself, unopened, to ask for prices; None where only its facts are known.
    """

    name: str
    base_url: str
    free: bool
    ends_with_process: bool
    requests_a_minute: float | None
    provider: Provider | None = field(default=None, compare=False, repr=False)

    def price(self, request: Mapping[str, Any]) -> Decimal:
        """What a job with this request costs at this provider, in US dollars, unrounded; 0 where it is free.

        Args:
            request: The body of the request; of an image, only that there is one counts.

        Raises:
            UsageError: The provider knows no price for it.
        """
        from storyboard.generation.installed_providers import make_provider

        provider = self.provider or make_provider(self.name, ProviderSettings(self.base_url))
        return price_at(provider, request)


def provider_names() -> tuple[str, ...]:
    """The names of the providers that are installed, those that ship with the program first."""
    from storyboard.generation.installed_providers import SHIPPED, packaged

    return (*SHIPPED, *sorted({each.name for each in packaged()} - set(SHIPPED)))


def choose_provider(
    name: str | None = None, base_url: str | None = None, series_default: str | None = None
) -> ProviderChoice:
    """Who renders: as the person said, else as ``STORYBOARD_PROVIDER``, else the series says; else the sandbox.

    A series names a provider at most, never an address or a key.

    Args:
        name: The provider that the person named.
        base_url: The address that the person named.
        series_default: The provider that the series names.

    Raises:
        UsageError: There is no such provider, it cannot be used, or the address cannot be its.
    """
    from storyboard.generation.installed_providers import DEFAULT, make_provider

    places = [
        (name, ""),
        (os.environ.get(PROVIDER_VARIABLE), f"{PROVIDER_VARIABLE} names it."),
        (series_default, "The series names it; --provider sandbox renders without it, free."),
        (DEFAULT, ""),
    ]
    chosen, where = next((each, told) for each, told in places if each)
    return _facts(make_provider(chosen, ProviderSettings(base_url or None), where))


def choice_of(name: str, base_url: str) -> ProviderChoice:
    """The provider that a purchase names.

    Raises:
        UsageError: It is not installed, cannot be used, or no longer takes that address.
    """
    from storyboard.generation.installed_providers import make_provider

    choice = _facts(make_provider(name, ProviderSettings(base_url)))
    if choice.base_url != base_url:
        raise UsageError(
            f"The provider {name} is at {choice.base_url} now, and the purchase was made at {base_url}.",
            hint="Install the version of the provider with which it was bought.",
        )
    return choice


def _facts(provider: Provider) -> ProviderChoice:
    return ProviderChoice(
        provider.name,
        provider.base_url,
        provider.free,
        provider.ends_with_process,
        provider.requests_a_minute,
        provider,
    )


def price_at(provider: Provider, request: Mapping[str, Any]) -> Decimal:
    """A price that a provider gives, held to what a price is.

    Raises:
        UsageError: It is none, or the provider knows none.
    """
    from decimal import Decimal

    try:
        found: object = provider.price(request)
    except StoryboardError:
        raise
    except Exception as error:  # noqa: BLE001  it may be anybody's
        found = kind_of(error)
    if isinstance(found, Decimal) and found.is_finite() and found >= 0:
        return found
    raise UsageError(
        f"The provider {provider.name} gives no price that can be used ({plain(found, limit=60) or 'none'}). Nothing "
        "is bought at a price that nobody knows.",
        hint=DEFECT,
    )


def kind_of(error: BaseException) -> str:
    """The kind of an error that nobody expected; its words are left out, because a key may be in them."""
    return type(error).__name__
