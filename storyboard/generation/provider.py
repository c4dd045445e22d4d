"""Who renders: the hosted service, or the sandbox inside this process."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyboard.errors import KeyMissingError, UsageError
from storyboard.story.findings import did_you_mean

if TYPE_CHECKING:
    from types import TracebackType

    from storyboard.generation.api import ApiClient
    from storyboard.generation.secret import Secret

HOSTED_URL = "https://api.empiriolabs.ai"
"""The hosted service (vendor docs)."""
KEY_VARIABLE = "EMPIRIOLABS_API_KEY"
PROVIDER_NAMES = ("sandbox", "empirio")


@dataclass(frozen=True)
class ProviderChoice:
    """Who shall render, before anybody is asked.

    Attributes:
        name: ``sandbox`` or ``empirio``.
        base_url: Where ``empirio`` is; ``sandbox`` for the embedded one, whose port means nothing.
    """

    name: str
    base_url: str

    @property
    def free(self) -> bool:
        """Whether a job costs nothing, and so may simply be run again."""
        return self.name == "sandbox"


def choose_provider(name: str | None, base_url: str | None) -> ProviderChoice:
    """The provider by what the person said, else by ``STORYBOARD_PROVIDER``, else the sandbox.

    Raises:
        UsageError: There is no such provider, or the base URL cannot be one.
    """
    chosen = name or os.environ.get("STORYBOARD_PROVIDER") or "sandbox"
    if chosen not in PROVIDER_NAMES:
        raise UsageError(f"There is no provider “{chosen}”.", hint=did_you_mean(chosen, PROVIDER_NAMES))
    if chosen == "sandbox":
        if base_url:
            raise UsageError(
                "--base-url goes with the provider empirio; the sandbox runs inside this process.",
                hint="For a sandbox of your own: --provider empirio --base-url http://127.0.0.1:PORT.",
            )
        return ProviderChoice("sandbox", "sandbox")
    from storyboard.generation.address import canonical_base

    return ProviderChoice("empirio", canonical_base(base_url or os.environ.get("STORYBOARD_BASE_URL") or HOSTED_URL))


class Provider:
    """A provider that opens when it is first needed: an episode that is all reused asks for no key.

    Use ``with``; leaving it ends an embedded sandbox.
    """

    def __init__(self, choice: ProviderChoice) -> None:
        self.choice = choice
        self._stack = ExitStack()
        self._client: ApiClient | None = None

    def __enter__(self) -> Provider:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client = None
        self._stack.__exit__(kind, error, trace)

    @property
    def client(self) -> ApiClient:
        """The client of its API.

        Raises:
            KeyMissingError: ``empirio`` needs a key, and the environment has no usable one.
        """
        if self._client is None:
            self._client = self._stack.enter_context(self._open())
        return self._client

    def require_key(self) -> None:
        """See that there is a key, before a person is asked anything.

        Raises:
            KeyMissingError: There is none, and one is needed.
        """
        if not self.choice.free:
            _key_from_environment()

    def _open(self) -> ApiClient:
        from storyboard.generation.api import ApiClient
        from storyboard.generation.secret import Secret

        if self.choice.free:
            from storyboard.generation.sandbox.server import serve
            from storyboard.generation.sandbox.settings import SandboxSettings

            sandbox = self._stack.enter_context(serve(SandboxSettings()))
            return ApiClient(sandbox.base_url, Secret(sandbox.key))
        return ApiClient(self.choice.base_url, _key_from_environment())


def _key_from_environment() -> Secret:
    from storyboard.generation.secret import Secret

    text = os.environ.get(KEY_VARIABLE, "")
    if not text:
        raise KeyMissingError(
            f"There is no API key: {KEY_VARIABLE} is not set. Nothing was sent.",
            hint=f"Set {KEY_VARIABLE} to your key, or try it free with --provider sandbox.",
        )
    return Secret(text)
