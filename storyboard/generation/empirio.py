"""The hosted service as a provider."""

from __future__ import annotations

import os
import threading
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from storyboard.compiler.price import price
from storyboard.errors import UsageError
from storyboard.generation.address import canonical_base
from storyboard.generation.polling import REQUESTS_A_MINUTE
from storyboard.generation.provider import KEY_VARIABLE
from storyboard.profile import SVI_2_0_PRO

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal
    from pathlib import Path

    from storyboard.generation.answers import JobStatus, SubmittedJob
    from storyboard.generation.api import ApiClient
    from storyboard.generation.catalogue import ModelCatalogue
    from storyboard.generation.provider import ProviderSettings
    from storyboard.profile import ModelProfile, RateCard

HOSTED_URL = "https://api.empiriolabs.ai"
"""The hosted service (vendor docs)."""
ADDRESS_VARIABLE = "STORYBOARD_BASE_URL"


class EmpirioProvider:
    """The hosted service, at its own address or at another that serves the same API.

    Raises:
        UsageError: The address cannot be one.
    """

    name = "empirio"
    free = False
    ends_with_process = False
    requests_a_minute: float | None = REQUESTS_A_MINUTE

    def __init__(self, settings: ProviderSettings) -> None:
        self.base_url = canonical_base(settings.base_url or os.environ.get(ADDRESS_VARIABLE) or HOSTED_URL)
        self._settings = settings
        self._client: ApiClient | None = None
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"EmpirioProvider({self.base_url!r})"

    def require_key(self) -> None:
        """See that there is a key.

        Raises:
            KeyMissingError: There is none that can be used.
            UsageError: The proxy of the environment cannot be used.
        """
        self._open()

    def submit(self, body: Mapping[str, Any], *, before_send: Callable[[], None] | None = None) -> SubmittedJob:
        """Buy; see ``Provider.submit``.

        Raises:
            RefusedError: Nothing was bought.
            OutcomeUnknownError: It may be paid.
        """
        return self._open().submit(body, before_send=before_send or (lambda: None))

    def status(self, job_id: str, poll_url: str | None = None) -> JobStatus:
        """Ask after a job; see ``Provider.status``.

        Raises:
            JobExpiredError: The service no longer knows it.
            KeyRejectedError: The key is not accepted.
            ServiceUnreachableError: No state came.
        """
        return self._open().job(job_id, poll_url)

    def fetch(self, url: str, to: Path, *, part: Path, on_progress: Callable[[int, int | None], None]) -> None:
        """Bring a clip home, without the key; see ``Provider.fetch``.

        Raises:
            DownloadError: Not home.
        """
        from storyboard.generation.download import download

        download(url, to, part=part, on_progress=on_progress)

    def price(self, request: Mapping[str, Any]) -> Decimal:
        """What a job costs by the card in force, in US dollars, unrounded.

        Raises:
            UsageError: The request is none of this model's.
        """
        return price_of(request, self._rates)

    @cached_property
    def _rates(self) -> RateCard:
        return self._settings.rates()  # once: a plan over a whole series asks for thousands of prices

    def model(self, name: str) -> ModelCatalogue:
        """The live catalogue of a model; see ``ApiClient.model``.

        Raises:
            RequestRejectedError: The service has no such model.
            KeyRejectedError: The key is not accepted.
            ServiceUnreachableError: No catalogue came.
        """
        return self._open().model(name)

    def close(self) -> None:
        """Let go of the network."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _open(self) -> ApiClient:
        from storyboard.generation.api import ApiClient

        with self._lock:
            if self._client is None:
                self._client = ApiClient(self.base_url, self._settings.key(KEY_VARIABLE))
            return self._client


def price_of(request: Mapping[str, Any], rates: RateCard, profile: ModelProfile = SVI_2_0_PRO) -> Decimal:
    """What a request costs by a card, in US dollars, unrounded; left-out fields have the service's defaults.

    Raises:
        UsageError: The request is none of this model's.
    """
    try:
        size = profile.resolutions[request.get("resolution") or next(iter(profile.resolutions))]
        seconds = Fraction(str(request.get("duration") or profile.seconds(profile.min_slots)))
        quality = None if request.get("image") else request.get("t2v_quality") or profile.t2v_qualities[0]
        return price(rates, size, seconds, quality)
    except (KeyError, ValueError, TypeError, ZeroDivisionError):
        raise UsageError(
            f"There is no price for this request: it is none of {profile.model}.",
            hint="Its resolution, duration and t2v_quality have to be among those that the model has.",
        ) from None
