"""The client of the service's HTTP API: submit a job, ask after it, read the catalogue.

Every call is one request (a poll may ask a second address before it calls a job gone). Nothing is tried again
in here; ``retry`` does that, and knows which calls are free.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from storyboard.errors import RequestRejectedError
from storyboard.generation.address import canonical_base, job_address, poll_address
from storyboard.generation.outcome import is_dead_end, job_outcome, model_outcome, submit_outcome
from storyboard.generation.wire import Timeouts, exchange, open_client

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    import httpx

    from storyboard.generation.answers import JobStatus, SubmittedJob
    from storyboard.generation.catalogue import ModelCatalogue
    from storyboard.generation.exchange import Answer, NoAnswer
    from storyboard.generation.secret import Secret


def request_bytes(body: Mapping[str, Any]) -> bytes:
    """The bytes of a request: compact JSON in UTF-8, the keys in the order given.

    The same mapping gives the same bytes on every machine, so a hash of them names the request.

    Raises:
        RequestRejectedError: Something in it has no place in JSON (NaN, half a surrogate pair, an object).
    """
    try:
        text = json.dumps(dict(body), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return text.encode("utf-8")
    except (TypeError, ValueError) as problem:
        kind = type(problem).__name__
    raise RequestRejectedError(
        f"The request cannot be written as JSON ({kind}), so it was not sent. Nothing was spent.",
        hint="Look for damaged characters in the storyboard's text; 'storyboard preview' shows the request.",
    )


class ApiClient:
    """The service at one base URL, with one key. Safe to share between threads; close it, or use ``with``.

    Args:
        base_url: Such as ``https://api.empiriolabs.ai``; a last slash or ``/v1`` does no harm.
        key: The API key; None for a service that asks for none (a local one). It goes to the base URL's own
            host only: redirects are not followed, and links to other hosts are not asked.
        timeouts: How long each part of an exchange may last.
        transport: httpx's seam for tests and embedded services; left out, the network.

    Raises:
        UsageError: The base URL, or the proxy of the environment, cannot be used.
    """

    def __init__(
        self,
        base_url: str,
        key: Secret | None,
        *,
        timeouts: Timeouts | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.base_url = canonical_base(base_url)
        self.timeouts = timeouts or Timeouts()
        self._key = key
        self._client = open_client(self.base_url, self.timeouts.for_httpx(), transport)

    def __repr__(self) -> str:
        return f"ApiClient({self.base_url!r})"

    def __enter__(self) -> ApiClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the network."""
        self._client.close()

    def submit(self, body: Mapping[str, Any], *, before_send: Callable[[], None] = lambda: None) -> SubmittedJob:
        """Buy: one POST, on a connection of its own, never repeated in here.

        It ends within ``timeouts.total`` seconds; a name look-up that hangs may last longer, but then
        nothing is sent.

        Args:
            body: The request, as compiled.
            before_send: Called before connecting, and again when the connection stands and no byte has left.
                What it raises gets out, and nothing was sent: the place to see that a permit still holds.

        Raises:
            RefusedError: One of its kinds: certainly not accepted, nothing was spent.
            OutcomeUnknownError: It may be paid.
        """
        result = exchange(
            self._client,
            "POST",
            f"{self.base_url}/v1/videos/generations",
            key=self._key,
            timeouts=self.timeouts,
            content=request_bytes(body),
            before_send=before_send,
        )
        return submit_outcome(result, service=self.base_url)

    def job(self, job_id: str, poll_url: str | None = None) -> JobStatus:
        """Ask after a job. Free, and safe to repeat.

        Args:
            job_id: As the submit gave it.
            poll_url: As the submit gave it. Used only where it lies within the base URL; where it turns out
                to be of no use, the documented address is asked as well.

        Raises:
            JobExpiredError: The service no longer knows the job.
            KeyRejectedError: The key is not accepted; the job goes on.
            ServiceUnreachableError: No state came; ask again.
        """
        address = poll_address(self.base_url, job_id, poll_url)
        documented = job_address(self.base_url, job_id)
        result = self._get(address)
        if address != documented and is_dead_end(result):
            # A wrong link must not end a paid job: only the documented address can say that it is gone.
            result = self._get(documented)
        return job_outcome(result, service=self.base_url, job_id=job_id)

    def model(self, name: str) -> ModelCatalogue:
        """The live catalogue of a model: its parameters and prices. Free, and safe to repeat.

        Raises:
            RequestRejectedError: The service has no such model.
            KeyRejectedError: The key is not accepted.
            ServiceUnreachableError: No catalogue came; ask again.
        """
        result = self._get(f"{self.base_url}/v1/models/{quote(name, safe='')}")
        return model_outcome(result, service=self.base_url, name=name)

    def _get(self, url: str) -> Answer | NoAnswer:
        return exchange(self._client, "GET", url, key=self._key, timeouts=self.timeouts)
